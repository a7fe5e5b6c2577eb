import type { Construct } from 'constructs';
import { LinkerdMetrics } from './linkerd-metrics';
import { checkObjectName } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { meshPort } from '../../core/routed-port';
import type { FlaggerRouting, ITrafficRouting, TrafficBinding, TrafficContext } from '../../core/traffic-routing';
import { flaggerGateway } from '../gateway-api/flagger-gateway';
import { gatewayApiCapabilities } from '../gateway-api/gateway-api-routing';
import { createGatewayRoute } from '../gateway-api/gateway-route';

/** What differs from the default in the route that is created. */
export interface LinkerdRoutingOptions {
  /**
   * Name of the route.
   *
   * @default - the workload's name
   */
  readonly name?: string;
}

const KNOWN: KnownProperties<LinkerdRoutingOptions> = { name: true };

/**
 * Requests split by Linkerd's proxies beside the callers, after a route of the Gateway API whose parent is the Service.
 *
 * @see https://linkerd.io/2/features/httproute/
 * @internal
 */
export class LinkerdRouting implements ITrafficRouting {
  public readonly description = 'Linkerd';
  public readonly capabilities = gatewayApiCapabilities;
  public readonly requestMetrics = new LinkerdMetrics();

  public constructor(private readonly options: LinkerdRoutingOptions) {}

  public bind(release: Construct, context: TrafficContext): TrafficBinding {
    const at = new PropertyPath(release, 'traffic');
    const { name } = at.onlyKnown(this.options, KNOWN);
    const routed = meshPort(at, this.description, context, 'linkerd()');
    return createGatewayRoute(release, context, {
      name: checkObjectName(at.at('name'), routed.protocol === 'grpc' ? 'GRPCRoute' : 'HTTPRoute', name ?? context.workload),
      parentRefs: [{ group: '', kind: 'Service', name: context.rootService, port: routed.port.servicePort }],
      hostnames: [],
      path: '/',
      routed,
    });
  }

  public flagger(release: Construct, context: TrafficContext): FlaggerRouting {
    const at = new PropertyPath(release, 'traffic');
    const { name } = at.onlyKnown(this.options, KNOWN);
    const routed = meshPort(at, this.description, context, 'linkerd()');
    return flaggerGateway(at, context, {
      name, routed, gatewayRefs: [{ group: 'core', kind: 'Service', name: context.rootService, port: routed.port.servicePort }], hosts: [], path: '/',
    });
  }
}
