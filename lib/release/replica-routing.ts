import { HeaderMatching, type ITrafficRouting, type TrafficBinding, type TrafficCapabilities } from '../core/traffic-routing';

/**
 * No router: requests go to the pods evenly, so the share of pods is the share of requests.
 *
 * @internal
 */
export class ReplicaRouting implements ITrafficRouting {
  public readonly description = 'the number of pods';
  public readonly capabilities: TrafficCapabilities = { weights: false, headerRoutes: HeaderMatching.NONE, mirrorRoutes: false, experimentWeights: false };

  public bind(): TrafficBinding {
    return { routes: [], ignoredDifferences: [] };
  }
}
