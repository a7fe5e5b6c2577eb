import { Duration } from 'cdk8s';
import {
  ApplicationMetrics, Datadog, EmptyResult, type ErrorBudgetBurnOptions, type IRequestMetrics, type LatencyOptions, LimitedResource, Metric, type MetricSubject,
  type SaturationOptions, StableMargin, type SuccessRateOptions,
} from 'cdk8s-production';
import { PROMETHEUS, queryOf, rendered, SUCCESS } from '../../helpers/analysis';
import { errorOf } from '../../helpers/manifests';

const provider = PROMETHEUS;
const CANARY = 'namespace="{{args.namespace}}",pod=~"{{args.workload}}-{{args.canary-hash}}-.*"';

/** Requests that are counted in a way that is short to read. */
const PROXY: IRequestMetrics = {
  description: 'a proxy',
  scrapesPods: false,
  requestRate: ({ set }: MetricSubject, window) => `requests(${set},${window})`,
  errorRate: ({ set }: MetricSubject, window) => `errors(${set},${window})`,
  latency: ({ set }: MetricSubject, window, quantile) => `latency(${set},${window},${quantile})`,
};

/** What all ready-made metrics have in common. */
const COMMON = {
  consecutiveErrorLimit: 12, failureLimit: 2, initialDelay: '150s', interval: '1m',
};
const common = (query: string) => ({ ...COMMON, provider: { prometheus: { address: 'http://prometheus.monitoring:9090', query } } });

test('a success rate is what did not fail, and what nobody saw succeeding fails', () => {
  expect(rendered(SUCCESS)).toMatchObject({
    dryRun: false,
    endless: true,
    judged: { name: 'success-rate', condition: 'at least 0.95', scrapesPods: true, firstMeasurement: 150, lastMeasurement: undefined },
    secrets: [],
  });
  expect(rendered(SUCCESS).fields).toEqual({
    name: 'success-rate',
    ...common(`1 - ((sum(rate(http_requests_total{${CANARY},status=~"5.."}[5m])) or 0 * sum(rate(http_requests_total{${CANARY}}[5m])))) / (sum(rate(http_requests_total{${CANARY}}[5m])))`),
    successCondition: 'len(result) > 0 && all(result, !isNaN(#) && # >= 0.95)',
  });
});

test('a latency is that of the slowest request in a hundred', () => {
  const metric = rendered(Metric.latency({ provider, atMost: Duration.millis(300) }));

  expect(metric.fields).toEqual({
    name: 'latency',
    ...common(`histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{${CANARY}}[5m])))`),
    successCondition: 'len(result) > 0 && all(result, !isNaN(#) && # <= 0.3)',
  });
  expect(metric.judged.condition).toBe('p99 at most 300 ms');
});

test('an error budget may burn 14.4 times as fast as it lasts', () => {
  const metric = rendered(Metric.errorBudgetBurn({ provider, objective: 0.999, requests: PROXY }));

  expect(metric.fields).toEqual({
    name: 'error-budget-burn',
    ...common('(errors(canary,5m)) / (requests(canary,5m)) / (1 - 0.999)'),
    successCondition: 'len(result) > 0 && all(result, !isNaN(#) && # <= 14.4)',
  });
  expect(metric.judged).toMatchObject({ condition: 'burn rate at most 14.4', scrapesPods: false });
});

test('saturation is that of the container which is closest to its limit', () => {
  const cpu = rendered(Metric.saturation({ provider, atMost: 0.9 }));
  expect(cpu.fields).toEqual({
    name: 'cpu-saturation',
    ...common(`max(sum by (pod, container) (rate(container_cpu_usage_seconds_total{${CANARY},container!=""}[5m])) / max by (pod, container) (kube_pod_container_resource_limits{${CANARY},resource="cpu"}))`),
    successCondition: 'len(result) > 0 && all(result, !isNaN(#) && # <= 0.9)',
  });
  expect(cpu.judged).toMatchObject({ condition: 'at most 0.9 of the CPU limit', scrapesPods: false });

  const memory = rendered(Metric.saturation({ provider, atMost: 0.9, resource: LimitedResource.MEMORY }));
  expect(memory.name).toBe('memory-saturation');
  expect(memory.judged.condition).toBe('at most 0.9 of the memory limit');
  expect(queryOf(Metric.saturation({ provider, atMost: 0.9, resource: LimitedResource.MEMORY })))
    .toBe(`max(max by (pod, container) (max_over_time(container_memory_working_set_bytes{${CANARY},container!=""}[5m])) / max by (pod, container) (kube_pod_container_resource_limits{${CANARY},resource="memory"}))`);
});

describe('compared with the stable set', () => {
  test.each<[what: string, metric: Metric, query: string, condition: string, says: string]>([
    ['by a fraction', Metric.successRate({ provider, requests: PROXY, comparedWithStable: StableMargin.fraction(0.01) }),
      '(1 - (errors(canary,5m)) / (requests(canary,5m))) - (1 - (errors(stable,5m)) / (requests(stable,5m)))', '# >= -0.01', 'no more than 0.01 below stable'],
    ['by nothing', Metric.successRate({ provider, requests: PROXY, comparedWithStable: StableMargin.fraction(0) }),
      '(1 - (errors(canary,5m)) / (requests(canary,5m))) - (1 - (errors(stable,5m)) / (requests(stable,5m)))', '# >= 0', 'no more than 0 below stable'],
    ['by a percentage', Metric.successRate({ provider, requests: PROXY, comparedWithStable: StableMargin.percent(5) }),
      '(1 - (errors(canary,5m)) / (requests(canary,5m))) / (1 - (errors(stable,5m)) / (requests(stable,5m)))', '# >= 0.95', 'no more than 5 % below stable'],
    ['by a time', Metric.latency({ provider, requests: PROXY, comparedWithStable: StableMargin.duration(Duration.millis(50)) }),
      '(latency(canary,5m,0.99)) - (latency(stable,5m,0.99))', '# <= 0.05', 'p99 no more than 50 ms above stable'],
    ['by a percentage of the time', Metric.latency({ provider, requests: PROXY, quantile: 0.5, comparedWithStable: StableMargin.percent(120) }),
      '(latency(canary,5m,0.5)) / (latency(stable,5m,0.5))', '# <= 2.2', 'p50 no more than 120 % above stable'],
  ])('a metric is measured in both at once, %s', (_, metric, query, condition, says) => {
    const { fields, judged } = rendered(metric);

    expect(queryOf(metric)).toBe(query);
    expect(fields.successCondition).toBe(`len(result) > 0 && all(result, !isNaN(#) && ${condition})`);
    expect(judged.condition).toBe(says);
  });

  test('it has a name of its own, so that both can be judged', () => {
    expect(rendered(Metric.successRate({ provider, comparedWithStable: StableMargin.percent(5) })).name).toBe('success-rate-vs-stable');
    expect(rendered(Metric.latency({ provider, comparedWithStable: StableMargin.percent(5) })).name).toBe('latency-vs-stable');
  });

  test('the pods of each set are found by the hash of their version', () => {
    expect(queryOf(Metric.latency({ provider, comparedWithStable: StableMargin.percent(5) })))
      .toContain('pod=~"{{args.workload}}-{{args.stable-hash}}-.*"');
  });

  test.each<[what: string, metric: Metric]>([
    ['a time of a share', Metric.successRate({ provider, comparedWithStable: StableMargin.duration(Duration.millis(50)) })],
    ['a share of a time', Metric.latency({ provider, comparedWithStable: StableMargin.fraction(0.1) })],
    ['less than nothing', Metric.successRate({ provider, comparedWithStable: StableMargin.fraction(-0.1) })],
    ['everything', Metric.successRate({ provider, comparedWithStable: StableMargin.percent(100) })],
    ['a whole', Metric.successRate({ provider, comparedWithStable: StableMargin.fraction(1) })],
    ['ten times as long', Metric.latency({ provider, comparedWithStable: StableMargin.percent(1000) })],
    ['a text', Metric.latency({ provider, comparedWithStable: StableMargin.percent('20' as unknown as number) })],
    ['no number', Metric.latency({ provider, comparedWithStable: StableMargin.percent(NaN) })],
    ['a number for a time', Metric.latency({ provider, comparedWithStable: StableMargin.duration(50 as unknown as Duration) })],
    ['a day', Metric.latency({ provider, comparedWithStable: StableMargin.duration(Duration.days(1)) })],
    ['a margin that is none', Metric.latency({ provider, comparedWithStable: 0.1 as unknown as StableMargin })],
  ])('refuses %s', (_, metric) => {
    expect(errorOf(() => rendered(metric))).toMatchObject({ code: 'InvalidValue', property: 'analysis.metrics[0].comparedWithStable' });
  });
});

test('a window with few requests is an empty result', () => {
  expect(queryOf(Metric.successRate({ provider, requests: PROXY, atLeast: 0.9, minimumRequests: 100 })))
    .toBe('(1 - (errors(canary,5m)) / (requests(canary,5m))) and ((requests(canary,5m)) * 300 >= 100)');
  expect(queryOf(Metric.latency({ provider, requests: PROXY, comparedWithStable: StableMargin.percent(5), minimumRequests: 100, window: Duration.minutes(1) })))
    .toBe('((latency(canary,1m,0.99)) / (latency(stable,1m,0.99))) and ((requests(canary,1m)) * 60 >= 100) and ((requests(stable,1m)) * 60 >= 100)');
});

test('requests are counted by the router where nothing else is said', () => {
  expect((rendered(SUCCESS, 'background', PROXY).fields.provider as { prometheus: { query: string } }).prometheus.query).toBe('1 - (errors(canary,5m)) / (requests(canary,5m))');
  expect(rendered(SUCCESS, 'background', PROXY).judged.scrapesPods).toBe(false);
  expect(rendered(Metric.successRate({ provider, atLeast: 0.9, requests: ApplicationMetrics.http() }), 'background', PROXY).judged.scrapesPods).toBe(true);
});

describe('all options', () => {
  const shared = {
    provider,
    name: 'checkout',
    interval: Duration.seconds(30),
    count: 10,
    initialDelay: Duration.minutes(1),
    failureLimit: 3,
    consecutiveSuccessLimit: 4,
    consecutiveErrorLimit: 6,
    inconclusiveLimit: 1,
    whenEmpty: EmptyResult.INCONCLUSIVE,
    dryRun: true,
    window: Duration.minutes(2),
  };
  const requests = { ...shared, requests: PROXY, minimumRequests: 10 };
  const success: Required<Omit<SuccessRateOptions, 'comparedWithStable'>> = { ...requests, atLeast: 0.9 };
  const latency: Required<Omit<LatencyOptions, 'comparedWithStable'>> = { ...requests, quantile: 0.999, atMost: Duration.seconds(2) };
  const burn: Required<ErrorBudgetBurnOptions> = { ...requests, objective: 0.99, atMost: 6 };
  const saturation: Required<SaturationOptions> = { ...shared, atMost: 0.8, resource: LimitedResource.MEMORY };

  test.each<[what: string, metric: Metric, says: string, success: string, failure: string]>([
    ['success rate', Metric.successRate(success), 'at least 0.9', '# >= 0.9', '# < 0.9'],
    ['latency', Metric.latency(latency), 'p99.9 at most 2 s', '# <= 2', '# > 2'],
    ['error budget', Metric.errorBudgetBurn(burn), 'burn rate at most 6', '# <= 6', '# > 6'],
    ['saturation', Metric.saturation(saturation), 'at most 0.8 of the memory limit', '# <= 0.8', '# > 0.8'],
  ])('of a %s are taken', (_, metric, says, good, bad) => {
    expect(rendered(metric)).toMatchObject({
      name: 'checkout',
      dryRun: true,
      endless: false,
      fields: {
        name: 'checkout',
        interval: '30s',
        count: 10,
        initialDelay: '1m',
        failureLimit: 3,
        consecutiveSuccessLimit: 4,
        consecutiveErrorLimit: 6,
        inconclusiveLimit: 1,
        successCondition: `len(result) > 0 && all(result, ${good})`,
        failureCondition: `any(result, ${bad})`,
      },
      judged: { name: 'checkout', condition: says, firstMeasurement: 60, lastMeasurement: 330 },
    });
    expect(queryOf(metric)).toContain('2m');
  });
});

describe('refuses', () => {
  const success = (options: object) => Metric.successRate({ provider, atLeast: 0.9, ...options });
  const latency = (options: object) => Metric.latency({ provider, atMost: Duration.millis(300), ...options });
  const burn = (options: object) => Metric.errorBudgetBurn({ provider, objective: 0.999, ...options });
  const saturation = (options: object) => Metric.saturation({ provider, atMost: 0.9, ...options });
  const none = undefined as unknown as SuccessRateOptions & LatencyOptions & ErrorBudgetBurnOptions & SaturationOptions;

  test.each<[what: string, metric: Metric, code: string, property: string]>([
    ['a success rate of nothing', Metric.successRate(none), 'InvalidValue', ''],
    ['a latency of nothing', Metric.latency(none), 'InvalidValue', ''],
    ['a budget of nothing', Metric.errorBudgetBurn(none), 'InvalidValue', ''],
    ['a saturation of nothing', Metric.saturation(none), 'InvalidValue', ''],
    ['no bound', Metric.successRate({ provider }), 'MissingValue', '.atLeast'],
    ['no longest time', Metric.latency({ provider }), 'MissingValue', '.atMost'],
    ['two bounds', success({ comparedWithStable: StableMargin.percent(1) }), 'ConflictingProperties', '.atLeast'],
    ['two longest times', latency({ comparedWithStable: StableMargin.percent(1) }), 'ConflictingProperties', '.atMost'],
    ['percent for a fraction', success({ atLeast: 95 }), 'InvalidValue', '.atLeast'],
    ['a bound that everything passes', success({ atLeast: 0 }), 'InvalidValue', '.atLeast'],
    ['a fraction as a text', success({ atLeast: '0.95' }), 'InvalidValue', '.atLeast'],
    ['no provider', success({ provider: undefined }), 'InvalidValue', '.provider'],
    ['an address for a provider', success({ provider: 'http://prometheus:9090' }), 'InvalidValue', '.provider'],
    ['a provider that speaks another language', latency({ provider: Datadog.of() }), 'InvalidValue', '.provider'],
    ['a misspelt option', success({ treshold: 0.9 }), 'UnknownProperty', '.treshold'],
    ['an option of another metric', success({ quantile: 0.9 }), 'UnknownProperty', '.quantile'],
    ['milliseconds as a number', latency({ atMost: 300 }), 'InvalidValue', '.atMost'],
    ['a time of nothing', latency({ atMost: Duration.millis(0) }), 'InvalidValue', '.atMost'],
    ['a percentile', latency({ quantile: 99 }), 'InvalidValue', '.quantile'],
    ['all requests', latency({ quantile: 1 }), 'InvalidValue', '.quantile'],
    ['an objective in percent', burn({ objective: 99.9 }), 'InvalidValue', '.objective'],
    ['no objective', burn({ objective: undefined }), 'InvalidValue', '.objective'],
    ['a burn rate of nothing', burn({ atMost: 0 }), 'InvalidValue', '.atMost'],
    ['a burn rate that is never reached', burn({ objective: 0.93 }), 'InvalidValue', '.atMost'],
    ['a saturation in percent', saturation({ atMost: 90 }), 'InvalidValue', '.atMost'],
    ['a resource that has no such metrics', saturation({ resource: 'disk' }), 'InvalidValue', '.resource'],
    ['a window of a second', success({ window: Duration.seconds(1) }), 'InvalidValue', '.window'],
    ['a window as a text', saturation({ window: '5m' }), 'InvalidValue', '.window'],
    ['requests from nowhere', success({ requests: {} }), 'InvalidValue', '.requests'],
    ['requests as a text', latency({ requests: 'istio' }), 'InvalidValue', '.requests'],
    ['half a request', success({ minimumRequests: 0.5 }), 'InvalidValue', '.minimumRequests'],
    ['null for an option', success({ name: null }), 'InvalidValue', '.name'],
    ['a name with a space', success({ name: 'Success Rate' }), 'InvalidName', '.name'],
    ['an empty result that means nothing', success({ whenEmpty: 'maybe' }), 'InvalidValue', '.whenEmpty'],
    ['a text for a flag', success({ dryRun: 'yes' }), 'InvalidValue', '.dryRun'],
  ])('%s', (_, metric, code, property) => {
    expect(errorOf(() => rendered(metric))).toMatchObject({ code, constructPath: 'chart', property: `analysis.metrics[0]${property}` });
  });
});
