import { type ExistingNginxOptions, HeaderMatching, NginxMetrics, type NginxRoutingOptions, PathType, PodSet, Port, TrafficRouting } from 'cdk8s-production';
import { NGINX_PREFIX } from '../../lib/integrations/nginx/nginx-options';
import { errorOf, type Manifest, synth } from '../helpers/manifests';
import { bound, LABELS, routesOf, trafficChart } from '../helpers/traffic';

const MINIMAL: NginxRoutingOptions = { hosts: ['shop.example.com'] };
const nginx = (options: Partial<NginxRoutingOptions> = {}, context: Parameters<typeof bound>[1] = {}) => bound(TrafficRouting.nginx({ ...MINIMAL, ...options }), context);
const js = <T>(value: unknown): T => value as T;
const http = (path = '/', pathType = 'Prefix') => ({ paths: [{ backend: { service: { name: 'web-stable', port: { number: 80 } } }, path, pathType }] });

test('a host alone gets an Ingress that leads to the stable Service', () => {
  const binding = nginx();
  expect(routesOf(binding)).toEqual([{
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { labels: LABELS, name: 'web', namespace: 'shop' },
    spec: { ingressClassName: 'nginx', rules: [{ host: 'shop.example.com', http: http() }] },
  }]);
  expect(binding.trafficRouting).toEqual({ nginx: { stableIngress: 'web' } });
});

test('a deployer has nothing to leave alone: the controller owns the Ingress of the canary, and does not touch the other', () => {
  expect(nginx().ignoredDifferences).toEqual([]);
});

test('requests are counted under the Ingress', () => {
  expect([nginx().ingress, TrafficRouting.nginx(MINIMAL).requestMetrics]).toEqual(['web', expect.any(NginxMetrics)]);
});

test('splits by weight, and nothing else', () => {
  expect(TrafficRouting.nginx(MINIMAL)).toMatchObject({
    description: 'ingress-nginx', capabilities: { weights: true, headerRoutes: HeaderMatching.NONE, mirrorRoutes: false, experimentWeights: false },
  });
});

test('all options', () => {
  const options: Required<NginxRoutingOptions> = {
    hosts: ['shop.example.com', '*.shop.example.com'],
    path: '/web',
    pathType: PathType.EXACT,
    tlsSecret: 'shop-tls',
    className: 'internal',
    annotations: { 'nginx.example.com/ssl-redirect': 'true' },
    name: 'web-ingress',
    annotationPrefix: 'nginx.example.com',
    canaryAnnotations: { 'canary-by-header': 'X-Canary', 'example.com/owner': 'shop' },
  };
  const binding = nginx(options);
  expect(routesOf(binding)).toEqual([{
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { annotations: { 'nginx.example.com/ssl-redirect': 'true' }, labels: LABELS, name: 'web-ingress', namespace: 'shop' },
    spec: {
      ingressClassName: 'internal',
      rules: [{ host: 'shop.example.com', http: http('/web', 'Exact') }, { host: '*.shop.example.com', http: http('/web', 'Exact') }],
      tls: [{ hosts: ['shop.example.com', '*.shop.example.com'], secretName: 'shop-tls' }],
    },
  }]);
  expect([binding.trafficRouting, binding.ingress]).toEqual([{
    nginx: {
      additionalIngressAnnotations: { 'canary-by-header': 'X-Canary' }, annotationPrefix: 'nginx.example.com', canaryIngressAnnotations: { 'example.com/owner': 'shop' }, stableIngress: 'web-ingress',
    },
  }, 'web-ingress']);
});

test.each([
  ['gRPC', Port.grpc(9000), {}, { [`${NGINX_PREFIX}/backend-protocol`]: 'GRPC' }],
  ['HTTPS', Port.https(8443), {}, { 'nginx.ingress.kubernetes.io/backend-protocol': 'HTTPS' }],
  ['gRPC, under another prefix', Port.grpc(9000), { annotationPrefix: 'nginx.example.com' }, { 'nginx.example.com/backend-protocol': 'GRPC' }],
  ['gRPC over TLS, as it was said', Port.grpc(9000), { annotations: { 'nginx.ingress.kubernetes.io/backend-protocol': 'GRPCS' } }, { 'nginx.ingress.kubernetes.io/backend-protocol': 'GRPCS' }],
])('ingress-nginx is told to speak %s', (_, port, options, annotations) => {
  expect(routesOf(nginx(options, { ports: [port] }))[0].metadata.annotations).toEqual(annotations);
});

describe('Ingresses that are made elsewhere', () => {
  test('are named, and none is made', () => {
    const options: Required<ExistingNginxOptions> = { ingresses: ['web', 'web-internal'], annotationPrefix: 'nginx.example.com', canaryAnnotations: { 'canary-by-cookie': 'beta' } };
    expect(bound(TrafficRouting.existingNginx(options))).toEqual({
      trafficRouting: { nginx: { additionalIngressAnnotations: { 'canary-by-cookie': 'beta' }, annotationPrefix: 'nginx.example.com', stableIngresses: ['web', 'web-internal'] } },
      routes: [],
      ignoredDifferences: [],
      ingress: 'web',
    });
  });

  test('a single one is named as such', () => {
    expect(bound(TrafficRouting.existingNginx({ ingresses: ['storefront'] }))).toMatchObject({ trafficRouting: { nginx: { stableIngress: 'storefront' } }, ingress: 'storefront' });
  });

  test.each<[string, unknown, Manifest]>([
    ['no options', undefined, { code: 'InvalidValue', property: 'traffic' }],
    ['a text', { ingresses: 'web' }, { code: 'InvalidValue', property: 'traffic.ingresses' }],
    ['none', { ingresses: [] }, { code: 'MissingValue', property: 'traffic.ingresses' }],
    ['a name that is none', { ingresses: ['Web'] }, { code: 'InvalidName', property: 'traffic.ingresses[0]' }],
    ['a typo', { ingress: 'web' }, { code: 'UnknownProperty', property: 'traffic.ingress' }],
    ['a weight', { ingresses: ['web'], canaryAnnotations: { 'canary-weight': '10' } }, { code: 'ConflictingProperties', property: 'traffic.canaryAnnotations.canary-weight' }],
  ])('refuses %s', (_, options, expected) => {
    expect(errorOf(() => bound(TrafficRouting.existingNginx(js(options))))).toMatchObject(expected);
  });

  test('refuses a service that gateways may not reach, and one that speaks no HTTP', () => {
    const traffic = TrafficRouting.existingNginx({ ingresses: ['web'] });
    expect(errorOf(() => bound(traffic, { behindGateway: false })).code).toBe('NetworkUnreachable');
    expect(errorOf(() => bound(traffic, { ports: [Port.tcp(5432)] })).code).toBe('UnsupportedByController');
  });
});

test.each<[string, unknown, Manifest]>([
  ['no options at all', js(undefined), { code: 'InvalidValue', property: 'traffic' }],
  ['a property it does not know', { ...MINIMAL, host: 'a.example.com' }, { code: 'UnknownProperty', property: 'traffic.host' }],
  ['nothing for hosts', {}, { code: 'InvalidValue', property: 'traffic.hosts' }],
  ['a text for hosts', { hosts: 'shop.example.com' }, { code: 'InvalidValue', property: 'traffic.hosts' }],
  ['no host', { hosts: [] }, { code: 'MissingValue', property: 'traffic.hosts' }],
  ['a URL for a host', { hosts: ['https://shop.example.com'] }, { code: 'InvalidValue', property: 'traffic.hosts[0]' }],
  ['a path without a slash', { ...MINIMAL, path: 'web' }, { code: 'InvalidValue', property: 'traffic.path' }],
  ['a type of path that never was', { ...MINIMAL, pathType: 'Regex' }, { code: 'InvalidValue', property: 'traffic.pathType' }],
  ['a Secret that is none', { ...MINIMAL, tlsSecret: 'Shop TLS' }, { code: 'InvalidName', property: 'traffic.tlsSecret' }],
  ['a class that is none', { ...MINIMAL, className: 'Nginx' }, { code: 'InvalidName', property: 'traffic.className' }],
  ['a name that is none', { ...MINIMAL, name: 'Web' }, { code: 'InvalidName', property: 'traffic.name' }],
  ['a boolean in an annotation', { ...MINIMAL, annotations: { 'nginx.ingress.kubernetes.io/ssl-redirect': true } }, { code: 'InvalidValue', property: 'traffic.annotations["nginx.ingress.kubernetes.io/ssl-redirect"]' }],
  ['a prefix with a slash', { ...MINIMAL, annotationPrefix: 'nginx.example.com/' }, { code: 'InvalidValue', property: 'traffic.annotationPrefix' }],
  ['a number among the canary\'s annotations', { ...MINIMAL, canaryAnnotations: { 'canary-by-header': 1 } }, { code: 'InvalidValue', property: 'traffic.canaryAnnotations.canary-by-header' }],
  ['a weight', { ...MINIMAL, canaryAnnotations: { 'nginx.ingress.kubernetes.io/canary-weight': '10' } }, {
    code: 'ConflictingProperties', property: 'traffic.canaryAnnotations["nginx.ingress.kubernetes.io/canary-weight"]',
  }],
])('refuses %s', (_, options, expected) => {
  expect(errorOf(() => bound(TrafficRouting.nginx(js(options))))).toMatchObject({ constructPath: 'chart/web-release', ...expected });
});

test('refuses a service that gateways may not reach, and one that speaks no HTTP', () => {
  expect(errorOf(() => nginx({}, { behindGateway: false }))).toMatchObject({ code: 'NetworkUnreachable', property: 'traffic' });
  expect(errorOf(() => nginx({}, { ports: [Port.tcp(5432)] }))).toMatchObject({ code: 'UnsupportedByController', property: 'traffic' });
});

test('two releases do not collide, each Ingress can be patched, and both syntheses are equal', () => {
  const chart = trafficChart();
  ['web', 'shop'].forEach(workload => bound(TrafficRouting.nginx(MINIMAL), { workload }, chart).routes[0]!.patch({ spec: { defaultBackend: { service: { name: 'sorry', port: { number: 80 } } } } }));
  expect(synth(chart).map((manifest: Manifest) => [manifest.metadata.name, manifest.spec.defaultBackend.service.name])).toEqual([['web', 'sorry'], ['shop', 'sorry']]);
  expect(synth(chart)).toEqual(synth(chart));
});

describe('metrics', () => {
  const subject = { namespace: 'shop', workload: 'web', pods: '.*', service: 'web-canary', ingress: 'web', set: PodSet.CANARY };
  const CANARY = 'namespace="shop",ingress="web",canary=~"shop-web-canary-.+"';
  const STABLE = 'namespace="shop",ingress="web",canary=~"-?"';

  test('count the requests of the canary by its upstream, and those of the stable version by having none', () => {
    expect(new NginxMetrics().requestRate(subject, '5m')).toBe(`sum(rate(nginx_ingress_controller_requests{${CANARY}}[5m]))`);
    expect(new NginxMetrics().requestRate({ ...subject, service: 'web-stable', set: PodSet.STABLE }, '5m')).toBe(`sum(rate(nginx_ingress_controller_requests{${STABLE}}[5m]))`);
  });

  test('count errors, and none where there are requests alone', () => {
    expect(new NginxMetrics().errorRate(subject, '5m')).toBe(
      `sum(rate(nginx_ingress_controller_requests{${CANARY},status=~"5.."}[5m])) or 0 * sum(rate(nginx_ingress_controller_requests{${CANARY}}[5m]))`,
    );
  });

  test('measure in seconds', () => {
    expect(new NginxMetrics().latency(subject, '10m', 0.5)).toBe(`histogram_quantile(0.5, sum by (le) (rate(nginx_ingress_controller_request_duration_seconds_bucket{${CANARY}}[10m])))`);
  });

  test('find the namespace under another label', () => {
    expect(new NginxMetrics('exported_namespace').requestRate(subject, '5m')).toContain('{exported_namespace="shop",ingress="web",');
  });

  test('come from ingress-nginx, not from the pods', () => {
    expect([new NginxMetrics().scrapesPods, new NginxMetrics().description]).toEqual([false, 'ingress-nginx']);
  });
});
