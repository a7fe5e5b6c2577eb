import { VolumeSource } from 'cdk8s-production';
import { PropertyPath } from '../../../lib/core/property-path';
import { errorOf, testChart } from '../../helpers/manifests';

const render = (source: VolumeSource) => source._render(new PropertyPath(testChart(), 'source'));
const CSI = { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-1' };

test('is a volume of a driver', () => {
  expect(render(VolumeSource.csi(CSI))).toEqual({ csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-1' } });
  expect(render(VolumeSource.csi({ ...CSI, fsType: 'ext4', readOnly: true, volumeAttributes: { partition: '1' } }))).toEqual({
    csi: { driver: 'ebs.csi.aws.com', fsType: 'ext4', readOnly: true, volumeAttributes: { partition: '1' }, volumeHandle: 'vol-1' },
  });
});

test('is a share of the network', () => {
  expect(render(VolumeSource.nfs({ server: 'nfs.example.com', path: '/exports/a' }))).toEqual({ nfs: { path: '/exports/a', server: 'nfs.example.com' } });
  expect(render(VolumeSource.nfs({ server: 'fd00::1', path: '/', readOnly: true }))).toEqual({ nfs: { path: '/', readOnly: true, server: 'fd00::1' } });
});

test('is a disk of one node', () => {
  expect(render(VolumeSource.local({ path: '/mnt/disks/ssd1' }))).toEqual({ local: { path: '/mnt/disks/ssd1' } });
  expect(render(VolumeSource.local({ path: '/dev/sdb', fsType: 'xfs' }))).toEqual({ local: { fsType: 'xfs', path: '/dev/sdb' } });
  expect(VolumeSource.local({ path: '/mnt' })._kind).toBe('local');
});

test.each<[string, VolumeSource, string, string]>([
  ['a driver with a space', VolumeSource.csi({ ...CSI, driver: 'my driver' }), 'InvalidValue', 'csi.driver'],
  ['no handle', VolumeSource.csi({ ...CSI, volumeHandle: '' }), 'InvalidValue', 'csi.volumeHandle'],
  ['an attribute that is a number', VolumeSource.csi({ ...CSI, volumeAttributes: { partition: 1 as never } }), 'InvalidValue', 'csi.volumeAttributes.partition'],
  ['the text yes', VolumeSource.csi({ ...CSI, readOnly: 'yes' as never }), 'InvalidValue', 'csi.readOnly'],
  ['a file system in capitals', VolumeSource.csi({ ...CSI, fsType: 'EXT4' }), 'InvalidValue', 'csi.fsType'],
  ['a typo in a driver\'s volume', VolumeSource.csi({ ...CSI, handle: 'a' } as never), 'UnknownProperty', 'csi.handle'],
  ['an address with a path', VolumeSource.nfs({ server: 'nfs.example.com:/a', path: '/' }), 'InvalidValue', 'nfs.server'],
  ['a relative export', VolumeSource.nfs({ server: 'nfs', path: 'a' }), 'InvalidValue', 'nfs.path'],
  ['a typo in a share', VolumeSource.nfs({ server: 'nfs', path: '/', share: 'a' } as never), 'UnknownProperty', 'nfs.share'],
  ['a relative directory', VolumeSource.local({ path: 'mnt' }), 'InvalidValue', 'local.path'],
  ['a typo in a node\'s disk', VolumeSource.local({ path: '/mnt', node: 'a' } as never), 'UnknownProperty', 'local.node'],
])('refuses %s', (_, source, code, property) => {
  expect(errorOf(() => render(source))).toMatchObject({ code, property: `source.${property}` });
});
