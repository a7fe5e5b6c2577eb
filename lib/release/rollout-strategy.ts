import type { PlainFields } from '../core/measurement';
import type { JsonObject } from '../core/merge';
import type { IReleaseStrategy } from '../core/release';

/** What a Rollout says beyond the pod template and its strategy. @internal */
export interface RolloutFields {
  readonly progressDeadlineAbort: boolean;
  /** Revisions back to which a rollback skips the steps. */
  readonly rollbackWindow: number;
}

/** A Deployment whose pods the Rollout takes over. @internal */
export interface TakenOver {
  readonly name: string;
  readonly replicas: number;
}

/**
 * An Argo Rollout in the place of a Deployment.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 * @internal
 */
export class RolloutStrategy implements IReleaseStrategy {
  public readonly apiVersion = 'argoproj.io/v1alpha1';
  public readonly kind = 'Rollout';
  public readonly revisionLabel = 'rollouts-pod-template-hash';

  public constructor(
    public readonly description: string,
    private readonly fields: RolloutFields,
    private readonly strategy: () => { readonly canary: PlainFields } | { readonly blueGreen: PlainFields },
    private readonly takesOver?: TakenOver,
  ) {}

  /** A Rollout without a number begins with one pod, and the Deployment would go down to none. */
  public get statesReplicas(): boolean {
    return this.takesOver !== undefined;
  }

  public renderSpec(common: JsonObject): JsonObject {
    const { template, ...spec } = common;
    return {
      ...spec,
      progressDeadlineAbort: this.fields.progressDeadlineAbort,
      ...this.takesOver === undefined ? {} : { replicas: this.takesOver.replicas },
      rollbackWindow: { revisions: this.fields.rollbackWindow },
      strategy: this.strategy() as unknown as JsonObject,
      ...this.takesOver === undefined
        ? { template: template! }
        : { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: this.takesOver.name, scaleDown: 'progressively' } },
    };
  }
}
