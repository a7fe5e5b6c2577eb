import { DeletionPolicy, VolumeSnapshotClass, type VolumeSnapshotClassProps } from 'cdk8s-production';
import { errorOf, identities, one, synth, testChart } from '../../helpers/manifests';

const DRIVER = 'ebs.csi.aws.com';
const made = (props: Partial<VolumeSnapshotClassProps> = {}, chart = testChart()) => {
  new VolumeSnapshotClass(chart, 'kept', { driver: DRIVER, ...props });
  return one(synth(chart), 'VolumeSnapshotClass');
};

test('keeps snapshots that nobody refers to any more', () => {
  expect(made()).toEqual({
    apiVersion: 'snapshot.storage.k8s.io/v1',
    deletionPolicy: 'Retain',
    driver: DRIVER,
    kind: 'VolumeSnapshotClass',
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production' }, name: 'kept' },
  });
});

test('takes every prop', () => {
  const all: Required<VolumeSnapshotClassProps> = {
    driver: 'disk.csi.azure.com',
    name: 'incremental',
    parameters: { incremental: 'true' },
    deletionPolicy: DeletionPolicy.delete('drills make and remove their own'),
    isDefault: true,
    labels: { 'velero.io/csi-volumesnapshot-class': 'true' },
    annotations: { 'example.com/owner': 'storage' },
  };

  expect(made(all)).toEqual({
    apiVersion: 'snapshot.storage.k8s.io/v1',
    deletionPolicy: 'Delete',
    driver: 'disk.csi.azure.com',
    kind: 'VolumeSnapshotClass',
    metadata: {
      annotations: { 'example.com/owner': 'storage', 'snapshot.storage.kubernetes.io/is-default-class': 'true' },
      labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production', 'velero.io/csi-volumesnapshot-class': 'true' },
      name: 'incremental',
    },
    parameters: { incremental: 'true' },
  });
});

test('two stand beside each other, can be patched, and are the same twice', () => {
  const chart = testChart();
  const [first] = ['one', 'two'].map(id => new VolumeSnapshotClass(chart, id, { driver: DRIVER }));
  first!.resource.patch({ parameters: { a: 'b' } });

  expect(identities(synth(chart))).toEqual(['VolumeSnapshotClass/one', 'VolumeSnapshotClass/two']);
  expect(one(synth(chart), 'VolumeSnapshotClass', 'one').parameters).toEqual({ a: 'b' });
  expect(synth(chart)).toEqual(synth(chart));
});

test.each<[string, Partial<Record<keyof VolumeSnapshotClassProps, unknown>> & Record<string, unknown>, string, string]>([
  ['no driver', { driver: undefined }, 'InvalidValue', 'driver'],
  ['a parameter that is a flag', { parameters: { incremental: true } }, 'InvalidValue', 'parameters.incremental'],
  ['parameters as a list', { parameters: [] }, 'InvalidValue', 'parameters'],
  ['to delete without a reason', { deletionPolicy: DeletionPolicy.delete('') }, 'MissingValue', 'deletionPolicy.delete'],
  ['the text yes', { isDefault: 'yes' }, 'InvalidValue', 'isDefault'],
  ['a name with capitals', { name: 'Kept' }, 'InvalidName', 'name'],
  ['a typo', { drivers: DRIVER }, 'UnknownProperty', 'drivers'],
])('refuses %s', (_, props, code, property) => {
  expect(errorOf(() => made(props as Partial<VolumeSnapshotClassProps>))).toMatchObject({ code, property });
});
