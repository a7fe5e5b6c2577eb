import { Environment } from 'cdk8s-production';
import { objectLabels } from '../../lib/core/object-labels';
import { testChart } from '../helpers/manifests';

test('an object says whose tool wrote it, and whose it is where the environment knows', () => {
  const chart = testChart();
  Environment.production({ partOf: 'shop', team: 'data' }).attachTo(chart);

  expect(objectLabels(testChart())).toEqual({ 'app.kubernetes.io/managed-by': 'cdk8s-production' });
  expect(objectLabels(chart)).toEqual({ 'app.kubernetes.io/managed-by': 'cdk8s-production', 'app.kubernetes.io/part-of': 'shop', 'team': 'data' });
});
