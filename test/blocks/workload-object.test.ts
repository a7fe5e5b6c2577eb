import { WorkloadObject } from '../../lib/blocks/workload-object';
import { errorOf } from '../helpers/manifests';
import { objectOf, web } from '../helpers/service';

test('is the service\'s primary child, so that ApiObject.of(service) finds it', () => {
  const service = web();
  expect(service.node.defaultChild).toBe(service.workload);
  expect(service.workload).toBeInstanceOf(WorkloadObject);
  expect(service.service).not.toBeInstanceOf(WorkloadObject);
});

test('names itself as its strategy does', () => {
  expect((web().workload as WorkloadObject).reference).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' });
});

test('takes patches to pods and pace', () => {
  const service = web();
  service.workload.patch({ spec: { minReadySeconds: 30, template: { metadata: { labels: { tier: 'front' } } } } });
  expect(objectOf(service, 'Deployment').spec).toMatchObject({ minReadySeconds: 30, template: { metadata: { labels: { tier: 'front' } } } });
});

test.each([
  ['the pods would no longer be the selector\'s', { spec: { template: { metadata: { labels: { 'app.kubernetes.io/name': 'other' } } } } }],
  ['a label of the selector would go', { spec: { template: { metadata: { labels: { 'app.kubernetes.io/instance': null } } } } }],
])('refuses a patch after which %s', (_, patch) => {
  const service = web();
  service.workload.patch(patch);
  expect(errorOf(() => service.workload.toJson())).toMatchObject({ code: 'InvalidPatch' });
});
