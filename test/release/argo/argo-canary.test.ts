import { selectedByController } from '../../../lib/release/argo/argo-canary';

test('the controller adds the hash of a version to a selector, and a deployer leaves that alone', () => {
  expect(selectedByController('web-canary', 'shop')).toEqual({
    group: '', kind: 'Service', name: 'web-canary', namespace: 'shop', jqPathExpressions: ['.spec.selector["rollouts-pod-template-hash"]'], reason: 'Argo Rollouts points the Service at the pods of one version',
  });
});
