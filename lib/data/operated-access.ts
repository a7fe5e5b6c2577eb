import { ConnectionVariables } from '../blocks/connection-variables';
import type { ConnectionsOwner } from '../blocks/connections';
import { Connections } from '../blocks/connections';
import type { NetworkAccess } from '../blocks/network-access';
import { ServiceExposure } from '../blocks/service-exposure';
import { createServicePolicy } from '../blocks/service-policy';
import type { OperatorNetwork } from '../core/database-operator';
import { Environment } from '../core/environment';
import type { Port } from '../core/port';
import { PropertyPath } from '../core/property-path';

/** @internal */
export interface OperatedAccessProps {
  /** Of the policy. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What selects the pods. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** What clients reach; one named `metrics` is scraped, no other. */
  readonly ports: readonly Port[];
  readonly network: OperatorNetwork;
}

/**
 * The policy of pods that an operator makes, and their connections: what the operator says they need, and nothing else.
 *
 * @internal
 */
export function createOperatedAccess(owner: ConnectionsOwner, props: OperatedAccessProps): { readonly policy: NetworkAccess; readonly connections: Connections } {
  const { name, labels, podLabels, ports, network } = props;
  const exposure = ServiceExposure.clusterIp();
  const policy = createServicePolicy(owner, new PropertyPath(owner, ''), {
    name,
    labels,
    selectorLabels: () => podLabels,
    ports,
    metricsPort: ports.some(port => port.name === 'metrics') ? 'metrics' : false,
    environment: Environment.of(owner),
    exposure,
    nameservers: [],
    usesKubernetesApi: network.usesKubernetesApi,
    metadataEndpoints: [],
  });
  for (const { peer, ports: on } of network.from) { policy.allowFrom([peer], on); }
  for (const { peer, ports: on } of network.to) { policy.allowTo([peer], on); }
  const connections = new Connections(owner, policy, ports, exposure, labels, new Set());
  for (const target of network.connectsTo ?? []) { connections.connectTo(target, { variables: ConnectionVariables.none() }); }
  return { policy, connections };
}
