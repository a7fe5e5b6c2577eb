import { App, Chart, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  AccessMode, DeletionPolicy, Environment, KubernetesVersion, NamePrefix, PersistentVolumeClaim, type PersistentVolumeClaimProps, Provisioner, StorageClass, VolumeDataSource, VolumeMode,
} from 'cdk8s-production';
import { errorOf, identities, one, synth, testChart } from '../../helpers/manifests';
import { chartIn, containerOf, podOf, web } from '../../helpers/service';

const STORAGE = Size.gibibytes(10);
const made = (props: Partial<PersistentVolumeClaimProps> = {}, chart = testChart()) => {
  new PersistentVolumeClaim(chart, 'data', { storage: STORAGE, ...props });
  return one(synth(chart), 'PersistentVolumeClaim');
};

test('is a disk of the default class that no slip of a manifest deletes', () => {
  expect(made()).toEqual({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      annotations: { 'argocd.argoproj.io/sync-options': 'Delete=false,Prune=false', 'helm.sh/resource-policy': 'keep', 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
      labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production' },
      name: 'data',
      namespace: 'shop',
    },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } }, volumeMode: 'Filesystem' },
  });
});

test('takes every prop that goes with a new volume', () => {
  const all: Required<Omit<PersistentVolumeClaimProps, 'volume' | 'selector'>> = {
    storage: Size.mebibytes(512),
    name: 'shared',
    accessModes: [AccessMode.READ_WRITE_MANY, AccessMode.READ_ONLY_MANY],
    storageClass: 'nfs',
    volumeMode: VolumeMode.BLOCK,
    dataSource: VolumeDataSource.snapshot('before'),
    volumeAttributesClass: 'gold',
    deletionPolicy: DeletionPolicy.delete('a cache, filled again in minutes'),
    labels: { tier: 'gold' },
    annotations: { 'example.com/owner': 'shop' },
  };

  expect(made(all, chartIn(Environment.production({ kubernetesVersion: KubernetesVersion.V1_34 })))).toMatchObject({
    metadata: { annotations: { 'example.com/owner': 'shop' }, labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production', 'tier': 'gold' }, name: 'shared' },
    spec: {
      accessModes: ['ReadWriteMany', 'ReadOnlyMany'],
      dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'before' },
      resources: { requests: { storage: '512Mi' } },
      storageClassName: 'nfs',
      volumeAttributesClassName: 'gold',
      volumeMode: 'Block',
    },
  });
  expect(made(all, chartIn(Environment.production({ kubernetesVersion: KubernetesVersion.V1_34 }))).metadata.annotations).toEqual({ 'example.com/owner': 'shop' });
});

test('is of a class of the tree', () => {
  const chart = testChart();
  const fast = new StorageClass(chart, 'fast', { provisioner: Provisioner.awsEbs() });

  expect(made({ storageClass: fast }, chart).spec.storageClassName).toBe('fast');
});

describe('static binding', () => {
  test('takes the one volume, of its class', () => {
    expect(made({ volume: 'disk-7' }).spec).toMatchObject({ storageClassName: '', volumeName: 'disk-7' });
    expect(made({ volume: { name: 'disk-7', storageClassName: 'manual' } }).spec).toMatchObject({ storageClassName: 'manual', volumeName: 'disk-7' });
    expect(made({ volume: 'disk-7', storageClass: 'manual' }).spec).toMatchObject({ storageClassName: 'manual', volumeName: 'disk-7' });
  });

  test('takes one of those with a label', () => {
    expect(made({ selector: { tier: 'archive' }, storageClass: '' }).spec).toMatchObject({ selector: { matchLabels: { tier: 'archive' } }, storageClassName: '' });
  });
});

describe('other libraries', () => {
  test('cdk8s-plus takes it for a claim of its own', () => {
    const chart = testChart();
    const claim = new PersistentVolumeClaim(chart, 'data', { storage: STORAGE, accessModes: [AccessMode.READ_WRITE_MANY] });
    const volume = kplus.Volume.fromPersistentVolumeClaim(chart, 'volume', claim);
    const service = web({ mounts: [{ path: '/data', volume }] }, chart);

    expect(podOf(service).volumes).toContainEqual({ name: 'pvc-data', persistentVolumeClaim: { claimName: 'data', readOnly: false } });
    expect(claim).toMatchObject({ apiVersion: 'v1', apiGroup: '', kind: 'PersistentVolumeClaim', resourceType: 'persistentvolumeclaims', resourceName: 'data', namespace: 'shop' });
  });

  test('mounts take it as it is, once for two containers', () => {
    const chart = testChart();
    const claim = new PersistentVolumeClaim(chart, 'data', { storage: STORAGE, accessModes: [AccessMode.READ_WRITE_MANY] });
    const mounts = [{ path: '/data', volume: claim }];
    const service = web({ mounts, sidecars: [{ name: 'helper', image: 'registry.example.com/shop/helper:1.0.0', mounts }] }, chart);

    expect(podOf(service).volumes).toEqual([{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }, expect.objectContaining({ name: 'web-tmp' })]);
    expect(containerOf(service).volumeMounts).toContainEqual({ mountPath: '/data', name: 'data' });
    expect(containerOf(service, 'helper').volumeMounts).toEqual([{ mountPath: '/data', name: 'data' }]);
  });

  test('mounts take a claim of cdk8s-plus as it is, too', () => {
    const chart = testChart();
    const service = web({ mounts: [{ path: '/data', volume: kplus.PersistentVolumeClaim.fromClaimName(chart, 'ref', 'made.elsewhere') }] }, chart);

    expect(podOf(service).volumes).toContainEqual({ name: 'made-elsewhere', persistentVolumeClaim: { claimName: 'made.elsewhere' } });
  });

  test('mounts only read what nobody can write', () => {
    const chart = testChart();
    const claim = new PersistentVolumeClaim(chart, 'data', { storage: STORAGE, accessModes: [AccessMode.READ_ONLY_MANY] });
    const service = web({ mounts: [{ path: '/data', volume: claim }] }, chart);

    expect(podOf(service).volumes).toContainEqual({ name: 'data', persistentVolumeClaim: { claimName: 'data', readOnly: true } });
    expect(containerOf(service).volumeMounts).toContainEqual({ mountPath: '/data', name: 'data', readOnly: true });
    expect(errorOf(() => web({ mounts: [{ path: '/data', volume: claim, readOnly: false }] }, testChart()))).toMatchObject({ code: 'VolumeConflict', property: 'mounts[0].readOnly' });
  });
});

test('carries the prefix of its place, can be patched, and is the same twice', () => {
  const chart = testChart();
  NamePrefix.on(chart, 'eu-');
  const claim = new PersistentVolumeClaim(chart, 'data', { storage: STORAGE });
  claim.resource.patch({ spec: { selector: { matchLabels: { rack: '7' } } } });

  expect(one(synth(chart), 'PersistentVolumeClaim', 'eu-data').spec.selector).toEqual({ matchLabels: { rack: '7' } });
  expect(synth(chart)).toEqual(synth(chart));
});

test('two claims stand beside each other', () => {
  const chart = testChart();
  for (const id of ['one', 'two']) { new PersistentVolumeClaim(chart, id, { storage: STORAGE }); }

  expect(identities(synth(chart))).toEqual(['PersistentVolumeClaim/one', 'PersistentVolumeClaim/two']);
});

describe('a data source', () => {
  test('is a claim of the tree, and no larger than the copy', () => {
    const chart = testChart();
    const source = new PersistentVolumeClaim(chart, 'source', { storage: STORAGE });
    const clone = (id: string, storage: Size) => new PersistentVolumeClaim(chart, id, { storage, dataSource: VolumeDataSource.claim(source) });
    clone('clone', Size.gibibytes(10));

    expect(one(synth(chart), 'PersistentVolumeClaim', 'clone').spec.dataSource).toEqual({ kind: 'PersistentVolumeClaim', name: 'source' });
    expect(errorOf(() => clone('small', Size.gibibytes(9)))).toMatchObject({ code: 'InvalidValue', property: 'dataSource', fix: 'raise storage' });
  });

  test('is in the claim\'s namespace', () => {
    const app = new App({ outdir: 'never-written' });
    const source = new PersistentVolumeClaim(new Chart(app, 'a', { namespace: 'a' }), 'source', { storage: STORAGE });

    expect(errorOf(() => new PersistentVolumeClaim(new Chart(app, 'b', { namespace: 'b' }), 'clone', { storage: STORAGE, dataSource: VolumeDataSource.claim(source) }))).toMatchObject({
      code: 'InvalidValue', property: 'dataSource', value: '"a/source"',
    });
  });
});

test.each<[string, Partial<Record<keyof PersistentVolumeClaimProps, unknown>> & Record<string, unknown>, string, string]>([
  ['no size', { storage: undefined }, 'InvalidValue', 'storage'],
  ['a size as a text', { storage: '10Gi' }, 'InvalidValue', 'storage'],
  ['no mode', { accessModes: [] }, 'MissingValue', 'accessModes'],
  ['a mode that is none', { accessModes: ['RWO'] }, 'InvalidValue', 'accessModes[0]'],
  ['a class with capitals', { storageClass: 'Fast' }, 'InvalidValue', 'storageClass'],
  ['a volume mode that is none', { volumeMode: 'block' }, 'InvalidValue', 'volumeMode'],
  ['a volume without a name', { volume: {} }, 'InvalidValue', 'volume'],
  ['a class that is not the volume\'s', { volume: { name: 'v', storageClassName: '' }, storageClass: 'fast' }, 'ConflictingProperties', 'storageClass'],
  ['a volume and a selector', { volume: 'v', selector: { a: 'b' } }, 'ConflictingProperties', 'selector'],
  ['a selector without a class', { selector: { a: 'b' } }, 'MissingValue', 'storageClass'],
  ['an empty selector', { selector: {}, storageClass: '' }, 'MissingValue', 'selector'],
  ['a selector that is none', { selector: { a: 'b c' }, storageClass: '' }, 'InvalidValue', 'selector.a'],
  ['a source for a volume that is there', { volume: 'v', dataSource: VolumeDataSource.snapshot('s') }, 'ConflictingProperties', 'dataSource'],
  ['a source that is none', { dataSource: 'before' }, 'InvalidValue', 'dataSource'],
  ['attributes before 1.34', { volumeAttributesClass: 'gold' }, 'UnsupportedByKubernetesVersion', 'volumeAttributesClass'],
  ['to delete without a reason', { deletionPolicy: DeletionPolicy.delete('') }, 'MissingValue', 'deletionPolicy.delete'],
  ['an annotation against deletionPolicy', { annotations: { 'helm.sh/resource-policy': 'x' } }, 'ConflictingProperties', 'annotations["helm.sh/resource-policy"]'],
  ['a name with capitals', { name: 'Data' }, 'InvalidName', 'name'],
  ['a typo', { size: STORAGE }, 'UnknownProperty', 'size'],
])('refuses %s', (_, props, code, property) => {
  expect(errorOf(() => made(props as Partial<PersistentVolumeClaimProps>))).toMatchObject({ code, property });
});
