import type { Port } from './port';
import type { PropertyPath } from './property-path';
import type { TrafficContext } from './traffic-routing';

/** What routers of requests understand. @internal */
export type RequestProtocol = 'http' | 'https' | 'grpc';

/** A port and what is spoken on it. @internal */
export interface RoutedPort {
  readonly port: Port;
  readonly protocol: RequestProtocol;
}

/** What is spoken, by the names of Kubernetes, Istio and the Gateway API. */
const PROTOCOLS: Readonly<Record<string, RequestProtocol>> = {
  'http': 'http', 'http2': 'http', 'kubernetes.io/ws': 'http', 'grpc': 'grpc', 'kubernetes.io/h2c': 'grpc', 'https': 'https', 'kubernetes.io/wss': 'https',
};

/**
 * The main port, whose requests are split: a router that splits requests sees none in a stream of bytes.
 *
 * @internal
 */
export function routedPort(at: PropertyPath, router: string, context: TrafficContext, understood: readonly RequestProtocol[]): RoutedPort {
  const port = context.ports[0];
  const protocol = PROTOCOLS[port?.appProtocol ?? ''];
  if (port === undefined || protocol === undefined || !understood.includes(protocol)) {
    at.refuse('UnsupportedByController', {
      value: port === undefined ? undefined : `${port.name}: ${port.number}/${port.protocol}${port.appProtocol === undefined ? '' : `, ${port.appProtocol}`}`,
      allowed: `a main port that speaks ${understood.join(' or ')}: ${router} splits requests`,
      fix: `say so by ${understood.map(name => `Port.${name}(…)`).join(' or ')}, or use TrafficRouting.replicas()`,
    });
  }
  return { port, protocol };
}

/**
 * Refuses a router in front of the cluster for a service that nobody in front may reach.
 *
 * @internal
 */
export function requireGateway(at: PropertyPath, router: string, context: TrafficContext): void {
  if (!context.behindGateway) {
    at.refuse('NetworkUnreachable', {
      value: router,
      allowed: 'a router of requests from outside only for a service that gateways may reach: by default nobody may reach the pods',
      fix: "add exposure: ServiceExposure.gateway() to the service, and set gateways on the environment: Environment.production({ gateways: [NetworkPeer.namespace('ingress')] })",
    });
  }
}

/**
 * Refuses a mesh that the environment knows nothing of.
 *
 * @internal
 */
export function requireMesh(at: PropertyPath, router: string, context: TrafficContext, profile: string): void {
  if (context.environment.mesh === undefined) {
    at.refuse('NetworkUnreachable', {
      value: router,
      allowed: 'a mesh only where the environment names it: by default the proxies may not reach their control plane',
      fix: `set mesh on the environment: Environment.production({ mesh: MeshProfile.${profile} })`,
    });
  }
}

/**
 * The main port of a service, for a router of requests from outside.
 *
 * @throws ConfigurationError `NetworkUnreachable`, `UnsupportedByController`
 * @internal
 */
export function gatewayPort(at: PropertyPath, router: string, context: TrafficContext): RoutedPort {
  requireGateway(at, router, context);
  return routedPort(at, router, context, ['http', 'https', 'grpc']);
}

/**
 * The main port of a service, for the proxies of a mesh: they see nothing of requests that the pods encrypt themselves.
 *
 * @throws ConfigurationError `NetworkUnreachable`, `UnsupportedByController`
 * @internal
 */
export function meshPort(at: PropertyPath, router: string, context: TrafficContext, profile: string): RoutedPort {
  requireMesh(at, router, context, profile);
  return routedPort(at, router, context, ['http', 'grpc']);
}
