import { ApiObject, type App, Chart, Size } from 'cdk8s';
import { AccessMode, DeletionPolicy, Environment, EphemeralVolume, type EphemeralVolumeOptions, KubernetesVersion, ProductionService, Provisioner, StorageClass, type StorageClassProps } from 'cdk8s-production';
import { errorOf, MINIMAL, synth, testChart } from '../helpers/manifests';
import { chartIn, containerOf, podOf, web } from '../helpers/service';

const IMAGE = 'registry.example.com/shop/helper:1.0.0';
const SMALL: EphemeralVolumeOptions = { size: Size.gibibytes(20) };
const ephemeral = (options: Partial<EphemeralVolumeOptions> = {}, chart = testChart()) => web({ mounts: [{ path: '/var/cache', volume: EphemeralVolume.of({ ...SMALL, ...options }) }] }, chart);

test('is a claim that comes and goes with the pod', () => {
  const service = ephemeral();

  expect(podOf(service).volumes).toContainEqual({
    ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } }, volumeMode: 'Filesystem' } } }, name: 'var-cache',
  });
  expect(containerOf(service).volumeMounts).toContainEqual({ mountPath: '/var/cache', name: 'var-cache' });
});

test('takes class, mode, name and attributes', () => {
  const all: Required<EphemeralVolumeOptions> = { size: Size.gibibytes(1), storageClass: { name: 'fast' }, accessMode: AccessMode.READ_WRITE_ONCE_POD, name: 'cache', volumeAttributesClass: 'gold' };
  const service = ephemeral(all, chartIn(Environment.production({ kubernetesVersion: KubernetesVersion.V1_34 })));

  expect(podOf(service).volumes).toContainEqual({
    ephemeral: {
      volumeClaimTemplate: {
        spec: { accessModes: ['ReadWriteOncePod'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'fast', volumeAttributesClassName: 'gold', volumeMode: 'Filesystem' },
      },
    },
    name: 'cache',
  });
});

test('is one volume for two containers, and two values are two', () => {
  const shared = EphemeralVolume.of(SMALL);
  const service = web({
    mounts: [{ path: '/work', volume: shared }, { path: '/work-2', volume: EphemeralVolume.of(SMALL), readOnly: true }, { path: '/other', volume: EphemeralVolume.of({ ...SMALL, name: 'work-3' }) }],
    sidecars: [{ name: 'helper', image: IMAGE, mounts: [{ path: '/elsewhere', volume: shared }] }],
  });

  expect(podOf(service).volumes.map(({ name }: { name: string }) => name)).toEqual(['elsewhere', 'web-tmp', 'work-2', 'work-3']);
  expect(containerOf(service).volumeMounts).toContainEqual({ mountPath: '/work', name: 'elsewhere' });
  expect(containerOf(service, 'helper').volumeMounts).toContainEqual({ mountPath: '/elsewhere', name: 'elsewhere' });
});

test('keeps names apart that its paths would make alike', () => {
  const service = web({ mounts: ['/a/b', '/a-b'].map(path => ({ path, volume: EphemeralVolume.of(SMALL) })) });

  expect(podOf(service).volumes.map(({ name }: { name: string }) => name)).toEqual(['a-b', 'a-b-2', 'web-tmp']);
});

test('is good for any number of replicas, two services and two syntheses', () => {
  const chart = testChart();
  const volume = EphemeralVolume.of(SMALL);
  for (const id of ['one', 'two']) { new ProductionService(chart, id, { ...MINIMAL, mounts: [{ path: '/work', volume }] }); }

  expect(chart.node.root.node.findAll().flatMap(construct => construct.node.validate())).toEqual([]);
  expect(synth(chart)).toEqual(synth(chart));
});

test.each<[string, object, string, string]>([
  ['no size', { size: undefined }, 'InvalidValue', 'size'],
  ['a size that is a number', { size: 20 }, 'InvalidValue', 'size'],
  ['a mode that is none', { accessMode: 'RWX' }, 'InvalidValue', 'accessMode'],
  ['a class with capitals', { storageClass: 'Fast' }, 'InvalidValue', 'storageClass'],
  ['a name with dots', { name: 'a.b' }, 'InvalidName', 'name'],
  ['attributes before 1.34', { volumeAttributesClass: 'gold' }, 'UnsupportedByKubernetesVersion', 'volumeAttributesClass'],
  ['a typo', { sise: 1 }, 'UnknownProperty', 'sise'],
])('refuses %s', (_, options, code, property) => {
  expect(errorOf(() => ephemeral(options))).toMatchObject({ code, property: `mounts[0].volume.${property}` });
});

test('refuses a path of which no name can be made', () => {
  expect(errorOf(() => web({ mounts: [{ path: '/数据', volume: EphemeralVolume.of(SMALL) }] }))).toMatchObject({ code: 'InvalidName', property: 'mounts[0].volume.name' });
});

test('refuses a class that would keep the disk of every pod there ever was', () => {
  const chart = testChart();
  const keeping = new StorageClass(chart, 'keeping', { provisioner: Provisioner.awsEbs() });
  const scratch = new StorageClass(chart, 'scratch', { provisioner: Provisioner.awsEbs(), reclaimPolicy: DeletionPolicy.delete('the next pod fills it again') });

  expect(errorOf(() => ephemeral({ storageClass: keeping }))).toMatchObject({ code: 'ConflictingProperties', property: 'mounts[0].volume.storageClass', value: '"keeping"' });
  expect(() => ephemeral({ storageClass: scratch })).not.toThrow();
});

describe('the default class of the tree, where none is named', () => {
  const keeping = (chart: Chart, props: Partial<StorageClassProps> = {}) => new StorageClass(chart, 'keeping', { provisioner: Provisioner.awsEbs(), isDefault: true, ...props });
  const problemsOf = (chart: Chart) => chart.node.root.node.findAll().flatMap(construct => construct.node.validate());
  const elsewhere = (chart: Chart, environment?: Environment) => {
    const other = new Chart(chart.node.root as App, 'cluster');
    environment?.attachTo(other);
    return other;
  };

  test.each(['before', 'after'])('is refused when it would keep the disk of every pod, made %s the volume', when => {
    const chart = testChart();
    const other = elsewhere(chart);
    if (when === 'before') { keeping(other); }
    ephemeral({}, chart);
    if (when === 'after') { keeping(other); }

    expect(problemsOf(chart)).toEqual([[
      "ConflictingProperties at 'chart/web', property 'mounts[0].volume.storageClass'",
      '  given:   undefined',
      "  allowed: a class whose volumes go with their claims: of the default class, keeping of 'cluster/keeping', each pod would leave a volume behind",
      '  fix:     name a class that deletes: one with reclaimPolicy: DeletionPolicy.delete(reason)',
    ].join('\n')]);
  });

  test('is refused whoever made it, once for each pod', () => {
    const chart = testChart();
    new ApiObject(chart, 'class', {
      apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'old', annotations: { 'storageclass.beta.kubernetes.io/is-default-class': 'true' } }, reclaimPolicy: 'Retain',
    });
    const mounts = [{ path: '/work', volume: EphemeralVolume.of(SMALL) }];
    for (const id of ['one', 'two']) { new ProductionService(chart, id, { ...MINIMAL, mounts, sidecars: [{ name: 'helper', image: IMAGE, mounts }] }); }

    expect(problemsOf(chart)).toEqual([expect.stringContaining("at 'chart/one'"), expect.stringContaining("at 'chart/two'")]);
  });

  test.each<[string, (chart: Chart) => unknown]>([
    ['deletes', chart => keeping(chart, { reclaimPolicy: DeletionPolicy.delete('nothing is kept in this cluster') })],
    ['deletes, by a patch', chart => { keeping(chart).resource.patch({ reclaimPolicy: 'Delete' }); }],
    ['is not the default', chart => keeping(chart, { isDefault: false })],
    ['is of another environment', chart => keeping(elsewhere(chart, Environment.staging()))],
  ])('passes when it %s', (_, make) => {
    const chart = testChart();
    make(chart);
    ephemeral({}, chart);

    expect(problemsOf(chart)).toEqual([]);
  });

  test('does not matter to a volume that names a class, or that is gone', () => {
    const chart = testChart();
    keeping(chart);
    ephemeral({ storageClass: 'scratch' }, chart);
    new ProductionService(chart, 'gone', { ...MINIMAL, mounts: [{ path: '/work', volume: EphemeralVolume.of(SMALL) }] });
    chart.node.tryRemoveChild('gone');

    expect(problemsOf(chart)).toEqual([]);
  });
});
