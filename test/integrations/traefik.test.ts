import { type ExistingTraefikOptions, HeaderMatching, Port, TrafficRouting, type TraefikRoutingOptions } from 'cdk8s-production';
import { TRAEFIK } from '../../lib/integrations/traefik/traefik-differences';
import { errorOf, type Manifest, one, synth } from '../helpers/manifests';
import { bound, LABELS, routesOf, trafficChart } from '../helpers/traffic';

const MINIMAL: TraefikRoutingOptions = { hosts: ['shop.example.com'] };
const METADATA = { labels: LABELS, name: 'web', namespace: 'shop' };
const traefik = (options: Partial<TraefikRoutingOptions> = {}, context: Parameters<typeof bound>[1] = {}) => bound(TrafficRouting.traefik({ ...MINIMAL, ...options }), context);
const js = <T>(value: unknown): T => value as T;

test('a host alone gets a weighted TraefikService, and an IngressRoute that leads to it', () => {
  const binding = traefik();
  expect(routesOf(binding)).toEqual([
    {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'TraefikService',
      metadata: METADATA,
      spec: { weighted: { services: [{ name: 'web-stable', port: 80, weight: 100 }, { name: 'web-canary', port: 80, weight: 0 }] } },
    },
    {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'IngressRoute',
      metadata: METADATA,
      spec: { routes: [{ kind: 'Rule', match: 'Host(`shop.example.com`)', services: [{ kind: 'TraefikService', name: 'web' }] }] },
    },
  ]);
  expect(binding.trafficRouting).toEqual({ traefik: { weightedTraefikServiceName: 'web' } });
});

test('has a deployer leave the weights alone', () => {
  expect(traefik().ignoredDifferences).toEqual([{
    group: TRAEFIK, kind: 'TraefikService', name: 'web', namespace: 'shop', jqPathExpressions: ['.spec.weighted.services[].weight'], reason: 'Argo Rollouts sets the weights',
  }]);
});

test('splits by weight, and nothing else', () => {
  expect(TrafficRouting.traefik(MINIMAL)).toMatchObject({ description: 'Traefik', capabilities: { weights: true, headerRoutes: HeaderMatching.NONE, mirrorRoutes: false, experimentWeights: false } });
  expect(TrafficRouting.traefik(MINIMAL).requestMetrics).toBeUndefined();
});

test('all options', () => {
  const options: Required<TraefikRoutingOptions> = { hosts: ['shop.example.com', 'www.example.com'], path: '/web', entryPoints: ['websecure'], tlsSecret: 'shop-tls', name: 'web-split' };
  const binding = traefik(options);
  expect(one(routesOf(binding), 'IngressRoute')).toEqual({
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'IngressRoute',
    metadata: { ...METADATA, name: 'web-split' },
    spec: {
      entryPoints: ['websecure'],
      routes: [{ kind: 'Rule', match: '(Host(`shop.example.com`) || Host(`www.example.com`)) && PathPrefix(`/web`)', services: [{ kind: 'TraefikService', name: 'web-split' }] }],
      tls: { secretName: 'shop-tls' },
    },
  });
  expect([one(routesOf(binding), 'TraefikService').metadata.name, binding.trafficRouting, binding.ignoredDifferences[0]!.name]).toEqual([
    'web-split', { traefik: { weightedTraefikServiceName: 'web-split' } }, 'web-split',
  ]);
});

test('a single host with a path needs no brackets', () => {
  expect(one(routesOf(traefik({ path: '/web' })), 'IngressRoute').spec.routes[0].match).toBe('Host(`shop.example.com`) && PathPrefix(`/web`)');
});

test.each([['gRPC', Port.grpc(9000), 9000, 'h2c'], ['HTTPS', Port.https(8443), 443, 'https']])('Traefik is told to speak %s', (_, port, number, scheme) => {
  expect(one(routesOf(traefik({}, { ports: [port] })), 'TraefikService').spec.weighted.services[0]).toEqual({ name: 'web-stable', port: number, scheme, weight: 100 });
});

describe('a TraefikService that is made elsewhere', () => {
  test('is named, and none is made', () => {
    const options: Required<ExistingTraefikOptions> = { traefikService: 'storefront' };
    const binding = bound(TrafficRouting.existingTraefik(options));
    expect([binding.routes, binding.trafficRouting, binding.ignoredDifferences]).toEqual([
      [], { traefik: { weightedTraefikServiceName: 'storefront' } }, [expect.objectContaining({ kind: 'TraefikService', name: 'storefront', namespace: 'shop' })],
    ]);
  });

  test.each<[string, unknown, Manifest]>([
    ['no options', undefined, { code: 'InvalidValue', property: 'traffic' }],
    ['no name', {}, { code: 'InvalidName', property: 'traffic.traefikService' }],
    ['a typo', { service: 'web' }, { code: 'UnknownProperty', property: 'traffic.service' }],
  ])('refuses %s', (_, options, expected) => {
    expect(errorOf(() => bound(TrafficRouting.existingTraefik(js(options))))).toMatchObject(expected);
  });

  test('refuses a service that gateways may not reach, and one that speaks no HTTP', () => {
    const traffic = TrafficRouting.existingTraefik({ traefikService: 'web' });
    expect(errorOf(() => bound(traffic, { behindGateway: false })).code).toBe('NetworkUnreachable');
    expect(errorOf(() => bound(traffic, { ports: [Port.tcp(5432)] })).code).toBe('UnsupportedByController');
  });
});

test.each<[string, unknown, Manifest]>([
  ['no options at all', undefined, { code: 'InvalidValue', property: 'traffic' }],
  ['a property it does not know', { ...MINIMAL, host: 'a.example.com' }, { code: 'UnknownProperty', property: 'traffic.host' }],
  ['nothing for hosts', {}, { code: 'InvalidValue', property: 'traffic.hosts' }],
  ['no host', { hosts: [] }, { code: 'MissingValue', property: 'traffic.hosts' }],
  ['a host that would end the rule', { hosts: ['a.example.com`) || Host(`b.example.com'] }, { code: 'InvalidValue', property: 'traffic.hosts[0]' }],
  ['a host with a star, which the rule would take by its letters', { hosts: ['a.example.com', '*.example.com'] }, { code: 'InvalidValue', property: 'traffic.hosts[1]' }],
  ['a path without a slash', { ...MINIMAL, path: 'web' }, { code: 'InvalidValue', property: 'traffic.path' }],
  ['a path that would end the rule', { ...MINIMAL, path: '/`' }, { code: 'InvalidValue', property: 'traffic.path' }],
  ['a text for entry points', { ...MINIMAL, entryPoints: 'web' }, { code: 'InvalidValue', property: 'traffic.entryPoints' }],
  ['no entry point', { ...MINIMAL, entryPoints: [] }, { code: 'MissingValue', property: 'traffic.entryPoints' }],
  ['a number for an entry point', { ...MINIMAL, entryPoints: [443] }, { code: 'InvalidValue', property: 'traffic.entryPoints[0]' }],
  ['a Secret that is none', { ...MINIMAL, tlsSecret: 'Shop TLS' }, { code: 'InvalidName', property: 'traffic.tlsSecret' }],
  ['a name that is none', { ...MINIMAL, name: 'Web' }, { code: 'InvalidName', property: 'traffic.name' }],
])('refuses %s', (_, options, expected) => {
  expect(errorOf(() => bound(TrafficRouting.traefik(js(options))))).toMatchObject({ constructPath: 'chart/web-release', ...expected });
});

test('refuses a service that gateways may not reach, and one that speaks no HTTP', () => {
  expect(errorOf(() => traefik({}, { behindGateway: false }))).toMatchObject({ code: 'NetworkUnreachable', property: 'traffic' });
  expect(errorOf(() => traefik({}, { ports: [Port.tcp(5432)] }))).toMatchObject({ code: 'UnsupportedByController', property: 'traffic' });
});

test('two releases do not collide, each object can be patched, and both syntheses are equal', () => {
  const chart = trafficChart();
  ['web', 'shop'].flatMap(workload => [...bound(TrafficRouting.traefik(MINIMAL), { workload }, chart).routes]).forEach(route => route.patch({ metadata: { labels: { tier: 'edge' } } }));
  expect(synth(chart).map((manifest: Manifest) => [manifest.kind, manifest.metadata.name, manifest.metadata.labels.tier])).toEqual(
    ['web', 'shop'].flatMap(name => ['TraefikService', 'IngressRoute'].map(kind => [kind, name, 'edge'])),
  );
  expect(synth(chart)).toEqual(synth(chart));
});
