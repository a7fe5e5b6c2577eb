import { Duration } from 'cdk8s';
import { type AlbRoutingOptions, type ExistingAlbOptions, HeaderMatching, PathType, Port, TrafficRouting } from 'cdk8s-production';
import { ALB_PREFIX } from '../../lib/integrations/aws-alb/alb-options';
import { errorOf, type Manifest, synth } from '../helpers/manifests';
import { bound, LABELS, routesOf, trafficChart } from '../helpers/traffic';

const alb = (options: Partial<AlbRoutingOptions> = {}, context: Parameters<typeof bound>[1] = {}) => bound(TrafficRouting.alb(options), context);
const js = <T>(value: unknown): T => value as T;
const http = (path = '/*', pathType = 'ImplementationSpecific') => ({ paths: [{ backend: { service: { name: 'web', port: { name: 'use-annotation' } } }, path, pathType }] });
const NO_CANARY = '{"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"web-canary","ServicePort":"80","Weight":0},{"ServiceName":"web-stable","ServicePort":"80","Weight":100}]}}';

test('a router with no options makes an Ingress with the action that the controller would write, so that it answers from the first moment on', () => {
  const binding = alb();
  expect(routesOf(binding)).toEqual([{
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      annotations: { 'alb.ingress.kubernetes.io/actions.web': NO_CANARY, 'alb.ingress.kubernetes.io/target-type': 'ip' }, labels: LABELS, name: 'web', namespace: 'shop',
    },
    spec: { ingressClassName: 'alb', rules: [{ http: http() }] },
  }]);
  expect(binding.trafficRouting).toEqual({ alb: { ingress: 'web', rootService: 'web', servicePort: 80 } });
  expect(binding.ingress).toBeUndefined();
});

test('has a deployer leave alone the action, and the note of what the controller wrote', () => {
  expect(alb().ignoredDifferences).toEqual([{
    group: 'networking.k8s.io',
    kind: 'Ingress',
    name: 'web',
    namespace: 'shop',
    jqPathExpressions: ['.metadata.annotations["alb.ingress.kubernetes.io/actions.web"]', '.metadata.annotations["rollouts.argoproj.io/managed-alb-annotations"]'],
    reason: expect.stringContaining('Argo Rollouts') as string,
  }]);
});

test('routes of steps are left alone as well: their actions, conditions and paths', () => {
  expect(alb({}, { managedRoutes: ['beta'] }).ignoredDifferences[0]!.jqPathExpressions).toEqual(expect.arrayContaining([
    '.metadata.annotations["alb.ingress.kubernetes.io/actions.beta"]', '.metadata.annotations["alb.ingress.kubernetes.io/conditions.beta"]',
    '.spec.rules[].http.paths[] | select(.backend.service.name == "beta")',
  ]));
});

test('knows whole values of headers, and weights of experiments', () => {
  expect(TrafficRouting.alb()).toMatchObject({ description: 'ALB', capabilities: { weights: true, headerRoutes: HeaderMatching.EXACT, mirrorRoutes: false, experimentWeights: true } });
  expect(TrafficRouting.alb().requestMetrics).toBeUndefined();
});

test('all options', () => {
  const options: Required<AlbRoutingOptions> = {
    hosts: ['shop.example.com', 'www.example.com'],
    path: '/web',
    pathType: PathType.PREFIX,
    className: 'internal',
    annotations: { 'alb.example.com/scheme': 'internal', 'alb.example.com/target-type': 'instance' },
    name: 'web-ingress',
    stickiness: Duration.hours(1),
    annotationPrefix: 'alb.example.com',
  };
  const binding = alb(options);
  const action = `${NO_CANARY.slice(0, -2)},"TargetGroupStickinessConfig":{"Enabled":true,"DurationSeconds":3600}}}`;
  expect(routesOf(binding)).toEqual([{
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      annotations: { 'alb.example.com/actions.web': action, 'alb.example.com/scheme': 'internal', 'alb.example.com/target-type': 'instance' }, labels: LABELS, name: 'web-ingress', namespace: 'shop',
    },
    spec: { ingressClassName: 'internal', rules: [{ host: 'shop.example.com', http: http('/web', 'Prefix') }, { host: 'www.example.com', http: http('/web', 'Prefix') }] },
  }]);
  expect(binding.trafficRouting).toEqual({
    alb: { annotationPrefix: 'alb.example.com', ingress: 'web-ingress', rootService: 'web', servicePort: 80, stickinessConfig: { durationSeconds: 3600, enabled: true } },
  });
  expect(binding.ignoredDifferences[0]).toMatchObject({ name: 'web-ingress', jqPathExpressions: expect.arrayContaining(['.metadata.annotations["alb.example.com/actions.web"]']) as string[] });
});

test('a path by prefix is every path, unless another is named', () => {
  expect(routesOf(alb({ pathType: PathType.PREFIX }))[0].spec.rules[0].http).toEqual(http('/', 'Prefix'));
});

test.each([
  ['gRPC', Port.grpc(9000), { 'alb.ingress.kubernetes.io/backend-protocol-version': 'GRPC' }],
  ['HTTPS', Port.https(8443), { [`${ALB_PREFIX}/backend-protocol`]: 'HTTPS' }],
])('the load balancer is told to speak %s', (_, port, annotations) => {
  expect(routesOf(alb({}, { ports: [port] }))[0].metadata.annotations).toMatchObject(annotations);
});

describe('Ingresses that are made elsewhere', () => {
  test('are named, and none is made', () => {
    const options: Required<ExistingAlbOptions> = { ingresses: ['public', 'internal'], rootService: 'storefront', stickiness: Duration.seconds(1), annotationPrefix: 'alb.example.com' };
    const binding = bound(TrafficRouting.existingAlb(options), { managedRoutes: ['beta'] });
    expect(binding.routes).toEqual([]);
    expect(binding.trafficRouting).toEqual({
      alb: {
        annotationPrefix: 'alb.example.com', ingresses: ['public', 'internal'], rootService: 'storefront', servicePort: 80, stickinessConfig: { durationSeconds: 1, enabled: true },
      },
    });
    expect(binding.ignoredDifferences.map(({ name, jqPathExpressions }) => [name, jqPathExpressions[0], jqPathExpressions.length])).toEqual(
      ['public', 'internal'].map(name => [name, '.metadata.annotations["alb.example.com/actions.storefront"]', 5]),
    );
  });

  test('a single one is named as such, and its backend is the Service that callers dial', () => {
    expect(bound(TrafficRouting.existingAlb({ ingresses: ['public'] })).trafficRouting).toEqual({ alb: { ingress: 'public', rootService: 'web', servicePort: 80 } });
  });

  test.each<[string, unknown, Manifest]>([
    ['no options', undefined, { code: 'InvalidValue', property: 'traffic' }],
    ['a text', { ingresses: 'web' }, { code: 'InvalidValue', property: 'traffic.ingresses' }],
    ['none', { ingresses: [] }, { code: 'MissingValue', property: 'traffic.ingresses' }],
    ['a Service that is none', { ingresses: ['web'], rootService: 'Web' }, { code: 'InvalidName', property: 'traffic.rootService' }],
    ['a typo', { ingress: 'web' }, { code: 'UnknownProperty', property: 'traffic.ingress' }],
    ['a stickiness of eight days', { ingresses: ['web'], stickiness: Duration.days(8) }, { code: 'InvalidValue', property: 'traffic.stickiness' }],
  ])('refuses %s', (_, options, expected) => {
    expect(errorOf(() => bound(TrafficRouting.existingAlb(js(options))))).toMatchObject(expected);
  });

  test('refuses a service that gateways may not reach, and one that speaks no HTTP', () => {
    const traffic = TrafficRouting.existingAlb({ ingresses: ['web'] });
    expect(errorOf(() => bound(traffic, { behindGateway: false })).code).toBe('NetworkUnreachable');
    expect(errorOf(() => bound(traffic, { ports: [Port.tcp(5432)] })).code).toBe('UnsupportedByController');
  });
});

test.each<[string, unknown, Manifest]>([
  ['null for options', null, { code: 'InvalidValue', property: 'traffic' }],
  ['a property it does not know', { host: 'a.example.com' }, { code: 'UnknownProperty', property: 'traffic.host' }],
  ['a text for hosts', { hosts: 'shop.example.com' }, { code: 'InvalidValue', property: 'traffic.hosts' }],
  ['no host', { hosts: [] }, { code: 'MissingValue', property: 'traffic.hosts' }],
  ['a path without a slash', { path: '*' }, { code: 'InvalidValue', property: 'traffic.path' }],
  ['a type of path that never was', { pathType: 'Regex' }, { code: 'InvalidValue', property: 'traffic.pathType' }],
  ['a class that is none', { className: 'ALB' }, { code: 'InvalidName', property: 'traffic.className' }],
  ['a name that is none', { name: 'Web' }, { code: 'InvalidName', property: 'traffic.name' }],
  ['a prefix with a slash', { annotationPrefix: 'alb.example.com/' }, { code: 'InvalidValue', property: 'traffic.annotationPrefix' }],
  ['a text for stickiness', { stickiness: '1h' }, { code: 'InvalidValue', property: 'traffic.stickiness' }],
  ['a stickiness of nothing', { stickiness: Duration.seconds(0) }, { code: 'InvalidValue', property: 'traffic.stickiness' }],
  ['a number in an annotation', { annotations: { 'alb.ingress.kubernetes.io/group.order': 1 } }, { code: 'InvalidValue', property: 'traffic.annotations["alb.ingress.kubernetes.io/group.order"]' }],
  ['an action beside the weights', { annotations: { 'alb.ingress.kubernetes.io/actions.web': '{}' } }, { code: 'ConflictingProperties', property: 'traffic.annotations["alb.ingress.kubernetes.io/actions.web"]' }],
])('refuses %s', (_, options, expected) => {
  expect(errorOf(() => bound(TrafficRouting.alb(js(options))))).toMatchObject({ constructPath: 'chart/web-release', ...expected });
});

test('refuses header routes beside paths that the load balancer looks at first', () => {
  expect(errorOf(() => alb({ pathType: PathType.PREFIX }, { managedRoutes: ['beta'] }))).toMatchObject({
    code: 'ConflictingProperties', property: 'traffic.pathType', fix: 'leave "pathType" out, and write the path with a star: /*',
  });
  expect(() => alb({ path: '/web/*' }, { managedRoutes: ['beta'] })).not.toThrow();
});

test('refuses a service that gateways may not reach, and one that speaks no HTTP', () => {
  expect(errorOf(() => alb({}, { behindGateway: false }))).toMatchObject({ code: 'NetworkUnreachable', property: 'traffic' });
  expect(errorOf(() => alb({}, { ports: [Port.tcp(5432)] }))).toMatchObject({ code: 'UnsupportedByController', property: 'traffic' });
});

test('two releases do not collide, each Ingress can be patched, and both syntheses are equal', () => {
  const chart = trafficChart();
  ['web', 'shop'].forEach(workload => bound(TrafficRouting.alb(), { workload }, chart).routes[0]!.patch({ metadata: { annotations: { 'alb.ingress.kubernetes.io/scheme': 'internal' } } }));
  expect(synth(chart).map((manifest: Manifest) => [manifest.metadata.name, Object.keys(manifest.metadata.annotations).sort()])).toEqual(['web', 'shop'].map(name => [name, [
    `alb.ingress.kubernetes.io/actions.${name}`, 'alb.ingress.kubernetes.io/scheme', 'alb.ingress.kubernetes.io/target-type',
  ]]));
  expect(synth(chart)).toEqual(synth(chart));
});
