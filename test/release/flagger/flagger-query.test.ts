import { Duration } from 'cdk8s';
import { Analysis, ApplicationMetrics, CanarySteps, Metric, Prometheus, StableMargin } from 'cdk8s-production';
import { flagged } from '../../helpers/flagger';
import { errorOf, type Manifest, one } from '../../helpers/manifests';
import { objectsOf } from '../../helpers/release';

const PROMETHEUS = Prometheus.at('http://prometheus.monitoring:9090');
const SET = '[b-df-hj-np-tv-xz24-9]';
const CANARY = `{{ target }}-${SET}{1,10}-${SET}{5}`;
const PRIMARY = `{{ target }}-primary-${SET}{1,10}-${SET}{5}`;
const release = (metric: Metric, args?: Record<string, string>) => flagged({
  steps: CanarySteps.ramp([10, 50], Duration.minutes(5)), analysis: Analysis.background({ metrics: [metric], ...args === undefined ? {} : { args } }),
});
const template = (metric: Metric, args?: Record<string, string>): Manifest => one(objectsOf(release(metric, args)), 'MetricTemplate').spec;
const up = (options: Partial<Parameters<typeof Metric.query>[0]> = {}): Metric => Metric.query({ name: 'up', provider: PROMETHEUS, query: 'up', atLeast: 1, ...options });

describe('a query of Flagger\'s', () => {
  test('tells the canary\'s pods by their names from the primary ones, and both from others', () => {
    const { query } = template(Metric.latency({ provider: PROMETHEUS, comparedWithStable: StableMargin.percent(20), requests: ApplicationMetrics.http() }));
    const matches = (pattern: string, pod: string): boolean => new RegExp(`^(?:${pattern.replace('{{ target }}', 'web')})$`).test(pod);

    expect(query).toContain(`pod=~"${CANARY}"`);
    expect(query).toContain(`pod=~"${PRIMARY}"`);
    expect(['web-7d9f8b6c5d-x2k4p', 'web-primary-7d9f8b6c5d-x2k4p', 'web-db-0', 'web-api-7d9f8b6c5d-x2k4p', 'web-migrate-x2k4p'].map(pod => [matches(CANARY, pod), matches(PRIMARY, pod)])).toEqual([
      [true, false], [false, true], [false, false], [false, false], [false, false],
    ]);
  });

  test('has names of the release and values of the user\'s in its query', () => {
    const names = ['namespace', 'workload', 'service-name', 'stable-service-name', 'route'].map(name => `{{args.${name}}}`).join(' ');

    expect(template(up({ query: names }), { route: '/checkout' }).query).toBe('{{ namespace }} {{ target }} {{ service }}-canary {{ service }}-primary /checkout');
  });

  test('holds the user\'s value in the address as well', () => {
    expect(template(up({ provider: Prometheus.at('http://{{args.cluster}}.example.com') }), { cluster: 'eu' }).provider.address).toBe('http://eu.example.com');
  });

  test.each([
    ['with the hash of a version', up({ query: 'up{pod=~"web-{{args.canary-hash}}-.*"}' }), 'UnsupportedByController', 'analysis.metrics[0].query'],
    ['with an argument that nobody knows', up({ query: '{{args.route}}' }), 'MissingValue', 'analysis.metrics[0].query'],
    ['under an Ingress that is not there', up({ query: '{{args.ingress}}' }), 'MissingValue', 'analysis.metrics[0].query'],
    ['with other words in braces', up({ query: '{{ target }}' }), 'InvalidValue', 'analysis.metrics[0].query'],
    ['at an address that differs from release to release', up({ provider: Prometheus.at('http://{{args.namespace}}.example.com') }), 'UnsupportedByController', 'analysis.metrics[0].provider'],
  ])('is refused %s', (_, metric, code, property) => {
    const error = errorOf(() => release(metric));

    expect([error.code, error.property]).toEqual([code, property]);
  });
});
