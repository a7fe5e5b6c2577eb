import type { Finding } from './judge';

/** A finding that is accepted on purpose, for every minor it occurs on. */
export interface Acknowledgement {
  readonly subject: string;
  readonly judge: string;
  readonly check: string;
  /** The object as the finding names it: `Deployment payments/payment-service`. */
  readonly object: string;
  /** Why it is right as it is. */
  readonly reason: string;
}

/** The only place where a finding can be accepted. One that no longer occurs fails the run, so that the list stays true. */
export const ACKNOWLEDGED: readonly Acknowledgement[] = [
  ...['staging', 'production'].map((environment): Acknowledgement => ({
    subject: `online-shop/${environment}`,
    judge: 'kube-score',
    check: 'deployment-replicas',
    object: 'Deployment shop/legacy-pricing',
    reason: 'the example of a service that must be alone; the library says so itself, as a finding',
  })),
  {
    subject: 'exposures',
    judge: 'kube-score',
    check: 'service-type',
    object: 'Service exposures/node-port',
    reason: 'the fixture of that very type, which a user asks for by name',
  },
  ...['routers', 'routers.next'].map((subject): Acknowledgement => ({
    subject,
    judge: 'kube-score',
    check: 'ingress-targets-service',
    object: 'Ingress routers/alb',
    reason: 'AWS\'s controller reads the targets from an annotation, and asks for the port "use-annotation" where it does',
  })),
  {
    subject: 'flagger',
    judge: 'kube-score',
    check: 'ingress-targets-service',
    object: 'Ingress flagged/nginx',
    reason: 'Flagger makes the Service, of the name that callers dial, and copies an Ingress that leads to it',
  },
  ...['deployment-replicas', 'deployment-strategy'].map((check): Acknowledgement => ({
    subject: 'storage',
    judge: 'kube-score',
    check,
    object: 'Deployment storage/search',
    reason: 'its claim is for one pod, which has to go before the next one comes',
  })),
  ...['two', 'three', 'three-drill', 'google', 'azure'].map((name): Acknowledgement => ({
    subject: 'operators',
    judge: 'kube-score',
    check: 'networkpolicy-targets-pod',
    object: `NetworkPolicy operators/${name}`,
    reason: 'CloudNativePG makes the pods, with the label that the policy selects them by',
  })),
  ...['databases', 'databases.next'].map((subject): Acknowledgement => ({
    subject,
    judge: 'kube-score',
    check: 'networkpolicy-targets-pod',
    object: 'NetworkPolicy databases/ledger',
    reason: 'CloudNativePG makes the pods, with the label that the policy selects them by',
  })),
  ...[
    { judge: 'kube-score', check: 'container-security-context-user-group-id' },
    ...['restricted volume types', 'runAsNonRoot != true', 'runAsUser=0'].map((check) => ({ judge: 'pod-security', check })),
  ].map(({ judge, check }): Acknowledgement => ({
    subject: 'batch',
    judge,
    check,
    object: 'DaemonSet node-agents/log-shipper',
    reason: 'it reads the logs of all containers on its node, which belong to root; its namespace admits it, and the library says so itself, as findings',
  })),
  ...['jobs', 'jobs.next'].flatMap((subject) => [
    ...['container-security-context-privileged', 'container-security-context-user-group-id'].map((check) => ({ judge: 'kube-score', check })),
    ...[
      'allowPrivilegeEscalation != false', 'host namespaces', 'hostPort', 'privileged', 'restricted volume types', 'runAsNonRoot != true', 'runAsUser=0', 'unrestricted capabilities',
    ].map((check) => ({ judge: 'pod-security', check })),
  ].map(({ judge, check }): Acknowledgement => ({
    subject,
    judge,
    check,
    object: 'DaemonSet host/host-agent',
    reason: 'the fixture of every host access, each asked for with its reason; the library says so itself, as findings',
  }))),
];

export interface Settled {
  readonly open: readonly Finding[];
  readonly accepted: ReadonlyMap<Acknowledgement, readonly Finding[]>;
  /** Acknowledgements that nothing matches any more. */
  readonly stale: readonly Acknowledgement[];
}

export function settle(findings: readonly Finding[], acknowledgements: readonly Acknowledgement[]): Settled {
  const accepted = new Map(acknowledgements.map((entry) => [entry, findings.filter((finding) => matches(entry, finding))]));
  return {
    open: findings.filter((finding) => !acknowledgements.some((entry) => matches(entry, finding))),
    accepted,
    stale: acknowledgements.filter((entry) => accepted.get(entry)?.length === 0),
  };
}

function matches(entry: Acknowledgement, finding: Finding): boolean {
  return entry.subject === finding.subject && entry.judge === finding.judge && entry.check === finding.check && entry.object === finding.object;
}
