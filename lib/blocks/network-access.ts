import type { Construct } from 'constructs';
import type { PeerPort } from '../core/cluster-profile';
import type { INetworkPolicyPeer, INetworkPolicyPort, INetworkPolicySpec } from '../core/kubernetes';
import { KubernetesObject } from '../core/kubernetes-object';
import type { NetworkPeer } from '../core/network-peer';

/** @internal */
export interface NetworkAccessProps {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Read at each synthesis. */
  readonly selectorLabels: Readonly<Record<string, string>>;
  /** Where the selected pods are, when it is not the chart's namespace. */
  readonly namespace?: string;
  /** @default - both: what is not allowed is denied */
  readonly directions?: readonly ('Ingress' | 'Egress')[];
}

interface Allowed {
  readonly peer: NetworkPeer;
  readonly port: PeerPort;
}

/**
 * A NetworkPolicy that denies everything to and from a set of pods but what is allowed here, until synthesis.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 * @internal
 */
export class NetworkAccess extends KubernetesObject {
  private readonly ingress: Allowed[];
  private readonly egress: Allowed[];

  public constructor(scope: Construct, id: string, props: NetworkAccessProps) {
    const directions = props.directions ?? ['Ingress', 'Egress'];
    const ingress: Allowed[] = [];
    const egress: Allowed[] = [];
    // An empty list says the same as none, but the API server drops it, and each apply would write it anew.
    const rules = (allowed: readonly Allowed[]) => group(allowed.map(({ peer, port }) => ({
      peer: peer._render(this.namespace), port: renderPort(port),
    })));
    super(scope, id, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      name: props.name,
      namespace: props.namespace,
      labels: props.labels,
      content: {
        spec: (): INetworkPolicySpec => ({
          ...egress.length === 0 ? {} : { egress: rules(egress).map(({ peers, ports }) => ({ ports, to: peers })) },
          ...ingress.length === 0 ? {} : { ingress: rules(ingress).map(({ peers, ports }) => ({ from: peers, ports })) },
          podSelector: { matchLabels: { ...props.selectorLabels } },
          policyTypes: [...directions],
        }),
      },
    });
    this.ingress = ingress;
    this.egress = egress;
  }

  /** Lets peers in. */
  public allowFrom(peers: readonly NetworkPeer[], ports: readonly PeerPort[]): void {
    this.ingress.push(...peers.flatMap(peer => ports.map(port => ({ peer, port }))));
  }

  /** Lets the pods out to peers. */
  public allowTo(peers: readonly NetworkPeer[], ports: readonly PeerPort[]): void {
    this.egress.push(...peers.flatMap(peer => ports.map(port => ({ peer, port }))));
  }
}

function renderPort(port: PeerPort): INetworkPolicyPort {
  return { port: port.number, protocol: port.protocol ?? 'TCP' };
}

interface Rule {
  readonly peers: INetworkPolicyPeer[];
  readonly ports: INetworkPolicyPort[];
}

/** One rule for all peers that share their ports, in an order that does not depend on that of the calls. */
function group(allowed: readonly { readonly peer: INetworkPolicyPeer; readonly port: INetworkPolicyPort }[]): Rule[] {
  const portsByPeer = new Map<string, Set<string>>();
  for (const { peer, port } of allowed) {
    const key = JSON.stringify(peer);
    portsByPeer.set(key, (portsByPeer.get(key) ?? new Set()).add(JSON.stringify(port)));
  }
  const peersByPorts = new Map<string, string[]>();
  for (const [peer, ports] of portsByPeer) {
    const key = `[${[...ports].sort().join(',')}]`;
    peersByPorts.set(key, [...peersByPorts.get(key) ?? [], peer]);
  }
  return [...peersByPorts]
    .map(([ports, peers]) => ({ ports, peers: `[${peers.sort().join(',')}]` }))
    .sort((a, b) => (a.peers + a.ports < b.peers + b.ports ? -1 : 1))
    .map(({ ports, peers }) => ({ peers: JSON.parse(peers) as INetworkPolicyPeer[], ports: JSON.parse(ports) as INetworkPolicyPort[] }));
}
