import type { Construct } from 'constructs';
import type { Analysis } from './analysis/analysis';
import type { JudgedMetric } from './analysis/analysis-context';
import type { DeploymentMigration } from './deployment-migration';
import type { PodMetadata } from './pod-metadata';
import type { RevisionAntiAffinity } from './revision-anti-affinity';
import type { PlannedStep } from './steps/canary-plan';
import type { CanaryStep } from './steps/canary-step';
import type { Sizes } from './timeline/canary-sizes';
import type { TimelineMoment } from './timeline/release-timeline';
import type { IgnoredDifference } from '../core/ignored-difference';
import type { KubernetesObject } from '../core/kubernetes-object';
import type { PropertyPath } from '../core/property-path';
import type { ITrafficRouting } from '../core/traffic-routing';
import type { ProductionService } from '../workloads/production-service';

/** What every release says, checked; whole seconds where it is a time. @internal */
export interface ReleaseRequest {
  readonly release: Construct;
  readonly at: PropertyPath;
  readonly service: ProductionService;
  readonly progressDeadlineAbort: boolean;
  readonly rollbackWindow: number;
  readonly scaleDownDelay: number | undefined;
  readonly abortScaleDownDelay: number | undefined;
  readonly antiAffinity: RevisionAntiAffinity | undefined;
  readonly migration: DeploymentMigration | undefined;
  /** The props as they were given: a controller refuses what it has no word for, but no default. */
  readonly given: Readonly<Record<string, unknown>>;
}

/** A canary, whoever carries it out. @internal */
export interface CanaryRequest extends ReleaseRequest {
  readonly traffic: ITrafficRouting;
  readonly steps: readonly CanaryStep[] | undefined;
  readonly analysis: Analysis | undefined;
  readonly stableService: string;
  readonly canaryService: string;
  readonly minPodsPerReplicaSet: number | undefined;
  readonly dynamicStableScale: boolean;
  readonly canaryMetadata: PodMetadata | undefined;
  readonly stableMetadata: PodMetadata | undefined;
}

/** A blue-green release, whoever carries it out. @internal */
export interface BlueGreenRequest extends ReleaseRequest {
  readonly previewService: string;
  readonly prePromotionAnalysis: Analysis | undefined;
  readonly postPromotionAnalysis: Analysis | undefined;
  /** Seconds until it is promoted; nothing when a person does it. */
  readonly promotesAfter: number | undefined;
  readonly previewReplicas: number | undefined;
  readonly previewMetadata: PodMetadata | undefined;
  readonly activeMetadata: PodMetadata | undefined;
}

/** What a controller made of a release. @internal */
export interface BoundRelease {
  /** Objects by their roles: Services, and what the controller itself reads. */
  readonly objects: Readonly<Record<string, KubernetesObject | undefined>>;
  readonly routes: readonly KubernetesObject[];
  readonly ignoredDifferences: readonly IgnoredDifference[];
  /** What holds the release's metrics, as its controller reads them; of Argo Rollouts AnalysisTemplates, which releases of a chart share. */
  readonly templates?: readonly KubernetesObject[];
}

/** A canary that is carried out. @internal */
export interface BoundCanary extends BoundRelease {
  readonly steps: readonly PlannedStep[];
  readonly sizesAt: (step: Pick<PlannedStep, 'weight' | 'scale'>, replicas: number) => Sizes;
  /** What is judged beside the steps, from which step on. */
  readonly background: { readonly startingStep: number; readonly metrics: readonly JudgedMetric[] } | undefined;
  /** What is judged in a step, by its index. */
  readonly inline: ReadonlyMap<number, readonly JudgedMetric[]>;
  /** What follows on the steps; nothing where the canary becomes the stable version at once. */
  readonly ending?: (replicas: number) => readonly TimelineMoment[];
}

/** A blue-green release that is carried out. @internal */
export interface BoundBlueGreen extends BoundRelease {
  readonly prePromotion: readonly JudgedMetric[];
  readonly postPromotion: readonly JudgedMetric[];
  /** How it goes, where that is otherwise than with Argo Rollouts. */
  readonly moments?: (replicas: number) => readonly TimelineMoment[];
}
