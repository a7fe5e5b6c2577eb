import type { Construct } from 'constructs';
import type { ReleaseSubject } from '../blocks/release-subject';
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

  /** The Deployment as it runs, but for the number of its pods, which the Rollout's controller lowers. @internal */
  public _keepDeployment(release: Construct, subject: ReleaseSubject): KubernetesObject {
    return subject.createWorkload(release, 'Deployment', subject.facts.workload.update, { replicas: undefined, sharesPods: true });
  }
}
