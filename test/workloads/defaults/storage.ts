import { Size } from 'cdk8s';
import {
  EphemeralVolume, PersistentVolume, PersistentVolumeClaim, type PersistentVolumeClaimProps, type PersistentVolumeProps, Provisioner, StorageClass, type StorageClassProps,
  VolumeSnapshot, VolumeSnapshotClass, VolumeSnapshotSource, VolumeSource,
} from 'cdk8s-production';
import { defaultsOf } from './default';
import { PropertyPath } from '../../../lib/core/property-path';
import { type Manifest, synth, testChart } from '../../helpers/manifests';
import { podOf, web } from '../../helpers/service';

const SIZE = Size.gibibytes(1);
const made = (make: (chart: ReturnType<typeof testChart>) => unknown): Manifest => {
  const chart = testChart();
  make(chart);
  return synth(chart)[0];
};
const storageClass = (props: Partial<StorageClassProps> = {}) => made(chart => new StorageClass(chart, 'fast', { provisioner: Provisioner.of('csi.example.com'), ...props }));
const claim = (props: Partial<PersistentVolumeClaimProps> = {}) => made(chart => new PersistentVolumeClaim(chart, 'data', { storage: SIZE, ...props }));
const volume = (props: Partial<PersistentVolumeProps> = {}) => made(chart => new PersistentVolume(chart, 'disk', { capacity: SIZE, source: VolumeSource.nfs({ server: 'nfs', path: '/a' }), ...props }));
const snapshot = () => made(chart => new VolumeSnapshot(chart, 'before', { source: VolumeSnapshotSource.claim('data') }));
const snapshotClass = () => made(chart => new VolumeSnapshotClass(chart, 'kept', { driver: 'csi.example.com' }));
const ephemeral = () => podOf(web({ mounts: [{ path: '/var/cache', volume: EphemeralVolume.of({ size: SIZE }) }] })).volumes[0];
const told = (provisioner: Provisioner) => provisioner._render(new PropertyPath(testChart(), 'provisioner')).parameters;
const at = new PropertyPath(testChart(), 'source');

const KEPT = { 'argocd.argoproj.io/sync-options': 'Delete=false,Prune=false', 'helm.sh/resource-policy': 'keep', 'kustomize.toolkit.fluxcd.io/prune': 'disabled' };
const named = (manifest: () => Manifest, name: string) => ['- the construct\'s id, after the prefixes of its place', () => expect(manifest().metadata.name).toBe(name)] as const;
const labels = (manifest: () => Manifest) => ['- none', () => expect(manifest().metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'cdk8s-production' })] as const;
const annotations = (manifest: () => Manifest, set?: object) => ['- none', () => expect(manifest().metadata.annotations).toEqual(set)] as const;
const absent = (says: string, manifest: () => Manifest, field: string) => [says, () => expect(manifest()).not.toHaveProperty(field)] as const;
const kept = (manifest: () => Manifest) => ['DeletionPolicy.retain()', () => expect(manifest().metadata.annotations).toEqual(KEPT)] as const;

export const STORAGE_DEFAULTS = [
  ...defaultsOf('StorageClassProps', {
    name: named(storageClass, 'fast'),
    volumeBindingMode: ['VolumeBindingMode.waitForFirstConsumer()', () => expect(storageClass().volumeBindingMode).toBe('WaitForFirstConsumer')],
    allowVolumeExpansion: ['true', () => expect(storageClass().allowVolumeExpansion).toBe(true)],
    reclaimPolicy: ['DeletionPolicy.retain()', () => expect(storageClass().reclaimPolicy).toBe('Retain')],
    mountOptions: absent('- none', storageClass, 'mountOptions'),
    zones: absent('- all', storageClass, 'allowedTopologies'),
    isDefault: ['false', () => expect(storageClass().metadata).not.toHaveProperty('annotations')],
    labels: labels(storageClass),
    annotations: annotations(storageClass),
  }),
  ...defaultsOf('AwsEbsOptions', {
    type: ['gp3', () => expect(told(Provisioner.awsEbs()).type).toBe('gp3')],
    iops: absent('- the type\'s: 3000 for gp3', () => told(Provisioner.awsEbs()), 'iops'),
    throughput: absent('- 125 for gp3', () => told(Provisioner.awsEbs()), 'throughput'),
    kmsKeyId: ['- the account\'s key for EBS; disks are encrypted in any case', () => expect(told(Provisioner.awsEbs())).toEqual({ encrypted: 'true', type: 'gp3' })],
  }),
  ...defaultsOf('GcePersistentDiskOptions', {
    type: ['pd-balanced', () => expect(told(Provisioner.gcePersistentDisk()).type).toBe('pd-balanced')],
    regional: ['false', () => expect(told(Provisioner.gcePersistentDisk())).not.toHaveProperty('replication-type')],
    kmsKey: ['- Google\'s; disks are encrypted in any case', () => expect(told(Provisioner.gcePersistentDisk())).not.toHaveProperty('disk-encryption-kms-key')],
  }),
  ...defaultsOf('AzureDiskOptions', {
    skuName: ['Premium_LRS', () => expect(told(Provisioner.azureDisk()).skuName).toBe('Premium_LRS')],
    diskEncryptionSetId: absent('- Azure\'s keys; disks are encrypted in any case', () => told(Provisioner.azureDisk()), 'diskEncryptionSetID'),
  }),
  ...defaultsOf('PersistentVolumeClaimProps', {
    name: named(claim, 'data'),
    accessModes: ['- [AccessMode.READ_WRITE_ONCE]', () => expect(claim().spec.accessModes).toEqual(['ReadWriteOnce'])],
    storageClass: ['- the volume\'s where `volume` is given, else the cluster\'s default class', () => {
      expect(claim().spec).not.toHaveProperty('storageClassName');
      expect(claim({ volume: { name: 'disk', storageClassName: 'manual' } }).spec.storageClassName).toBe('manual');
    }],
    volumeMode: ['VolumeMode.FILESYSTEM', () => expect(claim().spec.volumeMode).toBe('Filesystem')],
    volume: absent('- any that fits', () => claim().spec, 'volumeName'),
    selector: absent('- any that fits', () => claim().spec, 'selector'),
    dataSource: absent('- it is empty', () => claim().spec, 'dataSource'),
    volumeAttributesClass: absent('- the driver\'s', () => claim().spec, 'volumeAttributesClassName'),
    deletionPolicy: kept(claim),
    labels: labels(claim),
    annotations: annotations(claim, KEPT),
  }),
  ...defaultsOf('PersistentVolumeProps', {
    name: named(volume, 'disk'),
    accessModes: ['- [AccessMode.READ_WRITE_ONCE]', () => expect(volume().spec.accessModes).toEqual(['ReadWriteOnce'])],
    reclaimPolicy: ['DeletionPolicy.retain()', () => expect(volume().spec.persistentVolumeReclaimPolicy).toBe('Retain')],
    claim: absent('- none', () => volume().spec, 'claimRef'),
    storageClass: ['- none, written as the empty text: the cluster\'s default class does not count', () => expect(volume().spec.storageClassName).toBe('')],
    nodes: absent('- all nodes', () => volume().spec, 'nodeAffinity'),
    mountOptions: absent('- none', () => volume().spec, 'mountOptions'),
    volumeMode: ['VolumeMode.FILESYSTEM', () => expect(volume().spec.volumeMode).toBe('Filesystem')],
    deletionPolicy: kept(volume),
    labels: labels(volume),
    annotations: annotations(volume, KEPT),
  }),
  ...defaultsOf('ClaimReference', {
    namespace: ['- the namespace of the volume\'s chart', () => expect(volume({ claim: { name: 'data' } }).spec.claimRef.namespace).toBe('shop')],
  }),
  ...defaultsOf('CsiVolumeOptions', {
    fsType: ['- the driver\'s', () => expect(VolumeSource.csi({ driver: 'a.b', volumeHandle: 'v' })._render(at).csi).toEqual({ driver: 'a.b', volumeHandle: 'v' })],
    readOnly: ['false', () => expect(VolumeSource.csi({ driver: 'a.b', volumeHandle: 'v' })._render(at).csi).not.toHaveProperty('readOnly')],
    volumeAttributes: ['- nothing', () => expect(VolumeSource.csi({ driver: 'a.b', volumeHandle: 'v' })._render(at).csi).not.toHaveProperty('volumeAttributes')],
  }),
  ...defaultsOf('NfsVolumeOptions', {
    readOnly: ['false', () => expect(VolumeSource.nfs({ server: 'nfs', path: '/a' })._render(at).nfs).not.toHaveProperty('readOnly')],
  }),
  ...defaultsOf('LocalVolumeOptions', {
    fsType: ['- found out by the node', () => expect(VolumeSource.local({ path: '/mnt' })._render(at).local).not.toHaveProperty('fsType')],
  }),
  ...defaultsOf('VolumeSnapshotProps', {
    name: named(snapshot, 'before'),
    snapshotClass: absent('- the driver\'s default class', () => snapshot().spec, 'volumeSnapshotClassName'),
    deletionPolicy: kept(snapshot),
    labels: labels(snapshot),
    annotations: annotations(snapshot, KEPT),
  }),
  ...defaultsOf('VolumeSnapshotClassProps', {
    name: named(snapshotClass, 'kept'),
    parameters: absent('- nothing', snapshotClass, 'parameters'),
    deletionPolicy: ['DeletionPolicy.retain()', () => expect(snapshotClass().deletionPolicy).toBe('Retain')],
    isDefault: ['false', () => expect(snapshotClass().metadata).not.toHaveProperty('annotations')],
    labels: labels(snapshotClass),
    annotations: annotations(snapshotClass),
  }),
  ...defaultsOf('EphemeralVolumeOptions', {
    storageClass: absent('- the cluster\'s default class', () => ephemeral().ephemeral.volumeClaimTemplate.spec, 'storageClassName'),
    accessMode: ['AccessMode.READ_WRITE_ONCE', () => expect(ephemeral().ephemeral.volumeClaimTemplate.spec.accessModes).toEqual(['ReadWriteOnce'])],
    name: ['- made of the path where it is first mounted', () => expect(ephemeral().name).toBe('var-cache')],
    volumeAttributesClass: absent('- the driver\'s', () => ephemeral().ephemeral.volumeClaimTemplate.spec, 'volumeAttributesClassName'),
  }),
];
