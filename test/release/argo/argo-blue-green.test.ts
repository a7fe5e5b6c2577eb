import { ReleaseController } from 'cdk8s-production';
import { bindArgoBlueGreen } from '../../../lib/release/argo/argo-blue-green';

test('Argo Rollouts is who carries blue-green out by default', () => {
  expect(ReleaseController.argoRollouts()._blueGreen).toBe(bindArgoBlueGreen);
});
