import type { Construct, IConstruct } from 'constructs';
import type { ClusterPeer } from './cluster-profile';
import type { NetworkPeer } from './network-peer';
import type { Protocol } from './port';
import type { SecretValue } from './secret-value';

/** A port on the far side of a connection. */
export interface ConnectionPort {
  /** Name, by which a caller may choose it. */
  readonly name: string;
  /** Port the other pods listen on: what a NetworkPolicy names. */
  readonly number: number;
  /** Port a caller dials: the Service's. */
  readonly servicePort: number;
  /** Transport protocol. */
  readonly protocol: Protocol;
}

/** How a caller logs in. */
export interface ConnectionLogin {
  /** Namespace of the Secrets; nothing where the chart names none. */
  readonly namespace?: string;
  /** Scheme of an address, such as `postgres`; nothing where clients use none. */
  readonly scheme?: string;
  /** Name of the database; nothing where there are no names. */
  readonly database?: string;
  /** Where the user's name is; nothing where nobody asks for one. */
  readonly username?: SecretValue;
  /** Where the password is; nothing where nobody asks for one. */
  readonly password?: SecretValue;
}

/** The far side of a connection, as the caller needs to know it. */
export interface Connection {
  /** Name of the target, from which the names of the caller's variables come. */
  readonly name: string;
  /** Path of the target's construct; nothing for what is outside of the tree. */
  readonly path?: string;
  /** Host name to dial; nothing when there is none to know. */
  readonly host?: string;
  /** The port that the caller chose, or the main one. */
  readonly port: ConnectionPort;
  /** Who is behind it, for the caller's egress. */
  readonly peers: readonly NetworkPeer[];
  /** Host names behind it, for networks that know names. */
  readonly hostNames?: readonly string[];
  /** How to log in, where one has to. */
  readonly login?: ConnectionLogin;
}

/** Who wants to connect. */
export interface ConnectionCaller {
  /** The construct that calls. */
  readonly construct: IConstruct;
  /** Its namespace, where it is known. */
  readonly namespace?: string;
  /** Its pods, for the target's ingress. */
  readonly peer: NetworkPeer;
}

/** Something that can be connected to. */
export interface IConnectable {
  /**
   * Tells the caller what it needs, and lets it in on the port it chose.
   *
   * @param caller who wants to connect
   * @param portName the port it wants; the main one if it does not say
   */
  acceptConnection(caller: ConnectionCaller, portName?: string): Connection;
}

/** An edge of the application's graph: what `connectTo` declared. */
export interface ConnectionEdge {
  /** Path of the calling construct. */
  readonly from: string;
  /** Path of the target's construct; the name or host of what is outside of the tree. */
  readonly to: string;
  /** The port. */
  readonly port: ConnectionPort;
  /** The far side as policies name it; none for host names. */
  readonly peers: readonly NetworkPeer[];
}

/** Egress to host names on some ports. */
export interface FqdnEgressRule {
  /** Such as `api.stripe.com`, or `*.example.com`. */
  readonly hostNames: readonly string[];
  /** The ports. */
  readonly ports: readonly ConnectionPort[];
}

/** What an implementation of egress by host name gets. */
export interface FqdnEgressRequest {
  /** Name for the policy object. */
  readonly name: string;
  /** Labels that select the calling pods. Read them at synthesis: a release may change them. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** Labels for the policy object. */
  readonly labels: Readonly<Record<string, string>>;
  /** Who answers name lookups, from which the network learns the addresses. */
  readonly dns: readonly ClusterPeer[];
  /** The rules. They may still grow until synthesis. */
  readonly rules: () => readonly FqdnEgressRule[];
}

/** A network that knows host names, such as Cilium. */
export interface IFqdnEgress {
  /**
   * Creates the object that allows it.
   *
   * @param scope parent of the object
   * @param request what is to be allowed
   */
  allow(scope: Construct, request: FqdnEgressRequest): void;
}
