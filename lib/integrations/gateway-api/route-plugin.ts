import type { PlainFields } from '../../core/measurement';
import type { TrafficContext } from '../../core/traffic-routing';

/** @internal */
export type RouteKind = 'HTTPRoute' | 'GRPCRoute';

const FIELDS: Readonly<Record<RouteKind, string>> = { HTTPRoute: 'httpRoutes', GRPCRoute: 'grpcRoutes' };

/**
 * A Rollout's `trafficRouting` for the plugin that knows the Gateway API.
 *
 * @see https://rollouts-plugin-trafficrouter-gatewayapi.readthedocs.io/en/latest/
 * @internal
 */
export function routePlugin(kind: RouteKind, names: readonly string[], context: TrafficContext, namespace: string | undefined = context.namespace): PlainFields {
  return {
    plugins: {
      'argoproj-labs/gatewayAPI': {
        // Its label marks a route only as long as the canary has weight: a rule that asks for it misses routes by header, and was
        // seen to leave applications out of sync for good. What is ignored here is ignored always, and needs no label.
        disableInProgressLabel: true,
        [FIELDS[kind]]: names.map(name => ({ name, ...context.managedRoutes.length === 0 ? {} : { useHeaderRoutes: true } })),
        ...namespace === undefined ? {} : { namespace },
      },
    },
  };
}
