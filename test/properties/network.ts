import { isIPv6 } from 'node:net';
import type { Manifest } from '../helpers/manifests';

/** A pod in a cluster: what policies may ask of it. */
export interface Pod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Addresses, for policies that name ranges. */
  readonly ips: readonly string[];
  /** Named ports of its containers. */
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[];
}

/** An address outside of the cluster. */
export interface Address { readonly ips: readonly string[] }

export type Endpoint = Pod | Address;

/**
 * What a set of NetworkPolicies lets through, written after the specification and knowing nothing of who wrote the policies.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
export class Network {
  /** @param policies NetworkPolicy objects @param namespaceLabels labels of namespaces beyond the name that every namespace carries */
  public constructor(private readonly policies: readonly Manifest[], private readonly namespaceLabels: Readonly<Record<string, Readonly<Record<string, string>>>> = {}) {}

  /** Whether a connection is possible: the source's egress and the target's ingress must both allow it. */
  public allows(from: Endpoint, to: Endpoint, port: number, protocol: string): boolean {
    return this.allowsEgress(from, to, port, protocol) && this.allowsIngress(from, to, port, protocol);
  }

  public allowsEgress(from: Endpoint, to: Endpoint, port: number, protocol: string): boolean {
    return !isPod(from) || this.decide(from, 'Egress', to, to, port, protocol);
  }

  public allowsIngress(from: Endpoint, to: Endpoint, port: number, protocol: string): boolean {
    return !isPod(to) || this.decide(to, 'Ingress', from, to, port, protocol);
  }

  /** Nothing selects the pod: everything is allowed. Else what any rule of any policy allows, and nothing more. */
  private decide(subject: Pod, direction: 'Ingress' | 'Egress', peer: Endpoint, destination: Endpoint, port: number, protocol: string): boolean {
    const applying = this.policies.filter(policy => (policy.metadata.namespace ?? '') === subject.namespace
      && typesOf(policy).includes(direction) && selects(policy.spec.podSelector, subject.labels));
    return applying.length === 0 || applying.some(policy => {
      const rules: Manifest[] = (direction === 'Ingress' ? policy.spec.ingress : policy.spec.egress) ?? [];
      return rules.some(rule => this.matchesPeers(direction === 'Ingress' ? rule.from : rule.to, peer, subject.namespace) && matchesPorts(rule.ports, destination, port, protocol));
    });
  }

  /** A rule without peers is for all of them. */
  private matchesPeers(peers: readonly Manifest[] | undefined, endpoint: Endpoint, policyNamespace: string): boolean {
    return peers === undefined || peers.length === 0 || peers.some(peer => this.matchesPeer(peer, endpoint, policyNamespace));
  }

  private matchesPeer(peer: Manifest, endpoint: Endpoint, policyNamespace: string): boolean {
    const { ipBlock, namespaceSelector, podSelector } = peer;
    if (ipBlock !== undefined) {
      return endpoint.ips.some(ip => contains(ipBlock.cidr, ip) && !(ipBlock.except ?? []).some((range: string) => contains(range, ip)));
    }
    if (!isPod(endpoint)) { return false; }
    // Without a namespace selector the policy's own namespace is meant; without a pod selector, every pod.
    const inNamespace = namespaceSelector === undefined ? endpoint.namespace === policyNamespace
      : selects(namespaceSelector, { ...this.namespaceLabels[endpoint.namespace], 'kubernetes.io/metadata.name': endpoint.namespace });
    return inNamespace && (podSelector === undefined || selects(podSelector, endpoint.labels));
  }
}

function isPod(endpoint: Endpoint): endpoint is Pod {
  return 'labels' in endpoint;
}

/** Where a policy does not say: always Ingress, and Egress if it has egress rules. */
function typesOf(policy: Manifest): readonly string[] {
  return policy.spec.policyTypes ?? ['Ingress', ...policy.spec.egress === undefined ? [] : ['Egress']];
}

/** A rule without ports is for all of them; an entry without a number for all of its protocol, which is TCP unless it says so. */
function matchesPorts(ports: readonly Manifest[] | undefined, destination: Endpoint, port: number, protocol: string): boolean {
  return ports === undefined || ports.length === 0 || ports.some(entry => {
    if ((entry.protocol ?? 'TCP') !== protocol) { return false; }
    if (entry.port === undefined) { return true; }
    if (typeof entry.port === 'string') {
      return isPod(destination) && (destination.ports ?? []).some(p => p.name === entry.port && p.containerPort === port && (p.protocol ?? 'TCP') === protocol);
    }
    return port >= entry.port && port <= (entry.endPort ?? entry.port);
  });
}

/** An empty selector takes everything. */
export function selects(selector: Manifest, labels: Readonly<Record<string, string>>): boolean {
  const has = (key: string): boolean => Object.hasOwn(labels, key);
  return Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => has(key) && labels[key] === value)
    && (selector?.matchExpressions ?? []).every(({ key, operator, values }: { key: string; operator: string; values?: string[] }) => {
      switch (operator) {
        case 'In': return has(key) && values!.includes(labels[key]!);
        case 'NotIn': return !has(key) || !values!.includes(labels[key]!);
        case 'Exists': return has(key);
        case 'DoesNotExist': return !has(key);
        default: throw new Error(`no such operator: ${operator}`);
      }
    });
}

/** Whether a range has an address. */
export function contains(cidr: string, ip: string): boolean {
  const [network, length] = cidr.split('/') as [string, string];
  if (isIPv6(network) !== isIPv6(ip)) { return false; }
  const hosts = 2n ** BigInt((isIPv6(ip) ? 128 : 32) - Number(length));
  return toNumber(network) / hosts === toNumber(ip) / hosts;
}

function toNumber(ip: string): bigint {
  if (!isIPv6(ip)) { return ip.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n); }
  const [head, tail] = ip.split('::').map(half => half.split(':').filter(group => group !== ''));
  const groups = tail === undefined ? head! : [...head!, ...Array<string>(8 - head!.length - tail.length).fill('0'), ...tail];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}
