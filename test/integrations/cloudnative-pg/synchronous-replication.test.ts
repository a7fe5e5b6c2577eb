import { SynchronousReplication } from 'cdk8s-production';
import { PropertyPath } from '../../../lib/core/property-path';
import { errorOf, testChart } from '../../helpers/manifests';

const at = new PropertyPath(testChart(), 'synchronousReplication');

test('a commit waits for one standby, and a failover for one that has every commit', () => {
  expect(SynchronousReplication.required()._render(at, 3)).toEqual({ dataDurability: 'required', failoverQuorum: true, method: 'any', number: 1 });
  expect(SynchronousReplication.required({ standbys: 3 })._render(at, 5)).toMatchObject({ number: 3 });
});

test('a commit waits as long as there is somebody to wait for', () => {
  expect(SynchronousReplication.preferred()._render(at, 2)).toEqual({ dataDurability: 'preferred', method: 'any', number: 1 });
});

test('a commit waits for nobody', () => {
  expect(SynchronousReplication.none()._render(at, 3)).toBeUndefined();
});

test.each<[what: string, replication: SynchronousReplication, instances: number, code: string, property: string]>([
  ['to wait for the only standby there is', SynchronousReplication.required(), 2, 'UnsatisfiablePlacement', 'standbys'],
  ['to wait for every standby', SynchronousReplication.required({ standbys: 2 }), 3, 'UnsatisfiablePlacement', 'standbys'],
  ['more standbys than there are', SynchronousReplication.preferred({ standbys: 3 }), 3, 'UnsatisfiablePlacement', 'standbys'],
  ['no standby', SynchronousReplication.preferred({ standbys: 0 }), 3, 'InvalidValue', 'standbys'],
  ['an option that there is not', SynchronousReplication.required({ number: 1 } as object), 3, 'UnknownProperty', 'number'],
])('refuses %s', (_, replication, instances, code, property) => {
  expect(errorOf(() => replication._render(at, instances))).toMatchObject({ code, property: `synchronousReplication.${property}` });
});
