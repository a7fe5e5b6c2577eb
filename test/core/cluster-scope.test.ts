import { ApiObject } from 'cdk8s';
import { KubernetesObject } from 'cdk8s-production';
import { isClusterScoped } from '../../lib/core/cluster-scope';
import { testChart } from '../helpers/manifests';

test.each([
  ['Namespace', 'v1', true],
  ['ClusterRole', 'rbac.authorization.k8s.io/v1', true],
  ['StorageClass', 'storage.k8s.io/v1', true],
  ['Role', 'rbac.authorization.k8s.io/v1', false],
  ['ClusterIssuer', 'cert-manager.io/v1', false],
])('a %s is known to belong to no namespace, or not', (kind, apiVersion, expected) => {
  expect(isClusterScoped(new ApiObject(testChart(), 'object', { apiVersion, kind }))).toBe(expected);
});

test('a kind of somebody else\'s belongs to none when its object says so, and only that object', () => {
  const chart = testChart();
  const issuer = (id: string, clusterScoped?: boolean): KubernetesObject =>
    new KubernetesObject(chart, id, { apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer', name: id, content: {}, clusterScoped });
  expect([issuer('one', true), issuer('two')].map(isClusterScoped)).toEqual([true, false]);
});
