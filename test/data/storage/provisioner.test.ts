import { Provisioner } from 'cdk8s-production';
import { PropertyPath } from '../../../lib/core/property-path';
import { errorOf, testChart } from '../../helpers/manifests';

const render = (provisioner: Provisioner) => provisioner._render(new PropertyPath(testChart(), 'provisioner'));

test('disks of AWS are gp3 and encrypted', () => {
  expect(render(Provisioner.awsEbs())).toEqual({ driver: 'ebs.csi.aws.com', parameters: { encrypted: 'true', type: 'gp3' }, zoneKey: 'topology.ebs.csi.aws.com/zone' });
  expect(render(Provisioner.awsEbs({ type: 'gp3', iops: 6000, throughput: 500, kmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/mrk-1' })).parameters).toEqual({
    encrypted: 'true', iops: '6000', kmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/mrk-1', throughput: '500', type: 'gp3',
  });
});

test('disks of Google Cloud are balanced, in one zone or two', () => {
  expect(render(Provisioner.gcePersistentDisk())).toEqual({ driver: 'pd.csi.storage.gke.io', parameters: { type: 'pd-balanced' }, zoneKey: 'topology.gke.io/zone' });
  expect(render(Provisioner.gcePersistentDisk({ type: 'hyperdisk-balanced', regional: true, kmsKey: 'projects/p/locations/l/keyRings/r/cryptoKeys/k' })).parameters).toEqual({
    'disk-encryption-kms-key': 'projects/p/locations/l/keyRings/r/cryptoKeys/k', 'replication-type': 'regional-pd', 'type': 'hyperdisk-balanced',
  });
});

test('disks of Azure are premium', () => {
  expect(render(Provisioner.azureDisk())).toEqual({ driver: 'disk.csi.azure.com', parameters: { skuName: 'Premium_LRS' }, zoneKey: 'topology.disk.csi.azure.com/zone' });
  expect(render(Provisioner.azureDisk({ skuName: 'Premium_ZRS', diskEncryptionSetId: '/subscriptions/s/diskEncryptionSets/d' })).parameters).toEqual({
    diskEncryptionSetID: '/subscriptions/s/diskEncryptionSets/d', skuName: 'Premium_ZRS',
  });
});

test('any driver takes its own parameters', () => {
  expect(render(Provisioner.of('nfs.csi.k8s.io', { server: 'nfs.example.com', share: '' }))).toEqual({
    driver: 'nfs.csi.k8s.io', parameters: { server: 'nfs.example.com', share: '' }, zoneKey: 'topology.kubernetes.io/zone',
  });
  expect(render(Provisioner.of('kubernetes.io/no-provisioner'))).toMatchObject({ driver: 'kubernetes.io/no-provisioner', parameters: {} });
});

test.each<[string, Provisioner, string, string]>([
  ['a type of disk that is none', Provisioner.awsEbs({ type: 'GP3' }), 'InvalidValue', 'awsEbs.type'],
  ['operations that no disk has', Provisioner.awsEbs({ iops: 5 }), 'InvalidValue', 'awsEbs.iops'],
  ['operations in quotes', Provisioner.awsEbs({ iops: '6000' as never }), 'InvalidValue', 'awsEbs.iops'],
  ['a throughput that no disk has', Provisioner.awsEbs({ throughput: 1 }), 'InvalidValue', 'awsEbs.throughput'],
  ['throughput for another type', Provisioner.awsEbs({ type: 'io2', throughput: 200 }), 'ConflictingProperties', 'awsEbs.throughput'],
  ['a key that is no ARN', Provisioner.awsEbs({ kmsKeyId: 'alias/ebs' }), 'InvalidValue', 'awsEbs.kmsKeyId'],
  ['a typo', Provisioner.awsEbs({ size: 1 } as never), 'UnknownProperty', 'awsEbs.size'],
  ['a type of Google that is none', Provisioner.gcePersistentDisk({ type: 'ssd' }), 'InvalidValue', 'gcePersistentDisk.type'],
  ['a key of Google that is none', Provisioner.gcePersistentDisk({ kmsKey: 'k' }), 'InvalidValue', 'gcePersistentDisk.kmsKey'],
  ['the text yes', Provisioner.gcePersistentDisk({ regional: 'yes' as never }), 'InvalidValue', 'gcePersistentDisk.regional'],
  ['a type of Azure that is none', Provisioner.azureDisk({ skuName: 'Premium' }), 'InvalidValue', 'azureDisk.skuName'],
  ['an encryption set that is none', Provisioner.azureDisk({ diskEncryptionSetId: 'set' }), 'InvalidValue', 'azureDisk.diskEncryptionSetId'],
  ['a driver with a space', Provisioner.of('my driver'), 'InvalidValue', 'of.driver'],
  ['a parameter that is a number', Provisioner.of('a.b', { replicas: 3 as never }), 'InvalidValue', 'of.parameters.replicas'],
  ['parameters as a list', Provisioner.of('a.b', [] as never), 'InvalidValue', 'of.parameters'],
])('refuses %s', (_, provisioner, code, property) => {
  expect(errorOf(() => render(provisioner))).toMatchObject({ code, property: `provisioner.${property}` });
});
