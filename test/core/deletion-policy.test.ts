import { DeletionPolicy } from 'cdk8s-production';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const at = () => new PropertyPath(testChart(), 'deletionPolicy');

test('keeps data by default, and says so to Argo CD, Helm and Flux', () => {
  const policy = DeletionPolicy._of(at(), undefined);

  expect(policy._render(at())).toBe('Retain');
  expect(policy._annotations(at())).toEqual({
    'argocd.argoproj.io/sync-options': 'Delete=false,Prune=false', 'helm.sh/resource-policy': 'keep', 'kustomize.toolkit.fluxcd.io/prune': 'disabled',
  });
});

test('lets data go for a reason', () => {
  const policy = DeletionPolicy.delete('a cache, filled again in minutes');

  expect(policy._render(at())).toBe('Delete');
  expect(policy._annotations(at())).toEqual({});
});

test.each([['no reason', undefined], ['hardly one', 'cache']])('refuses to let data go for %s', (_, reason) => {
  const policy = DeletionPolicy.delete(reason as never);

  expect(errorOf(() => policy._render(at()))).toMatchObject({ code: 'MissingValue', property: 'deletionPolicy.delete' });
  expect(errorOf(() => policy._annotations(at()))).toMatchObject({ code: 'MissingValue', property: 'deletionPolicy.delete' });
});

test('refuses what is no policy', () => {
  expect(errorOf(() => DeletionPolicy._of(at(), 'Delete' as never))).toMatchObject({ code: 'InvalidValue', property: 'deletionPolicy', fix: 'write DeletionPolicy.retain(), or DeletionPolicy.delete(reason)' });
});
