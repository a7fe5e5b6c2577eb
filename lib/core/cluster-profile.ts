import { NetworkPeer } from './network-peer';
import { Protocol } from './port';
import type { KnownProperties, PropertyPath } from './property-path';

/** A port as a NetworkPolicy names it: the number the container listens on. */
export interface PeerPort {
  /** Port number, 1 to 65535. */
  readonly number: number;
  /**
   * Transport protocol.
   *
   * @default Protocol.TCP
   */
  readonly protocol?: Protocol;
}

/** Something every pod of a cluster has to reach, or be reached by. */
export interface ClusterPeer {
  /** Who it is. */
  readonly peer: NetworkPeer;
  /** On which ports. */
  readonly ports: PeerPort[];
}

const KNOWN_PEER: KnownProperties<ClusterPeer> = { peer: true, ports: true };
const KNOWN_PORT: KnownProperties<PeerPort> = { number: true, protocol: true };

/** @internal */
export function checkClusterPeers(at: PropertyPath, peers: readonly ClusterPeer[]): void {
  at.list(peers).forEach((known, i) => {
    const here = at.at(i);
    const { peer, ports } = here.onlyKnown(known, KNOWN_PEER);
    here.at('peer').instance(peer, NetworkPeer, "NetworkPeer.namespace('name')")._check(here.at('peer'));
    checkPeerPorts(here.at('ports'), ports);
    if (ports.length === 0) { here.at('ports').refuse('MissingValue', { value: ports, allowed: 'at least one port: none would mean every port', fix: 'write [{ number: 53, protocol: Protocol.UDP }]' }); }
  });
}

function checkPeerPorts(at: PropertyPath, ports: readonly PeerPort[]): void {
  at.list(ports).forEach((port, i) => {
    const here = at.at(i);
    here.at('number').integer(here.onlyKnown(port, KNOWN_PORT).number, 1, 65535);
    if (port.protocol !== undefined) { here.at('protocol').member(port.protocol, Protocol, 'Protocol'); }
  });
}

const dnsPorts = (...numbers: number[]): PeerPort[] => numbers.flatMap(number => [
  { number, protocol: Protocol.UDP },
  { number, protocol: Protocol.TCP }, // answers that do not fit into a datagram
]);

const kubeDns: ClusterPeer = {
  peer: NetworkPeer.pods({ 'k8s-app': 'kube-dns' }, { namespace: 'kube-system' }),
  ports: dnsPorts(53),
};

/**
 * Who answers name lookups in a cluster. Every pod whose egress is restricted may reach it: without names nothing works.
 */
export class DnsProfile {
  /** CoreDNS or kube-dns in kube-system, as most clusters have it. */
  public static kubeDns(): DnsProfile {
    return new DnsProfile([kubeDns]);
  }

  /**
   * A cache on each node, with CoreDNS behind it.
   *
   * @param address address the cache listens on
   * @see https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/
   */
  public static nodeLocal(address: string = '169.254.20.10'): DnsProfile {
    return new DnsProfile([{ peer: NetworkPeer.cidr(`${address}/${address.includes(':') ? 128 : 32}`), ports: dnsPorts(53) }, kubeDns]);
  }

  /** OpenShift's DNS operator: its pods listen on 5353, whatever the Service says. */
  public static openShift(): DnsProfile {
    return new DnsProfile([{
      peer: NetworkPeer.pods({ 'dns.operator.openshift.io/daemonset-dns': 'default' }, { namespace: 'openshift-dns' }),
      ports: dnsPorts(53, 5353),
    }]);
  }

  /** Any other. @param peers the servers and their ports */
  public static custom(peers: ClusterPeer[]): DnsProfile {
    return new DnsProfile(peers);
  }

  private constructor(
    /** The servers. */
    public readonly peers: readonly ClusterPeer[],
  ) {}

  /** @internal */
  public _check(at: PropertyPath): void {
    checkClusterPeers(at.at('peers'), this.peers);
    if (this.peers.length === 0) { at.at('peers').refuse('MissingValue', { value: [], allowed: 'at least one server: without names nothing works', fix: 'write DnsProfile.kubeDns()' }); }
  }
}

/** What is known of a mesh beside its control plane. */
export interface MeshOptions {
  /**
   * Ports on which the proxies answer those who scrape metrics: the environment's `monitoring` may reach them in every pod.
   *
   * @default - none
   */
  readonly scrapePorts?: PeerPort[];
}

const KNOWN_MESH: KnownProperties<MeshOptions> = { scrapePorts: true };

/** What a service mesh's proxies in the pods need of the network. */
export class MeshProfile {
  /**
   * Istio with sidecars: the proxies fetch certificates and configuration from istiod in istio-system. Metrics of the proxy,
   * the agent and, where they are merged, the application are on port 15020.
   *
   * @see https://istio.io/latest/docs/ops/integrations/prometheus/
   */
  public static istio(): MeshProfile {
    return new MeshProfile([{ peer: NetworkPeer.pods({ app: 'istiod' }, { namespace: 'istio-system' }), ports: [{ number: 15012 }] }], { scrapePorts: [{ number: 15020 }] });
  }

  /**
   * Linkerd: the proxies talk to identity, destination and policy in the namespace linkerd. Metrics are on their admin port, 4191.
   *
   * @see https://linkerd.io/2/reference/proxy-metrics/
   */
  public static linkerd(): MeshProfile {
    return new MeshProfile([
      { peer: NetworkPeer.pods({ 'linkerd.io/control-plane-component': 'identity' }, { namespace: 'linkerd' }), ports: [{ number: 8080 }] },
      { peer: NetworkPeer.pods({ 'linkerd.io/control-plane-component': 'destination' }, { namespace: 'linkerd' }), ports: [{ number: 8086 }, { number: 8090 }] },
    ], { scrapePorts: [{ number: 4191 }] });
  }

  /** Any other. @param controlPlane what each proxy has to reach @param options what else is known of it */
  public static custom(controlPlane: ClusterPeer[], options: MeshOptions = {}): MeshProfile {
    return new MeshProfile(controlPlane, options);
  }

  private constructor(
    /** What each proxy has to reach. */
    public readonly controlPlane: readonly ClusterPeer[],
    private readonly options: MeshOptions,
  ) {}

  /** Ports on which the proxies answer those who scrape metrics. */
  public get scrapePorts(): readonly PeerPort[] {
    return this.options.scrapePorts ?? [];
  }

  /** @internal */
  public _check(at: PropertyPath): void {
    checkClusterPeers(at.at('controlPlane'), this.controlPlane);
    at.onlyKnown(this.options, KNOWN_MESH);
    checkPeerPorts(at.at('scrapePorts'), this.scrapePorts);
  }
}
