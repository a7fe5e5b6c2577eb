import { Completions, KubernetesVersion } from 'cdk8s-production';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'completions');
const render = (completions: Completions, version = KubernetesVersion.V1_31) => completions._render(at, version);

test('one pod, once', () => {
  expect(render(Completions.single())).toEqual({ parallelism: 1, spec: { completions: 1, parallelism: 1 } });
});

test('several alike, up to ten at a time unless another number is said', () => {
  expect(render(Completions.fixed(4))).toEqual({ parallelism: 4, spec: { completions: 4, parallelism: 4 } });
  expect(render(Completions.fixed(400))).toEqual({ parallelism: 10, spec: { completions: 400, parallelism: 10 } });
  expect(render(Completions.fixed(4, { parallelism: 1 }))).toEqual({ parallelism: 1, spec: { completions: 4, parallelism: 1 } });
});

test('pods that share a queue, of which the first success says that it is empty', () => {
  expect(render(Completions.workQueue(6))).toEqual({ parallelism: 6, spec: { parallelism: 6 } });
});

test('one success for each index, each with tries of its own from Kubernetes 1.29 on', () => {
  expect(render(Completions.indexed(3))).toEqual({ parallelism: 3, retriesPerIndex: 2, spec: { completionMode: 'Indexed', completions: 3, parallelism: 3 } });
  expect(render(Completions.indexed(3), KubernetesVersion.V1_28)).toEqual({ parallelism: 3, spec: { completionMode: 'Indexed', completions: 3, parallelism: 3 } });
});

test('every option of an index', () => {
  const options = { parallelism: 2, retriesPerIndex: 4, maxFailedIndexes: 1, successPolicy: [{ succeededIndexes: '0,2-3', succeededCount: 2 }, { succeededCount: 5 }] };
  expect(render(Completions.indexed(6, options))).toEqual({
    parallelism: 2,
    retriesPerIndex: 4,
    spec: {
      completionMode: 'Indexed', completions: 6, maxFailedIndexes: 1, parallelism: 2, successPolicy: { rules: [{ succeededCount: 2, succeededIndexes: '0,2-3' }, { succeededCount: 5 }] },
    },
  });
});

test.each<[what: string, completions: Completions, code: string, property: string, version?: KubernetesVersion]>([
  ['no completion', Completions.fixed(0), 'InvalidValue', 'completions.completions'],
  ['no pod', Completions.fixed(3, { parallelism: 0 }), 'InvalidValue', 'completions.parallelism'],
  ['an empty queue', Completions.workQueue(0), 'InvalidValue', 'completions.parallelism'],
  ['options of an index for pods without', Completions.fixed(3, { retriesPerIndex: 1 } as object), 'UnknownProperty', 'completions.retriesPerIndex'],
  ['more failures than indexes', Completions.indexed(3, { maxFailedIndexes: 4 }), 'InvalidValue', 'completions.maxFailedIndexes'],
  ['tries for each index before 1.29', Completions.indexed(3, { retriesPerIndex: 1 }), 'UnsupportedByKubernetesVersion', 'completions.retriesPerIndex', KubernetesVersion.V1_28],
  ['a limit of failed indexes before 1.29', Completions.indexed(3, { maxFailedIndexes: 1 }), 'UnsupportedByKubernetesVersion', 'completions.maxFailedIndexes', KubernetesVersion.V1_28],
  ['a success policy before 1.31', Completions.indexed(3, { successPolicy: [{ succeededCount: 1 }] }), 'UnsupportedByKubernetesVersion', 'completions.successPolicy', KubernetesVersion.V1_30],
  ['a success policy without rules', Completions.indexed(3, { successPolicy: [] }), 'InvalidValue', 'completions.successPolicy'],
  ['a rule that says nothing', Completions.indexed(3, { successPolicy: [{}] }), 'MissingValue', 'completions.successPolicy[0]'],
  ['an index that there is not', Completions.indexed(3, { successPolicy: [{ succeededIndexes: '3' }] }), 'InvalidValue', 'completions.successPolicy[0].succeededIndexes'],
  ['indexes in disorder', Completions.indexed(3, { successPolicy: [{ succeededIndexes: '2,0' }] }), 'InvalidValue', 'completions.successPolicy[0].succeededIndexes'],
  ['indexes in words', Completions.indexed(3, { successPolicy: [{ succeededIndexes: 'first' }] }), 'InvalidValue', 'completions.successPolicy[0].succeededIndexes'],
  ['more successes than indexes', Completions.indexed(3, { successPolicy: [{ succeededIndexes: '0-1', succeededCount: 3 }] }), 'InvalidValue', 'completions.successPolicy[0].succeededCount'],
])('refuses %s', (_, ...[completions, code, property, version]) => {
  expect(errorOf(() => render(completions, version))).toMatchObject({ code, property });
});
