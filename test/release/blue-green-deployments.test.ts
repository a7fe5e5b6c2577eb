import { App, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  BlueGreenDeployments, type BlueGreenDeploymentsProps, Colour, Environment, Findings, Health, ImagePullPolicy, ProductionService, type ProductionServiceProps, Replicas, ServiceExposure,
  Spread,
} from 'cdk8s-production';
import { errorOf, identities, type Manifest, MINIMAL, one, synth, testChart } from '../helpers/manifests';
import { canary } from '../helpers/release';
import { chartIn, web } from '../helpers/service';

const SELECTOR = { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' };
const NEXT = 'registry.example.com/shop/web:2.0.0';
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const js = <T>(value: unknown): T => value as T;

/** Two Deployments of a service that serves with its own image, the idle colour with another. */
function pair(
  { idle = NEXT, ...props }: Partial<BlueGreenDeploymentsProps> & { readonly idle?: string } = {}, service: Partial<ProductionServiceProps> = {}, chart?: Chart,
): BlueGreenDeployments {
  const subject = web(service, chart);
  return new BlueGreenDeployments(Chart.of(subject), 'release', { service: subject, active: Colour.BLUE, images: imagesOf(props.active, service.image, idle), ...props });
}
const imagesOf = (active = Colour.BLUE, serving: string = MINIMAL.image, idle: string = NEXT) => (active === Colour.GREEN ? { blue: idle, green: serving } : { blue: serving, green: idle });
const objectsOf = (release: BlueGreenDeployments): Manifest[] => synth(Chart.of(release));
const deployment = (release: BlueGreenDeployments, colour: string): Manifest => one(objectsOf(release), 'Deployment', `web-${colour}`);
const containerOf = (release: BlueGreenDeployments, colour: string): Manifest => deployment(release, colour).spec.template.spec.containers[0];
const selectors = (release: BlueGreenDeployments): unknown[] => ['web', 'web-preview'].map(name => one(objectsOf(release), 'Service', name).spec.selector);

describe('the least that two Deployments need', () => {
  test('makes of a service exactly these objects', () => {
    expect(identities(objectsOf(pair()))).toEqual([
      'Deployment/web-blue', 'Deployment/web-green', 'HorizontalPodAutoscaler/web', 'HorizontalPodAutoscaler/web-green', 'NetworkPolicy/web', 'PodDisruptionBudget/web', 'Service/web', 'Service/web-preview',
      'ServiceAccount/web',
    ]);
    expect(Findings.of(Chart.of(pair()))).toEqual([]);
  });

  test('selects disjoint pods, which carry what selects them', () => {
    for (const colour of ['blue', 'green']) {
      const { spec } = deployment(pair(), colour);
      expect(spec.selector).toEqual({ matchLabels: { ...SELECTOR, colour } });
      expect(spec.template.metadata.labels).toMatchObject({ ...SELECTOR, colour });
    }
    expect(() => App.of(pair()).synthYaml()).not.toThrow();
  });

  test('points the Service at the colour that serves, and the preview at the other', () => {
    expect(selectors(pair())).toEqual([{ ...SELECTOR, colour: 'blue' }, { ...SELECTOR, colour: 'green' }]);
    expect(selectors(pair({ active: Colour.GREEN }))).toEqual([{ ...SELECTOR, colour: 'green' }, { ...SELECTOR, colour: 'blue' }]);
  });

  test('leaves budget, policy and spread with the pods of both', () => {
    const manifests = objectsOf(pair({}, { placement: { spread: Spread.onePodPerNode(10) } }));

    expect(one(manifests, 'PodDisruptionBudget').spec.selector).toEqual({ matchLabels: SELECTOR });
    expect(one(manifests, 'NetworkPolicy').spec.podSelector).toEqual({ matchLabels: SELECTOR });
    for (const { spec } of manifests.filter(({ kind }) => kind === 'Deployment')) {
      expect(spec.template.spec.topologySpreadConstraints.map((c: Manifest) => [c.labelSelector.matchLabels, c.matchLabelKeys])).toEqual([[SELECTOR, ['pod-template-hash']], [SELECTOR, ['pod-template-hash']]]);
    }
  });

  test('has an autoscaler at each, with the bounds of the service', () => {
    const manifests = objectsOf(pair({}, { replicas: Replicas.autoscaled({ minReplicas: 4, maxReplicas: 9 }) }));

    expect(['web', 'web-green'].map(name => one(manifests, 'HorizontalPodAutoscaler', name).spec).map(({ minReplicas, maxReplicas, scaleTargetRef }) => [minReplicas, maxReplicas, scaleTargetRef])).toEqual([
      [4, 9, { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-blue' }], [4, 9, { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-green' }],
    ]);
  });

  test('has as many pods of each where the number is fixed, and no autoscaler', () => {
    const release = pair({}, { replicas: Replicas.fixed(4) });

    expect(['blue', 'green'].map(colour => deployment(release, colour).spec.replicas)).toEqual([4, 4]);
    expect(release.greenAutoscaler).toBeUndefined();
    expect(identities(objectsOf(release)).filter(identity => identity.startsWith('Horizontal'))).toEqual([]);
  });
});

test('all props', () => {
  const service = web();
  const props: Required<BlueGreenDeploymentsProps> = { service, active: Colour.GREEN, images: { blue: NEXT, green: MINIMAL.image }, previewServiceName: 'next' };
  const release = new BlueGreenDeployments(Chart.of(service), 'release', props);

  expect(identities(objectsOf(release)).filter(identity => identity.startsWith('Service/'))).toEqual(['Service/next', 'Service/web']);
  expect([containerOf(release, 'green').image, containerOf(release, 'blue').image]).toEqual([MINIMAL.image, NEXT]);
});

describe('a switch', () => {
  test('changes the two Services alone', () => {
    const before = objectsOf(pair());
    const after = objectsOf(pair({ active: Colour.GREEN, idle: MINIMAL.image }, { image: NEXT }));
    const changed = before.filter((manifest, i) => JSON.stringify(manifest.spec) !== JSON.stringify(after[i].spec));

    expect(changed.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual(['Service/web', 'Service/web-preview']);
  });

  test('restarts no pod', () => {
    const templates = (release: BlueGreenDeployments) => ['blue', 'green'].map(colour => JSON.stringify(deployment(release, colour).spec.template));

    expect(templates(pair({ active: Colour.GREEN, idle: MINIMAL.image }, { image: NEXT }))).toEqual(templates(pair()));
  });
});

describe('the other colour', () => {
  const versions = (release: BlueGreenDeployments, colour: string): unknown[] => {
    const { metadata, spec } = deployment(release, colour);
    return [metadata.annotations['kubernetes.io/change-cause'], metadata.labels['app.kubernetes.io/version'], spec.template.metadata.labels['app.kubernetes.io/version']];
  };

  test('says its own image and version, on the Deployment and on its pods', () => {
    expect(versions(pair(), 'blue')).toEqual([`image ${MINIMAL.image}`, '1.4.2', '1.4.2']);
    expect(versions(pair(), 'green')).toEqual([`image ${NEXT}`, '2.0.0', '2.0.0']);
    expect(versions(pair({ active: Colour.GREEN }), 'blue')).toEqual([`image ${NEXT}`, '2.0.0', '2.0.0']);
  });

  test('says no version where its image has none', () => {
    expect(versions(pair({ idle: `registry.example.com/shop/web@${DIGEST}` }), 'green')).toEqual([`image registry.example.com/shop/web@${DIGEST}`, undefined, undefined]);
  });

  test('keeps a change cause and a version that the service was given', () => {
    expect(versions(pair({}, { annotations: { 'kubernetes.io/change-cause': 'quarterly release' } }), 'green')).toEqual(['quarterly release', '2.0.0', '2.0.0']);
    expect(versions(pair({}, { version: '2024-w48' }), 'blue').slice(1)).toEqual(['2024-w48', '2024-w48']);
  });

  test.each<[what: string, image: string, service: Partial<ProductionServiceProps>, rendered: string, policy: string]>([
    ['a tag', NEXT, {}, NEXT, 'Always'],
    ['a digest beside a tag', `registry.example.com/shop/web@${DIGEST}`, {}, `registry.example.com/shop/web@${DIGEST}`, 'Always'],
    ['a digest beside a digest', `registry.example.com/shop/web@${DIGEST}`, { image: `registry.example.com/shop/web@${DIGEST}`, imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT }, `registry.example.com/shop/web@${DIGEST}`, 'IfNotPresent'],
    ['a tag beside a digest that is not asked for again', NEXT, { image: `registry.example.com/shop/web@${DIGEST}`, imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT }, NEXT, 'Always'],
  ])('is pulled by %s', (_, idle, service, image, imagePullPolicy) => {
    expect(containerOf(pair({ idle }, service), 'green')).toMatchObject({ image, imagePullPolicy });
  });

  test('comes from the registry of the environment', () => {
    expect(containerOf(pair({ idle: 'shop/web:2.0.0' }, {}, chartIn(Environment.production({ registry: 'mirror.example.com' }))), 'green').image).toBe('mirror.example.com/shop/web:2.0.0');
  });

  test('leaves sidecars as they are', () => {
    const release = pair({}, { sidecars: [{ name: 'proxy', image: 'registry.example.com/shop/proxy:3.2.1' }] });

    expect(['blue', 'green'].map(colour => deployment(release, colour).spec.template.spec.initContainers[0].image)).toEqual(Array(2).fill('registry.example.com/shop/proxy:3.2.1'));
  });

  test.each<[what: string, image: unknown, code: string, value: string]>([
    ['none', undefined, 'InvalidImage', 'nothing'], ['a number', 7, 'InvalidImage', '7'], ['one in capitals', 'Shop/Web:2.0.0', 'InvalidImage', '"Shop/Web:2.0.0"'],
    ['latest', 'shop/web:latest', 'MutableImage', '"shop/web:latest"'], ['no tag', 'shop/web', 'MutableImage', '"shop/web"'],
  ])('is no image such as %s', (_, idle, code, value) => {
    expect(errorOf(() => pair({ images: { blue: MINIMAL.image, green: js(idle) } }))).toMatchObject({ code, constructPath: 'chart/release', property: 'images.green', value });
  });
});

describe('each object', () => {
  test('is a member, and can be patched', () => {
    const release = pair();
    [release.service.workload, release.green, release.greenAutoscaler!, release.previewService].forEach(member => member.patch({ metadata: { annotations: { patched: 'yes' } } }));

    expect(objectsOf(release).filter(({ metadata }) => metadata.annotations?.patched === 'yes').map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort()).toEqual([
      'Deployment/web-blue', 'Deployment/web-green', 'HorizontalPodAutoscaler/web-green', 'Service/web-preview',
    ]);
  });

  test('of the service keeps the patches from before', () => {
    const service = web();
    service.workload.patch({ spec: { minReadySeconds: 33 } });
    service.workload.addJsonPatch(JsonPatch.add('/metadata/annotations/note', 'kept'));
    const release = new BlueGreenDeployments(Chart.of(service), 'release', { service, active: Colour.BLUE, images: imagesOf() });

    expect(['blue', 'green'].map(colour => [deployment(release, colour).spec.minReadySeconds, deployment(release, colour).metadata.annotations.note])).toEqual([[33, 'kept'], [10, undefined]]);
  });

  test('cannot lose what selects its pods', () => {
    const release = pair();
    release.green.patch({ spec: { template: { metadata: { labels: { colour: 'blue' } } } } });

    expect(() => objectsOf(release)).toThrow(/InvalidPatch at 'chart\/release\/Green', property 'patch'/);
  });

  test('is the same in a second synthesis, and in a second tree', () => {
    const first = JSON.stringify(objectsOf(pair()));
    const release = pair();

    expect([JSON.stringify(objectsOf(release)), JSON.stringify(objectsOf(release))]).toEqual([first, first]);
  });

  test('of two pairs of a chart has a name of its own', () => {
    const chart = testChart();
    ['web', 'api'].forEach(id => new BlueGreenDeployments(chart, `${id}-release`, { service: new ProductionService(chart, id, MINIMAL), active: Colour.BLUE, images: imagesOf() }));

    expect(() => App.of(chart).synthYaml()).not.toThrow();
    expect(synth(chart).filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name).sort()).toEqual(['api-blue', 'api-green', 'web-blue', 'web-green']);
  });
});

describe('names', () => {
  test('are those of the workload and the autoscaler, and the colour', () => {
    const release = pair({}, { names: { workload: 'old-web', autoscaler: 'old-scaler', service: 'front' } });

    expect([release.service.workload.name, release.green.name, release.service.autoscaler!.name, release.greenAutoscaler!.name, release.previewService.name]).toEqual([
      'old-web-blue', 'old-web-green', 'old-scaler', 'old-web-green', 'front-preview',
    ]);
  });

  test.each([['the service\'s own', 'web'], ['in capitals', 'Preview']])('the preview is not named %s', (_, previewServiceName) => {
    expect(errorOf(() => pair({ previewServiceName }))).toMatchObject({ code: 'InvalidName', constructPath: 'chart/release', property: 'previewServiceName', fix: 'leave it out for web-preview' });
  });
});

describe('refused is', () => {
  test('a second release, of whichever kind', () => {
    const release = pair();
    expect(errorOf(() => new BlueGreenDeployments(Chart.of(release), 'again', { service: release.service, active: Colour.GREEN, images: imagesOf(Colour.GREEN) }))).toMatchObject({
      code: 'ReleaseConflict', constructPath: 'chart/web', value: '"the blue-green Deployments \'chart/again\'"', allowed: "one release strategy a service; it has the blue-green Deployments 'chart/release'",
    });
    const released = canary();
    expect(errorOf(() => new BlueGreenDeployments(Chart.of(released), 'again', { service: released.service, active: Colour.BLUE, images: imagesOf() }))).toMatchObject({ code: 'ReleaseConflict' });
  });

  test('a worker', () => {
    expect(errorOf(() => pair({}, { port: undefined, health: Health.none('it takes messages from a queue') }))).toMatchObject({ code: 'MissingValue', property: 'service', value: '"chart/web"', fix: 'leave it one Deployment' });
  });

  test('a colour that never was', () => {
    expect(errorOf(() => pair({ active: js('red') }))).toMatchObject({ code: 'InvalidValue', property: 'active', value: '"red"', fix: 'write Colour.BLUE or Colour.GREEN' });
  });

  test('something that is no service', () => {
    const chart = testChart();
    expect(errorOf(() => pair({ service: js(new kplus.Deployment(chart, 'other', { containers: [{ image: 'nginx:1.27.3' }] })) }))).toMatchObject({ code: 'InvalidValue', property: 'service' });
  });

  test('a service of another namespace', () => {
    const service = web();
    const chart = new Chart(App.of(service), 'releases', { namespace: 'elsewhere' });
    expect(errorOf(() => new BlueGreenDeployments(chart, 'release', { service, active: Colour.BLUE, images: imagesOf() }))).toMatchObject({ code: 'ConflictingProperties', property: 'service' });
  });

  test('a service that is selected by the label that tells the two apart', () => {
    expect(errorOf(() => pair({}, { selectorLabels: { app: 'web', colour: 'red' } }))).toMatchObject({ code: 'ConflictingProperties', property: 'images.green', value: '"colour"', fix: 'leave it out of selectorLabels' });
  });

  test('a switch of the colour alone, without the image that then serves', () => {
    expect(errorOf(() => pair({ active: Colour.GREEN, images: imagesOf(Colour.BLUE) }))).toMatchObject({
      code: 'ConflictingProperties', constructPath: 'chart/release', property: 'images.green', value: `"${NEXT}"`, allowed: `the image of the service itself, ${MINIMAL.image}: it is the one that serves`,
    });
  });

  test('a typo', () => {
    expect(errorOf(() => pair(js({ image: NEXT })))).toMatchObject({ code: 'UnknownProperty', property: 'image', value: `"${NEXT}"` });
  });
});

test('the service keeps its strategy: each Deployment has it', () => {
  const release = pair({}, { rollout: { strategy: kplus.DeploymentStrategy.recreate() }, exposure: ServiceExposure.nodePort() });

  expect(['blue', 'green'].map(colour => deployment(release, colour).spec.strategy)).toEqual([{ type: 'Recreate' }, { type: 'Recreate' }]);
  expect(one(objectsOf(release), 'Service', 'web-preview').spec.type).toBe('ClusterIP');
});
