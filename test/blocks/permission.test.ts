import { Environment, Identity, NetworkPeer, type Permission, ProductionService } from 'cdk8s-production';
import { errorOf, MINIMAL, one, synth, testChart } from '../helpers/manifests';

function roleOf(permission: Permission): unknown {
  const chart = testChart();
  Environment.production({ kubernetesApi: [{ peer: NetworkPeer.cidr('10.0.0.10/32'), ports: [{ number: 6443 }] }] }).attachTo(chart);
  new ProductionService(chart, 'web', { ...MINIMAL, identity: Identity.own({ permissions: [permission] }) });
  return one(synth(chart), 'Role').rules;
}

test('a permission is a rule of the core group, or of the group it names', () => {
  expect(roleOf({ verbs: ['get', 'list'], resources: ['configmaps'] })).toEqual([{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }]);
  expect(roleOf({ verbs: ['get'], resources: ['deployments/scale'], apiGroup: 'apps' })).toEqual([{ apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['get'] }]);
});

test('Secrets are granted by name', () => {
  expect(roleOf({ verbs: ['get'], resources: ['secrets'], resourceNames: ['tls'] })).toEqual([{ apiGroups: [''], resourceNames: ['tls'], resources: ['secrets'], verbs: ['get'] }]);
});

test.each<[string, Permission, string, string]>([
  ['every verb', { verbs: ['*'], resources: ['pods'] }, 'InvalidValue', 'verbs'],
  ['every resource', { verbs: ['get'], resources: ['*'] }, 'InvalidValue', 'resources'],
  ['no verb', { verbs: [], resources: ['pods'] }, 'InvalidValue', 'verbs'],
  ['escalate', { verbs: ['escalate'], resources: ['roles'], apiGroup: 'rbac.authorization.k8s.io' }, 'InvalidValue', 'verbs'],
  ['bind', { verbs: ['get', 'bind'], resources: ['roles'], apiGroup: 'rbac.authorization.k8s.io' }, 'InvalidValue', 'verbs'],
  ['impersonate', { verbs: ['impersonate'], resources: ['users'] }, 'InvalidValue', 'verbs'],
  ['every Secret', { verbs: ['list'], resources: ['secrets'] }, 'MissingValue', 'resourceNames'],
])('refuses %s', (_, permission, code, property) => {
  const error = errorOf(() => roleOf(permission));
  expect([error.code, error.property, error.constructPath]).toEqual([code, `identity.permissions[0].${property}`, 'chart/web']);
});

test('refuses a token where the environment does not say where the API is', () => {
  const error = errorOf(() => new ProductionService(testChart(), 'web', { ...MINIMAL, identity: Identity.own({ mountToken: true }) }));
  expect([error.code, error.property]).toEqual(['NetworkUnreachable', 'identity']);
  expect(error.fix).toContain('kubernetesApi');
});

test('lets a service with a token out to the API, and no other', () => {
  const chart = testChart();
  Environment.production({ kubernetesApi: [{ peer: NetworkPeer.cidr('10.0.0.10/32'), ports: [{ number: 6443 }] }] }).attachTo(chart);
  new ProductionService(chart, 'with', { ...MINIMAL, identity: Identity.own({ mountToken: true }) });
  new ProductionService(chart, 'without', MINIMAL);
  const toApi = { ports: [{ port: 6443, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '10.0.0.10/32' } }] };
  expect(one(synth(chart), 'NetworkPolicy', 'with').spec.egress).toContainEqual(toApi);
  expect(one(synth(chart), 'NetworkPolicy', 'without').spec.egress).not.toContainEqual(toApi);
});
