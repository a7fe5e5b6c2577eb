import type { Duration } from 'cdk8s';
import { ApplicationMetrics } from './application-metrics';
import type { MetricContext } from './metric-context';
import { LimitedResource, type PromQlMetricOptions, type RequestMetricOptions } from './metric-options';
import { goDuration } from '../../core/go-duration';
import type { PropertyPath } from '../../core/property-path';
import { type IRequestMetrics, type MetricSubject, PodSet } from '../../core/request-metrics';

const DEFAULT_WINDOW = 300;

/** @internal */
export function windowOf(at: PropertyPath, window: Duration | undefined): number {
  return window === undefined ? DEFAULT_WINDOW : at.at('window').seconds(window, 30, 86_400, 'give whole seconds, 30 s to 1 day', 'Duration.minutes(5)');
}

/** PromQL of one number for one set of pods. @internal */
export type SetQuery = (set: PodSet) => string;

/** Requests of a release in a window. @internal */
export class RequestQueries {
  public readonly metrics: IRequestMetrics;
  public readonly seconds: number;
  private readonly window: string;
  private readonly minimum: number | undefined;

  public constructor(at: PropertyPath, options: RequestMetricOptions, private readonly context: MetricContext) {
    this.metrics = options.requests ?? context.requestMetrics;
    if (options.requests !== undefined) { checkRequests(at.at('requests'), options.requests); }
    this.seconds = windowOf(at, options.window);
    this.window = goDuration(this.seconds);
    this.minimum = options.minimumRequests === undefined ? undefined : at.at('minimumRequests').integer(options.minimumRequests, 1, 1_000_000, 'give a number of requests in the window, such as 100');
  }

  /** Without requests it is zero divided by zero, which is no number. */
  public readonly successRate: SetQuery = set => `1 - ${this.errorPart(set)}`;

  public readonly errorPart: SetQuery = set => {
    const subject = this.context.subject(set);
    return `(${this.metrics.errorRate(subject, this.window)}) / (${this.metrics.requestRate(subject, this.window)})`;
  };

  public latency(set: PodSet, quantile: number): string {
    return this.metrics.latency(this.context.subject(set), this.window, quantile);
  }

  /** Only where there are enough requests to judge by. */
  public judgeable(query: string, ...sets: readonly PodSet[]): string {
    if (this.minimum === undefined) { return query; }
    return [`(${query})`, ...sets.map(set => `((${this.metrics.requestRate(this.context.subject(set), this.window)}) * ${this.seconds} >= ${this.minimum})`)].join(' and ');
  }
}

function checkRequests(at: PropertyPath, requests: IRequestMetrics): void {
  if (requests instanceof ApplicationMetrics) { requests._check(at); }
  if (typeof requests !== 'object' || requests === null || !(['requestRate', 'errorRate', 'latency'] as const).every(method => typeof requests[method] === 'function')) {
    at.refuse('InvalidValue', { value: requests, allowed: 'an IRequestMetrics', fix: 'write ApplicationMetrics.http()' });
  }
}

/**
 * The most of its limit that any container of the canary uses.
 *
 * @internal
 */
export function saturationQuery(options: PromQlMetricOptions & { readonly resource?: LimitedResource }, seconds: number, context: MetricContext): string {
  const { namespace, pods }: MetricSubject = context.subject(PodSet.CANARY);
  const of = `namespace="${namespace}",pod=~"${pods}"`;
  const window = goDuration(seconds);
  const used = options.resource === LimitedResource.MEMORY
    ? `max by (pod, container) (max_over_time(container_memory_working_set_bytes{${of},container!=""}[${window}]))`
    : `sum by (pod, container) (rate(container_cpu_usage_seconds_total{${of},container!=""}[${window}]))`;
  return `max(${used} / max by (pod, container) (kube_pod_container_resource_limits{${of},resource="${options.resource ?? LimitedResource.CPU}"}))`;
}
