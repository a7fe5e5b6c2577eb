import { refuseOtherLabels } from '../../lib/blocks/pod-labels';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const check = (template: unknown) => refuseOtherLabels(new PropertyPath(testChart(), 'patch'), template, { app: 'web' });

test('pods that carry the selector\'s labels pass, whatever else they carry', () => {
  expect(() => check({ metadata: { labels: { app: 'web', tier: 'gold' } } })).not.toThrow();
});

test.each([['another value', { metadata: { labels: { app: 'other' } } }], ['no such label', { metadata: { labels: {} } }], ['no labels', { metadata: {} }], ['no template', undefined]])('pods with %s are refused', (_, template) => {
  expect(errorOf(() => check(template))).toMatchObject({ code: 'InvalidPatch', property: 'patch', allowed: expect.stringContaining('app: web') as string });
});
