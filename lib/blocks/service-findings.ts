import type { PodDisruptionBudget } from './disruption-budget';
import type { RenderedHealth } from './health';
import type { DeploymentUpdate } from './rolling-update';
import type { Finding } from '../core/findings';
import type { KubernetesVersion } from '../core/kubernetes-version';

/** What a synthesis lets pass, and says. @internal */
export type FindingText = Pick<Finding, 'id' | 'message' | 'fix'>;

/** @internal */
export interface FindingSubject {
  readonly highlyAvailable: boolean;
  readonly minReplicas: number;
  readonly health: RenderedHealth;
  readonly update: DeploymentUpdate;
  readonly budget: PodDisruptionBudget | undefined;
  readonly version: KubernetesVersion;
  readonly hasSidecars: boolean;
}

/** Path segments by which teams name checks of what lies outside the process. */
const SHARED = /(^|[/_-])(db|database|postgres|mysql|mongo|redis|kafka|rabbitmq|dependenc(y|ies)|deps|downstream|deep|full|ready|readiness)([/_-]|$)/i;

/**
 * What a team may want, and whoever is on call should know.
 *
 * @internal
 */
export function serviceFindings(subject: FindingSubject): FindingText[] {
  const findings: FindingText[] = [];
  const liveness = subject.health.livenessProbe?.httpGet?.path;
  if (liveness !== undefined && SHARED.test(liveness)) {
    findings.push({
      id: 'keep-liveness-inside-the-process',
      message: `the liveness path ${liveness} sounds as if it asked others: when they fail, every pod restarts, and the restarts keep them down`,
      fix: 'give liveness an endpoint that looks at the process alone, and readiness the one that asks others; or acknowledge it with the reason why the name misleads',
    });
  }
  if (subject.hasSidecars && !subject.version.supports('nativeSidecars')) {
    findings.push({
      id: 'run-sidecars-natively',
      message: `in Kubernetes ${subject.version.toString()} a sidecar is an ordinary container: it may start after the application and end before it`,
      fix: 'from 1.29 on it starts before and ends after; until then let the application wait for it',
    });
  }
  if (!subject.highlyAvailable) { return findings; }
  if (subject.minReplicas === 1) {
    findings.push({
      id: 'run-more-than-one-replica',
      message: 'one replica: the service is away whenever its pod moves, and nothing can hold a drain back',
      fix: 'use at least 2 replicas (3 for three zones), or acknowledge it with the reason why one is right',
    });
  }
  if (!subject.update.keepsPods) {
    findings.push({
      id: 'keep-pods-during-a-rollout',
      message: 'all pods may be stopped before new ones are ready: the service is away during each release',
      fix: 'leave the strategy out, or acknowledge it with the reason why two versions must not run side by side',
    });
  }
  if (subject.minReplicas > 1 && subject.budget !== undefined && sparesNobody(subject.budget.limit.maxUnavailable, subject.minReplicas)) {
    findings.push({
      id: 'keep-pods-during-a-drain',
      message: 'the disruption budget lets all pods go at once',
      fix: 'allow fewer than there are, such as DisruptionBudget.maxUnavailable(1)',
    });
  }
  return findings;
}

function sparesNobody(maxUnavailable: number | string | undefined, minReplicas: number): boolean {
  const pods = typeof maxUnavailable === 'string' ? Math.ceil(minReplicas * Number.parseInt(maxUnavailable, 10) / 100) : maxUnavailable; // a budget rounds up
  return pods !== undefined && pods >= minReplicas;
}
