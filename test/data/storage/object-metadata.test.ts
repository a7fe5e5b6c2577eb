import { Environment } from 'cdk8s-production';
import { PropertyPath } from '../../../lib/core/property-path';
import { objectMetadata, type OwnMetadata } from '../../../lib/data/storage/object-metadata';
import { errorOf, testChart } from '../../helpers/manifests';
import { chartIn } from '../../helpers/service';

const metadata = (own: OwnMetadata = {}, chart = testChart()) => objectMetadata(chart, new PropertyPath(chart, ''), own, { 'helm.sh/resource-policy': 'keep' });

test('says who manages the object, and for whom', () => {
  expect(metadata()).toEqual({ labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production' }, annotations: { 'helm.sh/resource-policy': 'keep' } });
  expect(metadata({ labels: { tier: 'gold' }, annotations: { note: 'x' } }, chartIn(Environment.production({ team: 'payments', partOf: 'store' })))).toEqual({
    labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production', 'app.kubernetes.io/part-of': 'store', 'team': 'payments', 'tier': 'gold' },
    annotations: { 'helm.sh/resource-policy': 'keep', 'note': 'x' },
  });
});

test.each<[string, OwnMetadata, string, string]>([
  ['a label that it sets itself', { labels: { 'app.kubernetes.io/managed-by': 'me' } }, 'ConflictingProperties', 'labels["app.kubernetes.io/managed-by"]'],
  ['an annotation that it sets itself', { annotations: { 'helm.sh/resource-policy': 'delete' } }, 'ConflictingProperties', 'annotations["helm.sh/resource-policy"]'],
  ['a label that is none', { labels: { tier: 'so so' } }, 'InvalidValue', 'labels.tier'],
  ['an annotation that is a number', { annotations: { note: 1 as never } }, 'InvalidValue', 'annotations.note'],
])('refuses %s', (_, own, code, property) => {
  expect(errorOf(() => metadata(own))).toMatchObject({ code, property });
});
