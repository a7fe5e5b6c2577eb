import { type CheckedFlaggerOptions, flaggerInterval } from './flagger-options';
import { FlaggerQuery, subjectOfFlagger } from './flagger-query';
import { KubernetesObject } from '../../core/kubernetes-object';
import { MANAGED_BY } from '../../core/labels';
import { EmptyResult } from '../../core/measured-result';
import type { FlaggerMeasurement, PlainFields } from '../../core/measurement';
import { checkLabelName } from '../../core/names';
import type { PropertyPath } from '../../core/property-path';
import type { Analysis } from '../analysis/analysis';
import type { AnalysisContext, JudgedMetric } from '../analysis/analysis-context';
import { Metric } from '../analysis/metric';
import type { MetricOptions } from '../analysis/metric-options';
import type { MetricRecipe } from '../analysis/metric-recipe';
import { sharedByChart } from '../analysis/shared-template';
import { checkArguments } from '../analysis/template-content';

/** What a release is judged by, in Flagger's words. @internal */
export interface FlaggerAnalysis {
  /** The Canary's `metrics`. */
  readonly metrics: readonly PlainFields[];
  readonly templates: readonly KubernetesObject[];
  readonly judged: readonly JudgedMetric[];
  /** Failed looks after which it goes back. */
  readonly threshold: number;
  /** The most measurements that a metric asks for; nothing when none says. */
  readonly count: number | undefined;
  /** Seconds between two measurements, where the metrics say. */
  readonly interval: number | undefined;
}

interface AskedMetric {
  readonly at: PropertyPath;
  readonly recipe: MetricRecipe;
  readonly options: MetricOptions;
}

/** One bad sample proves nothing, as everywhere. */
const DEFAULT_FAILURE_LIMIT = 2;

/** Names under which Flagger asks by itself, without a template. */
const BUILT_IN = ['request-success-rate', 'request-duration'];

/** What Flagger has no word for, and why. */
const UNKNOWN: readonly (readonly [keyof MetricOptions, string])[] = [
  ['initialDelay', 'measurements from the end of the first interval on'],
  ['consecutiveSuccessLimit', 'measurements as long as the release goes on'],
  ['consecutiveErrorLimit', 'errors that count as bad measurements'],
  ['inconclusiveLimit', 'measurements that are good or bad'],
];

/** @internal */
export const NOTHING_JUDGED: FlaggerAnalysis = { metrics: [], templates: [], judged: [], threshold: DEFAULT_FAILURE_LIMIT + 1, count: undefined, interval: undefined };

/**
 * The metrics of an analysis as MetricTemplates, which equal metrics of a chart share, and what the Canary says of them.
 *
 * @param interval seconds between two looks; nothing where the metrics say
 * @see https://docs.flagger.app/usage/metrics#custom-metrics
 * @internal
 */
export function bindFlaggerAnalysis(at: PropertyPath, analysis: Analysis, context: AnalysisContext, flagger: CheckedFlaggerOptions, interval: number | undefined): FlaggerAnalysis {
  const { options, purpose } = analysis._asked(at, context.purpose);
  if ((options.templates ?? []).length > 0) {
    at.at('templates').refuse('UnsupportedByController', { value: `${options.templates!.length} templates`, allowed: 'metrics: AnalysisTemplates are read by Argo Rollouts alone', fix: 'put their metrics into the analysis, "metrics: […]": equal ones of several releases become one MetricTemplate' });
  }
  if (options.startingStep !== undefined) {
    at.at('startingStep').refuse('UnsupportedByController', { value: options.startingStep, allowed: 'an analysis from the first weight on', fix: 'leave it out' });
  }
  const args = checkArguments(at.at('args'), options.args ?? {});
  const asked = at.at('metrics').list(options.metrics ?? []).map((metric, i): AskedMetric => {
    const here = at.at('metrics').at(i);
    const described = here.instance(metric, Metric, 'Metric.successRate({ provider, atLeast: 0.95 })')._describe(here, { purpose, requestMetrics: context.requestMetrics, subject: subjectOfFlagger });
    return { at: here, ...described };
  });
  if (asked.length === 0) { at.at('metrics').refuse('MissingValue', { value: options.metrics, allowed: 'at least one metric', fix: 'write metrics: [Metric.successRate({ provider, atLeast: 0.95 })]' }); }
  const query = new FlaggerQuery(context, args);
  const own = commonOf(asked, 'interval', ({ at: where, options: { interval: given } }) => (given === undefined ? undefined : where.at('interval').seconds(given, 10, 3600, 'give whole seconds, 10 s to 1 hour', 'Duration.minutes(1)')));
  if (interval !== undefined && own !== undefined && own.value !== interval) {
    own.at.refuse('UnsupportedByController', { value: `${own.value} s`, allowed: `one measurement at the end of each interval, which is the pause of the steps: ${interval} s`, fix: 'leave "interval" out, or let the steps pause as long' });
  }
  const failureLimit = commonOf(asked, 'failureLimit', ({ at: where, options: { failureLimit: given } }) => (given === undefined ? undefined : where.at('failureLimit').integer(given, 0, 1000, 'give the number of bad measurements that are put up with')));
  const counts = asked.flatMap(metric => countOf(metric, purpose === 'inline'));
  const looks = interval ?? own?.value ?? 60;
  const names = new Set<string>();
  const bound = asked.map(metric => bindMetric(metric, { query, context, flagger, looks, names }));
  query.refuseUnused(at.at('args'));
  return {
    metrics: bound.map(({ fields }) => fields),
    templates: [...new Set(bound.map(({ template }) => template))],
    judged: bound.map(({ name }, i) => ({
      name,
      condition: asked[i]!.recipe.condition,
      scrapesPods: asked[i]!.recipe.scrapesPods,
      // The end of an interval still belongs to it.
      firstMeasurement: 0,
      earliestFailure: 0,
      needsRequests: asked[i]!.recipe.needsRequests === true,
      lastMeasurement: undefined,
    })),
    threshold: (failureLimit?.value ?? DEFAULT_FAILURE_LIMIT) + 1,
    count: counts.length === 0 ? undefined : Math.max(...counts),
    interval: own?.value,
  };
}

interface CommonValue {
  readonly value: number;
  readonly at: PropertyPath;
}

/** One value for all metrics: Flagger has one for the release. */
function commonOf(asked: readonly AskedMetric[], option: keyof MetricOptions, read: (metric: AskedMetric) => number | undefined): CommonValue | undefined {
  let common: CommonValue | undefined;
  for (const metric of asked) {
    const value = read(metric);
    if (value === undefined) { continue; }
    if (common !== undefined && common.value !== value) {
      metric.at.at(option).refuse('UnsupportedByController', { value, allowed: `one ${option} for all metrics of a release; another has ${common.value}`, fix: 'give both the same, or leave it out' });
    }
    common ??= { value, at: metric.at.at(option) };
  }
  return common;
}

function countOf({ at, options: { count } }: AskedMetric, counts: boolean): number[] {
  if (count === undefined) { return []; }
  if (!counts) { at.at('count').refuse('UnsupportedByController', { value: count, allowed: 'measurements as long as the release goes on', fix: 'leave "count" out' }); }
  return [at.at('count').integer(count, 1, 1000, 'give the number of measurements')];
}

interface Binding {
  readonly query: FlaggerQuery;
  readonly context: AnalysisContext;
  readonly flagger: CheckedFlaggerOptions;
  readonly looks: number;
  readonly names: Set<string>;
}

interface BoundMetric {
  readonly name: string;
  readonly fields: PlainFields;
  readonly template: KubernetesObject;
}

function bindMetric({ at, recipe, options }: AskedMetric, { query, context, flagger, looks, names }: Binding): BoundMetric {
  const name = checkLabelName(at.at('name'), 'the name of a metric', options.name ?? recipe.name);
  if (BUILT_IN.includes(name) || names.has(name)) {
    at.at('name').refuse('InvalidName', { value: name, allowed: names.has(name) ? 'a name that no other metric of the analysis has' : 'another name: by this one Flagger means a metric of its own', fix: "give it another: { name: 'checkout-success-rate', … }" });
  }
  names.add(name);
  for (const [option, allowed] of UNKNOWN) {
    if (options[option] !== undefined) { at.at(option).refuse('UnsupportedByController', { value: options[option], allowed, fix: `leave "${option}" out` }); }
  }
  if (options.dryRun === true) { at.at('dryRun').refuse('UnsupportedByController', { value: true, allowed: 'metrics that decide', fix: 'leave the metric out' }); }
  if (options.whenEmpty !== undefined && options.whenEmpty !== EmptyResult.FAILS) {
    at.at('whenEmpty').refuse('UnsupportedByController', { value: options.whenEmpty, allowed: 'EmptyResult.FAILS: where there is no number Flagger does not go on', fix: 'leave it out; a query may say "or vector(1)" itself' });
  }
  const { bounds, measurement } = recipe;
  if (measurement.flagger === undefined) {
    return at.refuse('UnsupportedByController', {
      value: Object.keys(measurement.provider).join(', '),
      allowed: 'what Flagger asks by itself: Prometheus, Datadog, New Relic, or CloudWatch with a region; without OAuth 2, signatures and headers from Secrets',
      fix: 'ask another provider, or leave the metric out',
    });
  }
  if (bounds === undefined) {
    return at.at(recipe.conditions?.successCondition === undefined ? 'failureCondition' : 'successCondition').refuse('UnsupportedByController', {
      value: recipe.condition, allowed: 'a range: conditions are in the language of Argo Rollouts', fix: 'give atLeast or atMost',
    });
  }
  const { provider, window } = providerOf(at, measurement.flagger, measurement.provider, flagger, looks);
  const content = { provider: query.literal(at.at('provider'), provider), query: query.translate(at.at('query'), measurement.flagger.query) };
  const template = metricTemplate(context, name, content);
  return {
    name,
    fields: {
      interval: flaggerInterval(window),
      name,
      templateRef: { name: template.name },
      thresholdRange: { ...bounds.atMost === undefined ? {} : { max: bounds.atMost }, ...bounds.atLeast === undefined ? {} : { min: bounds.atLeast } },
    },
    template,
  };
}

/** With its Secret, and the `interval` that lets it look back as far as was asked for: ten of them for Datadog and CloudWatch. */
function providerOf(at: PropertyPath, { provider, query }: FlaggerMeasurement, argo: PlainFields, { secrets }: CheckedFlaggerOptions, looks: number): AskedProvider {
  const type = provider.type as string;
  const secret = secrets[type];
  if (secret === undefined && (type === 'datadog' || type === 'newrelic')) {
    at.refuse('MissingValue', {
      value: type,
      allowed: 'credentials as Flagger reads them, in a Secret in the namespace of the release',
      fix: `write ReleaseController.flagger({ secrets: { ${type}: 'flagger-${type}' } }); see https://docs.flagger.app/usage/metrics for its keys`,
    });
  }
  if (type === 'newrelic' && /\bsince\b/i.test(query)) {
    at.at('query').refuse('UnsupportedByController', { value: query, allowed: 'a query without SINCE, which Flagger appends', fix: 'leave it out' });
  }
  const back = (argo.datadog ?? argo.cloudWatch) as { readonly interval?: string } | undefined;
  const window = back?.interval === undefined ? looks : Math.ceil(secondsOf(back.interval) / 10);
  return { provider: { ...provider, ...secret === undefined ? {} : { secretRef: { name: secret } } }, window };
}

interface AskedProvider {
  readonly provider: PlainFields;
  /** Seconds that the Canary gives as the metric's `interval`. */
  readonly window: number;
}

function secondsOf(text: string): number {
  return Number.parseInt(text, 10) * ({ h: 3600, m: 60 }[text.slice(-1)] ?? 1);
}

/** Of all releases of the chart with the same metric. */
function metricTemplate({ release, labels }: AnalysisContext, metric: string, content: PlainFields): KubernetesObject {
  const { 'app.kubernetes.io/part-of': partOf, team } = labels;
  return sharedByChart(release, 'MetricTemplate', metric, JSON.stringify(content), (chart, id, name) => new KubernetesObject(chart, id, {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'MetricTemplate',
    name,
    labels: { 'app.kubernetes.io/managed-by': MANAGED_BY, ...partOf === undefined ? {} : { 'app.kubernetes.io/part-of': partOf }, ...team === undefined ? {} : { team } },
    content: { spec: () => content },
  }));
}
