import type { Construct } from 'constructs';
import type { ReleaseSubject } from '../blocks/release-subject';
import type { IgnoredDifference } from '../core/ignored-difference';
import type { KubernetesObject } from '../core/kubernetes-object';
import type { JsonObject } from '../core/merge';
import type { PropertyPath } from '../core/property-path';
import type { IReleaseStrategy } from '../core/release';

/**
 * A Rollout without a number begins with one pod, until its autoscaler has looked, every 15 s as a rule. A pod that counts
 * as available only after 30 s keeps the Rollout from being healthy, and the Deployment from going, before that.
 */
const AUTOSCALER_HAS_LOOKED = 30;

/** By which Argo Rollouts tells the pods of one revision from those of another. @internal */
export const REVISION_LABEL = 'rollouts-pod-template-hash';

/**
 * The way from a Deployment that runs to a Rollout, without an outage, in two steps. First the Rollout refers to the
 * Deployment and starts pods of its own, and the Deployment goes down when they are there. Then, when the Rollout is healthy,
 * leave the prop out: the Rollout holds the template itself, which restarts nothing, and the Deployment can be removed.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/migrating/
 */
export class DeploymentMigration {
  /**
   * The first step.
   *
   * @param replicas how many pods the Deployment has now: `kubectl get deployment NAME`. Meanwhile an autoscaler of the service's
   * goes no lower; one that is made elsewhere (`Replicas.external`) has to be told so
   */
  public static fromRunning(replicas: number): DeploymentMigration {
    return new DeploymentMigration(replicas);
  }

  private constructor(private readonly replicas: number) {}

  /** @internal */
  public _check(at: PropertyPath, { facts: { replicas } }: ReleaseSubject): void {
    const fix = replicas.owner === 'fixed'
      ? `set replicas: Replicas.fixed(…) to the number of pods the Deployment has now, and give ${replicas.minimum} here`
      : `give the number of pods the Deployment has now, or change the service's bounds, ${replicas.minimum} ${replicas.maximum === Infinity ? 'or more' : `to ${replicas.maximum}`}, first`;
    at.at('replicas').integer(this.replicas, replicas.minimum, Math.min(replicas.maximum, 5000), fix);
  }

  /**
   * The Deployment as it runs, but for the label that tells revisions apart: with the Rollout's, the template is the one
   * that the Rollout will hold itself, and the second step restarts nothing. A number of pods that its manifest had stays in it, although the Rollout's controller lowers
   * it: an apply that drops the number would set it to one. The autoscaler, which belongs to the Rollout now, goes no lower.
   *
   * @internal
   */
  public _keepDeployment(release: Construct, subject: ReleaseSubject): KubernetesObject {
    subject.leastReplicas = this.replicas;
    const { update } = subject.facts.workload;
    return subject.createWorkload(release, 'Deployment', Object.create(update, { revisionLabel: { value: REVISION_LABEL } }) as IReleaseStrategy, { sharesPods: true });
  }

  /**
   * A Rollout's spec that refers to the Deployment instead of holding the template.
   *
   * @internal
   */
  public _refer(spec: JsonObject, name: string): JsonObject {
    const { template: _, ...rest } = spec;
    // By a number of its own the Rollout takes the pods over one by one. Without one it would count as healthy with its first
    // pod, so there it takes them over when all are available.
    const counted = rest.replicas !== undefined;
    return {
      ...rest,
      ...counted ? {} : { minReadySeconds: Math.max(rest.minReadySeconds as number, AUTOSCALER_HAS_LOOKED) },
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name, scaleDown: counted ? 'progressively' : 'onsuccess' },
    };
  }

  /** What a deployer must leave alone meanwhile. @internal */
  public _ignoredDifferences(workload: string, namespace: string | undefined): IgnoredDifference[] {
    return [{ group: 'apps', kind: 'Deployment', name: workload, namespace, jqPathExpressions: ['.spec.replicas'], reason: 'Argo Rollouts lowers the Deployment as the Rollout comes up' }];
  }
}
