import { LinkerdMetrics, type LinkerdRoutingOptions, MeshProfile, PodSet, Port, TrafficRouting } from 'cdk8s-production';
import { errorOf, type Manifest, synth } from '../helpers/manifests';
import { bound, LABELS, noMesh, routesOf, trafficChart } from '../helpers/traffic';

const LINKERD = { mesh: MeshProfile.linkerd() };
const linkerd = (options: LinkerdRoutingOptions = {}, context: Parameters<typeof bound>[1] = LINKERD) => bound(TrafficRouting.linkerd(options), context);

test('a router with no options makes an HTTPRoute whose parent is the Service that callers dial', () => {
  const binding = linkerd();
  expect(routesOf(binding)).toEqual([{
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { labels: LABELS, name: 'web', namespace: 'shop' },
    spec: {
      parentRefs: [{ group: '', kind: 'Service', name: 'web', port: 80 }],
      rules: [{
        backendRefs: [{ group: '', kind: 'Service', name: 'web-stable', port: 80, weight: 100 }, { group: '', kind: 'Service', name: 'web-canary', port: 80, weight: 0 }],
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
      }],
    },
  }]);
  expect(binding.trafficRouting).toEqual({ plugins: { 'argoproj-labs/gatewayAPI': { disableInProgressLabel: true, httpRoutes: [{ name: 'web' }], namespace: 'shop' } } });
  expect(binding.ignoredDifferences[0]).toMatchObject({ kind: 'HTTPRoute', name: 'web', jqPathExpressions: expect.arrayContaining(['.spec.rules[].backendRefs[].weight']) as string[] });
});

test('all options, and gRPC', () => {
  const options: Required<LinkerdRoutingOptions> = { name: 'web-route' };
  expect(routesOf(linkerd(options, { ...LINKERD, ports: [Port.grpc(9000)] }))).toMatchObject([{
    kind: 'GRPCRoute', metadata: { name: 'web-route' }, spec: { parentRefs: [{ group: '', kind: 'Service', name: 'web', port: 9000 }] },
  }]);
});

test('needs no exposure: callers are in the mesh', () => {
  expect(() => linkerd({}, { ...LINKERD, behindGateway: false })).not.toThrow();
});

test('counts requests by its proxies', () => {
  const { requestMetrics, description, capabilities } = TrafficRouting.linkerd();
  expect([requestMetrics, description, capabilities.mirrorRoutes]).toEqual([expect.any(LinkerdMetrics), 'Linkerd', false]);
});

test.each<[string, unknown, Manifest]>([
  ['null for options', null, { code: 'InvalidValue', property: 'traffic' }],
  ['a property it does not know', { names: 'web' }, { code: 'UnknownProperty', property: 'traffic.names' }],
  ['a name that is none', { name: 7 }, { code: 'InvalidName', property: 'traffic.name' }],
])('refuses %s', (_, options, expected) => {
  expect(errorOf(() => linkerd(options as object))).toMatchObject(expected);
});

test('refuses a mesh that the environment does not know, and ports whose requests the proxies cannot see', () => {
  expect(errorOf(() => bound(TrafficRouting.linkerd(), {}, noMesh()))).toMatchObject({
    code: 'NetworkUnreachable', property: 'traffic', fix: 'set mesh on the environment: Environment.production({ mesh: MeshProfile.linkerd() })',
  });
  expect(errorOf(() => linkerd({}, { ...LINKERD, ports: [Port.https(8443)] }))).toMatchObject({ code: 'UnsupportedByController', property: 'traffic' });
});

test('two releases do not collide, each route can be patched, and both syntheses are equal', () => {
  const chart = trafficChart(LINKERD);
  ['web', 'shop'].forEach(workload => bound(TrafficRouting.linkerd(), { workload }, chart).routes[0]!.patch({ metadata: { annotations: { 'retry.linkerd.io/http': '5xx' } } }));
  expect(synth(chart).map((manifest: Manifest) => [manifest.metadata.name, manifest.spec.parentRefs[0].name, manifest.metadata.annotations])).toEqual(
    ['web', 'shop'].map(name => [name, name, { 'retry.linkerd.io/http': '5xx' }]),
  );
  expect(synth(chart)).toEqual(synth(chart));
});

describe('metrics', () => {
  const subject = { namespace: 'shop', workload: 'web', pods: 'web-abc-.*', service: 'web-canary', ingress: '', set: PodSet.CANARY };
  const SELECTOR = 'direction="inbound",namespace="shop",pod=~"web-abc-.*",route_name!="probe",target_addr!~".+:4191"';

  test('count requests, but for probes and those to the proxy', () => {
    expect(new LinkerdMetrics().requestRate(subject, '5m')).toBe(`sum(rate(response_total{${SELECTOR}}[5m]))`);
  });

  test('count failures, and none where there are requests alone', () => {
    expect(new LinkerdMetrics().errorRate(subject, '5m')).toBe(
      `sum(rate(response_total{${SELECTOR},classification="failure"}[5m])) or 0 * sum(rate(response_total{${SELECTOR}}[5m]))`,
    );
  });

  test('measure in seconds', () => {
    expect(new LinkerdMetrics().latency(subject, '10m', 0.95)).toBe(`histogram_quantile(0.95, sum by (le) (rate(response_latency_ms_bucket{${SELECTOR}}[10m]))) / 1000`);
  });

  test('come from the pods', () => {
    expect([new LinkerdMetrics().scrapesPods, new LinkerdMetrics().description]).toEqual([true, "Linkerd's proxies"]);
  });
});
