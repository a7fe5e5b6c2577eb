import type { IgnoredDifference } from '../../core/ignored-difference';
import { HeaderMatching, type TrafficCapabilities } from '../../core/traffic-routing';

/** @internal */
export const TRAEFIK = 'traefik.io';

/** @internal */
export const traefikCapabilities: TrafficCapabilities = { weights: true, headerRoutes: HeaderMatching.NONE, mirrorRoutes: false, experimentWeights: false };

/** @internal */
export function traefikDifference(name: string, namespace: string | undefined): IgnoredDifference {
  return { group: TRAEFIK, kind: 'TraefikService', name, namespace, jqPathExpressions: ['.spec.weighted.services[].weight'], reason: 'Argo Rollouts sets the weights' };
}
