import { App, Chart, Duration } from 'cdk8s';
import {
  Analysis, type AnalysisOptions, AnalysisTemplate, type BackgroundAnalysisOptions, ClusterAnalysisTemplate, ExistingAnalysisTemplate, type ExistingAnalysisTemplateOptions,
  type IRequestMetrics, Measurement, Metric, Prometheus, SecretHeader, StableMargin,
} from 'cdk8s-production';
import { bind, plain, PROMETHEUS, SUCCESS } from '../../helpers/analysis';
import { errorOf, identities, one, synth, testChart } from '../../helpers/manifests';

const nameOf = (fields: object): string => (fields as { templates: { templateName: string }[] }).templates[0]!.templateName;
const endless = (chart: Chart): AnalysisTemplate => new AnalysisTemplate(chart, 'orders', { metrics: [plain('up')] });

test('a metric becomes a template of its own, which is given what it takes', () => {
  const chart = testChart();
  const { fields, metrics, templates } = bind(Analysis.background({ metrics: [SUCCESS] }), chart);
  const template = one(synth(chart), 'AnalysisTemplate');

  expect(template.metadata).toEqual({ labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production' }, name: expect.stringMatching(/^success-rate-[a-z0-9]{10}$/), namespace: 'shop' });
  expect(fields).toEqual({
    args: [{ name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } }, { name: 'namespace', value: 'shop' }, { name: 'workload', value: 'web' }],
    templates: [{ templateName: template.metadata.name }],
  });
  expect(metrics).toEqual([{ name: 'success-rate', condition: 'at least 0.95', scrapesPods: true, firstMeasurement: 150, earliestFailure: 270, needsRequests: true, lastMeasurement: undefined }]);
  expect(templates.map(({ name }) => name)).toEqual([template.metadata.name]);
});

test('a release gives everything that it knows, and what the user adds', () => {
  const names = ['canary-hash', 'ingress', 'namespace', 'route', 'service-name', 'stable-hash', 'stable-service-name', 'workload'];
  const analysis = Analysis.background({ metrics: [plain('up', names.map(name => `{{args.${name}}}`).join(' '))], args: { route: '/checkout' } });

  expect(bind(analysis, testChart(), { ingress: 'web-ingress' }).fields.args).toEqual([
    { name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } },
    { name: 'ingress', value: 'web-ingress' },
    { name: 'namespace', value: 'shop' },
    { name: 'route', value: '/checkout' },
    { name: 'service-name', value: 'web-canary' },
    { name: 'stable-hash', valueFrom: { podTemplateHashValue: 'Stable' } },
    { name: 'stable-service-name', value: 'web-stable' },
    { name: 'workload', value: 'web' },
  ]);
});

test('a namespace that is known only in the cluster is read from the release', () => {
  const chart = new Chart(new App({ outdir: 'never-written' }), 'chart');

  expect(bind(Analysis.background({ metrics: [SUCCESS] }), chart).fields.args).toContainEqual({ name: 'namespace', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } });
});

test('a value of the user\'s counts before what the release knows', () => {
  expect(bind(Analysis.background({ metrics: [SUCCESS], args: { workload: 'other' } })).fields.args).toContainEqual({ name: 'workload', value: 'other' });
});

test('a metric that takes nothing is given nothing', () => {
  expect(bind(Analysis.background({ metrics: [plain('up')] })).fields).not.toHaveProperty('args');
});

test('a secret is the template\'s affair', () => {
  const provider = Prometheus.at('http://prometheus:9090', { headers: { Authorization: SecretHeader.of('prometheus', 'token') } });

  expect(bind(Analysis.background({ metrics: [Metric.query({ name: 'up', provider, query: 'up', atLeast: 1 })] })).fields).not.toHaveProperty('args');
});

describe('templates', () => {
  test('of equal metrics are one object, whatever the order of the releases', () => {
    const [forwards, backwards] = [['web', 'api'], ['api', 'web']].map(ids => {
      const chart = testChart();
      ids.forEach(id => bind(Analysis.background({ metrics: [Metric.successRate({ provider: Prometheus.at('http://prometheus.monitoring:9090'), atLeast: 0.95 })] }), chart, { id }));
      return synth(chart);
    });

    expect(identities(forwards!)).toHaveLength(1);
    expect(forwards).toEqual(backwards);
  });

  test('of different metrics never meet', () => {
    const chart = testChart();
    const metrics = [
      plain('up'), plain('up', 'down'), Metric.query({ name: 'up', provider: PROMETHEUS, query: 'up', atLeast: 2 }), Metric.query({ name: 'up', provider: PROMETHEUS, query: 'up', atLeast: 1, dryRun: true }),
      Metric.query({ name: 'up', provider: PROMETHEUS, query: 'up', atLeast: 1, count: 3 }), plain('up-2'),
    ];
    const names = metrics.map((metric, i) => nameOf(bind(Analysis.background({ metrics: [metric] }), chart, { id: `web-${i}` }).fields));

    expect(new Set(names).size).toBe(metrics.length);
    expect(identities(synth(chart))).toEqual(names.map(name => `AnalysisTemplate/${name}`).sort());
  });

  test('of two charts are two objects, which are applied and deleted one without the other', () => {
    const app = new App({ outdir: 'never-written' });
    const [one_, other] = ['payments', 'orders'].map(id => nameOf(bind(Analysis.background({ metrics: [SUCCESS] }), new Chart(app, id, { namespace: 'shop' })).fields));

    expect(one_).not.toBe(other);
    expect(() => app.synthYaml()).not.toThrow();
  });

  test('of an analysis that has to end are others than in the background', () => {
    const chart = testChart();
    const background = nameOf(bind(Analysis.background({ metrics: [SUCCESS] }), chart, { id: 'a' }).fields);
    const inline = nameOf(bind(Analysis.inline({ metrics: [SUCCESS] }), chart, { id: 'b', purpose: 'inline' }).fields);

    expect(inline).not.toBe(background);
    expect(one(synth(chart), 'AnalysisTemplate', inline).spec.metrics[0]).toMatchObject({ count: 5 });
  });

  test('of a release can be patched', () => {
    const chart = testChart();
    const { templates } = bind(Analysis.background({ metrics: [SUCCESS] }), chart);
    templates[0]!.patch({ spec: { measurementRetention: [{ metricName: 'success-rate', limit: 20 }] } });

    expect(one(synth(chart), 'AnalysisTemplate').spec.measurementRetention).toEqual([{ metricName: 'success-rate', limit: 20 }]);
  });

  test('are the same in each synthesis', () => {
    const chart = testChart();
    bind(Analysis.background({ metrics: [SUCCESS, plain('up')] }), chart);

    expect(synth(chart)).toEqual(synth(chart));
  });

  test('that are made apart are referred to, those of the cluster as such', () => {
    const chart = testChart();
    const own = endless(chart);
    const shared = new ClusterAnalysisTemplate(chart, 'latency', { metrics: [Metric.latency({ provider: PROMETHEUS, comparedWithStable: StableMargin.percent(20) })] });
    const analysis = Analysis.background({ metrics: [SUCCESS], templates: [own, shared, ExistingAnalysisTemplate.named('slo', { clusterScoped: true, args: ['service-name'] }), ExistingAnalysisTemplate.named('smoke')] });
    const { fields, metrics, templates } = bind(analysis, chart);

    expect(fields.templates).toEqual([
      { templateName: templates[0]!.name }, { templateName: 'orders' }, { clusterScope: true, templateName: 'latency' }, { clusterScope: true, templateName: 'slo' }, { templateName: 'smoke' },
    ]);
    expect((fields.args as { name: string }[]).map(({ name }) => name)).toEqual(['canary-hash', 'namespace', 'service-name', 'stable-hash', 'workload']);
    expect(metrics.map(({ name }) => name)).toEqual(['success-rate', 'up', 'latency-vs-stable']);
  });

  test('keep their own values of arguments, unless a release gives others', () => {
    const chart = testChart();
    const template = new AnalysisTemplate(chart, 'orders', { metrics: [plain('up', 'up{path="{{args.route}}"}')], args: { route: '/' } });

    expect(bind(Analysis.background({ templates: [template] }), chart, { id: 'a' }).fields).not.toHaveProperty('args');
    expect(bind(Analysis.background({ templates: [template], args: { route: '/pay' } }), chart, { id: 'b' }).fields.args).toEqual([{ name: 'route', value: '/pay' }]);
  });
});

test('where an analysis begins is for the release to judge', () => {
  const options: Required<BackgroundAnalysisOptions> = { metrics: [SUCCESS], templates: [], args: {}, startingStep: 2 };

  expect(Analysis.background(options).startingStep).toBe(2);
  expect(Analysis.background({ metrics: [SUCCESS] }).startingStep).toBeUndefined();
  expect(bind(Analysis.background(options)).fields).not.toHaveProperty('startingStep');
});

describe('refuses', () => {
  const background = (options: unknown): Analysis => Analysis.background(options as BackgroundAnalysisOptions);
  const routed: IRequestMetrics = { description: 'an ingress', scrapesPods: false, requestRate: ({ ingress }) => `a(${ingress})`, errorRate: ({ ingress }) => `b(${ingress})`, latency: () => 'c' };

  test.each<[what: string, analysis: Analysis, code: string, property: string]>([
    ['no options', background(undefined), 'InvalidValue', ''],
    ['nothing to judge by', background({}), 'MissingValue', '.metrics'],
    ['empty lists', background({ metrics: [], templates: [] }), 'MissingValue', '.metrics'],
    ['a metric that is none', background({ metrics: ['success-rate'] }), 'InvalidValue', '.metrics[0]'],
    ['one metric, not in a list', background({ metrics: SUCCESS }), 'InvalidValue', '.metrics'],
    ['a template by its name', background({ templates: ['success-rate'] }), 'InvalidValue', '.templates[0]'],
    ['one template, not in a list', background({ templates: endless(testChart()) }), 'InvalidValue', '.templates'],
    ['a misspelt option', background({ metrics: [SUCCESS], startStep: 1 }), 'UnknownProperty', '.startStep'],
    ['a name twice', background({ metrics: [plain('up'), plain('up', 'down')] }), 'InvalidName', '.metrics'],
    ['a name that a template has already', background({ metrics: [plain('up', 'down')], templates: [endless(testChart())] }), 'InvalidName', '.metrics'],
    ['a value that nothing takes', background({ metrics: [SUCCESS], args: { route: '/' } }), 'UnknownProperty', '.args.route'],
    ['a value that is no text', background({ metrics: [SUCCESS], args: { workload: 7 } }), 'InvalidValue', '.args.workload'],
    ['an argument that nobody gives', background({ metrics: [plain('up', '{{args.servicename}}')] }), 'MissingValue', '.args.servicename'],
    ['an Ingress that is none', background({ metrics: [Metric.successRate({ provider: PROMETHEUS, atLeast: 0.9, requests: routed })] }), 'MissingValue', '.args.ingress'],
    ['a metric that is wrong', background({ metrics: [Metric.successRate({ provider: PROMETHEUS, atLeast: 7 })] }), 'InvalidValue', '.metrics[0].atLeast'],
    ['braces of another language', background({ metrics: [plain('up', '{{ namespace }}')] }), 'InvalidValue', '.metrics[0]'],
    ['an analysis of another purpose', Analysis.inline({ metrics: [SUCCESS] }), 'InvalidValue', ''],
  ])('%s', (_, analysis, code, property) => {
    expect(errorOf(() => bind(analysis))).toMatchObject({ code, constructPath: 'chart/web', property: `analysis${property}` });
  });

  test('a step to begin with where an analysis has to end', () => {
    expect(errorOf(() => bind(Analysis.inline({ metrics: [SUCCESS], startingStep: 1 } as AnalysisOptions), testChart(), { purpose: 'inline' }))).toMatchObject({ code: 'UnknownProperty', property: 'analysis.startingStep' });
  });

  test('a background analysis where the release waits for the end', () => {
    expect(errorOf(() => bind(Analysis.background({ metrics: [SUCCESS] }), testChart(), { purpose: 'inline' }))).toMatchObject({ code: 'InvalidValue', property: 'analysis', value: '"Analysis.background"' });
  });

  test('a template of another namespace', () => {
    expect(errorOf(() => bind(Analysis.background({ templates: [endless(testChart('platform'))] })))).toMatchObject({ code: 'InvalidValue', property: 'analysis.templates[0]', fix: expect.stringContaining('ClusterAnalysisTemplate') });
  });

  test('a template that never ends where the release waits for its end', () => {
    const inline = (chart: Chart, template: AnalysisTemplate) => bind(Analysis.inline({ templates: [template] }), chart, { purpose: 'inline' });
    const chart = testChart();

    expect(errorOf(() => inline(chart, endless(chart)))).toMatchObject({ code: 'ReleaseNeverFinishes', property: 'analysis.templates[0]', value: '"up"' });
    const other = testChart();
    expect(inline(other, new AnalysisTemplate(other, 'orders', { metrics: [Metric.query({ name: 'up', provider: PROMETHEUS, query: 'up', atLeast: 1, count: 3, interval: Duration.seconds(30) })] })).metrics)
      .toMatchObject([{ lastMeasurement: 120 }]);
  });

  test('a template twice', () => {
    const chart = testChart();
    const template = endless(chart);

    expect(errorOf(() => bind(Analysis.background({ templates: [template, template] }), chart))).toMatchObject({ code: 'InvalidValue', property: 'analysis.templates', value: '"orders"' });
  });

  test('two Secrets for one argument', () => {
    const gate = (name: string) => Metric.of({ name, measurement: Measurement.custom({ web: { url: 'http://gate', headers: [{ key: 'Authorization', value: '{{args.token}}' }] } }, { secrets: [{ argument: 'token', secret: name, key: 'token' }] }) });

    expect(errorOf(() => bind(Analysis.background({ metrics: [gate('a'), gate('b')] })))).toMatchObject({ code: 'ConflictingProperties', property: 'analysis.metrics', value: '"token"' });
  });

  test('two values of one argument', () => {
    const chart = testChart();
    const [a, b] = ['a', 'b'].map(name => new AnalysisTemplate(chart, name, { metrics: [plain(name, '{{args.route}}')], args: { route: `/${name}` } }));

    expect(errorOf(() => bind(Analysis.background({ templates: [a!, b!] }), chart))).toMatchObject({ code: 'ConflictingProperties', property: 'analysis.templates' });
  });

  test.each<[what: string, name: unknown, options: unknown, code: string, property: string]>([
    ['an existing template without a name', '', {}, 'InvalidName', '.name'],
    ['a misspelt option of an existing template', 'slo', { clusterScope: true }, 'UnknownProperty', '.clusterScope'],
    ['a text for a flag of an existing template', 'slo', { clusterScoped: 'yes' }, 'InvalidValue', '.clusterScoped'],
    ['an argument without a name', 'slo', { args: [''] }, 'InvalidValue', '.args[0]'],
    ['arguments as a text', 'slo', { args: 'service-name' }, 'InvalidValue', '.args'],
  ])('%s', (_, name, options, code, property) => {
    const template = ExistingAnalysisTemplate.named(name as string, options as ExistingAnalysisTemplateOptions);

    expect(errorOf(() => bind(Analysis.background({ templates: [template] })))).toMatchObject({ code, property: `analysis.templates[0]${property}` });
  });
});
