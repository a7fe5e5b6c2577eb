import type { KnownProperties, PropertyPath } from './property-path';

/** Transport protocol of a port. */
export enum Protocol {
  /** Streams: HTTP, gRPC, databases. */
  TCP = 'TCP',
  /** Datagrams: DNS, QUIC, telemetry. */
  UDP = 'UDP',
  /** Message streams, where the cluster's network plugin carries them. */
  SCTP = 'SCTP',
}

/** Options of a port. */
export interface PortOptions {
  /**
   * Name of the port, the same on the container and the Service: at most 15 lower-case letters, digits and `-`.
   *
   * @default - `http`, `https`, `grpc`, `tcp`, `udp` or `sctp`, by the kind of the port
   */
  readonly name?: string;

  /**
   * Port of the Service in front of it, 1 to 65535.
   *
   * @default - 80 for http, 443 for https, else the container's port
   */
  readonly servicePort?: number;

  /**
   * Port on every node, 30000 to 32767, for a Service of type NodePort or LoadBalancer.
   *
   * @default - the cluster chooses
   */
  readonly nodePort?: number;

  /**
   * What is spoken on the port, for meshes, gateways and load balancers.
   *
   * @default - `http`, `https`, `kubernetes.io/h2c` (for grpc), else none
   * @see https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol
   */
  readonly appProtocol?: string;
}

const KNOWN: KnownProperties<PortOptions> = { name: true, servicePort: true, nodePort: true, appProtocol: true };

/** A port that a container listens on, with everything a Service, a probe and a policy say of it. */
export class Port {
  /** HTTP/1.1 over TCP. @param number port of the container @param options name, Service port and the like */
  public static http(number: number, options: PortOptions = {}): Port {
    return new Port(number, Protocol.TCP, 'http', 'http', 80, options);
  }

  /** HTTPS over TCP, TLS ended by the container. @param number port of the container @param options name, Service port and the like */
  public static https(number: number, options: PortOptions = {}): Port {
    return new Port(number, Protocol.TCP, 'https', 'https', 443, options);
  }

  /** gRPC, that is HTTP/2 without TLS. @param number port of the container @param options name, Service port and the like */
  public static grpc(number: number, options: PortOptions = {}): Port {
    return new Port(number, Protocol.TCP, 'grpc', 'kubernetes.io/h2c', undefined, options);
  }

  /** Any other protocol over TCP. @param number port of the container @param options name, Service port and the like */
  public static tcp(number: number, options: PortOptions = {}): Port {
    return new Port(number, Protocol.TCP, 'tcp', undefined, undefined, options);
  }

  /** Any protocol over UDP. @param number port of the container @param options name, Service port and the like */
  public static udp(number: number, options: PortOptions = {}): Port {
    return new Port(number, Protocol.UDP, 'udp', undefined, undefined, options);
  }

  /** Any protocol over SCTP. @param number port of the container @param options name, Service port and the like */
  public static sctp(number: number, options: PortOptions = {}): Port {
    return new Port(number, Protocol.SCTP, 'sctp', undefined, undefined, options);
  }

  /** Name on container and Service. */
  public readonly name: string;
  /** Port of the Service. */
  public readonly servicePort: number;
  /** Port on the nodes, where one is asked for. */
  public readonly nodePort?: number;
  /** What is spoken. */
  public readonly appProtocol?: string;

  private constructor(
    /** Port of the container. */
    public readonly number: number,
    /** Transport protocol. */
    public readonly protocol: Protocol,
    defaultName: string,
    defaultAppProtocol: string | undefined,
    defaultServicePort: number | undefined,
    private readonly options: PortOptions,
  ) {
    // What is no struct at all is refused by _check, which has an address to name.
    const given = (options as PortOptions | null) ?? {};
    this.name = given.name ?? defaultName;
    this.servicePort = given.servicePort ?? defaultServicePort ?? number;
    this.nodePort = given.nodePort;
    this.appProtocol = given.appProtocol ?? defaultAppProtocol;
  }

  /**
   * The Service's port: a headless Service translates none, so there an unsaid one is the container's.
   *
   * @internal
   */
  public _servicePort(headless: boolean): number {
    return headless ? this.options.servicePort ?? this.number : this.servicePort;
  }

  /** The same port without one on the nodes, for a second Service inside the cluster. @internal */
  public _inside(): Port {
    if (this.nodePort === undefined) { return this; }
    return new Port(this.number, this.protocol, this.name, this.appProtocol, this.servicePort, { ...this.options, nodePort: undefined });
  }

  /** @internal */
  public _check(at: PropertyPath): void {
    at.onlyKnown(this.options, KNOWN);
    at.integer(this.number, 1, 65535, 'give the port the container listens on, as a number');
    if (this.number < 1024) {
      at.refuse('PodSecurityViolation', {
        value: this.number,
        allowed: 'a container port from 1024: the container runs as an ordinary user, who cannot listen below',
        fix: `let the application listen on ${this.number + 8000} and keep ${this.number} for the Service: servicePort: ${this.number}`,
      });
    }
    at.at('servicePort').integer(this.servicePort, 1, 65535);
    if (this.nodePort !== undefined) { at.at('nodePort').integer(this.nodePort, 30000, 32767); }
    if (typeof this.name !== 'string' || this.name.length > 15 || !/^[a-z0-9]([a-z0-9]|-(?!-))*$/.test(this.name) || this.name.endsWith('-') || !/[a-z]/.test(this.name)) {
      at.at('name').refuse('InvalidName', {
        value: this.name, allowed: 'at most 15 lower-case letters, digits and single "-", with at least one letter (RFC 6335)', fix: 'choose a short name such as "http", "metrics" or "admin"',
      });
    }
    if (this.appProtocol !== undefined) { at.at('appProtocol').text(this.appProtocol, 'a protocol such as http, https or kubernetes.io/h2c', /^([a-z0-9.-]+\/)?[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$/); }
  }
}

/**
 * Refuses two ports that would be one: the same name, container port, Service port or node port.
 *
 * @internal
 */
export function checkPorts(at: PropertyPath, ports: readonly Port[], headless = false): void {
  const unique = (what: string, keyOf: (port: Port) => string, among: readonly Port[] = ports): void => {
    const seen = new Set<string>();
    for (const port of among) {
      const key = keyOf(port);
      if (seen.has(key)) {
        at.refuse('PortConflict', { value: key, allowed: `each ${what} once`, fix: `give one of the ports another ${what}, such as Port.http(9090, { name: 'admin', servicePort: 9090 })` });
      }
      seen.add(key);
    }
  };
  unique('name', port => port.name);
  unique('container port', port => `${port.number}/${port.protocol}`);
  unique('Service port', port => `${port._servicePort(headless)}/${port.protocol}`);
  unique('node port', port => `${port.nodePort}/${port.protocol}`, ports.filter(port => port.nodePort !== undefined));
}
