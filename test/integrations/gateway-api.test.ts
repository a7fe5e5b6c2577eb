import {
  type ExistingGatewayApiOptions, type GatewayApiRoutingOptions, type GatewayParent, HeaderMatching, Port, TrafficRouting,
} from 'cdk8s-production';
import { GATEWAY_API } from '../../lib/integrations/gateway-api/gateway-route';
import { routePlugin } from '../../lib/integrations/gateway-api/route-plugin';
import { errorOf, type Manifest, synth } from '../helpers/manifests';
import { bound, LABELS, routesOf, trafficChart } from '../helpers/traffic';

const MINIMAL: GatewayApiRoutingOptions = { parents: [{ name: 'public' }] };
const METADATA = { labels: LABELS, name: 'web', namespace: 'shop' };
const PARENT = { group: GATEWAY_API, kind: 'Gateway', name: 'public' };
const backends = (port: number): object[] => [
  { group: '', kind: 'Service', name: 'web-stable', port, weight: 100 }, { group: '', kind: 'Service', name: 'web-canary', port, weight: 0 },
];
const GRPC = [Port.grpc(9000)];
const gatewayApi = (options: Partial<GatewayApiRoutingOptions> = {}, context: Parameters<typeof bound>[1] = {}) => bound(TrafficRouting.gatewayApi({ ...MINIMAL, ...options }), context);
const existing = (options: ExistingGatewayApiOptions, context: Parameters<typeof bound>[1] = {}) => bound(TrafficRouting.existingGatewayApi(options), context);
const js = <T>(value: unknown): T => value as T;

describe('a Gateway alone', () => {
  test('gets an HTTPRoute for every path, with all that the API server would fill in', () => {
    expect(routesOf(gatewayApi())).toEqual([{
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: METADATA,
      spec: { parentRefs: [PARENT], rules: [{ backendRefs: backends(80), matches: [{ path: { type: 'PathPrefix', value: '/' } }] }] },
    }]);
  });

  test('names it to the plugin, without the label by which others would tell it', () => {
    const { trafficRouting } = gatewayApi();
    expect(trafficRouting).toEqual({ plugins: { 'argoproj-labs/gatewayAPI': { disableInProgressLabel: true, httpRoutes: [{ name: 'web' }], namespace: 'shop' } } });
    expect(routePlugin('HTTPRoute', ['web'], { managedRoutes: [], namespace: 'shop' } as unknown as Parameters<typeof routePlugin>[2])).toEqual(trafficRouting);
  });

  test('has a deployer leave the weights alone, always, and the backends of experiments', () => {
    expect(gatewayApi().ignoredDifferences).toEqual([{
      group: 'gateway.networking.k8s.io',
      kind: 'HTTPRoute',
      name: 'web',
      namespace: 'shop',
      jqPathExpressions: ['.spec.rules[].backendRefs[].weight', '.spec.rules[].backendRefs[] | select(.name != "web-stable" and .name != "web-canary")'],
      reason: expect.stringContaining('plugin of Argo Rollouts') as string,
    }]);
  });

  test('knows headers, but no mirrors: the plugin takes such a step and does nothing', () => {
    expect(TrafficRouting.gatewayApi(MINIMAL)).toMatchObject({
      description: 'the Gateway API', capabilities: { weights: true, headerRoutes: HeaderMatching.ANY, mirrorRoutes: false, experimentWeights: true },
    });
    expect(TrafficRouting.gatewayApi(MINIMAL).requestMetrics).toBeUndefined();
  });
});

test('all options', () => {
  const parent: Required<GatewayParent> = { name: 'public', namespace: 'gateways', sectionName: 'https' };
  const options: Required<GatewayApiRoutingOptions> = { parents: [parent, { name: 'internal' }], hostnames: ['shop.example.com', '*.shop.example.com'], path: '/web', name: 'web-route' };
  const binding = gatewayApi(options);
  expect(routesOf(binding)).toEqual([{
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { ...METADATA, name: 'web-route' },
    spec: {
      hostnames: ['shop.example.com', '*.shop.example.com'],
      parentRefs: [{ ...PARENT, namespace: 'gateways', sectionName: 'https' }, { ...PARENT, name: 'internal' }],
      rules: [{ backendRefs: backends(80), matches: [{ path: { type: 'PathPrefix', value: '/web' } }] }],
    },
  }]);
  expect([binding.trafficRouting, binding.ignoredDifferences[0]!.name]).toEqual([
    { plugins: { 'argoproj-labs/gatewayAPI': { disableInProgressLabel: true, httpRoutes: [{ name: 'web-route' }], namespace: 'shop' } } }, 'web-route',
  ]);
});

test('a main port of gRPC gets a GRPCRoute, which has no paths', () => {
  const binding = gatewayApi({}, { ports: GRPC });
  expect(routesOf(binding)).toEqual([{
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GRPCRoute', metadata: METADATA, spec: { parentRefs: [PARENT], rules: [{ backendRefs: backends(9000) }] },
  }]);
  expect([binding.trafficRouting, binding.ignoredDifferences[0]!.kind]).toEqual([
    { plugins: { 'argoproj-labs/gatewayAPI': { disableInProgressLabel: true, grpcRoutes: [{ name: 'web' }], namespace: 'shop' } } }, 'GRPCRoute',
  ]);
});

test('routes of steps by header are made on it, and left alone by their names', () => {
  const binding = gatewayApi({}, { managedRoutes: ['beta', 'staff'] });
  expect(binding.trafficRouting).toMatchObject({ plugins: { 'argoproj-labs/gatewayAPI': { httpRoutes: [{ name: 'web', useHeaderRoutes: true }] } } });
  expect(binding.ignoredDifferences[0]!.jqPathExpressions).toEqual(expect.arrayContaining(['.spec.rules[] | select(.name == "beta")', '.spec.rules[] | select(.name == "staff")']));
});

test('where the namespace is not known, the plugin takes that of the Rollout', () => {
  expect(gatewayApi({}, { namespace: undefined }).trafficRouting).toEqual({ plugins: { 'argoproj-labs/gatewayAPI': { disableInProgressLabel: true, httpRoutes: [{ name: 'web' }] } } });
});

describe('routes that are made elsewhere', () => {
  test('are named, and none is made', () => {
    const options: Required<ExistingGatewayApiOptions> = { routes: ['web', 'web-api'], namespace: 'edge' };
    const binding = existing(options, { managedRoutes: ['beta'] });
    expect(binding.routes).toEqual([]);
    expect(binding.trafficRouting).toEqual({
      plugins: {
        'argoproj-labs/gatewayAPI': { disableInProgressLabel: true, httpRoutes: [{ name: 'web', useHeaderRoutes: true }, { name: 'web-api', useHeaderRoutes: true }], namespace: 'edge' },
      },
    });
    expect(binding.ignoredDifferences.map(({ reason: _, ...difference }) => difference)).toEqual(['web', 'web-api'].map(name => ({
      group: 'gateway.networking.k8s.io',
      kind: 'HTTPRoute',
      name,
      namespace: 'edge',
      jqPathExpressions: ['.spec.rules[].backendRefs[].weight', '.spec.rules[] | select((.name // "") | test("^beta(-[0-9]+)?$"))'],
    })));
  });

  test('are GRPCRoutes for gRPC', () => {
    const binding = existing({ routes: ['web'] }, { ports: GRPC });
    expect([binding.trafficRouting, binding.ignoredDifferences[0]]).toMatchObject([
      { plugins: { 'argoproj-labs/gatewayAPI': { grpcRoutes: [{ name: 'web' }], namespace: 'shop' } } }, { kind: 'GRPCRoute', namespace: 'shop' },
    ]);
  });

  test.each<[string, unknown, Manifest]>([
    ['no options', undefined, { code: 'InvalidValue', property: 'traffic' }],
    ['a text', { routes: 'web' }, { code: 'InvalidValue', property: 'traffic.routes' }],
    ['none', { routes: [] }, { code: 'MissingValue', property: 'traffic.routes' }],
    ['one twice', { routes: ['web', 'web'] }, { code: 'ConflictingProperties', property: 'traffic.routes' }],
    ['a name that is none', { routes: ['web', 'Web'] }, { code: 'InvalidName', property: 'traffic.routes[1]' }],
    ['a namespace that is none', { routes: ['web'], namespace: 'Edge' }, { code: 'InvalidName', property: 'traffic.namespace' }],
    ['a typo', { route: 'web' }, { code: 'UnknownProperty', property: 'traffic.route' }],
  ])('refuses %s', (_, options, expected) => {
    expect(errorOf(() => existing(js(options)))).toMatchObject(expected);
  });

  test('refuses a service that gateways may not reach', () => {
    expect(errorOf(() => existing({ routes: ['web'] }, { behindGateway: false }))).toMatchObject({ code: 'NetworkUnreachable', property: 'traffic' });
  });
});

test.each<[string, unknown, Manifest]>([
  ['no options at all', js(undefined), { code: 'InvalidValue', property: 'traffic' }],
  ['a property it does not know', { ...MINIMAL, hosts: ['a.example.com'] }, { code: 'UnknownProperty', property: 'traffic.hosts' }],
  ['no list of Gateways', { parents: 'public' }, { code: 'InvalidValue', property: 'traffic.parents' }],
  ['nothing for them', {}, { code: 'InvalidValue', property: 'traffic.parents' }],
  ['no Gateway', { parents: [] }, { code: 'MissingValue', property: 'traffic.parents' }],
  ['a text for a Gateway', { parents: ['public'] }, { code: 'InvalidValue', property: 'traffic.parents[0]' }],
  ['a typo in a Gateway', { parents: [{ name: 'public', listener: 'https' }] }, { code: 'UnknownProperty', property: 'traffic.parents[0].listener' }],
  ['a Gateway without a name', { parents: [{ namespace: 'gateways' }] }, { code: 'InvalidName', property: 'traffic.parents[0].name' }],
  ['a namespace that is none', { parents: [{ name: 'public', namespace: 'The Gateways' }] }, { code: 'InvalidName', property: 'traffic.parents[0].namespace' }],
  ['a listener that is none', { parents: [{ name: 'public', sectionName: 443 }] }, { code: 'InvalidName', property: 'traffic.parents[0].sectionName' }],
  ['a text for host names', { ...MINIMAL, hostnames: 'shop.example.com' }, { code: 'InvalidValue', property: 'traffic.hostnames' }],
  ['no host name', { ...MINIMAL, hostnames: [] }, { code: 'MissingValue', property: 'traffic.hostnames' }],
  ['a host name with a port', { ...MINIMAL, hostnames: ['shop.example.com:443'] }, { code: 'InvalidValue', property: 'traffic.hostnames[0]' }],
  ['a path without a slash', { ...MINIMAL, path: 'web' }, { code: 'InvalidValue', property: 'traffic.path' }],
  ['a number for the path', { ...MINIMAL, path: 1 }, { code: 'InvalidValue', property: 'traffic.path' }],
  ['a name that is none', { ...MINIMAL, name: 'Web' }, { code: 'InvalidName', property: 'traffic.name' }],
])('refuses %s', (_, options, expected) => {
  expect(errorOf(() => bound(TrafficRouting.gatewayApi(js(options))))).toMatchObject({ constructPath: 'chart/web-release', ...expected });
});

test('refuses a path for gRPC', () => {
  expect(errorOf(() => gatewayApi({ path: '/web' }, { ports: GRPC }))).toMatchObject({ code: 'ConflictingProperties', property: 'traffic.path' });
});

test('refuses a main port that speaks neither HTTP nor gRPC', () => {
  expect(errorOf(() => gatewayApi({}, { ports: [Port.tcp(5432)] }))).toMatchObject({ code: 'UnsupportedByController', property: 'traffic', value: '"tcp: 5432/TCP"' });
  expect(() => gatewayApi({}, { ports: [Port.https(8443)] })).not.toThrow();
  expect(() => gatewayApi({}, { ports: [Port.tcp(8080, { appProtocol: 'http2' })] })).not.toThrow();
});

test('refuses a service that gateways may not reach', () => {
  expect(errorOf(() => gatewayApi({}, { behindGateway: false }))).toMatchObject({
    code: 'NetworkUnreachable', property: 'traffic', value: '"the Gateway API"', fix: expect.stringContaining('exposure: ServiceExposure.gateway()') as string,
  });
});

test('two releases do not collide, each route can be patched, and both syntheses are equal', () => {
  const chart = trafficChart();
  const bindings = ['web', 'shop'].map(workload => bound(TrafficRouting.gatewayApi(MINIMAL), { workload }, chart));
  bindings.forEach(({ routes }) => routes[0]!.patch({ metadata: { labels: { tier: 'edge' } } }));
  expect(synth(chart).map((manifest: Manifest) => [manifest.metadata.name, manifest.metadata.labels.tier])).toEqual([['web', 'edge'], ['shop', 'edge']]);
  expect(synth(chart)).toEqual(synth(chart));
});
