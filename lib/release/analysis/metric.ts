import type { MetricContext, RenderedMetric } from './metric-context';
import type { ConditionOptions, ErrorBudgetBurnOptions, LatencyOptions, MeasurementOptions, MetricOptions, QueryOptions, SaturationOptions, SuccessRateOptions } from './metric-options';
import { bindMeasurement, bindQuery, type MetricRecipe, renderRecipe } from './metric-recipe';
import { errorBudgetBurn, KNOWN_OPTIONS, latency, saturation, successRate } from './ready-made-metrics';
import type { Bounds } from '../../core/measured-result';
import type { MeasurementFields } from '../../core/measurement';
import type { KnownProperties, PropertyPath } from '../../core/property-path';

const KNOWN_CONDITION: KnownProperties<ConditionOptions> = { ...KNOWN_OPTIONS, atLeast: true, atMost: true, successCondition: true, failureCondition: true };
const KNOWN_QUERY: KnownProperties<QueryOptions> = { ...KNOWN_CONDITION, provider: true, query: true };
const KNOWN_MEASUREMENT: KnownProperties<MeasurementOptions> = { ...KNOWN_CONDITION, measurement: true };

/** A minute: series of new pods appear with their first scrapes. */
const FIRST_SCRAPES = 60;

/**
 * What an analysis judges a release by: a measurement, what is good, and how often it may be bad.
 *
 * @example
 *
 * Metric.successRate({ provider: Prometheus.at('http://prometheus.monitoring:9090'), atLeast: 0.95 })
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export class Metric {
  /** Enough of the canary's requests do not fail by the server's fault. @param options where they are counted, and how many that are */
  public static successRate(options: SuccessRateOptions): Metric {
    return new Metric(options, (at, context) => successRate(at, options, context));
  }

  /** The canary's requests are answered in time. @param options where they are counted, and how long that is */
  public static latency(options: LatencyOptions): Metric {
    return new Metric(options, (at, context) => latency(at, options, context));
  }

  /**
   * The canary does not use up the error budget of a service level objective too fast.
   *
   * @param options the objective, and how fast is too fast
   * @see https://sre.google/workbook/alerting-on-slos/
   */
  public static errorBudgetBurn(options: ErrorBudgetBurnOptions): Metric {
    return new Metric(options, (at, context) => errorBudgetBurn(at, options, context));
  }

  /**
   * No container of the canary comes too close to its CPU or memory limit. Needs the metrics of the kubelet (cAdvisor) and of kube-state-metrics.
   *
   * @param options which limit, and how close
   */
  public static saturation(options: SaturationOptions): Metric {
    return new Metric(options, (at, context) => saturation(at, options, context));
  }

  /** The answer to a query is good. Of several numbers each has to be. @param options where it is asked, what, and what is good */
  public static query(options: QueryOptions): Metric {
    return new Metric(options, at => {
      at.onlyKnown(options, KNOWN_QUERY);
      const measurement = bindQuery(at.at('provider'), options.provider, at.at('query').text(options.query, 'a query'));
      return recipeOf(at, options, measurement, FIRST_SCRAPES);
    });
  }

  /** A measurement of any kind is good: an answer by HTTP, a Job, CloudWatch, a plugin. @param options the measurement, and what is good */
  public static of(options: MeasurementOptions): Metric {
    return new Metric(options, at => {
      at.onlyKnown(options, KNOWN_MEASUREMENT);
      return recipeOf(at, options, bindMeasurement(at.at('measurement'), options.measurement), 0);
    });
  }

  private constructor(private readonly options: MetricOptions, private readonly recipe: (at: PropertyPath, context: MetricContext) => MetricRecipe) {}

  /** What is measured, and how often, for controllers that say it otherwise than Argo Rollouts. @internal */
  public _describe(at: PropertyPath, context: MetricContext): { readonly recipe: MetricRecipe; readonly options: MetricOptions } {
    return { recipe: this.recipe(at, context), options: this.options };
  }

  /** @internal */
  public _render(at: PropertyPath, context: MetricContext): RenderedMetric {
    return renderRecipe(at, this.recipe(at, context), this.options, context);
  }
}

function recipeOf(at: PropertyPath, options: ConditionOptions, measurement: MeasurementFields, initialDelay: number): MetricRecipe {
  const { atLeast, atMost, successCondition, failureCondition } = options;
  const base = { name: options.name, measurement, scrapesPods: false, initialDelay };
  const ranged = atLeast !== undefined || atMost !== undefined;
  const conditioned = successCondition !== undefined || failureCondition !== undefined;
  if (ranged && conditioned) {
    at.at(successCondition === undefined ? 'failureCondition' : 'successCondition').refuse('ConflictingProperties', { value: successCondition ?? failureCondition, allowed: 'either a range (atLeast, atMost) or conditions', fix: 'leave one of the two out' });
  }
  if (measurement.runsOnce === true && 'job' in measurement.provider && (ranged || conditioned)) {
    at.refuse('ConflictingProperties', { value: successCondition ?? failureCondition ?? atLeast ?? atMost, allowed: 'no condition: a Job says by its exit code how it went', fix: 'let the command judge, and leave the condition out' });
  }
  if (ranged) { return { ...base, bounds: boundsOf(at, options, measurement), condition: describeBounds({ atLeast, atMost }) }; }
  for (const name of ['successCondition', 'failureCondition'] as const) {
    if (options[name] !== undefined) { at.at(name).text(options[name], 'a condition such as result[0] >= 0.95'); }
  }
  if (!conditioned && measurement.result !== undefined) {
    at.at('atLeast').refuse('MissingValue', { value: undefined, allowed: 'atLeast, atMost, or a condition: without one every answer is good', fix: 'say what is good' });
  }
  return {
    ...base,
    conditions: { ...failureCondition === undefined ? {} : { failureCondition }, ...successCondition === undefined ? {} : { successCondition } },
    condition: successCondition ?? (failureCondition === undefined ? (measurement.runsOnce === true ? 'succeeds' : 'answers') : `not ${failureCondition}`),
  };
}

function boundsOf(at: PropertyPath, { atLeast, atMost }: ConditionOptions, measurement: MeasurementFields): Bounds {
  for (const [name, value] of [['atLeast', atLeast], ['atMost', atMost]] as const) {
    if (value !== undefined && !(typeof value === 'number' && Number.isFinite(value))) { at.at(name).refuse('InvalidValue', { value, allowed: 'a number', fix: 'write 0.95, without quotes' }); }
  }
  if (atLeast !== undefined && atMost !== undefined && atLeast > atMost) { at.at('atLeast').refuse('InvalidValue', { value: atLeast, allowed: `at most atMost, ${atMost}`, fix: 'swap the two' }); }
  if (measurement.result === undefined) {
    at.at(atLeast === undefined ? 'atMost' : 'atLeast').refuse('InvalidValue', { value: atLeast ?? atMost, allowed: 'a range only where it is known what the answer looks like', fix: 'write a successCondition; or say where the number is, by jsonPath or result' });
  }
  return { atLeast, atMost };
}

function describeBounds({ atLeast, atMost }: Bounds): string {
  if (atLeast === undefined) { return `at most ${atMost}`; }
  return atMost === undefined ? `at least ${atLeast}` : `from ${atLeast} to ${atMost}`;
}
