import { Size } from 'cdk8s';
import { PersistentVolumeClaim, VolumeDataSource, VolumeSnapshot, VolumeSnapshotSource } from 'cdk8s-production';
import { PropertyPath } from '../../../lib/core/property-path';
import { nameOf } from '../../../lib/data/storage/volume-data-source';
import { errorOf, testChart } from '../../helpers/manifests';

const chart = testChart();
const at = new PropertyPath(chart, 'dataSource');

test('is a snapshot or a claim, by name or by construct', () => {
  const snapshot = new VolumeSnapshot(chart, 'before', { source: VolumeSnapshotSource.claim('data') });
  const claim = new PersistentVolumeClaim(chart, 'data', { storage: Size.gibibytes(1) });

  expect([VolumeDataSource.snapshot('s'), VolumeDataSource.snapshot(snapshot), VolumeDataSource.claim('c'), VolumeDataSource.claim(claim)].map(source => source._render(at, 'shop'))).toEqual([
    { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 's' }, { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'before' },
    { kind: 'PersistentVolumeClaim', name: 'c' }, { kind: 'PersistentVolumeClaim', name: 'data' },
  ]);
  expect([VolumeDataSource.claim(claim)._size?.asString(), VolumeDataSource.claim('c')._size, VolumeDataSource.snapshot(snapshot)._size]).toEqual(['1Gi', undefined, undefined]);
});

test('a name is taken from where it is known, and from another namespace not', () => {
  expect(nameOf(at, { name: 'a' }, 'VolumeSnapshot', 'shop')).toBe('a');
  expect(nameOf(at, 'a', 'VolumeSnapshot', undefined)).toBe('a');
  expect(errorOf(() => nameOf(at, { name: 'a', namespace: 'b' } as never, 'VolumeSnapshot', 'shop'))).toMatchObject({ code: 'InvalidValue', property: 'dataSource', value: '"b/a"' });
});

test.each([['nothing', undefined], ['an object without a name', {}], ['capitals', 'Data'], ['a number', 3]])('refuses %s', (_, value) => {
  expect(errorOf(() => nameOf(at, value as never, 'VolumeSnapshot', 'shop'))).toMatchObject({ code: 'InvalidValue', property: 'dataSource' });
});
