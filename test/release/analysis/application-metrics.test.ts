import { Analysis, type ApplicationMetricNames, ApplicationMetrics, Health, Metric, type MetricSubject, PodSet, Port } from 'cdk8s-production';
import { PROMETHEUS, rendered } from '../../helpers/analysis';
import { errorOf, one } from '../../helpers/manifests';
import { canary, objectsOf } from '../../helpers/release';

const WEB: MetricSubject = { namespace: 'shop', workload: 'web', pods: 'web-6b7.*', service: 'web-canary', ingress: '', set: PodSet.CANARY };
const OF = 'namespace="shop",pod=~"web-6b7.*"';

test('requests are found by the namespace and the names of the pods', () => {
  const metrics = ApplicationMetrics.http();

  expect(metrics.requestRate(WEB, '5m')).toBe(`sum(rate(http_requests_total{${OF}}[5m]))`);
  expect(metrics.errorRate(WEB, '5m')).toBe(`(sum(rate(http_requests_total{${OF},status=~"5.."}[5m])) or 0 * sum(rate(http_requests_total{${OF}}[5m])))`);
  expect(metrics.latency(WEB, '1m', 0.9)).toBe(`histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket{${OF}}[1m])))`);
  expect(metrics).toMatchObject({ scrapesPods: true, description: "the application's own metrics" });
});

test('names are the application\'s', () => {
  const names: Required<ApplicationMetricNames> = { requests: 'shop:requests_total', durations: 'shop_seconds', statusLabel: 'code', errorStatus: '5..|429', matchers: ['path!~"/health/.*"', 'method="GET"'] };
  const metrics = ApplicationMetrics.http(names);
  const of = `${OF},path!~"/health/.*",method="GET"`;

  expect(metrics.requestRate(WEB, '5m')).toBe(`sum(rate(shop:requests_total{${of}}[5m]))`);
  expect(metrics.errorRate(WEB, '5m')).toBe(`(sum(rate(shop:requests_total{${of},code=~"5..|429"}[5m])) or 0 * sum(rate(shop:requests_total{${of}}[5m])))`);
  expect(metrics.latency(WEB, '5m', 0.99)).toBe(`histogram_quantile(0.99, sum by (le) (rate(shop_seconds_bucket{${of}}[5m])))`);
});

test('OpenTelemetry has one histogram for both', () => {
  const metrics = ApplicationMetrics.openTelemetry(['http_route!="/live"']);
  const of = `${OF},http_route!="/live"`;

  expect(metrics.requestRate(WEB, '5m')).toBe(`sum(rate(http_server_request_duration_seconds_count{${of}}[5m]))`);
  expect(metrics.errorRate(WEB, '5m'))
    .toBe(`(sum(rate(http_server_request_duration_seconds_count{${of},http_response_status_code=~"5.."}[5m])) or 0 * sum(rate(http_server_request_duration_seconds_count{${of}}[5m])))`);
  expect(metrics.latency(WEB, '5m', 0.5)).toBe(`histogram_quantile(0.5, sum by (le) (rate(http_server_request_duration_seconds_bucket{${of}}[5m])))`);
});

test('gRPC is counted by its own names, and fails by the codes that are the server\'s fault', () => {
  const metrics = ApplicationMetrics.grpc();

  expect(metrics.requestRate(WEB, '5m')).toBe(`sum(rate(grpc_server_handled_total{${OF}}[5m]))`);
  expect(metrics.errorRate(WEB, '5m'))
    .toBe(`(sum(rate(grpc_server_handled_total{${OF},grpc_code=~"Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss"}[5m])) or 0 * sum(rate(grpc_server_handled_total{${OF}}[5m])))`);
  expect(metrics.latency(WEB, '5m', 0.5)).toBe(`histogram_quantile(0.5, sum by (le) (rate(grpc_server_handling_seconds_bucket{${OF}}[5m])))`);
});

test.each([['http', Port.http(8080), 'http_requests_total'], ['gRPC', Port.grpc(9090), 'grpc_server_handled_total'], ['anything else', Port.tcp(7000), 'http_requests_total']])(
  'behind a main port for %s an application that says nothing counts so', (_, port, counter) => {
    const release = canary({ analysis: Analysis.background({ metrics: [Metric.successRate({ provider: PROMETHEUS, atLeast: 0.95 })] }) }, { port, health: Health.tcp() });

    expect(one(objectsOf(release), 'AnalysisTemplate').spec.metrics[0].provider.prometheus.query).toContain(`rate(${counter}{`);
  });

test.each<[what: string, names: unknown, code: string, property: string]>([
  ['a metric with a space', { requests: 'http requests' }, 'InvalidValue', '.requests'],
  ['the buckets of a histogram', { durations: 'http_request_duration_seconds_bucket' }, 'InvalidValue', '.durations'],
  ['a number for a histogram', { durations: 1 }, 'InvalidValue', '.durations'],
  ['a label that is none', { statusLabel: 'http.status' }, 'InvalidValue', '.statusLabel'],
  ['a status that would end the text', { errorStatus: '5.."' }, 'InvalidValue', '.errorStatus'],
  ['matchers as a text', { matchers: 'path="/"' }, 'InvalidValue', '.matchers'],
  ['a matcher without quotation marks', { matchers: ['path=/'] }, 'InvalidValue', '.matchers[0]'],
  ['a matcher that is two', { matchers: ['a="b",c="d"'] }, 'InvalidValue', '.matchers[0]'],
  ['a misspelt name', { request: 'a' }, 'UnknownProperty', '.request'],
  ['null for the names', null, 'InvalidValue', ''],
])('refuses %s', (_, names, code, property) => {
  const metric = Metric.successRate({ provider: PROMETHEUS, atLeast: 0.9, requests: ApplicationMetrics.http(names as ApplicationMetricNames) });

  expect(errorOf(() => rendered(metric))).toMatchObject({ code, property: `analysis.metrics[0].requests${property}` });
});
