import type { IServicePort, IServiceSpec } from '../core/kubernetes';
import type { KubernetesVersion } from '../core/kubernetes-version';
import { checkAnnotations } from '../core/labels';
import { checkCidr, NetworkPeer } from '../core/network-peer';
import type { Port } from '../core/port';
import type { KnownProperties, PropertyPath } from '../core/property-path';

/** Which pods get the requests of a caller first. */
export enum TrafficDistribution {
  /** Those in the caller's zone. Written as `PreferClose` before Kubernetes 1.34. */
  PREFER_SAME_ZONE = 'PreferSameZone',
  /** Those on the caller's node. From Kubernetes 1.34. */
  PREFER_SAME_NODE = 'PreferSameNode',
}

/** What every Service may have. */
export interface ServiceOptions {
  /**
   * Annotations of the Service, for controllers that read them.
   *
   * @default - none
   */
  readonly annotations?: { readonly [name: string]: string };

  /**
   * Which pods get the requests of a caller first.
   *
   * @default - any, evenly
   */
  readonly trafficDistribution?: TrafficDistribution;

  /**
   * Whether the requests of one client address go to one pod, as long as it is there.
   *
   * @default false
   */
  readonly clientAffinity?: boolean;
}

/** What a Service on the nodes' ports may have. */
export interface NodePortOptions extends ServiceOptions {
  /**
   * Names of the ports that are published. Others, such as metrics, stay inside.
   *
   * @default - the main port
   */
  readonly ports?: string[];

  /**
   * Address ranges that requests may come from. A load balancer checks them itself; the pods' policy does so too with `keepClientAddress`.
   *
   * @default - anywhere
   */
  readonly sourceRanges?: string[];

  /**
   * Whether a node hands requests to its own pods only, and so keeps the client's address.
   *
   * @default false
   */
  readonly keepClientAddress?: boolean;
}

/** What a Service behind a load balancer may have. */
export interface LoadBalancerOptions extends NodePortOptions {
  /**
   * Which of the cluster's load balancer controllers is meant.
   *
   * @default - the cluster's default
   */
  readonly loadBalancerClass?: string;
}

/** What a headless Service may have. */
export interface HeadlessOptions {
  /**
   * Annotations of the Service.
   *
   * @default - none
   */
  readonly annotations?: { readonly [name: string]: string };

  /**
   * Whether names of pods resolve before the pods are ready, as members of a cluster need to find each other.
   *
   * @default false
   */
  readonly publishNotReadyAddresses?: boolean;
}

/** The ports behind a Service, by whose they are. @internal */
export interface ServicePorts {
  readonly application: readonly Port[];
  readonly sidecars: readonly Port[];
}

type Options = LoadBalancerOptions & HeadlessOptions;

const KNOWN_BY_KIND: Readonly<Record<string, KnownProperties<never> | Readonly<Record<string, true>>>> = {
  clusterIp: { annotations: true, trafficDistribution: true, clientAffinity: true },
  gateway: { annotations: true, trafficDistribution: true, clientAffinity: true },
  nodePort: { annotations: true, trafficDistribution: true, clientAffinity: true, ports: true, sourceRanges: true, keepClientAddress: true },
  loadBalancer: { annotations: true, trafficDistribution: true, clientAffinity: true, ports: true, sourceRanges: true, keepClientAddress: true, loadBalancerClass: true },
  headless: { annotations: true, publishNotReadyAddresses: true },
};

const EVERYWHERE = ['0.0.0.0/0', '::/0'];

/** Who can reach a service, and by what kind of Service. */
export class ServiceExposure {
  /** Inside the cluster, for those that are connected to it. @param options what differs from the default */
  public static clusterIp(options: ServiceOptions = {}): ServiceExposure {
    return new ServiceExposure('clusterIp', options);
  }

  /**
   * Inside the cluster, and from outside through the environment's ingress controllers or gateways, which may reach it.
   * The route object itself (Ingress, HTTPRoute) is not created.
   *
   * @param options what differs from the default
   */
  public static gateway(options: ServiceOptions = {}): ServiceExposure {
    return new ServiceExposure('gateway', options);
  }

  /** On a port of every node: for load balancers that a cluster does not manage. @param options what differs from the default */
  public static nodePort(options: NodePortOptions = {}): ServiceExposure {
    return new ServiceExposure('nodePort', options);
  }

  /** From outside, through a load balancer of the cloud. @param options what differs from the default */
  public static loadBalancer(options: LoadBalancerOptions = {}): ServiceExposure {
    return new ServiceExposure('loadBalancer', options);
  }

  /** Inside the cluster, by the addresses of the pods themselves: for clients that balance load on their own, such as gRPC. @param options what differs from the default */
  public static headless(options: HeadlessOptions = {}): ServiceExposure {
    return new ServiceExposure('headless', options);
  }

  private constructor(
    /** @internal */
    public readonly _kind: 'clusterIp' | 'gateway' | 'nodePort' | 'loadBalancer' | 'headless',
    private readonly options: Options,
  ) {}

  /**
   * Whether something in front of the Service has to learn that a pod goes: it is slower than the cluster itself.
   *
   * @internal
   */
  public get _isBehindLoadBalancer(): boolean {
    return this._kind === 'gateway' || this._kind === 'loadBalancer' || this._kind === 'nodePort';
  }

  /** @internal */
  public get _isHeadless(): boolean {
    return this._kind === 'headless';
  }

  /**
   * The ports that the Service has: outside, only those that are meant for it.
   *
   * @internal
   */
  public _published(ports: readonly Port[]): readonly Port[] {
    if (!this.isOutside) { return ports; }
    const names = this.options.ports ?? ports.slice(0, 1).map(port => port.name);
    return ports.filter(port => names.includes(port.name));
  }

  /** Annotations of the Service. @internal */
  public get _annotations(): Readonly<Record<string, string>> {
    return this.options.annotations ?? {};
  }

  /**
   * Peers outside the cluster that the pods' policy has to let in.
   *
   * @internal
   */
  public get _sources(): readonly NetworkPeer[] {
    if (!this.isOutside) { return []; }
    // Without the client's address the pods see that of a node: then the balancer alone can tell who it is.
    const ranges = this.options.keepClientAddress === true ? this.options.sourceRanges : undefined;
    return (ranges ?? EVERYWHERE).map(range => NetworkPeer.cidr(range));
  }

  /** @internal */
  public _check(at: PropertyPath, ports: readonly Port[], version: KubernetesVersion): void {
    const { options } = this;
    at.onlyKnown(options as object, KNOWN_BY_KIND[this._kind] as KnownProperties<object>);
    checkAnnotations(at.at('annotations'), this._annotations);
    if (ports.length === 0 && this._kind !== 'clusterIp') {
      at.refuse('MissingValue', { value: this._kind, allowed: 'a service with a port: a worker has no Service that could be exposed', fix: 'give it a port, or leave "exposure" out' });
    }
    at.at('sourceRanges').list(options.sourceRanges ?? []).forEach((range, i) => checkCidr(at.at('sourceRanges').at(i), range));
    if (this._kind === 'nodePort' && options.sourceRanges !== undefined && options.keepClientAddress !== true) {
      at.at('sourceRanges').refuse('NetworkUnreachable', {
        value: options.sourceRanges,
        allowed: 'ranges together with keepClientAddress: otherwise the pods see the address of a node, and nobody could tell',
        fix: 'add keepClientAddress: true, or leave the ranges to the load balancer in front',
      });
    }
    for (const key of ['clientAffinity', 'keepClientAddress', 'publishNotReadyAddresses'] as const) {
      if (options[key] !== undefined) { at.at(key).flag(options[key]); }
    }
    if (options.loadBalancerClass !== undefined) { at.at('loadBalancerClass').text(options.loadBalancerClass, 'the name of a class, such as service.k8s.aws/nlb', /^\S+$/); }
    if (options.trafficDistribution !== undefined) {
      at.at('trafficDistribution').member(options.trafficDistribution, TrafficDistribution, 'TrafficDistribution');
      const feature = options.trafficDistribution === TrafficDistribution.PREFER_SAME_NODE ? 'trafficDistributionPreferSame' : 'trafficDistributionPreferClose';
      version.require(feature, at.at('trafficDistribution'), options.trafficDistribution);
    }
    if (options.ports !== undefined) {
      at.at('ports').list(options.ports).forEach((name, i) => {
        if (!ports.some(port => port.name === name)) {
          at.at('ports').at(i).refuse('PortConflict', { value: name, allowed: `one of the ports ${ports.map(port => port.name).join(', ')}`, fix: 'correct the name, or add the port to additionalPorts' });
        }
      });
      if (options.ports.length === 0) { at.at('ports').refuse('MissingValue', { value: [], allowed: 'at least one port', fix: 'leave "ports" out to publish the main one' }); }
    }
    const published = this.isOutside ? this._published(ports) : [];
    const withNodePort = ports.find(port => port.nodePort !== undefined && !published.includes(port));
    if (withNodePort !== undefined) {
      at.refuse('PortConflict', {
        value: this._kind,
        allowed: `a Service of type NodePort or LoadBalancer that publishes the port '${withNodePort.name}', which asks for node port ${withNodePort.nodePort}`,
        fix: `write ServiceExposure.nodePort({ ports: ['${withNodePort.name}'] }), or leave nodePort out`,
      });
    }
    const translated = this._isHeadless ? ports.find(port => port._servicePort(true) !== port.number) : undefined;
    if (translated !== undefined) {
      at.refuse('PortConflict', {
        value: `Service port ${translated.servicePort} for container port ${translated.number}`,
        allowed: 'the same port on both: clients of a headless Service dial the pods themselves, and nothing translates the port',
        fix: `leave servicePort out of port '${translated.name}'`,
      });
    }
  }

  /** @internal */
  public _render(ports: ServicePorts, selectorLabels: Readonly<Record<string, string>>, version: KubernetesVersion): IServiceSpec {
    const { options } = this;
    const servicePorts = this._published([...ports.application, ...ports.sidecars]).map((port): IServicePort => ({
      ...port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol },
      name: port.name,
      ...port.nodePort === undefined ? {} : { nodePort: port.nodePort },
      port: port._servicePort(this._isHeadless),
      protocol: port.protocol,
      // By name, so that it never differs from the container's; but older clusters look up no names in native sidecars.
      targetPort: ports.sidecars.includes(port) ? port.number : port.name,
    }));
    return {
      ...this._isHeadless ? { clusterIP: 'None' } : {},
      ...options.keepClientAddress === true ? { externalTrafficPolicy: 'Local' } : {},
      ...options.loadBalancerClass === undefined ? {} : { loadBalancerClass: options.loadBalancerClass },
      ...this._kind === 'loadBalancer' && options.sourceRanges !== undefined ? { loadBalancerSourceRanges: [...options.sourceRanges] } : {},
      ports: servicePorts,
      ...options.publishNotReadyAddresses === true ? { publishNotReadyAddresses: true } : {},
      selector: { ...selectorLabels },
      ...options.clientAffinity === true ? { sessionAffinity: 'ClientIP' } : {},
      ...options.trafficDistribution === undefined ? {} : { trafficDistribution: this.distribution(options.trafficDistribution, version) },
      type: this.isOutside ? (this._kind === 'nodePort' ? 'NodePort' : 'LoadBalancer') : 'ClusterIP',
    };
  }

  private get isOutside(): boolean {
    return this._kind === 'nodePort' || this._kind === 'loadBalancer';
  }

  private distribution(wanted: TrafficDistribution, version: KubernetesVersion): string {
    return version.supports('trafficDistributionPreferSame') ? wanted : 'PreferClose';
  }
}
