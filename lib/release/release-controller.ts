import { bindArgoBlueGreen } from './argo-blue-green';
import { bindArgoCanary } from './argo-canary';
import type { BlueGreenRequest, BoundBlueGreen, BoundCanary, CanaryRequest } from './release-request';

/** Who carries a release out in the cluster. The release itself is said in the same words for each. */
export class ReleaseController {
  /**
   * Argo Rollouts: the service's Deployment becomes a Rollout.
   *
   * @see https://argo-rollouts.readthedocs.io
   */
  public static argoRollouts(): ReleaseController {
    return new ReleaseController('Argo Rollouts', bindArgoCanary, bindArgoBlueGreen);
  }

  private constructor(
    /** Such as `Argo Rollouts`. */
    public readonly name: string,
    /** @internal */
    public readonly _canary: (request: CanaryRequest) => BoundCanary,
    /** @internal */
    public readonly _blueGreen: (request: BlueGreenRequest) => BoundBlueGreen,
  ) {}
}
