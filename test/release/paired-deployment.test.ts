import { PropertyPath } from '../../lib/core/property-path';
import { PairedDeployment } from '../../lib/release/paired-deployment';
import { errorOf, testChart } from '../helpers/manifests';
import { web } from '../helpers/service';

const image = { at: new PropertyPath(testChart(), 'images.green'), reference: 'registry.example.com/shop/web:2.0.0' };

test('one of two Deployments is told apart by a label that ends its name', () => {
  const green = new PairedDeployment('a test', web()._release.facts, ['colour', 'green'], image);

  expect(green).toMatchObject({ apiVersion: 'apps/v1', kind: 'Deployment', nameSuffix: '-green', podLabels: { colour: 'green' }, revisionLabel: 'pod-template-hash' });
});

test('a selector that has the label already is refused', () => {
  expect(errorOf(() => new PairedDeployment('a test', web({ selectorLabels: { colour: 'red' } })._release.facts, ['colour', 'green'], image))).toMatchObject({ code: 'ConflictingProperties' });
});
