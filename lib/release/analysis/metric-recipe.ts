import type { IConstruct } from 'constructs';
import type { MetricContext, RenderedMetric } from './metric-context';
import type { MetricOptions } from './metric-options';
import { renderPace } from './metric-pace';
import type { Bounds, Conditions } from '../../core/measured-result';
import { EmptyResult } from '../../core/measured-result';
import type { IMeasurement, IQueryProvider, MeasurementFields } from '../../core/measurement';
import { checkLabelName } from '../../core/names';
import { nearest, type PropertyPath } from '../../core/property-path';
import type { IMetric } from '../argo/argo-types';

/** What a factory of Metric works out, before the common options. @internal */
export interface MetricRecipe {
  readonly name: string;
  readonly measurement: MeasurementFields;
  /** What is good, as a range; else `conditions` say. */
  readonly bounds?: Bounds;
  readonly conditions?: Conditions;
  /** The same for people. */
  readonly condition: string;
  readonly scrapesPods: boolean;
  /** Whether it is about requests that the new version gets. @default false */
  readonly needsRequests?: boolean;
  /** Seconds before the first measurement. */
  readonly initialDelay: number;
}

/** The providers that the controller knows: the API server drops any other, and the analysis ends with an error. */
const PROVIDERS = ['cloudWatch', 'datadog', 'graphite', 'influxdb', 'job', 'kayenta', 'newRelic', 'plugin', 'prometheus', 'skywalking', 'wavefront', 'web'];

/** A Job is named `<36 characters of the run>.<metric>.<number>` and has 63 characters; a longer name is cut, perhaps behind a "-". */
const LONGEST_JOB_NAME = 23;

/** @internal */
export function renderRecipe(at: PropertyPath, recipe: MetricRecipe, options: MetricOptions, context: MetricContext): RenderedMetric {
  const { measurement, bounds } = recipe;
  const name = checkLabelName(at.at('name'), 'the name of a metric', options.name ?? recipe.name);
  checkProvider(at, measurement, name);
  const runsOnce = measurement.runsOnce === true;
  const whenEmpty = whenEmptyOf(at, options, bounds);
  const conditions = bounds === undefined || measurement.result === undefined || whenEmpty === undefined
    ? recipe.conditions : measurement.result._conditions(at.at('result'), bounds, whenEmpty);
  const pace = renderPace(at, options, { purpose: context.purpose, runsOnce, initialDelay: recipe.initialDelay, whenEmpty });
  const fields: IMetric = {
    name,
    ...pace.fields,
    ...conditions,
    provider: measurement.provider,
  };
  return {
    name,
    fields,
    dryRun: options.dryRun !== undefined && at.at('dryRun').flag(options.dryRun),
    secrets: measurement.secrets ?? [],
    endless: pace.endless,
    judged: {
      name,
      condition: recipe.condition,
      scrapesPods: recipe.scrapesPods,
      needsRequests: recipe.needsRequests === true,
      firstMeasurement: pace.firstMeasurement,
      earliestFailure: pace.earliestFailure,
      lastMeasurement: pace.lastMeasurement,
    },
    flagger: measurement.flagger,
  };
}

function whenEmptyOf(at: PropertyPath, options: MetricOptions, bounds: Bounds | undefined): EmptyResult | undefined {
  if (options.whenEmpty === undefined) { return bounds === undefined ? undefined : EmptyResult.FAILS; }
  at.at('whenEmpty').member(options.whenEmpty, EmptyResult, 'EmptyResult');
  if (bounds === undefined) {
    at.at('whenEmpty').refuse('ConflictingProperties', { value: options.whenEmpty, allowed: 'nothing beside a condition, which has to say itself what an empty answer means', fix: 'give atLeast or atMost instead of a condition, or leave whenEmpty out' });
  }
  return options.whenEmpty;
}

function checkProvider(at: PropertyPath, { provider }: MeasurementFields, name: string): void {
  const kinds = typeof provider === 'object' && provider !== null ? Object.keys(provider) : [];
  const [kind, other] = kinds;
  if (kind === undefined || other !== undefined) {
    return at.at('provider').refuse('InvalidValue', { value: provider, allowed: `one of ${PROVIDERS.join(', ')}`, fix: "write { graphite: { address: '…', query: '…' } }" });
  }
  if (!PROVIDERS.includes(kind)) {
    const near = nearest(kind, PROVIDERS);
    at.at('provider').at(kind).refuse('UnknownProperty', { value: provider[kind], allowed: `one of ${PROVIDERS.join(', ')}`, fix: near === undefined ? 'use a provider of Argo Rollouts, or plugin' : `did you mean '${near}'?` });
  }
  if (kind === 'job' && name.length > LONGEST_JOB_NAME) {
    at.at('name').refuse('InvalidName', { value: name, allowed: `at most ${LONGEST_JOB_NAME} characters, because the Job is named for it`, fix: `shorten it by ${name.length - LONGEST_JOB_NAME} characters` });
  }
}

/** Asks a system, whoever wrote it. @internal */
export function bindQuery(at: PropertyPath, provider: IQueryProvider, text: string): MeasurementFields {
  checkQueryProvider(at, provider);
  return bindMeasurement(at, provider.query(text));
}

/** @internal */
export function bindMeasurement(at: PropertyPath, measurement: IMeasurement): MeasurementFields {
  if (typeof (measurement as Partial<IMeasurement> | undefined | null)?.bind !== 'function') {
    at.refuse('InvalidValue', { value: measurement, allowed: 'an IMeasurement', fix: "write Web.get('http://…'), JobRun.of({ image: '…' }) or the query of a provider" });
  }
  return measurement.bind(at.construct as IConstruct, at.property);
}

/** @internal */
export function checkPromQl(at: PropertyPath, provider: IQueryProvider): void {
  checkQueryProvider(at, provider);
  if (!provider.speaksPromQl) {
    at.refuse('InvalidValue', { value: provider.description, allowed: 'a provider that understands PromQL: the ready-made metrics are written in it', fix: 'use Prometheus.at(url), or write Metric.query in the provider\'s own language' });
  }
}

function checkQueryProvider(at: PropertyPath, provider: IQueryProvider): void {
  if (typeof (provider as Partial<IQueryProvider> | undefined | null)?.query !== 'function') {
    at.refuse('InvalidValue', { value: provider, allowed: 'a provider of queries', fix: "write Prometheus.at('http://prometheus.monitoring:9090')" });
  }
}
