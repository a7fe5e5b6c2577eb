import { cidrContains, isCidr, nearestCidr } from './cidr';
import type { INetworkPolicyPeer } from './kubernetes';
import { checkLabels } from './labels';
import type { KnownProperties, PropertyPath } from './property-path';

/** Where peers are. */
export interface PodPeerOptions {
  /**
   * Name of the peers' namespace.
   *
   * @default - the namespace of the service that the peers talk to
   */
  readonly namespace?: string;

  /**
   * Labels of the peers' namespaces, where a name is not enough.
   *
   * @default - none
   */
  readonly namespaceLabels?: { readonly [name: string]: string };
}

/** Parts of an address range that do not count. */
export interface CidrPeerOptions {
  /**
   * Ranges inside the range that are left out.
   *
   * @default - none; the metadata endpoints of clouds are always left out
   */
  readonly except?: string[];
}

/** One requirement of a label selector. @internal */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: string[];
}

const KNOWN_POD_PEER: KnownProperties<PodPeerOptions> = { namespace: true, namespaceLabels: true };
const KNOWN_CIDR_PEER: KnownProperties<CidrPeerOptions> = { except: true };

interface PodPeer {
  readonly kind: 'pods';
  readonly podLabels: Readonly<Record<string, string>> | undefined;
  readonly podExpressions?: readonly LabelRequirement[];
  readonly namespace?: string;
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  readonly namespaceExpressions?: readonly LabelRequirement[];
  /** Whether namespaces without any label asked for count, too. */
  readonly everyNamespace?: boolean;
}

interface CidrPeer {
  readonly kind: 'cidr';
  readonly cidr: string;
  readonly except: readonly string[];
}

/** Where instances of clouds get their credentials from: nothing that a pod should reach by accident. */
const METADATA_ENDPOINTS = ['169.254.169.254/32', 'fd00:ec2::254/128'];

/** The other end of a connection, as a NetworkPolicy names it: pods, namespaces or addresses. */
export class NetworkPeer {
  /**
   * Pods by their labels.
   *
   * @param labels labels that each of the pods carries; none for every pod
   * @param options where the pods are
   */
  public static pods(labels: { readonly [name: string]: string }, options: PodPeerOptions = {}): NetworkPeer {
    return new NetworkPeer({ kind: 'pods', podLabels: labels, ...options }, at => {
      at.onlyKnown(options, KNOWN_POD_PEER);
      checkLabels(at.at('labels'), labels); // labels that are missing would mean every pod
    });
  }

  /** Every pod of a namespace. @param name the namespace */
  public static namespace(name: string): NetworkPeer {
    return new NetworkPeer({ kind: 'pods', podLabels: undefined, namespace: name }, at => checkNamespaceName(at.at('namespace'), name));
  }

  /**
   * Addresses. The metadata endpoints of clouds are left out of every range.
   *
   * @param cidr such as `203.0.113.0/24`
   * @param options what is left out
   */
  public static cidr(cidr: string, options: CidrPeerOptions = {}): NetworkPeer {
    return new NetworkPeer({ kind: 'cidr', cidr, except: (options as CidrPeerOptions | null)?.except ?? [] }, at => {
      at.at('except').list(at.onlyKnown(options, KNOWN_CIDR_PEER).except ?? []);
    });
  }

  /** Pods by labels that are asked for at each synthesis: a release may change what selects them all. @internal */
  public static _podsBy(labels: () => Readonly<Record<string, string>>, namespace: string | undefined): NetworkPeer {
    return new NetworkPeer({ kind: 'pods', get podLabels() { return labels(); }, namespace });
  }

  /** @internal */
  public static _selecting(peer: Omit<PodPeer, 'kind'>): NetworkPeer {
    return new NetworkPeer({ kind: 'pods', ...peer });
  }

  private constructor(private readonly peer: PodPeer | CidrPeer, private readonly checkGiven?: (at: PropertyPath) => void) {}

  /** @internal */
  public _check(at: PropertyPath): void {
    const { peer } = this;
    this.checkGiven?.(at);
    if (peer.kind === 'cidr') {
      checkCidr(at.at('cidr'), peer.cidr);
      peer.except.forEach((cidr, i) => {
        checkCidr(at.at('except').at(i), cidr);
        if (!cidrContains(peer.cidr, cidr) || cidrContains(cidr, peer.cidr)) { // the API server refuses what is not a strict subset
          at.at('except').at(i).refuse('InvalidValue', { value: cidr, allowed: `a range inside ${peer.cidr}, and smaller`, fix: 'leave it out, or make it smaller' });
        }
      });
      return;
    }
    if (peer.podLabels !== undefined) { checkLabels(at.at('labels'), peer.podLabels); }
    if (peer.namespace !== undefined) { checkNamespaceName(at.at('namespace'), peer.namespace); }
    if (peer.namespaceLabels !== undefined) { checkLabels(at.at('namespaceLabels'), peer.namespaceLabels); }
  }

  /**
   * The peer as seen from a policy in a namespace.
   *
   * @internal
   */
  public _render(policyNamespace: string | undefined): INetworkPolicyPeer {
    const { peer } = this;
    if (peer.kind === 'cidr') {
      const blocked = METADATA_ENDPOINTS.filter(endpoint => cidrContains(peer.cidr, endpoint) && !cidrContains(endpoint, peer.cidr));
      const except = [...new Set([...peer.except, ...blocked])].sort();
      return { ipBlock: { cidr: peer.cidr, ...except.length === 0 ? {} : { except } } };
    }
    const namespaceLabels = {
      ...peer.namespaceLabels,
      ...peer.namespace === undefined || (peer.namespace === policyNamespace && peer.namespaceLabels === undefined && peer.namespaceExpressions === undefined)
        ? {} : { 'kubernetes.io/metadata.name': peer.namespace },
    };
    const namespaceSelector = {
      ...Object.keys(namespaceLabels).length === 0 ? {} : { matchLabels: namespaceLabels },
      ...peer.namespaceExpressions === undefined ? {} : { matchExpressions: peer.namespaceExpressions.map(e => ({ ...e })) },
    };
    const everyPod = peer.podLabels === undefined && peer.podExpressions === undefined;
    const rendered: INetworkPolicyPeer = {
      ...Object.keys(namespaceSelector).length === 0 && peer.everyNamespace !== true ? {} : { namespaceSelector },
      ...everyPod ? {} : {
        podSelector: {
          ...peer.podLabels === undefined ? {} : { matchLabels: { ...peer.podLabels } },
          ...peer.podExpressions === undefined ? {} : { matchExpressions: peer.podExpressions.map(e => ({ ...e })) },
        },
      },
    };
    return Object.keys(rendered).length === 0 ? { podSelector: {} } : rendered; // an empty peer is refused by the API server
  }
}

function checkNamespaceName(at: PropertyPath, name: unknown): void {
  at.text(name, 'the name of a namespace: lower-case letters, digits and "-"', /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
}

/** @internal */
export function checkCidr(at: PropertyPath, cidr: unknown): void {
  if (typeof cidr !== 'string' || !isCidr(cidr)) {
    const meant = typeof cidr === 'string' ? nearestCidr(cidr) : undefined;
    at.refuse('InvalidValue', {
      value: cidr,
      allowed: 'an IPv4 or IPv6 range such as 203.0.113.0/24 or 2001:db8::/32, its host bits zero',
      fix: meant === undefined ? 'write the address and the length of the prefix' : `did you mean ${meant}?`,
    });
  }
}
