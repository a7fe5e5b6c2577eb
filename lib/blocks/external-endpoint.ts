import type { Connection, ConnectionCaller, ConnectionPort, IConnectable } from '../core/connection';
import { isSubdomain } from '../core/names';
import { NetworkPeer } from '../core/network-peer';
import { Protocol } from '../core/port';
import type { KnownProperties } from '../core/property-path';
import { PropertyPath } from '../core/property-path';

/** What an endpoint is called, and how it is reached. */
export interface ExternalEndpointOptions {
  /**
   * Name, from which the names of the caller's variables come, such as `ledger` for `LEDGER_HOST`.
   *
   * @default - the host name, where there is one
   */
  readonly name?: string;

  /**
   * Host name to dial.
   *
   * @default - for a host name, itself; for pods, none is known
   */
  readonly host?: string;

  /**
   * Transport protocol.
   *
   * @default Protocol.TCP
   */
  readonly protocol?: Protocol;

  /**
   * Port that callers dial, when a Service in front of pods has another than the pods.
   *
   * @default - the port itself
   */
  readonly servicePort?: number;

  /**
   * Namespace of the pods.
   *
   * @default - the caller's
   */
  readonly namespace?: string;
}

const KNOWN: KnownProperties<ExternalEndpointOptions> = { name: true, host: true, protocol: true, servicePort: true, namespace: true };

/** Something outside of the application that it connects to. */
export class ExternalEndpoint implements IConnectable {
  /**
   * Addresses.
   *
   * @param cidr such as `203.0.113.0/24`
   * @param port port number
   * @param options name and the like
   */
  public static cidr(cidr: string, port: number, options: ExternalEndpointOptions = {}): ExternalEndpoint {
    return new ExternalEndpoint(port, options, [NetworkPeer.cidr(cidr)], undefined);
  }

  /**
   * A host name. Kubernetes' NetworkPolicy knows addresses only, so the environment must say how its network knows names (`fqdnEgress`).
   *
   * @param hostName such as `api.stripe.com`
   * @param port port number
   * @param options name and the like
   */
  public static fqdn(hostName: string, port: number, options: ExternalEndpointOptions = {}): ExternalEndpoint {
    return new ExternalEndpoint(port, options, [], hostName);
  }

  /**
   * Pods that are made elsewhere.
   *
   * @param labels labels each of the pods carries
   * @param port port they listen on
   * @param options name, namespace and the like
   */
  public static pods(labels: { readonly [name: string]: string }, port: number, options: ExternalEndpointOptions = {}): ExternalEndpoint {
    return new ExternalEndpoint(port, options, [NetworkPeer.pods(labels, { namespace: (options as ExternalEndpointOptions | null)?.namespace })], undefined);
  }

  private constructor(
    private readonly port: number,
    private readonly options: ExternalEndpointOptions,
    private readonly peers: readonly NetworkPeer[],
    private readonly hostName: string | undefined,
  ) {}

  /** Tells the caller what it needs. @param caller who wants to connect @param portName not used: there is one port */
  public acceptConnection(caller: ConnectionCaller, portName?: string): Connection {
    const at = new PropertyPath(caller.construct, 'connectTo(ExternalEndpoint)');
    at.onlyKnown(this.options, KNOWN);
    at.at('port').integer(this.port, 1, 65535);
    const { protocol, name: ownName, host: ownHost } = this.options;
    if (protocol !== undefined) { at.at('protocol').member(protocol, Protocol, 'Protocol'); }
    if (ownName !== undefined) { at.at('name').text(ownName, 'a name such as ledger', /^[A-Za-z0-9][-A-Za-z0-9_.]*$/); }
    if (ownHost !== undefined) { at.at('host').text(ownHost, 'a host name or address, without scheme, port or path', /^[A-Za-z0-9_]([-A-Za-z0-9_.:]*[A-Za-z0-9])?$/); }
    if (this.options.servicePort !== undefined) { at.at('servicePort').integer(this.options.servicePort, 1, 65535); }
    if (portName !== undefined) {
      at.at('port').refuse('PortConflict', { value: portName, allowed: 'no port name: an external endpoint has one port', fix: 'leave the option "port" out' });
    }
    this.peers.forEach(peer => peer._check(at));
    if (this.hostName !== undefined && (typeof this.hostName !== 'string' || !isSubdomain(this.hostName.replace(/^\*\./, '')) || !this.hostName.includes('.'))) {
      at.at('hostName').refuse('InvalidValue', { value: this.hostName, allowed: 'a full host name such as api.stripe.com, or *.example.com, without scheme, port or path', fix: 'write the name alone' });
    }
    const host = this.options.host ?? (this.hostName?.startsWith('*') === true ? undefined : this.hostName);
    const name = this.options.name ?? host ?? '';
    const port: ConnectionPort = {
      name: 'main', number: this.port, servicePort: this.options.servicePort ?? this.port, protocol: this.options.protocol ?? Protocol.TCP,
    };
    return { name, host, port, peers: this.peers, ...this.hostName === undefined ? {} : { hostNames: [this.hostName] } };
  }
}
