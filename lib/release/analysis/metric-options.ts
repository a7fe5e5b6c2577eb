import type { Duration } from 'cdk8s';
import type { StableMargin } from './stable-margin';
import type { EmptyResult } from '../../core/measured-result';
import type { IMeasurement, IQueryProvider } from '../../core/measurement';
import type { IRequestMetrics } from '../../core/request-metrics';

/** How often something is measured, and how many bad measurements it takes to give a release up. */
export interface MetricOptions {
  /**
   * Name, unique in an analysis.
   *
   * @default - what is measured, such as `success-rate`
   */
  readonly name?: string;
  /**
   * Time between two measurements, 5 s to 1 hour.
   *
   * @default - 1 minute; none for a single measurement
   */
  readonly interval?: Duration;
  /**
   * Number of measurements, 1 to 1000.
   *
   * @default - 5 where the analysis has to end by itself; none in the background, where it goes on until the release ends; 1 for a Job
   */
  readonly count?: number;
  /**
   * Time before the first measurement, up to 1 hour.
   *
   * @default - half of the window: the canary needs requests before it can be judged, and a broken one should not get through its first step
   */
  readonly initialDelay?: Duration;
  /**
   * Bad measurements that are put up with. -1 counts none, where `consecutiveSuccessLimit` says what is good.
   *
   * @default - 2, or less where `count` is below 5: one bad sample proves nothing; 0 for a Job
   */
  readonly failureLimit?: number;
  /**
   * Good measurements in a row that are enough, whatever `count` says. Needs Argo Rollouts 1.8.
   *
   * @default - none: all have to be taken
   */
  readonly consecutiveSuccessLimit?: number;
  /**
   * Errors in a row that are put up with, such as no answer. They are tried again after 10 s.
   *
   * @default - 12, two minutes: a restart of the monitoring is not the canary's fault; 4 for a Job
   */
  readonly consecutiveErrorLimit?: number;
  /**
   * Measurements without a verdict that are put up with, before the release waits for somebody.
   *
   * @default - as `failureLimit` where `whenEmpty` is INCONCLUSIVE, else 0
   */
  readonly inconclusiveLimit?: number;
  /**
   * What it means when there is no number.
   *
   * @default EmptyResult.FAILS
   */
  readonly whenEmpty?: EmptyResult;
  /**
   * Whether it is only measured, and never decides.
   *
   * @default false
   */
  readonly dryRun?: boolean;
}

/** What all ready-made metrics need: a system that understands PromQL, and a window. */
export interface PromQlMetricOptions extends MetricOptions {
  /** Where it is asked. */
  readonly provider: IQueryProvider;
  /**
   * How far back each measurement looks, 30 s to 1 day.
   *
   * @default - 5 minutes
   */
  readonly window?: Duration;
}

/** Whose requests are judged, and when there are enough of them. */
export interface RequestMetricOptions extends PromQlMetricOptions {
  /**
   * Where requests are counted.
   *
   * @default - by the router of the release where it counts them, else by the application: `ApplicationMetrics.http()`
   */
  readonly requests?: IRequestMetrics;
  /**
   * Requests that the window must hold to be judged. Fewer are an empty result: three requests prove nothing.
   *
   * @default - one
   */
  readonly minimumRequests?: number;
}

/** Which part of the requests has to succeed. Either `atLeast` or `comparedWithStable`. */
export interface SuccessRateOptions extends RequestMetricOptions {
  /**
   * The least part of the requests that must not fail by the server's fault, 0 to 1.
   *
   * @default - none: `comparedWithStable` says what is good
   */
  readonly atLeast?: number;
  /**
   * How much lower than that of the stable set it may be.
   *
   * @default - not compared
   */
  readonly comparedWithStable?: StableMargin;
}

/** How long requests may take. Either `atMost` or `comparedWithStable`. */
export interface LatencyOptions extends RequestMetricOptions {
  /**
   * Which part of the requests has to be that fast, above 0 and below 1.
   *
   * @default 0.99
   */
  readonly quantile?: number;
  /**
   * The longest time, 1 ms to 1 hour. A histogram knows no time beyond its largest bucket.
   *
   * @default - none: `comparedWithStable` says what is good
   */
  readonly atMost?: Duration;
  /**
   * How much longer than those of the stable set they may take.
   *
   * @default - not compared
   */
  readonly comparedWithStable?: StableMargin;
}

/** How fast failed requests may use up what an objective allows. */
export interface ErrorBudgetBurnOptions extends RequestMetricOptions {
  /** The part of the requests that must succeed over the whole period, such as 0.999. */
  readonly objective: number;
  /**
   * How many times as fast as would use up the budget exactly within its period. 14.4 uses up 2 % of 30 days in an hour.
   *
   * @default 14.4
   */
  readonly atMost?: number;
}

/** What pods have a limit of. */
export enum LimitedResource {
  /** CPU: beyond its limit a container is throttled. */
  CPU = 'cpu',
  /** Memory: beyond its limit a container is killed. */
  MEMORY = 'memory',
}

/** How close to their limits containers may come. */
export interface SaturationOptions extends PromQlMetricOptions {
  /** The most of its limit that any container of the canary may use, above 0 and up to 1. */
  readonly atMost: number;
  /**
   * Which limit.
   *
   * @default LimitedResource.CPU
   */
  readonly resource?: LimitedResource;
}

/** What is good: a range, or conditions in the language of Argo Rollouts. */
export interface ConditionOptions extends MetricOptions {
  /** Name, unique in an analysis. */
  readonly name: string;
  /**
   * The least number that is good.
   *
   * @default - any
   */
  readonly atLeast?: number;
  /**
   * The greatest number that is good.
   *
   * @default - any
   */
  readonly atMost?: number;
  /**
   * When it is good, instead of a range, such as `result.ok && result.successPercent >= 0.9`. It has to say itself what an empty answer means.
   *
   * @default - the range; what is not bad is good
   */
  readonly successCondition?: string;
  /**
   * When it is bad. What is neither good nor bad is inconclusive.
   *
   * @default - what is not good is bad
   */
  readonly failureCondition?: string;
}

/** What is asked for, in the provider's own language. */
export interface QueryOptions extends ConditionOptions {
  /** Where it is asked. */
  readonly provider: IQueryProvider;
  /** The query. It may hold `{{args.service-name}}`, `{{args.workload}}`, `{{args.namespace}}`, `{{args.canary-hash}}` and others of the release, or of your own. */
  readonly query: string;
}

/** What is measured, by anything that can. */
export interface MeasurementOptions extends ConditionOptions {
  /** The measurement. */
  readonly measurement: IMeasurement;
}
