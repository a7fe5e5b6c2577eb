import type { PlainFields } from '../core/measurement';
import type { PropertyPath } from '../core/property-path';

/**
 * Keeps pods of the new version away from nodes of the old one, so that a node autoscaler which removes the room of the
 * release afterwards removes old pods and not new ones.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/anti-affinity/anti-affinity/
 */
export class RevisionAntiAffinity {
  /** Where there is another node. @param weight against other preferences of the scheduler, 1 to 100 */
  public static preferred(weight: number = 100): RevisionAntiAffinity {
    return new RevisionAntiAffinity(weight);
  }

  /** Without exception: new pods wait for nodes without old ones. */
  public static required(): RevisionAntiAffinity {
    return new RevisionAntiAffinity(undefined);
  }

  private constructor(private readonly weight: number | undefined) {}

  /** @internal */
  public _render(at: PropertyPath): PlainFields {
    return this.weight === undefined
      ? { requiredDuringSchedulingIgnoredDuringExecution: {} }
      : { preferredDuringSchedulingIgnoredDuringExecution: { weight: at.at('weight').integer(this.weight, 1, 100) } };
  }
}
