import type { Construct } from 'constructs';
import type { EffectiveEnvironment } from './environment';
import type { IgnoredDifference } from './ignored-difference';
import type { KubernetesObject } from './kubernetes-object';
import type { PlainFields } from './measurement';
import type { Port } from './port';
import type { IRequestMetrics } from './request-metrics';

/** Which requests a header route may take. */
export enum HeaderMatching {
  /** There are no header routes. */
  NONE = 'none',
  /** By the whole value alone. */
  EXACT = 'exact',
  /** By the whole value, a prefix or a regular expression. */
  ANY = 'any',
}

/** What a router can do. A step that asks for more is refused. */
export interface TrafficCapabilities {
  /** Whether it splits requests by weight, apart from the number of pods. */
  readonly weights: boolean;
  /** Requests with a header to one set of pods. */
  readonly headerRoutes: HeaderMatching;
  /** Copies of requests to the canary, whose answers are thrown away. */
  readonly mirrorRoutes: boolean;
  /** Weights for the pods of an experiment. */
  readonly experimentWeights: boolean;
}

/** What a router has to know of the release it serves. */
export interface TrafficContext {
  /** Name of the Rollout. */
  readonly workload: string;
  /** Namespace of everything, where it is known. */
  readonly namespace?: string;
  /** Name of the Service in front of all pods, which callers dial. */
  readonly rootService: string;
  /** Name of the Service in front of the stable pods. */
  readonly stableService: string;
  /** Name of the Service in front of the canary's pods. */
  readonly canaryService: string;
  /** Ports of the application, the main one first. */
  readonly ports: readonly Port[];
  /** Labels of every object of the service. */
  readonly labels: Readonly<Record<string, string>>;
  /** Names of the header and mirror routes that the steps set, in the order of their precedence. */
  readonly managedRoutes: readonly string[];
  /** Whether the service is exposed through the environment's gateways, which then may reach its pods. */
  readonly behindGateway: boolean;
  /** The facts of the cluster. */
  readonly environment: EffectiveEnvironment;
}

/** What a router made of a release. */
export interface TrafficBinding {
  /** The Rollout's `trafficRouting`, but for `managedRoutes`; nothing where the number of pods is the weight. */
  readonly trafficRouting?: PlainFields;
  /** The route objects it created; none for adopted ones, and for those that the controller makes itself. */
  readonly routes: readonly KubernetesObject[];
  /** What a deployer must leave alone, adopted objects included. */
  readonly ignoredDifferences: readonly IgnoredDifference[];
  /**
   * Whether it tells the versions apart by itself, so that neither needs a Service of its own. Argo Rollouts waits for all
   * pods before it points subsets at another version only where there are no such Services.
   *
   * @default false
   */
  readonly withoutServices?: boolean;
  /** Name of the Ingress that is counted under, where there is one. */
  readonly ingress?: string;
}

/** An object that a controller makes in the cluster, and that therefore stands in no manifest. */
export interface MadeObject {
  /** Its API group, such as `networking.istio.io`. */
  readonly group: string;
  /** Its kind. */
  readonly kind: string;
  /** Its name. */
  readonly name: string;
}

/** What Flagger has to know of a router. It makes the route objects itself. */
export interface FlaggerRouting {
  /** The `provider` of the Canary, such as `istio`. */
  readonly provider: string;
  /**
   * What its `service` says of the route, such as `gateways`.
   *
   * @default - nothing
   */
  readonly service?: PlainFields;
  /**
   * The Ingress whose requests are split.
   *
   * @default - there is none
   */
  readonly ingress?: string;
  /** How a test by header may compare the value: `exact`, `prefix`, `regex`. None where it knows no headers. */
  readonly headerMatches: readonly string[];
  /**
   * How many headers a request must have at most, for such a test.
   *
   * @default - any number
   */
  readonly mostHeaders?: number;
  /** Whether the canary can get copies of requests before it gets any. */
  readonly mirrors: boolean;
  /** The objects that it leads on from, where they are created. */
  readonly routes: readonly KubernetesObject[];
  /** The objects that it makes. */
  readonly makes: readonly MadeObject[];
}

/** Who splits the requests between two versions of a service, and by which objects. */
export interface ITrafficRouting {
  /** Such as `Istio`, for people. */
  readonly description: string;
  /** What it can do. */
  readonly capabilities: TrafficCapabilities;
  /** Where the requests it routes are counted; nothing where only the application counts them. */
  readonly requestMetrics?: IRequestMetrics;
  /**
   * Creates or adopts the route objects of a release.
   *
   * @param release the release: parent of the objects, and address of errors (property `traffic`)
   * @param context what there is to route to
   */
  bind(release: Construct, context: TrafficContext): TrafficBinding;
  /**
   * The same for Flagger, in place of `bind`; none where Flagger cannot drive it.
   *
   * @param release the release: parent of the objects, and address of errors (property `traffic`)
   * @param context what there is to route to: Flagger's own Services
   */
  flagger?(release: Construct, context: TrafficContext): FlaggerRouting;
}
