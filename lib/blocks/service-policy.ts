import type { Construct } from 'constructs';
import { NetworkAccess } from './network-access';
import type { ServiceExposure } from './service-exposure';
import type { ClusterPeer } from '../core/cluster-profile';
import type { EffectiveEnvironment } from '../core/environment';
import { NetworkPeer } from '../core/network-peer';
import { type Port, Protocol } from '../core/port';
import type { PropertyPath } from '../core/property-path';

/** @internal */
export interface ServicePolicyProps {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Asked at each synthesis: a release may change what selects all pods. */
  readonly selectorLabels: () => Readonly<Record<string, string>>;
  readonly ports: readonly Port[];
  /** Name of the port; nothing to guess, false for none. */
  readonly metricsPort: string | false | undefined;
  readonly environment: EffectiveEnvironment;
  readonly exposure: ServiceExposure;
  /** Name servers beside the cluster's. */
  readonly nameservers: readonly string[];
  /** Whether the pods hold a token for the Kubernetes API. */
  readonly usesKubernetesApi: boolean;
  /** Where the pods get their cloud credentials from. */
  readonly metadataEndpoints: readonly ClusterPeer[];
}

/**
 * The policy of a service before it declares any connection: what the cluster itself needs (names, mesh, scraping, credentials)
 * and what its exposure promises.
 *
 * @internal
 */
export function createServicePolicy(scope: Construct, at: PropertyPath, props: ServicePolicyProps): NetworkAccess {
  const { environment, exposure, ports } = props;
  const policy = new NetworkAccess(scope, 'NetworkPolicy', { name: props.name, labels: props.labels, get selectorLabels() { return props.selectorLabels(); } });
  for (const known of [...environment.dns.peers, ...environment.mesh?.controlPlane ?? [], ...props.metadataEndpoints]) {
    policy.allowTo([known.peer], known.ports);
  }
  if (props.usesKubernetesApi) {
    if (environment.kubernetesApi.length === 0) {
      at.at('identity').refuse('NetworkUnreachable', {
        value: 'a token for the Kubernetes API',
        allowed: 'a token only where the environment says where the API is: by default the pods may not reach it, and the token would be of no use',
        fix: "set kubernetesApi on the environment: Environment.production({ kubernetesApi: [{ peer: NetworkPeer.cidr('10.0.0.10/32'), ports: [{ number: 6443 }] }] })",
      });
    }
    for (const { peer, ports: apiPorts } of environment.kubernetesApi) { policy.allowTo([peer], apiPorts); }
  }
  for (const address of props.nameservers) {
    const peer = NetworkPeer.cidr(`${address}/${address.includes(':') ? 128 : 32}`);
    peer._check(at.at('pod').at('dns').at('nameservers'));
    policy.allowTo([peer], [{ number: 53, protocol: Protocol.UDP }, { number: 53 }]);
  }
  const metrics = metricsPortOf(at.at('metricsPort'), ports, props.metricsPort);
  if (metrics !== undefined) { policy.allowFrom(environment.monitoring, [metrics]); }
  policy.allowFrom(environment.monitoring, environment.mesh?.scrapePorts ?? []);
  policy.allowFrom(exposure._sources, exposure._published(ports));
  if (exposure._kind === 'gateway') {
    if (environment.gateways.length === 0) {
      at.at('exposure').refuse('NetworkUnreachable', {
        value: 'ServiceExposure.gateway()',
        allowed: 'a gateway only where the environment says who it is: by default nobody may reach the pods',
        fix: "set gateways on the environment: Environment.production({ gateways: [NetworkPeer.namespace('ingress-nginx')] })",
      });
    }
    policy.allowFrom(environment.gateways, ports.slice(0, 1));
  }
  return policy;
}

function metricsPortOf(at: PropertyPath, ports: readonly Port[], name: string | false | undefined): Port | undefined {
  if (name === false) { return undefined; }
  if (name === undefined) { return ports.find(port => port.name === 'metrics') ?? ports.find(port => port.protocol === 'TCP'); }
  return ports.find(port => port.name === name)
    ?? at.refuse('PortConflict', { value: name, allowed: `one of the ports ${ports.map(port => port.name).join(', ') || '(there is none)'}`, fix: 'name one of them, or add the port to additionalPorts' });
}
