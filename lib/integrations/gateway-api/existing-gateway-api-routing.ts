import type { Construct } from 'constructs';
import { gatewayApiCapabilities } from './gateway-api-routing';
import { gatewayDifference } from './gateway-route';
import { type RouteKind, routePlugin } from './route-plugin';
import { checkLabelName } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { checkNames } from '../../core/route-options';
import { gatewayPort } from '../../core/routed-port';
import type { ITrafficRouting, TrafficBinding, TrafficContext } from '../../core/traffic-routing';

/** Routes of the Gateway API, made elsewhere. */
export interface ExistingGatewayApiOptions {
  /**
   * Names of the routes: GRPCRoutes where the service's main port speaks gRPC, else HTTPRoutes. No other Rollout may use them.
   * Each needs a rule with both Services of the release, and 100 and 0 for weights.
   */
  readonly routes: string[];

  /**
   * Their namespace.
   *
   * @default - the release's
   */
  readonly namespace?: string;
}

const KNOWN: KnownProperties<ExistingGatewayApiOptions> = { routes: true, namespace: true };

/**
 * Requests split by routes of the Gateway API that are made elsewhere.
 *
 * @internal
 */
export class ExistingGatewayApiRouting implements ITrafficRouting {
  public readonly description = 'the Gateway API';
  public readonly capabilities = gatewayApiCapabilities;

  public constructor(private readonly options: ExistingGatewayApiOptions) {}

  public bind(release: Construct, context: TrafficContext): TrafficBinding {
    const at = new PropertyPath(release, 'traffic');
    const { routes, namespace } = at.onlyKnown(this.options, KNOWN);
    const { protocol } = gatewayPort(at, this.description, context);
    const kind: RouteKind = protocol === 'grpc' ? 'GRPCRoute' : 'HTTPRoute';
    checkNames(at.at('routes'), routes, kind);
    if (namespace !== undefined) { checkLabelName(at.at('namespace'), 'the name of a namespace', namespace); }
    return {
      trafficRouting: routePlugin(kind, routes, context, namespace),
      routes: [],
      ignoredDifferences: routes.map(name => gatewayDifference(kind, name, namespace ?? context.namespace, [
        '.spec.rules[].backendRefs[].weight',
        // The plugin adds a rule for each that leads to the Services, and numbers them from the second on.
        ...context.managedRoutes.map(managed => `.spec.rules[] | select((.name // "") | test(${JSON.stringify(`^${managed}(-[0-9]+)?$`)}))`),
      ])),
    };
  }
}
