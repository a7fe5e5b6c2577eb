import { Size } from 'cdk8s';
import { NodeLabelQuery } from 'cdk8s-plus-28';
import {
  AccessMode, DeletionPolicy, NamePrefix, PersistentVolume, PersistentVolumeClaim, type PersistentVolumeProps, Provisioner, StorageClass, VolumeMode, VolumeSource,
} from 'cdk8s-production';
import { errorOf, identities, one, synth, testChart } from '../../helpers/manifests';

const CAPACITY = Size.gibibytes(500);
const DISK = VolumeSource.csi({ driver: 'ebs.csi.aws.com', volumeHandle: 'vol-1' });
const LOCAL = VolumeSource.local({ path: '/mnt/disks/ssd1' });
const NODE = [NodeLabelQuery.is('kubernetes.io/hostname', 'node-7')];
const made = (props: Partial<PersistentVolumeProps> = {}, chart = testChart()) => {
  new PersistentVolume(chart, 'disk', { capacity: CAPACITY, source: DISK, ...props });
  return one(synth(chart), 'PersistentVolume');
};
const KEPT = { 'argocd.argoproj.io/sync-options': 'Delete=false,Prune=false', 'helm.sh/resource-policy': 'keep', 'kustomize.toolkit.fluxcd.io/prune': 'disabled' };

test('is a disk that stays whatever happens to its claim, and of no class', () => {
  expect(made()).toEqual({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { annotations: KEPT, labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production' }, name: 'disk' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '500Gi' },
      csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-1' },
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: '',
      volumeMode: 'Filesystem',
    },
  });
});

test('takes every prop', () => {
  const all: Required<PersistentVolumeProps> = {
    capacity: CAPACITY,
    source: VolumeSource.nfs({ server: 'nfs.example.com', path: '/exports' }),
    name: 'share',
    accessModes: [AccessMode.READ_WRITE_MANY],
    reclaimPolicy: DeletionPolicy.delete('scratch data of the build farm'),
    claim: { name: 'uploads', namespace: 'web' },
    storageClass: { name: 'manual' },
    nodes: [NodeLabelQuery.in('topology.kubernetes.io/zone', ['a', 'b'])],
    mountOptions: ['nfsvers=4.1'],
    volumeMode: VolumeMode.FILESYSTEM,
    deletionPolicy: DeletionPolicy.delete('the share is kept elsewhere'),
    labels: { tier: 'archive' },
    annotations: { 'example.com/owner': 'shop' },
  };

  expect(made(all)).toEqual({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { annotations: { 'example.com/owner': 'shop' }, labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production', 'tier': 'archive' }, name: 'share' },
    spec: {
      accessModes: ['ReadWriteMany'],
      capacity: { storage: '500Gi' },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'uploads', namespace: 'web' },
      mountOptions: ['nfsvers=4.1'],
      nfs: { path: '/exports', server: 'nfs.example.com' },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['a', 'b'] }] }] } },
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: 'manual',
      volumeMode: 'Filesystem',
    },
  });
});

test('a disk of one node is found on that node', () => {
  expect(made({ source: LOCAL, nodes: NODE }).spec).toMatchObject({
    local: { path: '/mnt/disks/ssd1' }, nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-7'] }] }] } },
  });
});

test('and its claim find each other, whichever is made first', () => {
  const chart = testChart();
  const claim = new PersistentVolumeClaim(chart, 'archive', { storage: CAPACITY, volume: 'disk' });
  const disk = new PersistentVolume(chart, 'disk', { capacity: CAPACITY, source: DISK, claim });
  new PersistentVolumeClaim(chart, 'other', { storage: CAPACITY, volume: disk });

  expect(one(synth(chart), 'PersistentVolume').spec.claimRef).toEqual({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'archive', namespace: 'shop' });
  expect(synth(chart).filter(({ kind }) => kind === 'PersistentVolumeClaim').map(({ spec }) => [spec.volumeName, spec.storageClassName])).toEqual([['disk', ''], ['disk', '']]);
});

test('is of a class of the tree', () => {
  const chart = testChart();
  const manual = new StorageClass(chart, 'manual', { provisioner: Provisioner.of('kubernetes.io/no-provisioner') });

  expect(made({ storageClass: manual }, chart).spec.storageClassName).toBe('manual');
});

test('carries the prefix of its place, is in no namespace, can be patched, and is the same twice', () => {
  const chart = testChart();
  NamePrefix.on(chart, 'eu-');
  const disk = new PersistentVolume(chart, 'disk', { capacity: CAPACITY, source: DISK });
  disk.resource.patch({ spec: { csi: { nodeStageSecretRef: { name: 'a', namespace: 'b' } } } });

  expect(one(synth(chart), 'PersistentVolume', 'eu-disk').spec.csi).toMatchObject({ volumeHandle: 'vol-1', nodeStageSecretRef: { name: 'a', namespace: 'b' } });
  expect(one(synth(chart), 'PersistentVolume').metadata).not.toHaveProperty('namespace');
  expect(synth(chart)).toEqual(synth(chart));
});

test('two volumes stand beside each other', () => {
  const chart = testChart();
  for (const id of ['one', 'two']) { new PersistentVolume(chart, id, { capacity: CAPACITY, source: DISK }); }

  expect(identities(synth(chart))).toEqual(['PersistentVolume/one', 'PersistentVolume/two']);
});

test('refuses a directory of the node, which is another one on each', () => {
  const chart = testChart();
  new PersistentVolume(chart, 'disk', { capacity: CAPACITY, source: DISK }).resource.patch({ spec: { csi: null, hostPath: { path: '/data' } } });

  expect(errorOf(() => synth(chart))).toMatchObject({ code: 'InvalidValue', property: 'patch: spec.hostPath', fix: 'use VolumeSource.local, which is tied to its node' });
});

test.each<[string, Partial<Record<keyof PersistentVolumeProps, unknown>> & Record<string, unknown>, string, string]>([
  ['no size', { capacity: undefined }, 'InvalidValue', 'capacity'],
  ['no source', { source: undefined }, 'InvalidValue', 'source'],
  ['a directory of the node', { source: { hostPath: { path: '/data' } } }, 'InvalidValue', 'source'],
  ['a local volume without a node', { source: LOCAL }, 'MissingValue', 'nodes'],
  ['an empty list of nodes', { nodes: [] }, 'MissingValue', 'nodes'],
  ['nodes as labels', { nodes: [{ zone: 'a' }] }, 'InvalidValue', 'nodes[0]'],
  ['a local volume for many nodes', { source: LOCAL, nodes: NODE, accessModes: [AccessMode.READ_WRITE_MANY] }, 'InvalidValue', 'accessModes'],
  ['a share for one pod', { source: VolumeSource.nfs({ server: 'nfs', path: '/' }), accessModes: [AccessMode.READ_WRITE_ONCE_POD] }, 'InvalidValue', 'accessModes'],
  ['no mode', { accessModes: [] }, 'MissingValue', 'accessModes'],
  ['a claim without a name', { claim: {} }, 'InvalidValue', 'claim'],
  ['a class with capitals', { storageClass: 'Manual' }, 'InvalidValue', 'storageClass'],
  ['options as a text', { mountOptions: 'noatime' }, 'InvalidValue', 'mountOptions'],
  ['a volume mode that is none', { volumeMode: 'block' }, 'InvalidValue', 'volumeMode'],
  ['to delete without a reason', { reclaimPolicy: DeletionPolicy.delete('') }, 'MissingValue', 'reclaimPolicy.delete'],
  ['to prune without a reason', { deletionPolicy: DeletionPolicy.delete('') }, 'MissingValue', 'deletionPolicy.delete'],
  ['a name with capitals', { name: 'Disk' }, 'InvalidName', 'name'],
  ['a typo', { size: CAPACITY }, 'UnknownProperty', 'size'],
])('refuses %s', (_, props, code, property) => {
  expect(errorOf(() => made(props as Partial<PersistentVolumeProps>))).toMatchObject({ code, property });
});

test('refuses a claim of no namespace', () => {
  expect(errorOf(() => made({ claim: { name: 'archive' } }, testChart('')))).toMatchObject({ code: 'MissingValue', property: 'claim.namespace' });
});
