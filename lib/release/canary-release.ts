import { Construct } from 'constructs';
import { Analysis } from './analysis/analysis';
import { type ExpectedTraffic, checkExpectedTraffic } from './expected-traffic';
import type { PodMetadata } from './pod-metadata';
import { canaryFindings } from './release-findings';
import { checkRelease, RELEASE_PROPS, type ReleaseProps, serviceNameOf } from './release-props';
import type { BoundCanary } from './release-request';
import type { CanaryStep } from './steps/canary-step';
import { canaryTimeline } from './timeline/canary-timeline';
import type { ReleaseTimeline } from './timeline/release-timeline';
import { TrafficRouting } from './traffic-routing';
import { Findings } from '../core/findings';
import type { IgnoredDifference } from '../core/ignored-difference';
import type { KubernetesObject } from '../core/kubernetes-object';
import type { KnownProperties } from '../core/property-path';
import { PropertyPath } from '../core/property-path';
import type { ITrafficRouting } from '../core/traffic-routing';
import type { ProductionService } from '../workloads/production-service';

/** Names of the Services of a canary. */
export interface CanaryServiceNames {
  /**
   * Of the Service in front of the stable pods.
   *
   * @default - the service's name and `-stable`
   */
  readonly stable?: string;
  /**
   * Of the Service in front of the canary's pods.
   *
   * @default - the service's name and `-canary`
   */
  readonly canary?: string;
}

/** What a team says of its canary. Everything but the service has a default that production can live with. */
export interface CanaryReleaseProps extends ReleaseProps {
  /**
   * Who splits the requests between the two versions.
   *
   * @default - nobody, TrafficRouting.replicas(): the share of pods is the share of requests
   */
  readonly traffic?: ITrafficRouting;

  /**
   * What happens, step by step. After the last one the canary gets all requests.
   *
   * @default - CanarySteps.standard(): 5, 20, 50, 80 % in half an hour; with Flagger 5 to 75 % in steps of 5 every two minutes; without a router 25, 50, 75 %, or 50 % alone of one or two replicas
   */
  readonly steps?: CanaryStep[];

  /**
   * What is judged all along, from a step on: when it fails, the release is aborted and the stable version gets all requests.
   *
   * @default - nothing, and a finding where availability is high and no step judges either
   */
  readonly analysis?: Analysis;

  /**
   * The fewest pods of a version that has any. Needs a router.
   *
   * @default - 2 where availability is high: one pod is no sample, and a node's end would be the canary's; else 1
   */
  readonly minPodsPerReplicaSet?: number;

  /**
   * Whether the stable version shrinks as the canary grows: half the pods, and an abort that first has to start some. Needs
   * a router and `abortScaleDownDelay`.
   *
   * @default false
   */
  readonly dynamicStableScale?: boolean;

  /**
   * Labels and annotations of pods as long as they are the canary's.
   *
   * @default - none
   */
  readonly canaryMetadata?: PodMetadata;

  /**
   * Labels and annotations of pods as long as they are stable.
   *
   * @default - none
   */
  readonly stableMetadata?: PodMetadata;

  /**
   * How many requests there are: steps in which the canary would get too few of them to be judged are refused.
   *
   * @default - unknown, and nothing is refused for it
   */
  readonly expectedTraffic?: ExpectedTraffic;

  /**
   * Names of the Services.
   *
   * @default - after the service
   */
  readonly serviceNames?: CanaryServiceNames;
}

const KNOWN: KnownProperties<CanaryReleaseProps> = {
  ...RELEASE_PROPS,
  traffic: true,
  steps: true,
  analysis: true,
  minPodsPerReplicaSet: true,
  dynamicStableScale: true,
  canaryMetadata: true,
  stableMetadata: true,
  expectedTraffic: true,
  serviceNames: true,
};

/**
 * Releases the next version of a service to some requests first, judges it, and goes on, or back.
 *
 * Turns the service's Deployment into an Argo Rollout of the same pods; autoscaler, disruption budget, spread and policies
 * follow. Creates a Service for each of the two versions, the route objects of its router, and AnalysisTemplates. Each can
 * be patched: `service.workload` is the Rollout, the others are members. With `ReleaseController.flagger()` the Deployment stays,
 * and a Canary and MetricTemplates are created; Flagger makes the Services and the route.
 *
 * @example
 *
 * new CanaryRelease(chart, 'payment-release', {
 *   service: payments,
 *   traffic: TrafficRouting.istio({ route: 'primary' }),
 *   analysis: Analysis.background({
 *     metrics: [Metric.successRate({ provider: Prometheus.at('http://prometheus.monitoring:9090'), atLeast: 0.95 })],
 *   }),
 * });
 */
export class CanaryRelease extends Construct {
  /** The service that is released. */
  public readonly service: ProductionService;
  /** The Service in front of the stable pods; none for a worker, none with subsets of Istio, and none of ours where the controller makes it. */
  public readonly stableService?: KubernetesObject;
  /** The Service in front of the canary's pods; none for a worker, none with subsets of Istio, and none of ours where the controller makes it. */
  public readonly canaryService?: KubernetesObject;
  /** The Deployment that the Rollout takes the pods over from, during a migration. */
  public readonly deployment?: KubernetesObject;
  /** The route objects of the router. */
  public readonly routes: readonly KubernetesObject[];
  /** Flagger's Canary; none with Argo Rollouts. */
  public readonly canary?: KubernetesObject;
  /** The AnalysisTemplates of its metrics, with Flagger the MetricTemplates, each once. Releases of a chart share those of equal metrics. */
  public readonly analysisTemplates: readonly KubernetesObject[];
  /** What a deployer that compares manifests with the cluster must leave alone. */
  public readonly ignoredDifferences: readonly IgnoredDifference[];
  private readonly bound: BoundCanary;

  /**
   * @param scope any construct below a Chart, in the namespace and environment of the service
   * @param id name of the release, for errors and timelines
   * @param props what the team says of it
   * @throws ConfigurationError with code, path, property, value, what is allowed and what to do; `ReleaseConflict` when the service has a release
   */
  public constructor(scope: Construct, id: string, props: CanaryReleaseProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    at.onlyKnown(props, KNOWN);
    const { controller, ...request } = checkRelease(this, props);
    const { service } = request;
    if (props.analysis !== undefined) { at.at('analysis').instance(props.analysis, Analysis, 'Analysis.background({ metrics: […] })'); }
    // A function has a "bind", too: TrafficRouting.istio without its parentheses.
    if (props.traffic !== undefined && (typeof props.traffic.bind !== 'function' || typeof props.traffic.capabilities !== 'object')) {
      at.at('traffic').refuse('InvalidValue', { value: props.traffic, allowed: 'an implementation of ITrafficRouting', fix: 'write TrafficRouting.istio() or another of its kind' });
    }
    const names = at.at('serviceNames').onlyKnown(props.serviceNames ?? {}, { stable: true, canary: true });
    const stableService = serviceNameOf(at.at('serviceNames').at('stable'), names.stable, `${service.name}-stable`, [service.name]);
    this.service = service;
    const traffic = props.traffic ?? TrafficRouting.replicas();
    this.bound = controller._canary({
      ...request,
      traffic,
      steps: props.steps,
      analysis: props.analysis,
      stableService,
      canaryService: serviceNameOf(at.at('serviceNames').at('canary'), names.canary, `${service.name}-canary`, [service.name, stableService]),
      minPodsPerReplicaSet: props.minPodsPerReplicaSet === undefined ? undefined : at.at('minPodsPerReplicaSet').integer(props.minPodsPerReplicaSet, 1, service._release.facts.replicas.minimum),
      dynamicStableScale: props.dynamicStableScale === undefined ? false : at.at('dynamicStableScale').flag(props.dynamicStableScale),
      canaryMetadata: props.canaryMetadata,
      stableMetadata: props.stableMetadata,
    });
    if (props.expectedTraffic !== undefined) { checkExpectedTraffic(at, props.expectedTraffic, this.bound); }
    this.stableService = this.bound.objects.stableService;
    this.canaryService = this.bound.objects.canaryService;
    this.deployment = request.migration?._keepDeployment(this, service._release);
    this.routes = this.bound.routes;
    this.canary = this.bound.objects.canary;
    this.analysisTemplates = this.bound.templates ?? [];
    this.ignoredDifferences = this.bound.ignoredDifferences;
    for (const finding of canaryFindings(at, this.bound, service._release.facts, traffic.capabilities.weights && props.dynamicStableScale !== true)) { Findings.add(this, finding); }
  }

  /**
   * What happens when, and how many pods of each version there are meanwhile.
   *
   * @param replicas for how many replicas; the fewest of the service if it is left out
   */
  public timeline(replicas: number = this.service._release.facts.replicas.minimum): ReleaseTimeline {
    return canaryTimeline(this.node.path, this.bound, new PropertyPath(this, 'timeline').integer(replicas, 1, 5000));
  }
}
