import type { Construct } from 'constructs';
import type { IGRPCRouteSpec, IHTTPRouteSpec, IParentReference } from './gateway-models';
import { type RouteKind, routePlugin } from './route-plugin';
import type { IgnoredDifference } from '../../core/ignored-difference';
import { namedElement, otherElements } from '../../core/ignored-paths';
import { KubernetesObject } from '../../core/kubernetes-object';
import type { RoutedPort } from '../../core/routed-port';
import type { TrafficBinding, TrafficContext } from '../../core/traffic-routing';

/** @internal */
export const GATEWAY_API = 'gateway.networking.k8s.io';

/** A route to the two Services of a release. @internal */
export interface GatewayRouteProps {
  readonly name: string;
  readonly parentRefs: readonly IParentReference[];
  readonly hostnames: readonly string[];
  /** What the paths of the requests begin with. A route of gRPC has none. */
  readonly path: string;
  readonly routed: RoutedPort;
}

/**
 * Creates a route and what a Rollout says of it. What the API server would fill in is written out, so that the object in the
 * cluster is the one in the manifest.
 *
 * @see https://gateway-api.sigs.k8s.io/guides/traffic-splitting/
 * @internal
 */
export function createGatewayRoute(release: Construct, context: TrafficContext, { name, parentRefs, hostnames, path, routed }: GatewayRouteProps): TrafficBinding {
  const kind: RouteKind = routed.protocol === 'grpc' ? 'GRPCRoute' : 'HTTPRoute';
  const backendRef = (service: string, weight: number) => ({ group: '', kind: 'Service', name: service, port: routed.port.servicePort, weight });
  const spec = (): IHTTPRouteSpec & IGRPCRouteSpec => ({
    ...hostnames.length === 0 ? {} : { hostnames: [...hostnames] },
    parentRefs: parentRefs.map(parent => ({ ...parent })),
    rules: [{
      backendRefs: [backendRef(context.stableService, 100), backendRef(context.canaryService, 0)],
      ...kind === 'GRPCRoute' ? {} : { matches: [{ path: { type: 'PathPrefix' as const, value: path } }] },
    }],
  });
  const route = new KubernetesObject(release, kind, { apiVersion: `${GATEWAY_API}/v1`, kind, name, labels: context.labels, content: { spec } });
  return {
    trafficRouting: routePlugin(kind, [name], context),
    routes: [route],
    ignoredDifferences: [gatewayDifference(kind, name, context.namespace, [
      '.spec.rules[].backendRefs[].weight',
      ...context.managedRoutes.map(managed => namedElement('.spec.rules[]', managed)),
      otherElements('.spec.rules[].backendRefs[]', '.name', [context.stableService, context.canaryService]),
    ])],
  };
}

/** @internal */
export function gatewayDifference(kind: RouteKind, name: string, namespace: string | undefined, jqPathExpressions: readonly string[]): IgnoredDifference {
  return {
    group: GATEWAY_API,
    kind,
    name,
    namespace,
    jqPathExpressions,
    reason: 'the plugin of Argo Rollouts sets the weights, and adds the rules of steps and the backends of experiments as long as they last',
  };
}
