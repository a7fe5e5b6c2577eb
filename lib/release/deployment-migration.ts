import type { Construct } from 'constructs';
import type { ReleaseSubject } from '../blocks/release-subject';
import type { IgnoredDifference } from '../core/ignored-difference';
import type { KubernetesObject } from '../core/kubernetes-object';
import type { PropertyPath } from '../core/property-path';

/**
 * The way from a Deployment that runs to a Rollout, without an outage, in two steps: first the Rollout refers to the
 * Deployment and starts its own pods, and the Deployment goes down as they come up; then, when the Rollout is healthy,
 * leave the prop out: the Rollout holds the template itself, and the Deployment can go.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/migrating/
 */
export class DeploymentMigration {
  /**
   * The first step.
   *
   * @param replicas how many pods the Deployment has now; the autoscaler takes over from there
   */
  public static progressive(replicas: number): DeploymentMigration {
    return new DeploymentMigration(replicas);
  }

  private constructor(
    /** @internal */
    public readonly _replicas: number,
  ) {}

  /** @internal */
  public _check(at: PropertyPath, minReplicas: number): void {
    at.at('replicas').integer(this._replicas, minReplicas, 5000, `give the number of pods the Deployment has now, at least the service's ${minReplicas}`);
  }

  /**
   * The Deployment as it runs. A number of pods that its manifest had stays in it, although the Rollout's controller lowers
   * it: an apply that drops the number would set it to one.
   *
   * @internal
   */
  public _keepDeployment(release: Construct, subject: ReleaseSubject): KubernetesObject {
    return subject.createWorkload(release, 'Deployment', subject.facts.workload.update, { sharesPods: true });
  }

  /** What a deployer must leave alone meanwhile. @internal */
  public _ignoredDifferences(workload: string, namespace: string | undefined): IgnoredDifference[] {
    return [['apps', 'Deployment'] as const, ['argoproj.io', 'Rollout'] as const].map(([group, kind]) => ({
      group, kind, name: workload, namespace, jqPathExpressions: ['.spec.replicas'], reason: 'Argo Rollouts lowers the Deployment as the Rollout comes up; then an autoscaler may own the Rollout',
    }));
  }
}
