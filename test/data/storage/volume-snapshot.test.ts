import { App, Chart, Size } from 'cdk8s';
import { DeletionPolicy, PersistentVolumeClaim, VolumeDataSource, VolumeSnapshot, VolumeSnapshotClass, type VolumeSnapshotProps, VolumeSnapshotSource } from 'cdk8s-production';
import { SNAPSHOT_API } from '../../../lib/data/storage/snapshot-types';
import { errorOf, identities, one, synth, testChart } from '../../helpers/manifests';

const SOURCE = VolumeSnapshotSource.claim('data');
const made = (props: Partial<VolumeSnapshotProps> = {}, chart = testChart()) => {
  new VolumeSnapshot(chart, 'before', { source: SOURCE, ...props });
  return one(synth(chart), 'VolumeSnapshot');
};

test('is taken of a claim, and no slip of a manifest deletes it', () => {
  expect(made()).toEqual({
    apiVersion: SNAPSHOT_API,
    kind: 'VolumeSnapshot',
    metadata: {
      annotations: { 'argocd.argoproj.io/sync-options': 'Delete=false,Prune=false', 'helm.sh/resource-policy': 'keep', 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
      labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production' },
      name: 'before',
      namespace: 'shop',
    },
    spec: { source: { persistentVolumeClaimName: 'data' } },
  });
});

test('takes every prop', () => {
  const all: Required<VolumeSnapshotProps> = {
    source: VolumeSnapshotSource.content('content-7'),
    name: 'imported',
    snapshotClass: 'kept',
    deletionPolicy: DeletionPolicy.delete('a drill makes and removes its own'),
    labels: { tier: 'gold' },
    annotations: { 'example.com/owner': 'shop' },
  };

  expect(made(all)).toMatchObject({
    metadata: { annotations: { 'example.com/owner': 'shop' }, labels: { tier: 'gold' }, name: 'imported' },
    spec: { source: { volumeSnapshotContentName: 'content-7' }, volumeSnapshotClassName: 'kept' },
  });
  expect(made(all).metadata.annotations).toEqual({ 'example.com/owner': 'shop' });
});

test('stands between a claim, a class and a claim that is filled from it', () => {
  const chart = testChart();
  const claim = new PersistentVolumeClaim(chart, 'data', { storage: Size.gibibytes(1) });
  const snapshot = new VolumeSnapshot(chart, 'before', { source: VolumeSnapshotSource.claim(claim), snapshotClass: new VolumeSnapshotClass(chart, 'kept', { driver: 'ebs.csi.aws.com' }) });
  new PersistentVolumeClaim(chart, 'restored', { storage: Size.gibibytes(1), dataSource: VolumeDataSource.snapshot(snapshot) });

  expect(one(synth(chart), 'VolumeSnapshot').spec).toEqual({ source: { persistentVolumeClaimName: 'data' }, volumeSnapshotClassName: 'kept' });
  expect(one(synth(chart), 'PersistentVolumeClaim', 'restored').spec.dataSource).toEqual({ apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'before' });
});

test('two stand beside each other, can be patched, and are the same twice', () => {
  const chart = testChart();
  const [first] = ['one', 'two'].map(id => new VolumeSnapshot(chart, id, { source: SOURCE }));
  first!.resource.patch({ metadata: { labels: { a: 'b' } } });

  expect(identities(synth(chart))).toEqual(['VolumeSnapshot/one', 'VolumeSnapshot/two']);
  expect(one(synth(chart), 'VolumeSnapshot', 'one').metadata.labels).toMatchObject({ a: 'b' });
  expect(synth(chart)).toEqual(synth(chart));
});

test('refuses a claim of another namespace', () => {
  const app = new App({ outdir: 'never-written' });
  const claim = new PersistentVolumeClaim(new Chart(app, 'a', { namespace: 'a' }), 'data', { storage: Size.gibibytes(1) });

  expect(errorOf(() => made({ source: VolumeSnapshotSource.claim(claim) }, new Chart(app, 'b', { namespace: 'b' })))).toMatchObject({ code: 'InvalidValue', property: 'source.claim', value: '"a/data"' });
});

test.each<[string, Partial<Record<keyof VolumeSnapshotProps, unknown>> & Record<string, unknown>, string, string]>([
  ['no source', { source: undefined }, 'InvalidValue', 'source'],
  ['a source as a text', { source: 'data' }, 'InvalidValue', 'source'],
  ['a claim that is none', { source: VolumeSnapshotSource.claim({} as never) }, 'InvalidValue', 'source.claim'],
  ['a content that is none', { source: VolumeSnapshotSource.content('') }, 'InvalidValue', 'source.content'],
  ['a class with capitals', { snapshotClass: 'Kept' }, 'InvalidValue', 'snapshotClass'],
  ['to delete without a reason', { deletionPolicy: DeletionPolicy.delete('') }, 'MissingValue', 'deletionPolicy.delete'],
  ['a name with capitals', { name: 'Before' }, 'InvalidName', 'name'],
  ['a typo', { claim: 'data' }, 'UnknownProperty', 'claim'],
])('refuses %s', (_, props, code, property) => {
  expect(errorOf(() => made(props as Partial<VolumeSnapshotProps>))).toMatchObject({ code, property });
});
