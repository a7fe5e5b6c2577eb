import { Construct } from 'constructs';
import { Analysis } from './analysis/analysis';
import type { PodMetadata } from './pod-metadata';
import { Promotion } from './promotion';
import { previewed, unscraped } from './release-findings';
import { checkRelease, RELEASE_PROPS, type ReleaseProps, serviceNameOf } from './release-props';
import type { BlueGreenRequest, BoundBlueGreen } from './release-request';
import { blueGreenTimeline } from './timeline/blue-green-timeline';
import type { ReleaseTimeline } from './timeline/release-timeline';
import { Findings } from '../core/findings';
import type { IgnoredDifference } from '../core/ignored-difference';
import type { KubernetesObject } from '../core/kubernetes-object';
import type { KnownProperties } from '../core/property-path';
import { PropertyPath } from '../core/property-path';
import type { ProductionService } from '../workloads/production-service';

/** What a team says of its blue-green release. Everything but the service has a default that production can live with. */
export interface BlueGreenReleaseProps extends ReleaseProps {
  /**
   * What has to pass before the new version gets any request.
   *
   * @default - nothing: its pods have to be available
   */
  readonly prePromotionAnalysis?: Analysis;

  /**
   * What has to pass after the new version has taken over; when it fails, the old version takes over again.
   *
   * @default - nothing
   */
  readonly postPromotionAnalysis?: Analysis;

  /**
   * When the new version takes over.
   *
   * @default Promotion.automatic()
   */
  readonly promotion?: Promotion;

  /**
   * How many pods the new version has until it is promoted; then it gets them all, and takes over when they are available.
   *
   * @default - as many as the service has
   */
  readonly previewReplicas?: number;

  /**
   * Labels and annotations of pods as long as they are the preview's.
   *
   * @default - none
   */
  readonly previewMetadata?: PodMetadata;

  /**
   * Labels and annotations of pods as long as they serve.
   *
   * @default - none
   */
  readonly activeMetadata?: PodMetadata;

  /**
   * Name of the Service in front of the new version.
   *
   * @default - the service's name and `-preview`
   */
  readonly previewServiceName?: string;
}

const KNOWN: KnownProperties<BlueGreenReleaseProps> = {
  ...RELEASE_PROPS,
  prePromotionAnalysis: true,
  postPromotionAnalysis: true,
  promotion: true,
  previewReplicas: true,
  previewMetadata: true,
  activeMetadata: true,
  previewServiceName: true,
};

/**
 * Releases the next version of a service beside the running one, judges it in a preview, and switches all requests at once.
 *
 * Turns the service's Deployment into an Argo Rollout of the same pods; autoscaler, disruption budget, spread and policies
 * follow. The service's own Service is the one that is switched. Creates a Service for the preview, and AnalysisTemplates.
 * Each can be patched: `service.workload` is the Rollout, the others are members. With `ReleaseController.flagger()` the
 * Deployment stays, and a Canary and MetricTemplates are created.
 *
 * @example
 *
 * new BlueGreenRelease(chart, 'payment-release', {
 *   service: payments,
 *   prePromotionAnalysis: Analysis.inline({
 *     metrics: [Metric.of({ name: 'smoke', measurement: Web.get('http://payment-service-preview/health/ready'), successCondition: 'result.ok' })],
 *   }),
 * });
 */
export class BlueGreenRelease extends Construct {
  /** The service that is released. */
  public readonly service: ProductionService;
  /** The Service in front of the new version; none of ours where the controller makes it. */
  public readonly previewService?: KubernetesObject;
  /** The Deployment that the Rollout takes the pods over from, during a migration. */
  public readonly deployment?: KubernetesObject;
  /** Flagger's Canary; none with Argo Rollouts. */
  public readonly canary?: KubernetesObject;
  /** The AnalysisTemplates of its metrics, with Flagger the MetricTemplates, each once. Releases of a chart share those of equal metrics. */
  public readonly analysisTemplates: readonly KubernetesObject[];
  /** What a deployer that compares manifests with the cluster must leave alone. */
  public readonly ignoredDifferences: readonly IgnoredDifference[];
  private readonly bound: BoundBlueGreen;
  private readonly request: BlueGreenRequest;

  /**
   * @param scope any construct below a Chart, in the namespace and environment of the service
   * @param id name of the release, for errors and timelines
   * @param props what the team says of it
   * @throws ConfigurationError with code, path, property, value, what is allowed and what to do; `ReleaseConflict` when the service has a release
   */
  public constructor(scope: Construct, id: string, props: BlueGreenReleaseProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    at.onlyKnown(props, KNOWN);
    const { controller, ...request } = checkRelease(this, props);
    const { service } = request;
    const { facts } = service._release;
    if (service.service === undefined) {
      at.at('service').refuse('MissingValue', { value: service.node.path, allowed: 'a service with a port: what is switched is its Service; this is a worker', fix: 'use CanaryRelease, or leave it a Deployment' });
    }
    for (const key of ['prePromotionAnalysis', 'postPromotionAnalysis'] as const) {
      if (props[key] !== undefined) { at.at(key).instance(props[key], Analysis, 'Analysis.inline({ metrics: […] })'); }
    }
    this.service = service;
    this.request = {
      ...request,
      previewService: serviceNameOf(at.at('previewServiceName'), props.previewServiceName, `${service.name}-preview`, [service.name]),
      prePromotionAnalysis: props.prePromotionAnalysis,
      postPromotionAnalysis: props.postPromotionAnalysis,
      promotesAfter: at.at('promotion').instance(props.promotion ?? Promotion.automatic(), Promotion, 'Promotion.manual()')._after(at.at('promotion')),
      previewReplicas: props.previewReplicas === undefined
        ? undefined : at.at('previewReplicas').integer(props.previewReplicas, 1, facts.replicas.minimum, `give at most the service's ${facts.replicas.minimum}`),
      previewMetadata: props.previewMetadata,
      activeMetadata: props.activeMetadata,
    };
    this.bound = controller._blueGreen(this.request);
    this.previewService = this.bound.objects.previewService;
    this.deployment = request.migration?._keepDeployment(this, service._release);
    this.canary = this.bound.objects.canary;
    this.analysisTemplates = this.bound.templates ?? [];
    this.ignoredDifferences = this.bound.ignoredDifferences;
    for (const finding of [...unscraped([...this.bound.prePromotion, ...this.bound.postPromotion], facts), ...previewed(this.bound.prePromotion)]) { Findings.add(this, finding); }
  }

  /**
   * What happens when, and how many pods of each version there are meanwhile.
   *
   * @param replicas for how many replicas; the fewest of the service if it is left out
   */
  public timeline(replicas: number = this.service._release.facts.replicas.minimum): ReleaseTimeline {
    return blueGreenTimeline(this.node.path, this.request, this.bound, new PropertyPath(this, 'timeline').integer(replicas, 1, 5000));
  }
}
