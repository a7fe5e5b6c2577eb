import { BlockList, isIPv6 } from 'node:net';
import type { NetworkPeer } from 'cdk8s-production';
import { isRecord } from '../shared/manifests';

/** Where clouds hand out credentials of the node: never meant by a range that happens to hold them. */
export const METADATA_ENDPOINTS = ['169.254.169.254/32', 'fd00:ec2::254/128'];

/** The far end of a declaration, in its author's words rather than a policy's. */
export type Peer =
  | { readonly kind: 'workload'; readonly workload: string }
  | { readonly kind: 'pods'; readonly labels: Readonly<Record<string, string>>; readonly namespace?: string; readonly namespaceLabels?: Readonly<Record<string, string>> }
  | { readonly kind: 'range'; readonly cidr: string; readonly except: readonly string[] };

/** A pod by what a declaration may say of it. */
export interface PodFacts {
  /** The workload it belongs to, as findings name it. */
  readonly workload?: string;
  readonly namespace: string;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** Reads what was said when the peer was made, not what it renders: that is on trial. */
export function peerOf(networkPeer: NetworkPeer): Peer {
  const said: unknown = (JSON.parse(JSON.stringify(networkPeer)) as { readonly peer?: unknown }).peer;
  if (isRecord(said) && said.kind === 'cidr' && typeof said.cidr === 'string') {
    return { kind: 'range', cidr: said.cidr, except: Array.isArray(said.except) ? said.except.map(String) : [] };
  }
  const known = ['kind', 'podLabels', 'namespace', 'namespaceLabels'];
  if (!isRecord(said) || said.kind !== 'pods' || Object.keys(said).some((key) => !known.includes(key))) {
    throw new Error(`a peer that this check cannot read: ${JSON.stringify(networkPeer)}`);
  }
  return {
    kind: 'pods',
    labels: textsOf(said.podLabels),
    namespace: said.namespace === undefined ? undefined : String(said.namespace),
    namespaceLabels: said.namespaceLabels === undefined ? undefined : textsOf(said.namespaceLabels),
  };
}

/** @param owner namespace of the workload that declares it: where nothing is said, its own is meant */
export function meansPod(peer: Peer, owner: string, pod: PodFacts): boolean {
  switch (peer.kind) {
    case 'workload': return pod.workload === peer.workload;
    case 'range': return false;
    default: return (peer.namespaceLabels === undefined ? pod.namespace === (peer.namespace ?? owner) : peer.namespace === undefined || pod.namespace === peer.namespace)
      && carries(pod.namespaceLabels, peer.namespaceLabels ?? {}) && carries(pod.labels, peer.labels);
  }
}

export function meansAddress(peer: Peer, address: string): boolean {
  if (peer.kind !== 'range' || !contains(peer.cidr, address) || peer.except.some((range) => contains(range, address))) return false;
  const endpoint = METADATA_ENDPOINTS.find((range) => contains(range, address));
  return endpoint === undefined || endpoint === peer.cidr;
}

function contains(cidr: string, address: string): boolean {
  const [start = '', length] = cidr.split('/');
  if (isIPv6(start) !== isIPv6(address)) return false;
  const family = isIPv6(start) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(start, Number(length), family);
  return list.check(address, family);
}

function carries(labels: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

function textsOf(value: unknown): Record<string, string> {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)])) : {};
}
