import type { AnalysisPurpose } from './analysis-context';
import type { MetricOptions } from './metric-options';
import { goDuration } from '../../core/go-duration';
import { EmptyResult } from '../../core/measured-result';
import type { PropertyPath } from '../../core/property-path';
import type { IMetric } from '../argo/argo-types';

/** When and how often a metric is measured. @internal */
export interface MetricPace {
  readonly fields: Partial<IMetric>;
  /** Whether it goes on until the release ends. */
  readonly endless: boolean;
  readonly firstMeasurement: number;
  readonly earliestFailure: number;
  readonly lastMeasurement: number | undefined;
}

/** @internal */
export interface PaceFacts {
  readonly purpose: AnalysisPurpose;
  /** Whether one measurement is the whole of it. */
  readonly runsOnce: boolean;
  /** Seconds before the first measurement, unless the options say otherwise. */
  readonly initialDelay: number;
  /** What an empty result means, where that is known. */
  readonly whenEmpty: EmptyResult | undefined;
}

const DEFAULT_INTERVAL = 60;
const DEFAULT_COUNT = 5;
const DEFAULT_FAILURE_LIMIT = 2;
const DEFAULT_ERROR_LIMIT = 12;

/**
 * Refuses what the controller would refuse, what never ends, and limits that are never reached.
 *
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/utils/analysis/factory.go ValidateMetric
 * @internal
 */
export function renderPace(at: PropertyPath, options: MetricOptions, facts: PaceFacts): MetricPace {
  const { runsOnce } = facts;
  const given = options.interval === undefined ? undefined : at.at('interval').seconds(options.interval, 5, 3600, 'give whole seconds, 5 s to 1 hour', 'Duration.minutes(1)');
  const initialDelay = options.initialDelay === undefined ? facts.initialDelay : at.at('initialDelay').seconds(options.initialDelay, 0, 3600, 'give whole seconds, at most 1 hour', 'Duration.minutes(2)');
  const count = countOf(at, options, facts, given);
  const interval = given ?? (runsOnce || count === 1 ? undefined : DEFAULT_INTERVAL);
  if (count !== undefined && count > 1 && interval === undefined) {
    at.at('interval').refuse('MissingValue', { value: undefined, allowed: 'an interval between several runs', fix: 'add interval: Duration.minutes(5)' });
  }
  const endless = count === undefined && interval !== undefined;
  const most = count ?? (endless ? undefined : 1);
  const limits = limitsOf(at, options, facts, most);
  return {
    fields: {
      ...limits,
      ...count === undefined ? {} : { count },
      ...initialDelay === 0 ? {} : { initialDelay: goDuration(initialDelay) },
      ...interval === undefined ? {} : { interval: goDuration(interval) },
    },
    endless,
    firstMeasurement: initialDelay,
    // One bad measurement more than are put up with; an order to count none leaves the end of the run.
    earliestFailure: initialDelay + Math.max(0, Number(limits.failureLimit ?? 0)) * (interval ?? 0),
    lastMeasurement: most === undefined ? undefined : initialDelay + (most - 1) * (interval ?? 0),
  };
}

function countOf(at: PropertyPath, options: MetricOptions, { runsOnce, purpose }: PaceFacts, interval: number | undefined): number | undefined {
  if (options.count !== undefined) { return at.at('count').integer(options.count, 1, 1000, 'give the number of measurements'); }
  if (purpose === 'background') { return undefined; }
  if (!runsOnce) { return DEFAULT_COUNT; }
  if (interval !== undefined) {
    at.at('count').refuse('ReleaseNeverFinishes', { value: undefined, allowed: 'a number of runs: with an interval alone they go on for ever, and this analysis has to end', fix: 'add a count, or leave the interval out' });
  }
  return undefined;
}

function limitsOf(at: PropertyPath, options: MetricOptions, { runsOnce, whenEmpty }: PaceFacts, most: number | undefined): Partial<IMetric> {
  const enough = options.consecutiveSuccessLimit === undefined ? undefined : at.at('consecutiveSuccessLimit').integer(options.consecutiveSuccessLimit, 1, most ?? 1000, 'give the number of good measurements in a row, at most count');
  const byDefault = runsOnce ? 0 : Math.min(DEFAULT_FAILURE_LIMIT, most === undefined ? Infinity : Math.min(Math.floor((most - 1) / 2), most - (enough ?? 0)));
  const failureLimit = options.failureLimit === undefined
    ? byDefault
    : at.at('failureLimit').integer(options.failureLimit, enough === undefined ? 0 : -1, 1000, 'give the number of bad measurements that are put up with; -1 needs consecutiveSuccessLimit');
  const inconclusiveLimit = options.inconclusiveLimit === undefined
    ? (whenEmpty === EmptyResult.INCONCLUSIVE ? Math.max(byDefault, 0) : 0)
    : at.at('inconclusiveLimit').integer(options.inconclusiveLimit, 0, 1000, 'give the number of measurements without a verdict that are put up with');
  for (const [name, limit] of [['failureLimit', failureLimit], ['inconclusiveLimit', inconclusiveLimit]] as const) {
    if (most !== undefined && limit >= most && limit > 0) {
      at.at(name).refuse('InvalidValue', { value: limit, allowed: `less than the number of measurements, ${most}: a limit that is never passed decides nothing`, fix: 'lower it, raise count, or set dryRun' });
    }
  }
  if (most !== undefined && enough !== undefined && Math.max(failureLimit, 0) + enough > most) {
    at.at('consecutiveSuccessLimit').refuse('InvalidValue', { value: enough, allowed: `at most count less failureLimit, ${most - Math.max(failureLimit, 0)}: the controller refuses more`, fix: 'raise count, or lower one of the limits' });
  }
  const errors = options.consecutiveErrorLimit === undefined
    ? (runsOnce ? undefined : DEFAULT_ERROR_LIMIT)
    : at.at('consecutiveErrorLimit').integer(options.consecutiveErrorLimit, 0, 1000, 'give the number of errors in a row that are put up with');
  return {
    ...errors === undefined ? {} : { consecutiveErrorLimit: errors },
    ...enough === undefined ? {} : { consecutiveSuccessLimit: enough },
    ...failureLimit === 0 && options.failureLimit === undefined ? {} : { failureLimit },
    ...inconclusiveLimit === 0 && options.inconclusiveLimit === undefined ? {} : { inconclusiveLimit },
  };
}
