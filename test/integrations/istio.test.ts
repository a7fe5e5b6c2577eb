import { Duration } from 'cdk8s';
import {
  type ExistingIstioOptions, HeaderMatching, IstioMetrics, type IstioRetries, type IstioRoutingOptions, IstioSplit, type IstioSubsetsOptions, PodSet, Port, TrafficRouting,
} from 'cdk8s-production';
import { istioCapabilities } from '../../lib/integrations/istio/istio-differences';
import { ISTIO_NETWORKING } from '../../lib/integrations/istio/istio-models';
import { errorOf, type Manifest, one, synth } from '../helpers/manifests';
import { bound, LABELS, noMesh, routesOf, trafficChart } from '../helpers/traffic';

const METADATA = { labels: LABELS, name: 'web', namespace: 'shop' };
const istio = (options: Partial<IstioRoutingOptions> = {}, context: Parameters<typeof bound>[1] = {}) => bound(TrafficRouting.istio(options), context);
const existing = (options: ExistingIstioOptions, context: Parameters<typeof bound>[1] = {}) => bound(TrafficRouting.existingIstio(options), context);
const js = <T>(value: unknown): T => value as T;

describe('a router with no options', () => {
  test('makes a VirtualService for callers in the mesh: everything to the stable Service', () => {
    expect(routesOf(istio())).toEqual([{
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: METADATA,
      spec: {
        hosts: ['web'],
        http: [{ name: 'primary', route: [{ destination: { host: 'web-stable' }, weight: 100 }, { destination: { host: 'web-canary' }, weight: 0 }] }],
      },
    }]);
  });

  test('names it and its route to the Rollout', () => {
    expect(istio().trafficRouting).toEqual({ istio: { virtualService: { name: 'web', routes: ['primary'] } } });
  });

  test('has a deployer leave the weights and the destinations of experiments alone', () => {
    expect(istio().ignoredDifferences).toEqual([{
      group: 'networking.istio.io',
      kind: 'VirtualService',
      name: 'web',
      namespace: 'shop',
      jqPathExpressions: ['.spec.http[].route[].weight', '.spec.http[].route[] | select(.destination.host != "web-stable" and .destination.host != "web-canary")'],
      reason: expect.stringContaining('Argo Rollouts') as string,
    }]);
  });

  test('knows headers and mirrors', () => {
    const { capabilities, requestMetrics, description } = TrafficRouting.istio();
    expect(capabilities).toEqual({ weights: true, headerRoutes: HeaderMatching.ANY, mirrorRoutes: true, experimentWeights: true });
    expect([istioCapabilities, ISTIO_NETWORKING]).toEqual([capabilities, 'networking.istio.io']);
    expect([requestMetrics, description]).toEqual([expect.any(IstioMetrics), 'Istio']);
  });
});

test('all options', () => {
  const retries: Required<IstioRetries> = { attempts: 2, perTryTimeout: Duration.millis(1500), retryOn: 'connect-failure,503' };
  const subsets: Required<IstioSubsetsOptions> = { destinationRule: 'web-versions', stable: 'current', canary: 'next' };
  const options: Required<IstioRoutingOptions> = {
    virtualService: 'web-routes', route: 'all', hosts: ['shop.example.com', 'web'], gateways: ['istio-system/public', 'mesh'], split: IstioSplit.subsets(subsets), timeout: Duration.seconds(10), retries,
  };
  const binding = istio(options);
  expect(routesOf(binding)).toEqual([
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { ...METADATA, name: 'web-routes' },
      spec: {
        gateways: ['istio-system/public', 'mesh'],
        hosts: ['shop.example.com', 'web'],
        http: [{
          name: 'all',
          retries: { attempts: 2, perTryTimeout: '1.5s', retryOn: 'connect-failure,503' },
          route: [
            { destination: { host: 'web', port: { number: 80 }, subset: 'current' }, weight: 100 }, { destination: { host: 'web', port: { number: 80 }, subset: 'next' }, weight: 0 },
          ],
          timeout: '10s',
        }],
      },
    },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { ...METADATA, name: 'web-versions' },
      spec: { host: 'web', subsets: [{ name: 'current' }, { name: 'next' }] },
    },
  ]);
  expect(binding.trafficRouting).toEqual({
    istio: { destinationRule: { canarySubsetName: 'next', name: 'web-versions', stableSubsetName: 'current' }, virtualService: { name: 'web-routes', routes: ['all'] } },
  });
});

test('subsets: a deployer leaves alone what the controller labels, notes and adds', () => {
  expect(istio({ split: IstioSplit.subsets() }).ignoredDifferences.map(({ kind, jqPathExpressions }) => ({ kind, jqPathExpressions }))).toEqual([
    { kind: 'VirtualService', jqPathExpressions: ['.spec.http[].route[].weight', '.spec.http[].route[] | select(.destination.host != "web")'] },
    {
      kind: 'DestinationRule',
      jqPathExpressions: [
        '.metadata.annotations["argo-rollouts.argoproj.io/managed-by-rollouts"]', '.spec.subsets[].labels', '.spec.subsets[] | select(.name != "stable" and .name != "canary")',
      ],
    },
  ]);
});

test('routes of steps are left alone as well, by their names', () => {
  expect(istio({}, { managedRoutes: ['beta', 'shadow'] }).ignoredDifferences[0]!.jqPathExpressions).toEqual(expect.arrayContaining([
    '.spec.http[] | select(.name == "beta")', '.spec.http[] | select(.name == "shadow")',
  ]));
});

test('requests through a gateway go to the main port, whatever the port of the gateway; those in the mesh to the port that was dialled', () => {
  const ports = [Port.grpc(9000, { servicePort: 9090 }), Port.http(9100, { name: 'metrics', servicePort: 9100 })];
  const portOf = (options: Partial<IstioRoutingOptions>): unknown => routesOf(istio(options, { ports }))[0].spec.http[0].route[0].destination.port;
  expect([portOf({}), portOf({ gateways: ['public'], hosts: ['shop.example.com'] })]).toEqual([undefined, { number: 9090 }]);
});

test('needs no exposure for callers in the mesh', () => {
  expect(() => istio({}, { behindGateway: false })).not.toThrow();
  expect(() => istio({ gateways: ['mesh'] }, { behindGateway: false })).not.toThrow();
});

describe('objects that are made elsewhere', () => {
  test('are named, and none is made', () => {
    const options: Required<ExistingIstioOptions> = {
      virtualServices: [{ name: 'storefront', namespace: 'edge', routes: ['web'] }, { name: 'web', namespace: 'shop' }],
      destinationRule: { name: 'web-versions', stable: 'current', canary: 'next' },
    };
    const binding = existing(options, { managedRoutes: ['beta'] });
    expect(binding.routes).toEqual([]);
    expect(binding.trafficRouting).toEqual({
      istio: {
        destinationRule: { canarySubsetName: 'next', name: 'web-versions', stableSubsetName: 'current' },
        virtualServices: [{ name: 'storefront.edge', routes: ['web'] }, { name: 'web' }],
      },
    });
    expect(binding.ignoredDifferences.map(({ reason: _, ...difference }) => difference)).toEqual([
      ...[['storefront', 'edge'], ['web', 'shop']].map(([name, namespace]) => ({
        group: 'networking.istio.io', kind: 'VirtualService', name, namespace, jqPathExpressions: ['.spec.http[].route[].weight', '.spec.http[] | select(.name == "beta")'],
      })),
      {
        group: 'networking.istio.io',
        kind: 'DestinationRule',
        name: 'web-versions',
        namespace: 'shop',
        jqPathExpressions: [
          '.metadata.annotations["argo-rollouts.argoproj.io/managed-by-rollouts"]', '.spec.subsets[].labels["rollouts-pod-template-hash"]',
          '.spec.subsets[] | select(.name != "current" and .name != "next")',
        ],
      },
    ]);
  });

  test('a single one is named as such', () => {
    expect(existing({ virtualServices: [{ name: 'web' }] }).trafficRouting).toEqual({ istio: { virtualService: { name: 'web' } } });
  });

  test.each<[string, unknown, Manifest]>([
    ['no list', { virtualServices: 'web' }, { code: 'InvalidValue', property: 'traffic.virtualServices' }],
    ['none', { virtualServices: [] }, { code: 'MissingValue', property: 'traffic.virtualServices' }],
    ['no options', undefined, { code: 'InvalidValue', property: 'traffic' }],
    ['a text for one', { virtualServices: ['web'] }, { code: 'InvalidValue', property: 'traffic.virtualServices[0]' }],
    ['a name with a dot', { virtualServices: [{ name: 'web.shop' }] }, { code: 'InvalidName', property: 'traffic.virtualServices[0].name' }],
    ['a namespace that is none', { virtualServices: [{ name: 'web', namespace: 'Shop' }] }, { code: 'InvalidName', property: 'traffic.virtualServices[0].namespace' }],
    ['a route as a text', { virtualServices: [{ name: 'web', routes: 'primary' }] }, { code: 'InvalidValue', property: 'traffic.virtualServices[0].routes' }],
    ['no route', { virtualServices: [{ name: 'web', routes: [] }] }, { code: 'MissingValue', property: 'traffic.virtualServices[0].routes' }],
    ['a number for a route', { virtualServices: [{ name: 'web', routes: [1] }] }, { code: 'InvalidValue', property: 'traffic.virtualServices[0].routes[0]' }],
    ['a typo', { virtualServices: [{ name: 'web', route: 'primary' }] }, { code: 'UnknownProperty', property: 'traffic.virtualServices[0].route' }],
    ['a typo above', { virtualService: [{ name: 'web' }] }, { code: 'UnknownProperty', property: 'traffic.virtualService' }],
    ['a text for the rule', { virtualServices: [{ name: 'web' }], destinationRule: 'web' }, { code: 'InvalidValue', property: 'traffic.destinationRule' }],
    ['a rule without a name', { virtualServices: [{ name: 'web' }], destinationRule: { stable: 'a' } }, { code: 'InvalidName', property: 'traffic.destinationRule.name' }],
    ['subsets of one name', { virtualServices: [{ name: 'web' }], destinationRule: { name: 'web', stable: 'canary' } }, { code: 'ConflictingProperties', property: 'traffic.destinationRule.canary' }],
  ])('refuses %s', (_, options, expected) => {
    expect(errorOf(() => existing(js(options)))).toMatchObject(expected);
  });

  test('refuses a mesh that the environment does not know', () => {
    expect(errorOf(() => bound(TrafficRouting.existingIstio({ virtualServices: [{ name: 'web' }] }), {}, noMesh()))).toMatchObject({ code: 'NetworkUnreachable', property: 'traffic' });
  });
});

test.each<[string, unknown, Manifest]>([
  ['no options at all', null, { code: 'InvalidValue', property: 'traffic' }],
  ['a property it does not know', { host: ['web'] }, { code: 'UnknownProperty', property: 'traffic.host', fix: "did you mean 'hosts'?" }],
  ['a text for hosts', { hosts: 'web' }, { code: 'InvalidValue', property: 'traffic.hosts' }],
  ['no host', { hosts: [] }, { code: 'MissingValue', property: 'traffic.hosts' }],
  ['a URL for a host', { hosts: ['web', 'https://shop.example.com'] }, { code: 'InvalidValue', property: 'traffic.hosts[1]' }],
  ['hosts that callers in the mesh do not dial', { hosts: ['shop.example.com'] }, { code: 'ConflictingProperties', property: 'traffic.hosts', fix: "add 'web', or name the gateways that the route is for" }],
  ['a gateway without hosts', { gateways: ['public'] }, { code: 'MissingValue', property: 'traffic.hosts', fix: "write hosts: ['shop.example.com']" }],
  ['a gateway and the mesh without hosts', { gateways: ['public', 'mesh'] }, { code: 'MissingValue', property: 'traffic.hosts', fix: "write hosts: ['shop.example.com'], and 'web' beside it" }],
  ['no gateway', { gateways: [] }, { code: 'MissingValue', property: 'traffic.gateways' }],
  ['a text for gateways', { gateways: 'public' }, { code: 'InvalidValue', property: 'traffic.gateways' }],
  ['a gateway that is none', { gateways: ['istio system'] }, { code: 'InvalidValue', property: 'traffic.gateways[0]' }],
  ['a text for the split', { split: 'subsets' }, { code: 'InvalidValue', property: 'traffic.split', fix: 'write IstioSplit.subsets()' }],
  ['a typo in subsets', { split: IstioSplit.subsets(js({ canari: 'x' })) }, { code: 'UnknownProperty', property: 'traffic.split.canari' }],
  ['subsets of one name', { split: IstioSplit.subsets({ stable: 'canary' }) }, { code: 'ConflictingProperties', property: 'traffic.split.canary' }],
  ['a subset that is no name', { split: IstioSplit.subsets({ stable: 'The Stable' }) }, { code: 'InvalidName', property: 'traffic.split.stable' }],
  ['a rule that is no name', { split: IstioSplit.subsets({ destinationRule: 'Web' }) }, { code: 'InvalidName', property: 'traffic.split.destinationRule' }],
  ['a VirtualService that is no name', { virtualService: 'Web' }, { code: 'InvalidName', property: 'traffic.virtualService' }],
  ['a number for the route', { route: 1 }, { code: 'InvalidName', property: 'traffic.route' }],
  ['the name of a step\'s route', { route: 'beta' }, { code: 'ConflictingProperties', property: 'traffic.route' }],
  ['a text for the timeout', { timeout: '10s' }, { code: 'InvalidValue', property: 'traffic.timeout' }],
  ['a timeout of nothing', { timeout: Duration.millis(0) }, { code: 'InvalidValue', property: 'traffic.timeout' }],
  ['a number for retries', { retries: 3 }, { code: 'InvalidValue', property: 'traffic.retries' }],
  ['a text for attempts', { retries: { attempts: '3' } }, { code: 'InvalidValue', property: 'traffic.retries.attempts' }],
  ['no attempts that may take long', { retries: { attempts: 0, perTryTimeout: Duration.seconds(1) } }, { code: 'ConflictingProperties', property: 'traffic.retries.attempts' }],
  ['failures as a list', { retries: { attempts: 1, retryOn: ['503'] } }, { code: 'InvalidValue', property: 'traffic.retries.retryOn' }],
  ['a text for an attempt\'s time', { retries: { attempts: 1, perTryTimeout: '2s' } }, { code: 'InvalidValue', property: 'traffic.retries.perTryTimeout' }],
])('refuses %s', (_, options, expected) => {
  expect(errorOf(() => istio(js(options), { managedRoutes: ['beta'] }))).toMatchObject({ constructPath: 'chart/web-release', ...expected });
});

test.each([[Port.tcp(5432)], [Port.https(8443)], [Port.udp(8125)]])('refuses a main port whose requests its proxies cannot see: %j', port => {
  expect(errorOf(() => istio({}, { ports: [port] }))).toMatchObject({ code: 'UnsupportedByController', property: 'traffic', allowed: 'a main port that speaks http or grpc: Istio splits requests' });
});

test('refuses a mesh that the environment does not know: the proxies would get no configuration', () => {
  expect(errorOf(() => bound(TrafficRouting.istio(), {}, noMesh()))).toMatchObject({
    code: 'NetworkUnreachable', property: 'traffic', fix: 'set mesh on the environment: Environment.production({ mesh: MeshProfile.istio() })',
  });
});

test('refuses a gateway in front of a service that gateways may not reach', () => {
  expect(errorOf(() => istio({ gateways: ['public'], hosts: ['shop.example.com'] }, { behindGateway: false }))).toMatchObject({
    code: 'NetworkUnreachable', property: 'traffic', fix: expect.stringContaining('ServiceExposure.gateway()') as string,
  });
});

test('two releases do not collide, each object can be patched, and both syntheses are equal', () => {
  const chart = trafficChart();
  const [first, second] = ['web', 'shop'].map(workload => bound(TrafficRouting.istio({ split: IstioSplit.subsets() }), { workload }, chart));
  for (const route of [...first!.routes, ...second!.routes]) { route.patch({ spec: { exportTo: ['.'] } }); }
  expect(synth(chart).map((manifest: Manifest) => [manifest.kind, manifest.metadata.name, manifest.spec.exportTo])).toEqual(
    ['web', 'shop'].flatMap(name => ['VirtualService', 'DestinationRule'].map(kind => [kind, name, ['.']])),
  );
  expect(one(synth(chart), 'VirtualService', 'shop').spec.hosts).toEqual(['shop']);
  expect(synth(chart)).toEqual(synth(chart));
});

test('a release without a known namespace names none', () => {
  const chart = trafficChart();
  const { ignoredDifferences } = bound(TrafficRouting.istio(), { namespace: undefined }, chart);
  expect(ignoredDifferences[0]).toMatchObject({ name: 'web', namespace: undefined });
});

describe('metrics', () => {
  const subject = { namespace: 'shop', workload: 'web', pods: 'web-abc-.*', service: 'web-canary', ingress: '', set: PodSet.CANARY };
  const SELECTOR = 'reporter="destination",namespace="shop",pod=~"web-abc-.*"';

  test('count requests where they are answered', () => {
    expect(new IstioMetrics().requestRate(subject, '5m')).toBe(`sum(rate(istio_requests_total{${SELECTOR}}[5m]))`);
  });

  test('count errors of HTTP and gRPC, and none where there are requests alone', () => {
    expect(new IstioMetrics().errorRate(subject, '5m')).toBe(
      `sum(rate(istio_requests_total{${SELECTOR},response_code=~"5.."}[5m]) or rate(istio_requests_total{${SELECTOR},grpc_response_status=~"2|4|12|13|14|15"}[5m]))`
      + ` or 0 * sum(rate(istio_requests_total{${SELECTOR}}[5m]))`,
    );
  });

  test('measure in seconds', () => {
    expect(new IstioMetrics().latency(subject, '10m', 0.99)).toBe(
      `histogram_quantile(0.99, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${SELECTOR}}[10m]))) / 1000`,
    );
  });

  test('come from the pods', () => {
    expect([new IstioMetrics().scrapesPods, new IstioMetrics().description]).toEqual([true, "Istio's proxies"]);
  });
});
