import type { Construct } from 'constructs';
import { flaggerGateway } from './flagger-gateway';
import { createGatewayRoute, GATEWAY_API } from './gateway-route';
import { checkLabelName, checkObjectName } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { checkHosts, checkName, checkUrlPath } from '../../core/route-options';
import { gatewayPort } from '../../core/routed-port';
import { type FlaggerRouting, HeaderMatching, type ITrafficRouting, type TrafficBinding, type TrafficCapabilities, type TrafficContext } from '../../core/traffic-routing';

/** A Gateway that a route belongs to. */
export interface GatewayParent {
  /** Name of the Gateway. */
  readonly name: string;

  /**
   * Its namespace.
   *
   * @default - the route's
   */
  readonly namespace?: string;

  /**
   * Name of one of its listeners.
   *
   * @default - all that allow the route
   */
  readonly sectionName?: string;
}

/** What the route that is created is for. */
export interface GatewayApiRoutingOptions {
  /** The Gateways. */
  readonly parents: GatewayParent[];

  /**
   * Host names that callers use.
   *
   * @default - those of the Gateways' listeners
   */
  readonly hostnames?: string[];

  /**
   * What the paths of the requests begin with. Not for gRPC.
   *
   * @default - every path: `/`
   */
  readonly path?: string;

  /**
   * Name of the route.
   *
   * @default - the workload's name
   */
  readonly name?: string;
}

const KNOWN: KnownProperties<GatewayApiRoutingOptions> = { parents: true, hostnames: true, path: true, name: true };
const KNOWN_PARENT: KnownProperties<GatewayParent> = { name: true, namespace: true, sectionName: true };

/** Mirrors are in the plugin's documentation, but in no release of it: it takes the step, and does nothing. @internal */
export const gatewayApiCapabilities: TrafficCapabilities = { weights: true, headerRoutes: HeaderMatching.ANY, mirrorRoutes: false, experimentWeights: true };

/**
 * Requests split by a route of the Gateway API, which is created.
 *
 * @internal
 */
export class GatewayApiRouting implements ITrafficRouting {
  public readonly description = 'the Gateway API';
  public readonly capabilities = gatewayApiCapabilities;

  public constructor(private readonly options: GatewayApiRoutingOptions) {}

  public bind(release: Construct, context: TrafficContext): TrafficBinding {
    const at = new PropertyPath(release, 'traffic');
    const { name, parentRefs, hostnames, path, routed } = this.check(at, context);
    return createGatewayRoute(release, context, {
      name: checkObjectName(at.at('name'), routed.protocol === 'grpc' ? 'GRPCRoute' : 'HTTPRoute', name ?? context.workload), parentRefs, hostnames, path, routed,
    });
  }

  public flagger(release: Construct, context: TrafficContext): FlaggerRouting {
    const at = new PropertyPath(release, 'traffic');
    const { name, parentRefs, hostnames, path, routed } = this.check(at, context);
    return flaggerGateway(at, context, { name, routed, gatewayRefs: parentRefs, hosts: hostnames, path });
  }

  private check(at: PropertyPath, context: TrafficContext) {
    const { parents, hostnames, path, name } = at.onlyKnown(this.options, KNOWN);
    const routed = gatewayPort(at, this.description, context);
    at.at('parents').list(parents).forEach((parent, i) => checkParent(at.at('parents').at(i), parent));
    if (parents.length === 0) { at.at('parents').refuse('MissingValue', { value: [], allowed: 'at least one Gateway: a route without one is nobody\'s', fix: "write [{ name: 'public', namespace: 'gateways' }]" }); }
    if (hostnames !== undefined) { checkHosts(at.at('hostnames'), hostnames, 'shop.example.com'); }
    if (path !== undefined && routed.protocol === 'grpc') {
      at.at('path').refuse('ConflictingProperties', { value: path, allowed: 'no path for gRPC: its requests are told apart by service and method', fix: 'leave it out' });
    }
    return {
      name,
      parentRefs: parents.map(parent => ({
        group: GATEWAY_API,
        kind: 'Gateway',
        name: parent.name,
        ...parent.namespace === undefined ? {} : { namespace: parent.namespace },
        ...parent.sectionName === undefined ? {} : { sectionName: parent.sectionName },
      })),
      hostnames: hostnames ?? [],
      path: checkUrlPath(at.at('path'), path ?? '/'),
      routed,
    };
  }
}

function checkParent(at: PropertyPath, parent: GatewayParent): void {
  const { name, namespace, sectionName } = at.onlyKnown(parent, KNOWN_PARENT);
  checkName(at.at('name'), name, 'Gateway');
  if (namespace !== undefined) { checkLabelName(at.at('namespace'), 'the name of a namespace', namespace); }
  if (sectionName !== undefined) { checkName(at.at('sectionName'), sectionName, 'listener'); }
}
