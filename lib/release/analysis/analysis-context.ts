import type { Construct } from 'constructs';
import type { Availability } from '../../core/environment';
import type { KubernetesObject } from '../../core/kubernetes-object';
import type { PlainFields } from '../../core/measurement';
import type { IRequestMetrics } from '../../core/request-metrics';

/** When an analysis runs: beside all steps, or as a step of its own that has to end. @internal */
export type AnalysisPurpose = 'background' | 'inline';

/** What an analysis has to know of its release. @internal */
export interface AnalysisContext {
  /** The release: parent of the templates, and address of errors. */
  readonly release: Construct;
  readonly workload: string;
  readonly namespace: string | undefined;
  /** Nothing where the router tells the versions apart by itself. */
  readonly canaryService: string | undefined;
  readonly stableService: string | undefined;
  readonly ingress: string | undefined;
  /** Where requests are counted, for metrics that do not say. */
  readonly requestMetrics: IRequestMetrics;
  readonly labels: Readonly<Record<string, string>>;
  readonly availability: Availability;
  readonly purpose: AnalysisPurpose;
}

/** One metric, as a timeline tells it. @internal */
export interface JudgedMetric {
  readonly name: string;
  /** Such as `at least 0.95`. */
  readonly condition: string;
  /** Whether the pods must be scraped for it. */
  readonly scrapesPods: boolean;
  /** Seconds until it is measured first. */
  readonly firstMeasurement: number;
  /** Seconds until it can have failed at the earliest. */
  readonly earliestFailure: number;
  /** Whether it is about requests that the new version gets. */
  readonly needsRequests: boolean;
  /** Seconds until its last measurement; nothing when it goes on until the release ends. */
  readonly lastMeasurement: number | undefined;
}

/** An analysis as a Rollout refers to it. @internal */
export interface BoundAnalysis {
  /** `templates` and `args`, as in a Rollout. */
  readonly fields: PlainFields;
  readonly metrics: readonly JudgedMetric[];
  /** The templates of its metrics, which other releases of the chart may share. */
  readonly templates: readonly KubernetesObject[];
}
