import { App, Chart } from 'cdk8s';
import {
  CanaryDeployments, type CanaryDeploymentsProps, type CanaryVersion, Environment, Health, type IstioSubsetsOptions, MeshProfile, NetworkPeer, ProductionService, type ProductionServiceProps,
  Replicas, ServiceExposure, StringMatch,
} from 'cdk8s-production';
import { errorOf, identities, type Manifest, MINIMAL, one, synth } from '../helpers/manifests';
import { meshChart } from '../helpers/release';
import { chartIn, web } from '../helpers/service';

const SELECTOR = { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' };
const NEXT = 'registry.example.com/shop/web:2.0.0';
const js = <T>(value: unknown): T => value as T;

function split(props: Partial<CanaryDeploymentsProps> = {}, service: Partial<ProductionServiceProps> = {}, chart: Chart = meshChart()): CanaryDeployments {
  const subject = web(service, chart);
  return new CanaryDeployments(Chart.of(subject), 'release', { service: subject, canary: { image: NEXT }, weight: 10, ...props });
}
const objectsOf = (release: CanaryDeployments): Manifest[] => synth(Chart.of(release));
const deployment = (release: CanaryDeployments, track: string): Manifest => one(objectsOf(release), 'Deployment', `web-${track}`);
const routes = (release: CanaryDeployments): Manifest => one(objectsOf(release), 'VirtualService').spec.http;

describe('the least that a canary without a controller needs', () => {
  test('makes of a service exactly these objects', () => {
    expect(identities(objectsOf(split()))).toEqual([
      'Deployment/web-canary', 'Deployment/web-stable', 'DestinationRule/web', 'HorizontalPodAutoscaler/web', 'HorizontalPodAutoscaler/web-canary', 'NetworkPolicy/web', 'PodDisruptionBudget/web',
      'Service/web', 'ServiceAccount/web', 'VirtualService/web',
    ]);
  });

  test('selects disjoint pods, which carry what selects them', () => {
    for (const track of ['stable', 'canary']) {
      const { spec } = deployment(split(), track);
      expect(spec.selector).toEqual({ matchLabels: { ...SELECTOR, track } });
      expect(spec.template.metadata.labels).toMatchObject({ ...SELECTOR, track });
    }
    expect(() => App.of(split()).synthYaml()).not.toThrow();
  });

  test('leaves Service, budget and policy with the pods of both', () => {
    const manifests = objectsOf(split());

    expect(one(manifests, 'Service').spec.selector).toEqual(SELECTOR);
    expect(one(manifests, 'PodDisruptionBudget').spec.selector).toEqual({ matchLabels: SELECTOR });
    expect(one(manifests, 'NetworkPolicy').spec.podSelector).toEqual({ matchLabels: SELECTOR });
  });

  test('splits the requests by subsets', () => {
    const manifests = objectsOf(split());

    expect(one(manifests, 'VirtualService')).toEqual({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { labels: { ...SELECTOR, 'app.kubernetes.io/managed-by': 'cdk8s-production', 'app.kubernetes.io/version': '1.4.2' }, name: 'web', namespace: 'shop' },
      spec: { hosts: ['web'], http: [{ name: 'default', route: [{ destination: { host: 'web', subset: 'stable' }, weight: 90 }, { destination: { host: 'web', subset: 'canary' }, weight: 10 }] }] },
    });
    expect(one(manifests, 'DestinationRule').spec).toEqual({ host: 'web', subsets: [{ labels: { track: 'stable' }, name: 'stable' }, { labels: { track: 'canary' }, name: 'canary' }] });
  });

  test('has an autoscaler at each', () => {
    expect(objectsOf(split()).filter(({ kind }) => kind === 'HorizontalPodAutoscaler').map(({ metadata, spec }) => [metadata.name, spec.scaleTargetRef.name, spec.minReplicas])).toEqual([
      ['web', 'web-stable', 3], ['web-canary', 'web-canary', 3],
    ]);
  });
});

test('all props', () => {
  const version: Required<CanaryVersion> = { image: NEXT, replicas: 2 };
  const subsets: Required<IstioSubsetsOptions> = { destinationRule: 'web-versions', stable: 'v1', canary: 'v2' };
  const service = web({}, meshChart());
  const props: Required<CanaryDeploymentsProps> = { service, canary: version, weight: 25, headers: [{ name: 'x-canary', value: StringMatch.exact('yes') }, { name: 'x-region', value: StringMatch.prefix('eu-') }], subsets };
  const release = new CanaryDeployments(Chart.of(service), 'release', props);

  expect(routes(release)).toEqual([
    { name: 'canary', match: [{ headers: { 'x-canary': { exact: 'yes' }, 'x-region': { prefix: 'eu-' } } }], route: [{ destination: { host: 'web', subset: 'v2' }, weight: 100 }] },
    { name: 'default', route: [{ destination: { host: 'web', subset: 'v1' }, weight: 75 }, { destination: { host: 'web', subset: 'v2' }, weight: 25 }] },
  ]);
  expect(one(objectsOf(release), 'DestinationRule', 'web-versions').spec.subsets).toEqual([{ labels: { track: 'stable' }, name: 'v1' }, { labels: { track: 'canary' }, name: 'v2' }]);
  expect(deployment(release, 'canary').spec.replicas).toBe(2);
  expect(release.canaryAutoscaler).toBeUndefined();
  expect(identities(objectsOf(release)).filter(identity => identity.startsWith('Horizontal'))).toEqual(['HorizontalPodAutoscaler/web']);
});

test.each([[0, [100, 0]], [100, [0, 100]]])('a weight of %i %% leaves both subsets in the route', (weight, weights) => {
  expect(routes(split({ weight }))[0].route.map((route: Manifest) => route.weight)).toEqual(weights);
});

test('another weight changes the VirtualService alone', () => {
  const [before, after] = [split(), split({ weight: 50 })].map(objectsOf);

  expect(before!.filter((manifest, i) => JSON.stringify(manifest) !== JSON.stringify(after![i])).map(({ kind }) => kind)).toEqual(['VirtualService']);
});

test('fixed replicas hold for the canary as well, unless it has a number of its own', () => {
  const replicasOf = (canary: CanaryVersion) => ['stable', 'canary'].map(track => deployment(split({ canary }, { replicas: Replicas.fixed(4) }), track).spec.replicas);

  expect([replicasOf({ image: NEXT }), replicasOf({ image: NEXT, replicas: 1 })]).toEqual([[4, 4], [4, 1]]);
});

test('the canary says its own image and version, and comes from the registry of the environment', () => {
  const release = split({ canary: { image: 'shop/web:2.0.0' } }, {}, chartIn(Environment.production({ mesh: MeshProfile.istio(), registry: 'mirror.example.com' })));
  const { metadata, spec } = deployment(release, 'canary');

  expect([metadata.annotations['kubernetes.io/change-cause'], metadata.labels['app.kubernetes.io/version'], spec.template.metadata.labels['app.kubernetes.io/version']]).toEqual(['image shop/web:2.0.0', '2.0.0', '2.0.0']);
  expect(spec.template.spec.containers[0].image).toBe('mirror.example.com/shop/web:2.0.0');
  expect(deployment(release, 'stable').metadata.annotations['kubernetes.io/change-cause']).toBe(`image ${MINIMAL.image}`);
});

describe('each object', () => {
  test('is a member, and can be patched', () => {
    const release = split();
    [release.service.workload, release.canary, release.canaryAutoscaler!, release.virtualService, release.destinationRule].forEach(member => member.patch({ metadata: { annotations: { patched: 'yes' } } }));

    expect(objectsOf(release).filter(({ metadata }) => metadata.annotations?.patched === 'yes').map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort()).toEqual([
      'Deployment/web-canary', 'Deployment/web-stable', 'DestinationRule/web', 'HorizontalPodAutoscaler/web-canary', 'VirtualService/web',
    ]);
  });

  test('is the same in a second synthesis, and in a second tree', () => {
    const release = split();
    const first = JSON.stringify(objectsOf(split()));

    expect([JSON.stringify(objectsOf(release)), JSON.stringify(objectsOf(release))]).toEqual([first, first]);
  });

  test('of two canaries of a chart has a name of its own', () => {
    const chart = meshChart();
    ['web', 'api'].forEach(id => new CanaryDeployments(chart, `${id}-release`, { service: new ProductionService(chart, id, MINIMAL), canary: { image: NEXT }, weight: 5 }));

    expect(() => App.of(chart).synthYaml()).not.toThrow();
    expect(identities(synth(chart)).filter(identity => /^(Deployment|DestinationRule)\//.test(identity))).toEqual([
      'Deployment/api-canary', 'Deployment/api-stable', 'Deployment/web-canary', 'Deployment/web-stable', 'DestinationRule/api', 'DestinationRule/web',
    ]);
  });
});

describe('refused is', () => {
  const invalid = (property: string, value: string, fix: string) => ({ code: 'InvalidValue', property, value, fix });

  test.each<[what: string, props: Partial<CanaryDeploymentsProps>, refused: object]>([
    ['more than all', { weight: 101 }, invalid('weight', '101', 'give percent of the requests, such as 10')],
    ['a weight as a text', { weight: js('10') }, invalid('weight', '"10"', 'write 10, without quotes')],
    ['no weight', { weight: js(undefined) }, invalid('weight', 'nothing', 'give percent of the requests, such as 10')],
    ['no canary', { canary: js(undefined) }, invalid('canary', 'nothing', 'pass an object')],
    ['an image for the canary', { canary: js(NEXT) }, invalid('canary', `"${NEXT}"`, 'pass an object')],
    ['a canary without an image', { canary: js({ replicas: 2 }) }, { code: 'InvalidImage', property: 'canary.image', value: 'nothing' }],
    ['a canary whose image moves', { canary: { image: 'shop/web:latest' } }, { code: 'MutableImage', property: 'canary.image', value: '"shop/web:latest"' }],
    ['a canary without pods', { canary: { image: NEXT, replicas: 0 } }, invalid('canary.replicas', '0', 'give a whole number within the bounds')],
    ['a typo in the canary', { canary: js({ image: NEXT, replica: 2 }) }, { code: 'UnknownProperty', property: 'canary.replica', value: '2', fix: "did you mean 'replicas'?" }],
    ['headers as an object', { headers: js({ 'x-canary': 'yes' }) }, invalid('headers', '{"x-canary":"yes"}', 'put the value into square brackets')],
    ['a header with a plain value', { headers: [{ name: 'x-canary', value: js('yes') }] }, invalid('headers[0].value', '"yes"', "write StringMatch.exact('true')")],
    ['one name for both subsets', { subsets: { stable: 'v1', canary: 'v1' } }, { property: 'subsets.canary', value: '"v1"' }],
    ['a subset in capitals', { subsets: { canary: 'V2' } }, { code: 'InvalidName', property: 'subsets.canary', value: '"V2"' }],
    ['a typo in the subsets', { subsets: js({ stabel: 'v1' }) }, { code: 'UnknownProperty', property: 'subsets.stabel', fix: "did you mean 'stable'?" }],
    ['a DestinationRule in capitals', { subsets: { destinationRule: 'Web' } }, { code: 'InvalidName', property: 'subsets.destinationRule', value: '"Web"' }],
    ['a typo', js({ weigth: 5 }), { code: 'UnknownProperty', property: 'weigth', value: '5', fix: "did you mean 'weight'?" }],
    ['something that is no service', { service: js({ name: 'web' }) }, { code: 'InvalidValue', property: 'service', value: '{"name":"web"}' }],
  ])('%s', (_, props, refused) => {
    expect(errorOf(() => split(props))).toMatchObject({ constructPath: 'chart/release', ...refused });
  });

  test.each<[string, Partial<ProductionServiceProps>, Chart]>([
    ['a worker', { port: undefined, health: Health.none('it takes messages from a queue') }, meshChart()], ['a service in no mesh', {}, chartIn(Environment.production({ gateways: [NetworkPeer.namespace('edge')] }))],
  ])('%s', (_, service, chart) => {
    expect(errorOf(() => split({}, service, chart))).toMatchObject({ code: 'NetworkUnreachable', constructPath: 'chart/release', property: 'service', value: '"chart/web"' });
  });

  test('a service that is selected by the label that tells the two apart', () => {
    expect(errorOf(() => split({}, { selectorLabels: { app: 'web', track: 'all' } }))).toMatchObject({ code: 'ConflictingProperties', property: 'canary.image', value: '"track"', fix: 'leave it out of selectorLabels' });
  });

  test('a second release', () => {
    const release = split();
    expect(errorOf(() => new CanaryDeployments(Chart.of(release), 'again', { service: release.service, canary: { image: NEXT }, weight: 5 }))).toMatchObject({
      code: 'ReleaseConflict', constructPath: 'chart/web', value: '"the canary Deployments \'chart/again\'"', allowed: "one release strategy a service; it has the canary Deployments 'chart/release'",
    });
  });
});

test('the names follow the Service and the workload', () => {
  const release = split({}, { names: { workload: 'old-web', service: 'front' }, exposure: ServiceExposure.gateway() });

  expect([release.service.workload.name, release.canary.name, release.canaryAutoscaler!.name, release.virtualService.name, release.destinationRule.name]).toEqual([
    'old-web-stable', 'old-web-canary', 'old-web-canary', 'front', 'front',
  ]);
  expect(routes(release)[0].route[0].destination).toEqual({ host: 'front', subset: 'stable' });
});
