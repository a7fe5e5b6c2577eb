import { GATEWAY_API } from './gateway-route';
import type { PlainFields } from '../../core/measurement';
import type { PropertyPath } from '../../core/property-path';
import type { RoutedPort } from '../../core/routed-port';
import type { FlaggerRouting, TrafficContext } from '../../core/traffic-routing';

/** @internal */
export interface FlaggerGatewayProps {
  /** Name of the route, where one is asked for. */
  readonly name: string | undefined;
  readonly routed: RoutedPort;
  readonly gatewayRefs: readonly object[];
  readonly hosts: readonly string[];
  readonly path: string;
}

/**
 * An HTTPRoute as Flagger makes it: named for the Service, one rule for all paths that are asked for.
 *
 * @see https://docs.flagger.app/tutorials/gatewayapi-progressive-delivery
 * @internal
 */
export function flaggerGateway(at: PropertyPath, context: TrafficContext, { name, routed, gatewayRefs, hosts, path }: FlaggerGatewayProps): FlaggerRouting {
  if (routed.protocol === 'grpc') {
    at.refuse('UnsupportedByController', { value: 'gRPC', allowed: 'HTTP: Flagger makes HTTPRoutes, and no GRPCRoutes', fix: 'use TrafficRouting.istio(), or ReleaseController.argoRollouts()' });
  }
  if (name !== undefined && name !== context.rootService) {
    at.at('name').refuse('UnsupportedByController', { value: name, allowed: `${context.rootService}: Flagger makes the HTTPRoute, and names it for the Service`, fix: 'leave it out' });
  }
  const service: PlainFields = {
    gatewayRefs: gatewayRefs.map(gateway => ({ ...gateway })),
    ...hosts.length === 0 ? {} : { hosts: [...hosts] },
    ...path === '/' ? {} : { match: [{ uri: { prefix: path } }] },
  };
  return {
    provider: 'gatewayapi:v1',
    service,
    headerMatches: ['exact', 'regex'], // a prefix is dropped without a word, and every request would match
    mirrors: false, // only for its blue-green
    routes: [],
    makes: [{ group: GATEWAY_API, kind: 'HTTPRoute', name: context.rootService }],
  };
}
