import { type Chart, Duration } from 'cdk8s';
import {
  Analysis, AnalysisTemplate, type AnalysisTemplateProps, type ApplicationMetricNames, ApplicationMetrics, CloudWatch, type CloudWatchMetric, type CloudWatchOptions, type CloudWatchQuery,
  type CustomMeasurementOptions, Datadog, DatadogAggregator, type DatadogOptions, EmptyResult, ExistingAnalysisTemplate, JobRun, type JobRunOptions,
  LimitedResource, MeasuredResult, Measurement, type MeasurementFields, Metric, type MetricSubject, NamePrefix, NewRelic, type NewRelicOptions, type OAuth2Client, PodSet, Prometheus,
  type PrometheusOptions, StableMargin, TrafficRouting, Web, type WebBodyOptions, type WebOptions,
} from 'cdk8s-production';
import { defaultsOf } from './default';
import { bind, measured, plain, PROMETHEUS, queryOf, rendered, SUCCESS } from '../../helpers/analysis';
import { errorOf, type Manifest, one, synth, testChart } from '../../helpers/manifests';
import { meshChart, objectsOf, routed } from '../../helpers/release';

const URL = 'http://prometheus.monitoring:9090';
const ASK: Manifest = { name: 'orders', provider: PROMETHEUS, query: 'up', atLeast: 1 };
const fieldsOf = (metric: Metric, purpose: 'background' | 'inline' = 'background'): Manifest => rendered(metric, purpose).fields;
const query = (options: object = {}): Metric => Metric.query({ ...ASK, ...options });
const job = (options: object = {}): Metric => Metric.of({ name: 'smoke', measurement: JobRun.of({ image: 'registry.example.com/shop/smoke:1.4.2' }), ...options });
const run = (options: Partial<JobRunOptions> = {}): Manifest => (measured(JobRun.of({ image: 'registry.example.com/shop/smoke:1.4.2', ...options })).provider as Manifest).job.spec;
const template = (props: Partial<AnalysisTemplateProps> = {}, chart: Chart = testChart()): Manifest => {
  new AnalysisTemplate(chart, 'success', { metrics: [SUCCESS], ...props });
  return one(synth(chart), 'AnalysisTemplate');
};
const SUBJECT: MetricSubject = { namespace: 'shop', workload: 'web', pods: 'web-.*', service: 'web', ingress: 'web', set: PodSet.CANARY };
const requestsOf = (names: ApplicationMetricNames): string => ApplicationMetrics.http(names).errorRate(SUBJECT, '5m');
const latencyOf = (names: ApplicationMetricNames): string => ApplicationMetrics.http(names).latency(SUBJECT, '5m', 0.9);
const METRIC: CloudWatchMetric = { namespace: 'AWS/ApplicationELB', name: 'RequestCount', statistic: 'Sum', period: Duration.minutes(1) };
const cloudWatch = (first: Partial<CloudWatchQuery> = {}, options: CloudWatchOptions = {}): MeasurementFields => measured(CloudWatch.queries([{ id: 'first', expression: 'a / b', ...first }, { id: 'a', metric: METRIC }], options));
const cloudWatchQueries = (first?: Partial<CloudWatchQuery>): Manifest => (cloudWatch(first).provider as Manifest).cloudWatch.metricDataQueries;
const custom = (options: CustomMeasurementOptions = {}): Measurement => Measurement.custom({ graphite: { address: 'http://graphite', query: 'web.errors' } }, options);
const datadog = (options: DatadogOptions = {}): Manifest => (measured(Datadog.of(options).query('avg:x')).provider as Manifest).datadog;
const newRelic = (options: NewRelicOptions = {}): MeasurementFields => measured(NewRelic.profile('newrelic', options).query('SELECT 1'));
const prometheus = (options: PrometheusOptions = {}, url = URL): Manifest => (measured(Prometheus.at(url, options).query('up')).provider as Manifest).prometheus;
const OAUTH: OAuth2Client = { tokenUrl: 'https://login.example.com/token', clientId: 'rollouts', secret: 'prometheus', secretKey: 'key' };
const AMAZON = 'https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1';
const signature = (): Manifest => prometheus({ sigV4: { region: 'eu-central-1' } }, AMAZON).authentication.sigv4;
const got = (options: WebOptions = {}): Manifest => (measured(Web.get('http://web/smoke', options)).provider as Manifest).web;
const posted = (options: WebBodyOptions = {}): Manifest => (measured(Web.post('http://web/smoke', options)).provider as Manifest).web;
const MARGIN = StableMargin.percent(20);

export const ANALYSIS_DEFAULTS = [
  ...defaultsOf('AnalysisOptions', {
    metrics: ['- none', () => {
      expect(bind(Analysis.background({ templates: [ExistingAnalysisTemplate.named('success')] })).fields.templates).toEqual([{ templateName: 'success' }]);
      expect(errorOf(() => bind(Analysis.background({})))).toMatchObject({ code: 'MissingValue', property: 'analysis.metrics' });
    }],
    templates: ['- none', () => expect(bind(Analysis.background({ metrics: [plain('orders')] })).fields.templates).toHaveLength(1)],
    args: ['- none', () => expect(bind(Analysis.background({ metrics: [plain('orders')] })).fields).not.toHaveProperty('args')],
  }),
  ...defaultsOf('AnalysisTemplateProps', {
    requests: ['- by the application: `ApplicationMetrics.http()`', () => expect(template()).toEqual(template({ requests: ApplicationMetrics.http() }))],
    args: ['- none: each release has to give them, but for those that it gives anyway, such as `service-name`', () => {
      const chart = testChart();
      const made = new AnalysisTemplate(chart, 'orders', { metrics: [plain('orders', 'up{a="{{args.service-name}}",b="{{args.route}}"}')] });
      expect(one(synth(chart), 'AnalysisTemplate').spec.args).toEqual([{ name: 'service-name' }, { name: 'route' }].sort((a, b) => (a.name < b.name ? -1 : 1)));
      expect(errorOf(() => bind(Analysis.background({ templates: [made] }), chart))).toMatchObject({ code: 'MissingValue', property: 'analysis.args.route' });
      expect(bind(Analysis.background({ templates: [made], args: { route: '/checkout' } }), chart, { id: 'api' }).fields.args).toEqual([{ name: 'route', value: '/checkout' }, { name: 'service-name', value: 'api-canary' }]);
    }],
    name: ['- the construct\'s id, after the prefixes of `NamePrefix`', () => {
      const chart = testChart();
      NamePrefix.on(chart, 'eu-');
      expect([template().metadata.name, template({}, chart).metadata.name]).toEqual(['success', 'eu-success']);
    }],
  }),
  ...defaultsOf('ExistingAnalysisTemplateOptions', {
    clusterScoped: ['- false: an AnalysisTemplate in the namespace of the release', () => expect(bind(Analysis.background({ templates: [ExistingAnalysisTemplate.named('success')] })).fields).toEqual({ templates: [{ templateName: 'success' }] })],
    args: ['- none', () => expect(bind(Analysis.background({ templates: [ExistingAnalysisTemplate.named('success')] })).fields).not.toHaveProperty('args')],
  }),
  ...defaultsOf('MetricOptions', {
    name: ['- what is measured, such as `success-rate`', () => expect(fieldsOf(SUCCESS).name).toBe('success-rate')],
    interval: ['- 1 minute; none for a single measurement', () => {
      expect([fieldsOf(query()).interval, fieldsOf(query(), 'inline').interval]).toEqual(['1m', '1m']);
      expect([query({ count: 1 }), job()].map(metric => 'interval' in fieldsOf(metric))).toEqual([false, false]);
    }],
    count: ['- 5 where the analysis has to end by itself; none in the background, where it goes on until the release ends; 1 for a Job', () => {
      expect([fieldsOf(query(), 'inline').count, fieldsOf(query(), 'background').count]).toEqual([5, undefined]);
      expect(rendered(job(), 'inline')).toMatchObject({ endless: false, judged: { firstMeasurement: 0, lastMeasurement: 0 } });
    }],
    initialDelay: ['- half of the window: the canary needs requests before it can be judged, and a broken one should not get through its first step', () => {
      expect([SUCCESS, Metric.successRate({ provider: PROMETHEUS, atLeast: 0.9, window: Duration.minutes(20) })].map(metric => fieldsOf(metric).initialDelay)).toEqual(['150s', '10m']);
    }],
    failureLimit: ['- 2, or less where `count` is below 5: one bad sample proves nothing; 0 for a Job', () => {
      expect([undefined, 5, 4, 3, 2, 1].map(count => fieldsOf(query({ count }), 'inline').failureLimit)).toEqual([2, 2, 1, 1, undefined, undefined]);
      expect(fieldsOf(job())).not.toHaveProperty('failureLimit');
    }],
    consecutiveSuccessLimit: ['- none: all have to be taken', () => expect(fieldsOf(query(), 'inline')).not.toHaveProperty('consecutiveSuccessLimit')],
    consecutiveErrorLimit: ['- 12, two minutes: a restart of the monitoring is not the canary\'s fault; 4 for a Job', () => {
      expect(fieldsOf(query()).consecutiveErrorLimit).toBe(12);
      expect(fieldsOf(job())).not.toHaveProperty('consecutiveErrorLimit'); // Argo Rollouts' own 4
    }],
    inconclusiveLimit: ['- as `failureLimit` where `whenEmpty` is INCONCLUSIVE, else 0', () => {
      const undecided = fieldsOf(query({ whenEmpty: EmptyResult.INCONCLUSIVE }), 'inline');
      expect([undecided.inconclusiveLimit, undecided.failureLimit]).toEqual([2, 2]);
      expect(fieldsOf(query(), 'inline')).not.toHaveProperty('inconclusiveLimit');
    }],
    whenEmpty: ['EmptyResult.FAILS', () => {
      expect(fieldsOf(query())).toEqual(fieldsOf(query({ whenEmpty: EmptyResult.FAILS })));
      expect(fieldsOf(query()).successCondition).toBe('len(result) > 0 && all(result, !isNaN(#) && # >= 1)');
    }],
    dryRun: ['false', () => {
      expect([rendered(query()).dryRun, rendered(query({ dryRun: true })).dryRun]).toEqual([false, true]);
      expect(template().spec).not.toHaveProperty('dryRun');
    }],
  }),
  ...defaultsOf('PromQlMetricOptions', { window: ['- 5 minutes', () => expect(queryOf(SUCCESS)).toBe(queryOf(Metric.successRate({ provider: PROMETHEUS, atLeast: 0.95, window: Duration.minutes(5) })))] }),
  ...defaultsOf('RequestMetricOptions', {
    requests: ['- by the router of the release where it counts them, else by the application: `ApplicationMetrics.http()`', () => {
      const asked = (traffic: ReturnType<typeof TrafficRouting.istio>): string => one(objectsOf(routed({ traffic, analysis: Analysis.background({ metrics: [SUCCESS] }) }, {}, meshChart())), 'AnalysisTemplate').spec.metrics[0].provider.prometheus.query;
      expect([asked(TrafficRouting.istio()).includes('istio_requests_total'), asked(TrafficRouting.smi()).includes('http_requests_total')]).toEqual([true, true]);
    }],
    minimumRequests: ['- one', () => {
      expect(queryOf(SUCCESS)).not.toContain(' and '); // without a request it is zero divided by zero: no number
      expect(queryOf(Metric.successRate({ provider: PROMETHEUS, atLeast: 0.95, minimumRequests: 50 }))).toMatch(/ and .* >= 50\)$/);
    }],
  }),
  ...defaultsOf('SuccessRateOptions', {
    atLeast: ['- none: `comparedWithStable` says what is good', () => expect(rendered(Metric.successRate({ provider: PROMETHEUS, comparedWithStable: MARGIN })).judged.condition).toBe('no more than 20 % below stable')],
    comparedWithStable: ['- not compared', () => expect(queryOf(SUCCESS)).not.toContain('stable-hash')],
  }),
  ...defaultsOf('LatencyOptions', {
    quantile: ['0.99', () => expect(queryOf(Metric.latency({ provider: PROMETHEUS, atMost: Duration.millis(300) }))).toMatch(/^histogram_quantile\(0\.99, /)],
    atMost: ['- none: `comparedWithStable` says what is good', () => expect(rendered(Metric.latency({ provider: PROMETHEUS, comparedWithStable: MARGIN })).judged.condition).toBe('p99 no more than 20 % above stable')],
    comparedWithStable: ['- not compared', () => expect(queryOf(Metric.latency({ provider: PROMETHEUS, atMost: Duration.millis(300) }))).not.toContain('stable-hash')],
  }),
  ...defaultsOf('ErrorBudgetBurnOptions', { atMost: ['14.4', () => expect(rendered(Metric.errorBudgetBurn({ provider: PROMETHEUS, objective: 0.999 })).judged.condition).toBe('burn rate at most 14.4')] }),
  ...defaultsOf('SaturationOptions', {
    resource: ['LimitedResource.CPU', () => {
      const saturation = (resource?: LimitedResource) => fieldsOf(Metric.saturation({ provider: PROMETHEUS, atMost: 0.9, resource }));
      expect(saturation()).toEqual(saturation(LimitedResource.CPU));
    }],
  }),
  ...defaultsOf('ConditionOptions', {
    atLeast: ['- any', () => expect(fieldsOf(query({ atLeast: undefined, atMost: 5 })).successCondition).toBe('len(result) > 0 && all(result, !isNaN(#) && # <= 5)')],
    atMost: ['- any', () => expect(fieldsOf(query()).successCondition).toBe('len(result) > 0 && all(result, !isNaN(#) && # >= 1)')],
    successCondition: ['- the range; what is not bad is good', () => {
      expect(fieldsOf(query()).successCondition).toContain('# >= 1');
      expect(fieldsOf(query({ atLeast: undefined, failureCondition: 'result[0] > 9' }))).not.toHaveProperty('successCondition');
    }],
    failureCondition: ['- what is not good is bad', () => expect(fieldsOf(query({ atLeast: undefined, successCondition: 'result[0] > 9' }))).not.toHaveProperty('failureCondition')],
  }),
  ...defaultsOf('ApplicationMetricNames', {
    requests: ["'http_requests_total'", () => expect(requestsOf({})).toBe(requestsOf({ requests: 'http_requests_total' }))],
    durations: ["'http_request_duration_seconds'", () => expect(latencyOf({})).toContain('rate(http_request_duration_seconds_bucket{')],
    statusLabel: ["'status'", () => expect(requestsOf({})).toContain(',status=~"')],
    errorStatus: ["'5..'", () => expect(requestsOf({})).toContain(',status=~"5.."}')],
    matchers: ['- nothing', () => expect(latencyOf({})).toContain('{namespace="shop",pod=~"web-.*"}')],
  }),
  ...defaultsOf('MeasurementFields', {
    result: ['- nobody knows: only a condition, or no error, can say whether it is good', () => {
      const made = (options: object) => () => Metric.of({ name: 'errors', measurement: custom(), ...options });
      expect(measured(custom())).not.toHaveProperty('result');
      expect(errorOf(() => rendered(made({ atMost: 1 })()))).toMatchObject({ code: 'InvalidValue', property: 'analysis.metrics[0].atMost' });
      expect(rendered(made({ successCondition: 'result[0] < 1' })()).judged.condition).toBe('result[0] < 1');
      expect(rendered(made({})()).judged.condition).toBe('answers');
    }],
    secrets: ['- nothing', () => expect(rendered(query()).secrets).toEqual([])],
    runsOnce: ['false', () => expect(fieldsOf(Metric.of({ name: 'errors', measurement: custom(), successCondition: 'result[0] < 1' }))).toMatchObject({ interval: '1m' })],
    flagger: ['- Flagger has no such provider', () => expect(measured(custom())).not.toHaveProperty('flagger')],
  }),
  ...defaultsOf('CustomMeasurementOptions', {
    description: ['- the name of the provider', () => expect(custom().description).toBe('graphite')],
    result: ['- unknown: the metric needs a condition, unless an answer alone is good', () => {
      expect(errorOf(() => rendered(Metric.of({ name: 'errors', measurement: custom(), atMost: 1 }))).code).toBe('InvalidValue');
      expect(() => rendered(Metric.of({ name: 'errors', measurement: custom({ result: MeasuredResult.list() }), atMost: 1 }))).not.toThrow();
    }],
    secrets: ['- none', () => expect(measured(custom())).not.toHaveProperty('secrets')],
    runsOnce: ['false', () => expect(measured(custom())).not.toHaveProperty('runsOnce')],
  }),
  ...defaultsOf('JobRunOptions', {
    timeout: ['- 10 minutes', () => expect(run().activeDeadlineSeconds).toBe(600)],
    retries: ['0', () => expect(run().backoffLimit).toBe(0)],
    pod: ['- user and group 10001', () => expect(run().template.spec.securityContext).toMatchObject({ runAsGroup: 10001, runAsUser: 10001 })],
    serviceAccountName: ['- the namespace\'s default', () => expect(run().template.spec).not.toHaveProperty('serviceAccountName')],
    podLabels: ['- none', () => expect(run({ podAnnotations: { a: 'b' } }).template.metadata).toEqual({ annotations: { a: 'b' } })],
    podAnnotations: ['- none', () => expect(run({ podLabels: { a: 'b' } }).template.metadata).toEqual({ labels: { a: 'b' } })],
  }),
  ...defaultsOf('PrometheusOptions', {
    headers: ['- none', () => expect(prometheus()).not.toHaveProperty('headers')],
    timeout: ['- 30 s', () => expect(prometheus()).not.toHaveProperty('timeout')], // Argo Rollouts' own
    insecure: ['false', () => expect(prometheus()).toEqual(prometheus({ insecure: false }))],
    oauth2: ['- no token', () => expect(prometheus()).not.toHaveProperty('authentication')],
    sigV4: ['- none', () => expect(prometheus({}, AMAZON)).not.toHaveProperty('authentication')],
  }),
  ...defaultsOf('OAuth2Client', { scopes: ['- the server\'s choice', () => expect(prometheus({ oauth2: OAUTH }).authentication.oauth2).not.toHaveProperty('scopes')] }),
  ...defaultsOf('SigV4Signature', {
    roleArn: ['- the controller\'s own', () => expect(signature()).not.toHaveProperty('roleArn')],
    profile: ['- none', () => expect(signature()).not.toHaveProperty('profile')],
  }),
  ...defaultsOf('DatadogOptions', {
    secret: ['- the controller\'s own credentials', () => expect(datadog()).not.toHaveProperty('secretRef')],
    controllerSecret: ['- `datadog`, or the controller\'s environment variables', () => expect(datadog()).not.toHaveProperty('secretRef')],
    window: ['- 5 minutes', () => expect(datadog().interval).toBe('5m')],
    aggregator: ['DatadogAggregator.LAST', () => {
      expect(datadog()).not.toHaveProperty('aggregator'); // Argo Rollouts' own is "last"
      expect(datadog({ aggregator: DatadogAggregator.LAST })).toEqual({ ...datadog(), aggregator: 'last' });
    }],
    timeout: ['- 10 s', () => expect(datadog()).not.toHaveProperty('requestTimeout')],
  }),
  ...defaultsOf('NewRelicOptions', {
    field: ["'value'", () => expect(fieldsOf(Metric.query({ ...ASK, provider: NewRelic.profile() } as Parameters<typeof Metric.query>[0])).successCondition).toBe("result['value'] != nil && result['value'] >= 1")],
    timeout: ['- 5 s', () => expect((newRelic().provider as Manifest).newRelic).not.toHaveProperty('timeout')], // Argo Rollouts' own
  }),
  ...defaultsOf('CloudWatchOptions', {
    window: ['- 5 minutes', () => expect((cloudWatch().provider as Manifest).cloudWatch.interval).toBe('5m')],
    region: ['- none: Flagger cannot ask', () => expect([cloudWatch().flagger, cloudWatch({}, { region: 'eu-central-1' }).flagger?.provider]).toEqual([undefined, { type: 'cloudwatch', region: 'eu-central-1' }])],
  }),
  ...defaultsOf('CloudWatchQuery', {
    expression: ['- none: `metric` says what it is', () => expect(cloudWatchQueries({ expression: undefined, metric: METRIC })[0]).not.toHaveProperty('expression')],
    metric: ['- none: `expression` says what it is', () => expect(cloudWatchQueries()[0]).not.toHaveProperty('metricStat')],
    label: ['- none', () => expect(cloudWatchQueries()[0]).not.toHaveProperty('label')],
    returnData: ['- true for the first', () => expect(cloudWatchQueries().map(({ returnData }: Manifest) => returnData)).toEqual([true, false])],
  }),
  ...defaultsOf('CloudWatchMetric', {
    dimensions: ['- the one without dimensions', () => expect(cloudWatchQueries()[1].metricStat.metric).toEqual({ metricName: 'RequestCount', namespace: 'AWS/ApplicationELB' })],
    unit: ['- any', () => expect(cloudWatchQueries()[1].metricStat).not.toHaveProperty('unit')],
  }),
  ...defaultsOf('WebOptions', {
    jsonPath: ['- nowhere: an answer of 200 to 299 is good, unless the metric has a condition on the whole of its JSON', () => {
      expect(got()).not.toHaveProperty('jsonPath');
      expect(rendered(Metric.of({ name: 'smoke', measurement: Web.get('http://web/smoke') })).judged.condition).toBe('answers');
      expect(fieldsOf(Metric.of({ name: 'smoke', measurement: Web.get('http://web/smoke'), successCondition: 'result.ok' })).successCondition).toBe('result.ok');
    }],
    headers: ['- none', () => expect(got()).not.toHaveProperty('headers')],
    timeout: ['- 10 s', () => expect(got()).not.toHaveProperty('timeoutSeconds')], // Argo Rollouts' own
    insecure: ['false', () => expect(got()).toEqual(got({ insecure: false }))],
  }),
  ...defaultsOf('WebBodyOptions', {
    body: ['- none', () => expect(posted({ json: { a: 1 } })).not.toHaveProperty('body')],
    json: ['- none', () => expect(posted({ body: 'a' })).not.toHaveProperty('jsonBody')],
  }),
];
