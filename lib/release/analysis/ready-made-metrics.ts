import { Duration } from 'cdk8s';
import { describeDuration } from './durations';
import type { MetricContext } from './metric-context';
import {
  type ErrorBudgetBurnOptions, type LatencyOptions, LimitedResource, type MetricOptions, type PromQlMetricOptions, type RequestMetricOptions,
  type SaturationOptions, type SuccessRateOptions,
} from './metric-options';
import { RequestQueries, saturationQuery, windowOf } from './metric-queries';
import { bindQuery, checkPromQl, type MetricRecipe } from './metric-recipe';
import { type Compared, type ComparedMargin, StableMargin } from './stable-margin';
import { type Bounds, EmptyResult } from '../../core/measured-result';
import type { KnownProperties, PropertyPath } from '../../core/property-path';
import { PodSet } from '../../core/request-metrics';

/** @internal */
export const KNOWN_OPTIONS: KnownProperties<MetricOptions> = {
  name: true,
  interval: true,
  count: true,
  initialDelay: true,
  failureLimit: true,
  consecutiveSuccessLimit: true,
  consecutiveErrorLimit: true,
  inconclusiveLimit: true,
  whenEmpty: true,
  dryRun: true,
};
const KNOWN_PROMQL: KnownProperties<PromQlMetricOptions> = { ...KNOWN_OPTIONS, provider: true, window: true };
const KNOWN_REQUESTS: KnownProperties<RequestMetricOptions> = { ...KNOWN_PROMQL, requests: true, minimumRequests: true };
const KNOWN_SUCCESS_RATE: KnownProperties<SuccessRateOptions> = { ...KNOWN_REQUESTS, atLeast: true, comparedWithStable: true };
const KNOWN_LATENCY: KnownProperties<LatencyOptions> = { ...KNOWN_REQUESTS, quantile: true, atMost: true, comparedWithStable: true };
const KNOWN_BURN: KnownProperties<ErrorBudgetBurnOptions> = { ...KNOWN_REQUESTS, objective: true, atMost: true };
const KNOWN_SATURATION: KnownProperties<SaturationOptions> = { ...KNOWN_PROMQL, atMost: true, resource: true };

/** 2 % of a budget of 30 days in an hour. See https://sre.google/workbook/alerting-on-slos/ */
const FAST_BURN = 14.4;

/** @internal */
export function successRate(at: PropertyPath, options: SuccessRateOptions, context: MetricContext): MetricRecipe {
  at.onlyKnown(options, KNOWN_SUCCESS_RATE);
  checkPromQl(at.at('provider'), options.provider);
  const margin = marginOf(at, 'atLeast', options.atLeast, options.comparedWithStable, 'share');
  const queries = new RequestQueries(at, options, context);
  if (margin !== undefined) {
    return requestRecipe(at, options, queries, 'success-rate-vs-stable', compare(queries, margin, set => queries.successRate(set)), margin.bounds, margin.condition);
  }
  const atLeast = fraction(at.at('atLeast'), options.atLeast, value => value > 0 && value <= 1, 'a fraction above 0, up to 1', 'write 0.95 for 95 %');
  return requestRecipe(at, options, queries, 'success-rate', queries.judgeable(queries.successRate(PodSet.CANARY), PodSet.CANARY), { atLeast }, `at least ${atLeast}`);
}

/** @internal */
export function latency(at: PropertyPath, options: LatencyOptions, context: MetricContext): MetricRecipe {
  at.onlyKnown(options, KNOWN_LATENCY);
  checkPromQl(at.at('provider'), options.provider);
  const quantile = options.quantile === undefined ? 0.99 : fraction(at.at('quantile'), options.quantile, value => value > 0 && value < 1, 'a fraction above 0 and below 1', 'write 0.99 for the slowest request in a hundred');
  const percentile = `p${Number((quantile * 100).toPrecision(10))}`;
  const margin = marginOf(at, 'atMost', options.atMost, options.comparedWithStable, 'duration');
  const queries = new RequestQueries(at, options, context);
  if (margin !== undefined) {
    return requestRecipe(at, options, queries, 'latency-vs-stable', compare(queries, margin, set => queries.latency(set, quantile)), margin.bounds, `${percentile} ${margin.condition}`);
  }
  const millis = at.at('atMost').integer(at.at('atMost').instance(options.atMost, Duration, 'Duration.millis(300)').toMilliseconds(), 1, 3_600_000, 'give 1 ms to 1 hour');
  return requestRecipe(at, options, queries, 'latency', queries.judgeable(queries.latency(PodSet.CANARY, quantile), PodSet.CANARY), { atMost: millis / 1000 }, `${percentile} at most ${describeDuration(millis)}`);
}

/** @internal */
export function errorBudgetBurn(at: PropertyPath, options: ErrorBudgetBurnOptions, context: MetricContext): MetricRecipe {
  at.onlyKnown(options, KNOWN_BURN);
  checkPromQl(at.at('provider'), options.provider);
  const objective = fraction(at.at('objective'), options.objective, value => value > 0 && value < 1, 'a fraction above 0 and below 1', 'write 0.999 for 99.9 %');
  const atMost = options.atMost === undefined ? FAST_BURN : fraction(at.at('atMost'), options.atMost, value => value > 0, 'a number above 0', 'write 14.4');
  const most = Number((1 / (1 - objective)).toPrecision(10));
  if (atMost >= most) {
    at.at('atMost').refuse('InvalidValue', { value: atMost, allowed: `below ${most}: with all requests failing a budget of ${objective} burns ${most} times as fast, so more is never reached`, fix: 'lower it, or raise the objective' });
  }
  const queries = new RequestQueries(at, options, context);
  const query = `${queries.errorPart(PodSet.CANARY)} / (1 - ${objective})`;
  return requestRecipe(at, options, queries, 'error-budget-burn', queries.judgeable(query, PodSet.CANARY), { atMost }, `burn rate at most ${atMost}`);
}

/** @internal */
export function saturation(at: PropertyPath, options: SaturationOptions, context: MetricContext): MetricRecipe {
  at.onlyKnown(options, KNOWN_SATURATION);
  checkPromQl(at.at('provider'), options.provider);
  const resource = options.resource === undefined ? LimitedResource.CPU : at.at('resource').member(options.resource, LimitedResource, 'LimitedResource');
  const atMost = fraction(at.at('atMost'), options.atMost, value => value > 0 && value <= 1, 'a fraction above 0, up to 1', 'write 0.9 for 90 % of the limit');
  const seconds = windowOf(at, options.window);
  return {
    name: `${resource}-saturation`,
    measurement: bindQuery(at.at('provider'), options.provider, saturationQuery(options, seconds, context)),
    bounds: { atMost },
    condition: `at most ${atMost} of the ${resource === LimitedResource.CPU ? 'CPU' : 'memory'} limit`,
    scrapesPods: false, // the kubelet and kube-state-metrics are
    initialDelay: delayOf(seconds),
  };
}

function requestRecipe(at: PropertyPath, options: RequestMetricOptions, queries: RequestQueries, name: string, query: string, bounds: Bounds, condition: string): MetricRecipe {
  return {
    name,
    measurement: bindQuery(at.at('provider'), options.provider, query),
    bounds,
    condition,
    scrapesPods: queries.metrics.scrapesPods,
    needsRequests: options.whenEmpty !== EmptyResult.PASSES,
    initialDelay: delayOf(queries.seconds),
  };
}

/** Half of the window, at most an hour: the canary needs requests first, and a broken one is not to get through its first step. */
function delayOf(window: number): number {
  return Math.min(Math.ceil(window / 2), 3600);
}

function compare(queries: RequestQueries, { operator }: ComparedMargin, query: (set: PodSet) => string): string {
  return queries.judgeable(`(${query(PodSet.CANARY)}) ${operator} (${query(PodSet.STABLE)})`, PodSet.CANARY, PodSet.STABLE);
}

function marginOf(at: PropertyPath, other: string, bound: unknown, margin: StableMargin | undefined, compared: Compared): ComparedMargin | undefined {
  if ((bound === undefined) === (margin === undefined)) {
    at.at(other).refuse(bound === undefined ? 'MissingValue' : 'ConflictingProperties', {
      value: bound, allowed: `either ${other} or comparedWithStable`, fix: bound === undefined ? 'give one of the two' : 'make two metrics of it',
    });
  }
  return margin === undefined ? undefined : at.at('comparedWithStable').instance(margin, StableMargin, 'StableMargin.percent(20)')._compare(at.at('comparedWithStable'), compared);
}

function fraction(at: PropertyPath, value: unknown, fits: (value: number) => boolean, allowed: string, fix: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || !fits(value)) { at.refuse('InvalidValue', { value, allowed, fix }); }
  return value;
}
