import { Duration, JsonPatch } from 'cdk8s';
import {
  AnalysisTemplate, type AnalysisTemplateProps, ApplicationMetrics, ClusterAnalysisTemplate, EmptyResult, Environment, Metric, NamePrefix, Prometheus, SecretHeader, Web,
} from 'cdk8s-production';
import { plain, PROMETHEUS, SUCCESS } from '../../helpers/analysis';
import { errorOf, type Manifest, one, synth, testChart } from '../../helpers/manifests';
import { chartIn } from '../../helpers/service';

const made = (props: AnalysisTemplateProps, chart = testChart()): Manifest => {
  new AnalysisTemplate(chart, 'orders', props);
  return one(synth(chart), 'AnalysisTemplate');
};
const QUERY = { address: 'http://prometheus.monitoring:9090', query: 'up' };
const PACE = { consecutiveErrorLimit: 12, failureLimit: 2, initialDelay: '1m', interval: '1m' };
const FIELDS = { ...PACE, name: 'up', provider: { prometheus: QUERY }, successCondition: 'len(result) > 0 && all(result, !isNaN(#) && # >= 1)' };

test('a template holds its metrics, and is named by its id', () => {
  expect(made({ metrics: [plain('up')] })).toEqual({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production' }, name: 'orders', namespace: 'shop' },
    spec: { metrics: [FIELDS] },
  });
});

test('a cluster\'s template is in no namespace', () => {
  const chart = testChart();
  new ClusterAnalysisTemplate(chart, 'orders', { metrics: [plain('up')] });

  expect(one(synth(chart), 'ClusterAnalysisTemplate')).toEqual({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ClusterAnalysisTemplate',
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production' }, name: 'orders' },
    spec: { metrics: [FIELDS] },
  });
});

test('exactly the arguments are declared that the metrics use', () => {
  expect(made({ metrics: [SUCCESS] }).spec.args).toEqual([{ name: 'canary-hash' }, { name: 'namespace' }, { name: 'workload' }]);
  expect(made({ metrics: [plain('up', 'up{service="{{ args.service-name }}",path="{{args.route}}"}')] }).spec.args).toEqual([{ name: 'route' }, { name: 'service-name' }]);
});

test('what comes from a Secret is declared with the Secret', () => {
  const prometheus = Prometheus.at('http://prometheus:9090', { headers: { Authorization: SecretHeader.of('prometheus', 'token', 'Bearer ') } });
  const { spec } = made({ metrics: [Metric.query({ name: 'up', provider: prometheus, query: 'up{path="{{args.route}}"}', atLeast: 1 })] });

  expect(spec.args).toEqual([{ name: 'route' }, { name: 'secret/prometheus/token', valueFrom: { secretKeyRef: { key: 'token', name: 'prometheus' } } }]);
});

test('a metric that only watches is named by an expression that fits no other', () => {
  const watched = (name: string): Metric => Metric.query({ name, provider: PROMETHEUS, query: 'up', atLeast: 1, dryRun: true });

  expect(made({ metrics: [watched('up'), plain('up-time')] }).spec.dryRun).toEqual([{ metricName: '^up$' }]);
});

test('all props are taken', () => {
  const props: Required<AnalysisTemplateProps> = {
    metrics: [SUCCESS, plain('up', 'up{path="{{args.route}}"}')], requests: ApplicationMetrics.openTelemetry(), args: { route: '/checkout' }, name: 'checkout',
  };
  const { metadata, spec } = made(props);

  expect(metadata.name).toBe('checkout');
  expect(spec.args).toEqual([{ name: 'canary-hash' }, { name: 'namespace' }, { name: 'route', value: '/checkout' }, { name: 'workload' }]);
  expect(spec.metrics.map((metric: Manifest) => metric.name)).toEqual(['success-rate', 'up']);
  expect(spec.metrics[0].provider.prometheus.query).toContain('http_server_request_duration_seconds_count');
});

test('it carries team and application of its environment, and the prefix of its scope', () => {
  const chart = chartIn(Environment.production({ team: 'payments', partOf: 'store' }));
  NamePrefix.on(chart, 'eu-');

  expect(made({ metrics: [plain('up')] }, chart).metadata).toMatchObject({ name: 'eu-orders', labels: { 'team': 'payments', 'app.kubernetes.io/part-of': 'store' } });
});

test('it can be patched', () => {
  const chart = testChart();
  const { resource } = new AnalysisTemplate(chart, 'orders', { metrics: [plain('up')] });
  resource.patch({ metadata: { annotations: { 'example.com/owner': 'payments' } }, spec: { measurementRetention: [{ metricName: 'up', limit: 20 }] } });
  resource.addJsonPatch(JsonPatch.replace('/spec/metrics/0/interval', '2m'));

  expect(one(synth(chart), 'AnalysisTemplate')).toMatchObject({ metadata: { annotations: { 'example.com/owner': 'payments' } }, spec: { measurementRetention: [{ metricName: 'up', limit: 20 }], metrics: [{ interval: '2m' }] } });
});

test('two syntheses are equal', () => {
  const chart = testChart();
  new AnalysisTemplate(chart, 'orders', { metrics: [SUCCESS, plain('up')] });
  new ClusterAnalysisTemplate(chart, 'all-orders', { metrics: [SUCCESS] });

  expect(synth(chart)).toEqual(synth(chart));
});

test.each<[what: string, props: unknown, code: string, property: string]>([
  ['no props', undefined, 'InvalidValue', '(props)'],
  ['no metric', { metrics: [] }, 'MissingValue', 'metrics'],
  ['one metric, not in a list', { metrics: SUCCESS }, 'InvalidValue', 'metrics'],
  ['a metric that is none', { metrics: [{ name: 'up' }] }, 'InvalidValue', 'metrics[0]'],
  ['a name twice', { metrics: [SUCCESS, SUCCESS] }, 'InvalidName', 'metrics'],
  ['a misspelt prop', { metrics: [SUCCESS], arguments: {} }, 'UnknownProperty', 'arguments'],
  ['a value that no query takes', { metrics: [SUCCESS], args: { route: '/' } }, 'UnknownProperty', 'args.route'],
  ['a value that is no text', { metrics: [SUCCESS], args: { workload: 1 } }, 'InvalidValue', 'args.workload'],
  ['a value that is replaced by nothing', { metrics: [SUCCESS], args: { workload: '{{args.other}}' } }, 'InvalidValue', 'args.workload'],
  ['a secret for a value', { metrics: [plain('up', 'up{a="{{args.key}}"}')], args: { key: 'ghp_abcdefghijklmnopqrstuvwxyz0123456789' } }, 'SecretInManifest', 'args.key'],
  ['a name of an argument with a space', { metrics: [SUCCESS], args: { 'my arg': 'a' } }, 'InvalidName', 'args["my arg"]'],
  ['values as a list', { metrics: [SUCCESS], args: ['a'] }, 'InvalidValue', 'args'],
  ['braces of another language', { metrics: [plain('up', 'up{namespace="{{ namespace }}"}')] }, 'InvalidValue', 'metrics'],
  ['braces that are not closed', { metrics: [plain('up', 'up{a="{{args.route"}')] }, 'InvalidValue', 'metrics'],
  ['a name that no object has', { metrics: [SUCCESS], name: 'Orders' }, 'InvalidName', 'name'],
  ['a metric that is wrong', { metrics: [plain('up'), Metric.successRate({ provider: PROMETHEUS, atLeast: 2 })] }, 'InvalidValue', 'metrics[1].atLeast'],
])('refuses %s', (_, props, code, property) => {
  for (const Template of [AnalysisTemplate, ClusterAnalysisTemplate]) {
    expect(errorOf(() => new Template(testChart(), 'orders', props as AnalysisTemplateProps))).toMatchObject({ code, property, constructPath: expect.stringMatching(/^chart\/orders/) });
  }
});

test('arguments are found wherever they stand', () => {
  const gate = Metric.of({ name: 'gate', measurement: Web.post('http://gate/{{args.service-name}}', { json: { of: ['{{args.canary-hash}}'] }, timeout: Duration.seconds(1) }), successCondition: 'result.limit < {{args.limit}}' });

  expect(made({ metrics: [gate] }).spec.args).toEqual([{ name: 'canary-hash' }, { name: 'limit' }, { name: 'service-name' }]);
});

test('an empty result may mean something else for each metric', () => {
  const metrics = Object.values(EmptyResult).map(whenEmpty => Metric.query({ name: whenEmpty, provider: PROMETHEUS, query: 'up', atLeast: 1, whenEmpty }));

  expect(made({ metrics }).spec.metrics.map((metric: Manifest) => [metric.name, metric.successCondition])).toEqual([
    ['fails', 'len(result) > 0 && all(result, !isNaN(#) && # >= 1)'], ['passes', 'all(result, isNaN(#) || # >= 1)'], ['inconclusive', 'len(result) > 0 && all(result, # >= 1)'],
  ]);
});
