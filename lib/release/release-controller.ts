import { bindArgoBlueGreen } from './argo/argo-blue-green';
import { bindArgoCanary } from './argo/argo-canary';
import { bindFlaggerBlueGreen } from './flagger/flagger-blue-green';
import { bindFlaggerCanary } from './flagger/flagger-canary';
import type { FlaggerOptions } from './flagger/flagger-options';
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

  /**
   * Flagger: the service's Deployment stays, and Flagger runs a copy of it, which serves, under the name `<name>-primary`. It makes
   * the Services and the route. What it cannot do is refused.
   *
   * @param options how Flagger runs in the cluster, and what it waits for
   * @see https://docs.flagger.app
   */
  public static flagger(options: FlaggerOptions = {}): ReleaseController {
    return new ReleaseController('Flagger', request => bindFlaggerCanary(request, options), request => bindFlaggerBlueGreen(request, options), true);
  }

  private constructor(
    /** Such as `Argo Rollouts`. */
    public readonly name: string,
    /** @internal */
    public readonly _canary: (request: CanaryRequest) => BoundCanary,
    /** @internal */
    public readonly _blueGreen: (request: BlueGreenRequest) => BoundBlueGreen,
    /** Whether the service's Deployment stays, and with it how it replaces its pods. @internal */
    public readonly _keepsDeployment = false,
  ) {}
}
