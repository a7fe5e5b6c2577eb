import type { IConstruct } from 'constructs';
import { checkClusterPeers, type ClusterPeer, DnsProfile, MeshProfile } from './cluster-profile';
import type { IFqdnEgress } from './connection';
import { KubernetesVersion } from './kubernetes-version';
import { isLabelValue } from './labels';
import { isSubdomain } from './names';
import { NetworkPeer } from './network-peer';
import type { KnownProperties } from './property-path';
import { PropertyPath } from './property-path';
import { Replicas } from './replicas';
import { Resources } from './resources';
import { Shutdown } from './shutdown';

/** How much a cluster's workloads may be disturbed. */
export enum Availability {
  /** A service survives the loss of a pod, a node or a zone; what cannot is refused or found. */
  HIGH = 'high',
  /** A service may be away for a while, as in development. */
  RELAXED = 'relaxed',
}

/** When a node asks the registry for an image. */
export enum ImagePullPolicy {
  /** At each start, which also checks the pull secret; layers that are there are not loaded again. */
  ALWAYS = 'Always',
  /** Only if the node has no image of that reference. Good with digests. */
  IF_NOT_PRESENT = 'IfNotPresent',
}

/** Facts of a cluster, and defaults for what runs there. */
export interface EnvironmentProps {
  /**
   * Kubernetes version of the cluster.
   *
   * @default - the outer scope's, else 1.31
   */
  readonly kubernetesVersion?: KubernetesVersion;

  /**
   * How much its workloads may be disturbed.
   *
   * @default - the preset's: HIGH in production and staging, RELAXED in development
   */
  readonly availability?: Availability;

  /**
   * Registry for images whose reference names none, such as `registry.example.com` or `registry.example.com/mirror`.
   *
   * @default - the outer scope's, else references stay as they are
   */
  readonly registry?: string;

  /**
   * When nodes ask the registry. IF_NOT_PRESENT holds for images with a digest; others are always asked for.
   *
   * @default - the outer scope's, else ALWAYS
   */
  readonly imagePullPolicy?: ImagePullPolicy;

  /**
   * Who answers name lookups.
   *
   * @default - the outer scope's, else DnsProfile.kubeDns()
   */
  readonly dns?: DnsProfile;

  /**
   * Who scrapes metrics from every service.
   *
   * @default - the outer scope's, else nobody
   */
  readonly monitoring?: NetworkPeer[];

  /**
   * Who brings requests from outside to the services that are exposed by a gateway: the pods of the ingress controller or gateway.
   *
   * @default - the outer scope's, else nobody
   */
  readonly gateways?: NetworkPeer[];

  /**
   * Where the Kubernetes API is, for services that use it: the addresses of the API servers themselves, not those of the Service `kubernetes`.
   *
   * @default - the outer scope's, else services that mount a token for it are refused
   */
  readonly kubernetesApi?: ClusterPeer[];

  /**
   * The service mesh whose proxies run in the pods.
   *
   * @default - the outer scope's, else none
   */
  readonly mesh?: MeshProfile;

  /**
   * How egress to host names is allowed. Kubernetes' own NetworkPolicy knows addresses only.
   *
   * @default - the outer scope's, else connections to host names are refused
   */
  readonly fqdnEgress?: IFqdnEgress;

  /**
   * DNS domain of the cluster.
   *
   * @default - the outer scope's, else cluster.local
   */
  readonly clusterDomain?: string;

  /**
   * The team that answers for what runs there: label `team` on every object.
   *
   * @default - the outer scope's, else no label
   */
  readonly team?: string;

  /**
   * The application that the services are part of: label `app.kubernetes.io/part-of` on every object.
   *
   * @default - the outer scope's, else no label
   */
  readonly partOf?: string;

  /**
   * Replicas of services that do not say.
   *
   * @default - the preset's: 3 to 10 in production, 3 to 5 in staging, 1 in development
   */
  readonly replicas?: Replicas;

  /**
   * Resources of services that do not say.
   *
   * @default - the preset's: Resources.medium() in production and staging, Resources.small() in development
   */
  readonly resources?: Resources;

  /**
   * Shutdown of services that do not say.
   *
   * @default - the outer scope's, else Shutdown.graceful()
   */
  readonly shutdown?: Shutdown;
}

const KNOWN: KnownProperties<EnvironmentProps> = {
  kubernetesVersion: true,
  availability: true,
  registry: true,
  imagePullPolicy: true,
  dns: true,
  monitoring: true,
  gateways: true,
  kubernetesApi: true,
  mesh: true,
  fqdnEgress: true,
  clusterDomain: true,
  team: true,
  partOf: true,
  replicas: true,
  resources: true,
  shutdown: true,
};

type Preset = Required<Pick<EnvironmentProps, 'availability' | 'replicas' | 'resources'>>;

const PRODUCTION: Preset = { availability: Availability.HIGH, replicas: Replicas.autoscaled(), resources: Resources.medium() };
const STAGING: Preset = { availability: Availability.HIGH, replicas: Replicas.autoscaled({ minReplicas: 3, maxReplicas: 5 }), resources: Resources.medium() };
const DEVELOPMENT: Preset = { availability: Availability.RELAXED, replicas: Replicas.fixed(1), resources: Resources.small() };

const ATTACHED = Symbol.for('cdk8s-production.Environment');
/** Constructs that asked for their environment: what is attached above them afterwards would not reach them. */
const ASKED = new WeakSet<IConstruct>();

/** What holds at a scope, every question answered. */
export interface EffectiveEnvironment
  extends Required<Omit<EnvironmentProps, 'registry' | 'mesh' | 'fqdnEgress' | 'team' | 'partOf'>>,
  Pick<EnvironmentProps, 'registry' | 'mesh' | 'fqdnEgress' | 'team' | 'partOf'> {
  /** Name of the nearest environment. */
  readonly name: string;
}

/**
 * Where something runs: data with a name, attached to a scope and inherited by everything below it.
 * For each fact the nearest scope that sets it wins. Availability, replicas and resources are the nearest environment's own: its preset says them.
 * Without any environment, production holds.
 */
export class Environment {
  /** Highly available, 3 to 10 replicas by load. @param props facts of the cluster, and other defaults */
  public static production(props: EnvironmentProps = {}): Environment {
    return new Environment('production', props, PRODUCTION);
  }

  /** As production, but 3 to 5 replicas: a release meets there what it will meet later. @param props facts of the cluster, and other defaults */
  public static staging(props: EnvironmentProps = {}): Environment {
    return new Environment('staging', props, STAGING);
  }

  /** One small replica, which may be away for a while. @param props facts of the cluster, and other defaults */
  public static development(props: EnvironmentProps = {}): Environment {
    return new Environment('development', props, DEVELOPMENT);
  }

  /**
   * Any other, with production's defaults.
   *
   * @param name such as `production-eu`: two charts with environments of different names may hold objects of the same name
   * @param props facts of the cluster, and other defaults
   */
  public static named(name: string, props: EnvironmentProps = {}): Environment {
    return new Environment(name, props, PRODUCTION);
  }

  /** What holds at a scope. @param scope any construct */
  public static of(scope: IConstruct): EffectiveEnvironment {
    ASKED.add(scope);
    const attached = scope.node.scopes.reverse()
      .map(construct => (construct as { [ATTACHED]?: Environment })[ATTACHED])
      .filter(environment => environment !== undefined);
    const nearest = attached[0];
    if (nearest === undefined) { return WITHOUT; }
    const pick = <K extends keyof EnvironmentProps>(key: K): EnvironmentProps[K] => attached.find(e => e.props[key] !== undefined)?.props[key];
    return {
      name: nearest.name,
      kubernetesVersion: pick('kubernetesVersion') ?? KubernetesVersion.DEFAULT,
      availability: nearest.props.availability ?? nearest.preset.availability,
      registry: pick('registry'),
      imagePullPolicy: pick('imagePullPolicy') ?? ImagePullPolicy.ALWAYS,
      dns: pick('dns') ?? WITHOUT.dns,
      monitoring: pick('monitoring') ?? [],
      gateways: pick('gateways') ?? [],
      kubernetesApi: pick('kubernetesApi') ?? [],
      mesh: pick('mesh'),
      fqdnEgress: pick('fqdnEgress'),
      clusterDomain: pick('clusterDomain') ?? WITHOUT.clusterDomain,
      team: pick('team'),
      partOf: pick('partOf'),
      replicas: nearest.props.replicas ?? nearest.preset.replicas,
      resources: nearest.props.resources ?? nearest.preset.resources,
      shutdown: pick('shutdown') ?? WITHOUT.shutdown,
    };
  }

  private constructor(
    /** Name of the environment. */
    public readonly name: string,
    private readonly props: EnvironmentProps,
    private readonly preset: Preset,
  ) {}

  /**
   * Lets the environment hold at a scope and everything below it. Attach it before the scope's constructs are made:
   * they ask for it in their constructors.
   *
   * @param scope an App, a Chart or any construct
   * @returns the environment itself
   * @throws ConfigurationError `InvalidValue`, `UnknownProperty` when a property is wrong; `ConflictingProperties` when the scope has one already, or has children that did not see it
   */
  public attachTo(scope: IConstruct): this {
    const at = new PropertyPath(scope, 'environment');
    const other = (scope as { [ATTACHED]?: Environment })[ATTACHED];
    if (other !== undefined) {
      at.refuse('ConflictingProperties', { value: this.name, allowed: `one environment a scope; it has '${other.name}'`, fix: 'attach it to a chart of its own' });
    }
    const tooEarly = scope.node.findAll().find(construct => construct !== scope && ASKED.has(construct));
    if (tooEarly !== undefined) {
      at.refuse('ConflictingProperties', { value: this.name, allowed: `a scope without constructs that have asked for their environment; '${tooEarly.node.path}' has`, fix: 'attach the environment right after the scope is made' });
    }
    this.check(at);
    Object.defineProperty(scope, ATTACHED, { value: this });
    return this;
  }

  private check(at: PropertyPath): void {
    const { props } = this;
    at.onlyKnown(props, KNOWN);
    at.at('name').text(this.name, 'a name of letters, digits, "-", "_" and "."', /^[A-Za-z0-9][-A-Za-z0-9_.]*$/);
    if (props.kubernetesVersion !== undefined) { at.at('kubernetesVersion').instance(props.kubernetesVersion, KubernetesVersion, "KubernetesVersion.V1_33, or KubernetesVersion.of('1.33')"); }
    if (props.availability !== undefined) { at.at('availability').member(props.availability, Availability, 'Availability'); }
    if (props.imagePullPolicy !== undefined) { at.at('imagePullPolicy').member(props.imagePullPolicy, ImagePullPolicy, 'ImagePullPolicy'); }
    if (props.registry !== undefined) { at.at('registry').text(props.registry, 'a host, and a path if need be, such as registry.example.com/mirror', /^[A-Za-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/); }
    if (props.clusterDomain !== undefined && !isSubdomain(props.clusterDomain)) {
      at.at('clusterDomain').refuse('InvalidValue', { value: props.clusterDomain, allowed: 'a DNS domain such as cluster.local', fix: 'see the cluster\'s kubelet configuration, clusterDomain' });
    }
    for (const key of ['team', 'partOf'] as const) {
      const value = props[key];
      if (value !== undefined && (value === '' || !isLabelValue(value))) {
        at.at(key).refuse('InvalidValue', { value, allowed: 'a label value: at most 63 letters, digits, "-", "_" and "."', fix: 'shorten or reword it' });
      }
    }
    if (props.replicas !== undefined) { at.at('replicas').instance(props.replicas, Replicas, 'Replicas.fixed(3)')._check(at.at('replicas'), false); }
    if (props.resources !== undefined) { at.at('resources').instance(props.resources, Resources, 'Resources.small()')._amounts(at.at('resources')); }
    if (props.shutdown !== undefined) { at.at('shutdown').instance(props.shutdown, Shutdown, 'Shutdown.graceful()'); }
    for (const key of ['monitoring', 'gateways'] as const) {
      at.at(key).list(props[key] ?? []).forEach((peer, i) => at.at(key).at(i).instance(peer, NetworkPeer, `NetworkPeer.namespace('${key}')`)._check(at.at(key).at(i)));
    }
    if (props.kubernetesApi !== undefined) { checkClusterPeers(at.at('kubernetesApi'), props.kubernetesApi); }
    if (props.dns !== undefined) { at.at('dns').instance(props.dns, DnsProfile, 'DnsProfile.kubeDns()')._check(at.at('dns')); }
    if (props.mesh !== undefined) { at.at('mesh').instance(props.mesh, MeshProfile, 'MeshProfile.istio()')._check(at.at('mesh')); }
    if (props.fqdnEgress !== undefined && typeof props.fqdnEgress.allow !== 'function') {
      at.at('fqdnEgress').refuse('InvalidValue', { value: props.fqdnEgress, allowed: 'an implementation of IFqdnEgress', fix: 'write new CiliumFqdnEgress()' });
    }
  }
}

const WITHOUT: EffectiveEnvironment = {
  ...PRODUCTION,
  name: 'production',
  kubernetesVersion: KubernetesVersion.DEFAULT,
  registry: undefined,
  imagePullPolicy: ImagePullPolicy.ALWAYS,
  dns: DnsProfile.kubeDns(),
  monitoring: [],
  gateways: [],
  kubernetesApi: [],
  mesh: undefined,
  fqdnEgress: undefined,
  clusterDomain: 'cluster.local',
  team: undefined,
  partOf: undefined,
  shutdown: Shutdown.graceful(),
};
