import type { PlainFields } from '../../core/measurement';
import type { JsonObject } from '../../core/merge';
import type { IReleaseStrategy } from '../../core/release';
import { type DeploymentMigration, REVISION_LABEL } from '../deployment-migration';

/** What a Rollout says beyond the pod template and its strategy. @internal */
export interface RolloutFields {
  readonly progressDeadlineAbort: boolean;
  /** Revisions back to which a rollback skips the steps. */
  readonly rollbackWindow: number;
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
  public readonly revisionLabel = REVISION_LABEL;

  public constructor(
    public readonly description: string,
    private readonly fields: RolloutFields,
    private readonly strategy: () => { readonly canary: PlainFields } | { readonly blueGreen: PlainFields },
    private readonly takesOver?: { readonly deployment: string; readonly by: DeploymentMigration },
  ) {}

  public renderSpec(common: JsonObject): JsonObject {
    const spec = {
      ...common,
      progressDeadlineAbort: this.fields.progressDeadlineAbort,
      rollbackWindow: { revisions: this.fields.rollbackWindow },
      strategy: this.strategy() as unknown as JsonObject,
    };
    return this.takesOver === undefined ? spec : this.takesOver.by._refer(spec, this.takesOver.deployment);
  }
}
