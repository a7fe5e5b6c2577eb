import { NodeCoverage } from 'cdk8s-production';

test.each([
  ['workers', NodeCoverage.workers(), []],
  ['the control plane as well', NodeCoverage.withControlPlane(), [{ effect: 'NoSchedule', key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' }]],
  ['every node', NodeCoverage.allNodes(), [{ operator: 'Exists' }]],
])('covers %s', (_, coverage, tolerations) => {
  expect(coverage._tolerations).toEqual(tolerations);
});
