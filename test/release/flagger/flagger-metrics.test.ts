import { Duration } from 'cdk8s';
import {
  Analysis, ApplicationMetrics, CanarySteps, CloudWatch, Datadog, EmptyResult, type FlaggerOptions, JobRun, Metric, type MetricOptions, NewRelic, Prometheus, SecretHeader, ServiceExposure,
  StableMargin, TrafficRouting, Web,
} from 'cdk8s-production';
import { canarySpecOf, flagged } from '../../helpers/flagger';
import { errorOf, type Manifest, one } from '../../helpers/manifests';
import { objectsOf } from '../../helpers/release';

const PROMETHEUS = Prometheus.at('http://prometheus.monitoring:9090', { headers: { 'X-Scope-OrgID': 'shop' } });
const SET = '[b-df-hj-np-tv-xz24-9]';
const CANARY = `{{ target }}-${SET}{1,10}-${SET}{5}`;
const ramp = CanarySteps.ramp([10, 50], Duration.minutes(5));

const release = (metrics: Metric[], options: FlaggerOptions = {}, args?: Record<string, string>) => flagged({
  steps: ramp, analysis: Analysis.background({ metrics, ...args === undefined ? {} : { args } }),
}, {}, options);
const inCanary = (...metrics: Metric[]): Manifest => canarySpecOf(release(metrics, { secrets: { datadog: 'flagger-datadog', newrelic: 'flagger-newrelic' } })).analysis;
const up = (options: Partial<Parameters<typeof Metric.query>[0]> = {}): Metric => Metric.query({ name: 'up', provider: PROMETHEUS, query: 'up', atLeast: 1, ...options });

describe('a metric', () => {
  test('becomes a template, and a range in the Canary', () => {
    const made = release([Metric.successRate({ provider: PROMETHEUS, atLeast: 0.95, requests: ApplicationMetrics.http() })]);
    const { kind, metadata, spec } = one(objectsOf(made), 'MetricTemplate');

    expect(canarySpecOf(made).analysis.metrics).toEqual([{ interval: '5m', name: 'success-rate', templateRef: { name: metadata.name }, thresholdRange: { min: 0.95 } }]);
    expect([kind, metadata]).toEqual(['MetricTemplate', { labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production' }, name: expect.stringMatching(/^success-rate-[a-z0-9]{10}$/), namespace: 'shop' }]);
    expect(spec.provider).toEqual({ address: 'http://prometheus.monitoring:9090', headers: { 'X-Scope-OrgID': ['shop'] }, type: 'prometheus' });
    expect(spec.query).toContain(`http_requests_total{namespace="{{ namespace }}",pod=~"${CANARY}",status=~"5.."}[5m]`);
    expect(made.analysisTemplates.map(({ name }) => name)).toEqual([metadata.name]);
  });

  test.each([
    ['at most', up({ atLeast: undefined, atMost: 5 }), { max: 5 }],
    ['from, to', up({ atLeast: 1, atMost: 5 }), { max: 5, min: 1 }],
    ['a latency in seconds', Metric.latency({ name: 'up', provider: PROMETHEUS, atMost: Duration.millis(300) }), { max: 0.3 }],
    ['a margin to the stable set', Metric.successRate({ provider: PROMETHEUS, comparedWithStable: StableMargin.fraction(0.01) }), { min: -0.01 }],
  ])('has its range: %s', (_, metric, range) => {
    expect(inCanary(metric).metrics[0].thresholdRange).toEqual(range);
  });

  test('is counted under the Ingress that Flagger copies', () => {
    const made = flagged({ traffic: TrafficRouting.nginx({ hosts: ['shop.example.com'] }), analysis: Analysis.background({ metrics: [Metric.successRate({ provider: PROMETHEUS, atLeast: 0.95 })] }) }, { exposure: ServiceExposure.gateway() });

    expect(one(objectsOf(made), 'MetricTemplate').spec.query).toContain('namespace="{{ namespace }}",ingress="{{ ingress }}",canary=~"{{ namespace }}-{{ service }}-canary-.+"');
  });

  test.each([
    ['Datadog, which looks back ten intervals', Metric.query({ name: 'up', provider: Datadog.of({ window: Duration.minutes(10) }), query: 'avg:up{*}', atLeast: 1 }), '1m', { secretRef: { name: 'flagger-datadog' }, type: 'datadog' }],
    ['New Relic', Metric.query({ name: 'up', provider: NewRelic.profile(), query: 'FROM Transaction SELECT count(*) as value', atLeast: 1 }), '5m', { secretRef: { name: 'flagger-newrelic' }, type: 'newrelic' }],
    ['CloudWatch', Metric.of({ name: 'up', measurement: CloudWatch.queries([{ id: 'errors', expression: 'SUM(METRICS())' }], { region: 'eu-central-1' }), atMost: 1 }), '30s', { region: 'eu-central-1', type: 'cloudwatch' }],
  ])('is asked of %s', (_, metric, interval, provider) => {
    const made = release([metric], { secrets: { datadog: 'flagger-datadog', newrelic: 'flagger-newrelic' } });

    expect(canarySpecOf(made).analysis.metrics[0].interval).toBe(interval);
    expect(one(objectsOf(made), 'MetricTemplate').spec.provider).toEqual(provider);
  });

  test.each([
    ['two bad measurements are put up with', [up()], 3],
    ['none', [up({ failureLimit: 0 }), up({ name: 'other' })], 1],
    ['as many as all say', [up({ failureLimit: 4 }), up({ name: 'other', failureLimit: 4 })], 5],
  ])('is bad as often as it may be: %s', (_, metrics, threshold) => {
    expect(inCanary(...metrics).threshold).toBe(threshold);
  });

  test('may name the interval that the steps have in any case', () => {
    expect(inCanary(up({ interval: Duration.minutes(5) })).interval).toBe('5m');
  });
});

describe('refused is a metric', () => {
  const refusedOptions: [keyof MetricOptions, Partial<MetricOptions>][] = [
    ['initialDelay', { initialDelay: Duration.minutes(1) }], ['consecutiveSuccessLimit', { consecutiveSuccessLimit: 2 }], ['consecutiveErrorLimit', { consecutiveErrorLimit: 2 }], ['inconclusiveLimit', { inconclusiveLimit: 2 }],
    ['count', { count: 5 }], ['dryRun', { dryRun: true }], ['whenEmpty', { whenEmpty: EmptyResult.PASSES }], ['whenEmpty', { whenEmpty: EmptyResult.INCONCLUSIVE }], ['interval', { interval: Duration.minutes(1) }],
  ];
  test.each(refusedOptions)('with %s', (property, options) => {
    const error = errorOf(() => release([up(options)]));

    expect([error.code, error.property]).toEqual(['UnsupportedByController', `analysis.metrics[0].${property}`]);
  });

  test.each([
    ['with another failureLimit than another', [up({ failureLimit: 1 }), up({ name: 'other', failureLimit: 2 })], 'UnsupportedByController', 'analysis.metrics[1].failureLimit'],
    ['with a condition', [up({ atLeast: undefined, successCondition: 'result[0] > 1' })], 'UnsupportedByController', 'analysis.metrics[0].successCondition'],
    ['with a condition of failure', [up({ atLeast: undefined, failureCondition: 'result[0] > 1' })], 'UnsupportedByController', 'analysis.metrics[0].failureCondition'],
    ['that asks a web address', [Metric.of({ name: 'up', measurement: Web.get('http://gate', { jsonPath: '{$.value}' }), atLeast: 1 })], 'UnsupportedByController', 'analysis.metrics[0]'],
    ['that runs a Job', [Metric.of({ name: 'smoke', measurement: JobRun.of({ image: 'registry.example.com/smoke:1.0.0' }) })], 'UnsupportedByController', 'analysis.metrics[0]'],
    ['with headers from Secrets', [up({ provider: Prometheus.at('http://p', { headers: { Authorization: SecretHeader.of('p', 'token') } }) })], 'UnsupportedByController', 'analysis.metrics[0]'],
    ['of Datadog without credentials', [Metric.query({ name: 'up', provider: Datadog.of(), query: 'avg:up{*}', atLeast: 1 })], 'MissingValue', 'analysis.metrics[0]'],
    ['by the name of one of Flagger\'s own', [up({ name: 'request-duration' })], 'InvalidName', 'analysis.metrics[0].name'],
    ['by a name that another has', [up(), up()], 'InvalidName', 'analysis.metrics[1].name'],
  ])('%s', (_, metrics, code, property) => {
    const error = errorOf(() => release(metrics));

    expect([error.code, error.property]).toEqual([code, property]);
  });

  test('of New Relic that says since when, as Flagger does itself', () => {
    const error = errorOf(() => release([Metric.query({ name: 'up', provider: NewRelic.profile(), query: 'FROM Transaction SELECT count(*) as value SINCE 5 minutes ago', atLeast: 1 })], { secrets: { newrelic: 'nr' } }));

    expect([error.code, error.property]).toEqual(['UnsupportedByController', 'analysis.metrics[0].query']);
  });
});

test.each([
  ['templates of Argo Rollouts', { metrics: [up()], templates: [{} as never] }, 'UnsupportedByController', 'analysis.templates'],
  ['a step at which it begins', { metrics: [up()], startingStep: 1 }, 'UnsupportedByController', 'analysis.startingStep'],
  ['nothing', { metrics: [] }, 'MissingValue', 'analysis.metrics'],
  ['arguments that no query takes', { metrics: [up()], args: { route: '/' } }, 'UnknownProperty', 'analysis.args.route'],
])('refused is an analysis with %s', (_, options, code, property) => {
  const error = errorOf(() => flagged({ steps: ramp, analysis: Analysis.background(options) }));

  expect([error.code, error.property]).toEqual([code, property]);
});

test('an analysis that has to end is none of a canary', () => {
  expect(errorOf(() => flagged({ analysis: Analysis.inline({ metrics: [up()] }) })).code).toBe('InvalidValue');
});
