import type { Part } from './parts';

/** A row of the suite's report, and what it has to say. */
export interface Expectation {
  readonly part: Part;
  readonly check: string;
  readonly says: RegExp;
}

/** One fault of the library, as somebody could make it by accident. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  /** Text that occurs once in the file. */
  readonly find: string;
  readonly replace: string;
  /** What it would do to users. */
  readonly why: string;
  /** Who is meant to notice. */
  readonly expect: readonly Expectation[];
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a wrong selector',
    file: 'lib/blocks/service-exposure.ts',
    find: 'selector: { ...selectorLabels },',
    replace: "selector: { ...selectorLabels, 'app.kubernetes.io/component': 'nowhere' },",
    why: 'the Service has no endpoints: every request fails',
    expect: [
      { part: 'judges', check: 'kube-score', says: /Service mutated\/back: service-targets-pod/ },
      { part: 'reachability', check: 'reachability: pod ports', says: /Service mutated\/back selects no pod/ },
    ],
  },
  {
    name: 'a probe on a missing port',
    file: 'lib/blocks/health.ts',
    find: 'httpGet: { path, port: port.name,',
    replace: "httpGet: { path, port: 'admin',",
    why: 'no pod ever becomes ready',
    expect: [{ part: 'reachability', check: 'reachability: pod ports', says: /Deployment mutated\/front: readinessProbe of container front asks on port admin/ }],
  },
  {
    name: 'a budget that blocks',
    file: 'lib/blocks/disruption-budget.ts',
    find: '...props.limit,',
    replace: 'maxUnavailable: 0,',
    why: 'no node under the pods can be drained: cluster upgrades stop',
    expect: [
      { part: 'control-plane', check: 'drain', says: /PodDisruptionBudget mutated\/\w+ keeps node-\d+ from being drained/ },
      { part: 'control-plane', check: 'eviction', says: /PodDisruptionBudget mutated\/\w+ lets no pod go/ },
    ],
  },
  {
    name: 'a missing DNS rule',
    file: 'lib/blocks/service-policy.ts',
    find: '[...environment.dns.peers, ...environment.mesh',
    replace: '[...environment.mesh',
    why: 'no name resolves: the pods reach nothing',
    expect: [{ part: 'reachability', check: 'reachability: DNS and peers', says: /cannot reach Pod kube-system\/kube-dns on TCP 53, UDP 53, which is declared/ }],
  },
  {
    name: 'a dropped field',
    file: 'lib/blocks/container-security.ts',
    find: "    capabilities: { drop: ['ALL'] },\n",
    replace: '',
    why: 'containers keep capabilities, and namespaces that are restricted refuse the pods',
    expect: [{ part: 'judges', check: 'pod-security', says: /Deployment mutated\/back: unrestricted capabilities/ }],
  },
  {
    name: 'an unknown field',
    file: 'lib/blocks/pod-template.ts',
    find: 'enableServiceLinks: false,',
    replace: 'enableServiceLink: false,',
    why: 'the API server drops what it does not know, without a word',
    expect: [{ part: 'judges', check: 'schemas', says: /unknown-field.*enableServiceLink/ }],
  },
  {
    name: 'root user',
    file: 'lib/blocks/container-security.ts',
    find: '    readOnlyRootFilesystem: true,\n    runAsGroup: group,\n    runAsNonRoot: true,\n    runAsUser: user,\n',
    replace: '    readOnlyRootFilesystem: true,\n    runAsGroup: group,\n    runAsUser: 0,\n',
    why: 'processes run as root, or do not start at all',
    expect: [{ part: 'judges', check: 'pod-security', says: /Deployment mutated\/back: runAsUser=0/ }],
  },
  {
    name: 'a renamed selector label',
    file: 'lib/core/labels.ts',
    find: "'app.kubernetes.io/instance': instance }",
    replace: "'app.kubernetes.io/instance-of': instance }",
    why: 'the selector of a Deployment that runs can never change: an upgrade of the library is refused',
    expect: [{ part: 'control-plane', check: 'upgrade from the previous commit', says: /Deployment(\.apps)? "(front|back)" is invalid: spec\.selector: .*field is immutable/ }],
  },
  {
    name: 'a config that does not roll',
    file: 'lib/blocks/config-files.ts',
    find: 'name: `${name}-files-${contentHash(data)}`,',
    replace: 'name: `${name}-files`,',
    why: 'pods keep what they started with, and a rollback finds the new configuration',
    expect: [{ part: 'control-plane', check: 'config-roll', says: /Deployment mutated\/back: pods still use ConfigMap mutated\/back-files/ }],
  },
  {
    name: 'an autoscaler on a missing target',
    file: 'lib/blocks/autoscaler.ts',
    find: 'scaleTargetRef: props.target(),',
    replace: 'scaleTargetRef: { ...props.target(), name: `${props.target().name}-stable` },',
    why: 'nothing scales, whatever the load',
    expect: [
      { part: 'judges', check: 'kube-score', says: /HorizontalPodAutoscaler mutated\/back: horizontalpodautoscaler-has-target/ },
      { part: 'control-plane', check: 'autoscaler-target', says: /HorizontalPodAutoscaler mutated\/back targets Deployment back-stable, which has no scale/ },
    ],
  },
  {
    name: 'a connection that opens one end only',
    file: 'lib/blocks/connections.ts',
    find: 'this.policy.allowFrom([caller.peer], [port]);',
    replace: '',
    why: 'the target denies what the caller was told it may do',
    expect: [{ part: 'reachability', check: 'reachability: workloads', says: /Deployment mutated\/front: cannot reach Deployment mutated\/back on TCP 8080/ }],
  },
  {
    name: 'a policy without its port',
    file: 'lib/blocks/network-access.ts',
    find: "return { port: port.number, protocol: port.protocol ?? 'TCP' };",
    replace: "return { protocol: port.protocol ?? 'TCP' };",
    why: 'whoever may use one port may use every port',
    expect: [{ part: 'reachability', check: 'reachability: DNS and peers', says: /may reach Deployment mutated\/\w+ on TCP 1 to \d+, TCP \d+ to 65535/ }],
  },
  {
    name: 'a policy for other pods',
    file: 'lib/blocks/network-access.ts',
    find: 'podSelector: { matchLabels: { ...props.selectorLabels } },',
    replace: "podSelector: { matchLabels: { ...props.selectorLabels, 'app.kubernetes.io/component': 'nowhere' } },",
    why: 'nothing is denied: any pod of the cluster reaches the service',
    expect: [{ part: 'reachability', check: 'reachability: strangers', says: /may reach Deployment mutated\/back on every port/ }],
  },
  {
    name: 'cloud credentials within reach',
    file: 'lib/core/network-peer.ts',
    find: "['169.254.169.254/32', 'fd00:ec2::254/128']",
    replace: "['fd00:ec2::254/128']",
    why: 'a pod that may talk to the internet takes the credentials of its node',
    expect: [{ part: 'reachability', check: 'reachability: addresses', says: /Deployment mutated\/back: may reach 169\.254\.169\.254 on TCP 443/ }],
  },
];
