import { ServiceAccount } from 'cdk8s-plus-28';
import { CloudIdentity, Identity, type OwnAccountOptions, type Permission } from 'cdk8s-production';
import { errorOf, identities, type Manifest, one } from '../helpers/manifests';
import { chartWithApi, manifestsOf, objectOf, podOf, web } from '../helpers/service';

const own = (options: OwnAccountOptions) => web({ identity: Identity.own(options) }, chartWithApi());
const READ = { verbs: ['get', 'list', 'watch'], resources: ['configmaps'] };

describe('an account of its own', () => {
  test('has no rights, and its token is mounted nowhere', () => {
    const service = web();

    expect(objectOf(service, 'ServiceAccount').automountServiceAccountToken).toBe(false);
    expect(podOf(service).automountServiceAccountToken).toBe(false);
    expect(identities(manifestsOf(service)).filter(identity => identity.startsWith('Role'))).toEqual([]);
  });

  test('with permissions has a Role of exactly these, bound to it alone, and its token in its own pods', () => {
    const service = own({
      permissions: [READ, { verbs: ['update'], resources: ['leases'], apiGroup: 'coordination.k8s.io', resourceNames: ['leader'] }, { verbs: ['get'], resources: ['pods/log'] }],
    });

    expect(objectOf(service, 'Role').rules).toEqual([
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['coordination.k8s.io'], resourceNames: ['leader'], resources: ['leases'], verbs: ['update'] },
      { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
    ]);
    expect(objectOf(service, 'RoleBinding')).toMatchObject({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'web' }, subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }],
    });
    expect(podOf(service).automountServiceAccountToken).toBe(true);
    expect(objectOf(service, 'ServiceAccount').automountServiceAccountToken).toBe(false);
  });

  test('has its token mounted where it is asked for', () => {
    expect(podOf(own({ mountToken: true })).automountServiceAccountToken).toBe(true);
    expect(podOf(own({ mountToken: false })).automountServiceAccountToken).toBe(false);
  });

  test('without permissions, said as an empty list, is without a Role', () => {
    const service = own({ permissions: [] });

    expect(service.role).toBeUndefined();
    expect(podOf(service).automountServiceAccountToken).toBe(false);
  });

  test('refuses permissions without the token to use them', () => {
    expect(errorOf(() => own({ permissions: [READ], mountToken: false }))).toMatchObject({ code: 'ConflictingProperties', property: 'identity.mountToken' });
  });

  test.each<[string, Permission, string, string]>([
    ['every verb', { verbs: ['*'], resources: ['pods'] }, 'verbs', 'InvalidValue'],
    ['every resource', { verbs: ['get'], resources: ['*'] }, 'resources', 'InvalidValue'],
    ['every subresource', { verbs: ['get'], resources: ['pods/*'] }, 'resources', 'InvalidValue'],
    ['every group', { verbs: ['get'], resources: ['pods'], apiGroup: '*' }, 'apiGroup', 'InvalidValue'],
    ['no verb', { verbs: [], resources: ['pods'] }, 'verbs', 'InvalidValue'],
    ['every Secret', { verbs: ['get'], resources: ['secrets'] }, 'resourceNames', 'MissingValue'],
    ['every Secret among others', { verbs: ['get'], resources: ['configmaps', 'secrets'], resourceNames: [] }, 'resourceNames', 'MissingValue'],
  ])('refuses %s', (_, permission, property, code) => {
    expect(errorOf(() => own({ permissions: [READ, permission] }))).toMatchObject({ code, property: `identity.permissions[1].${property}` });
  });

  test('takes a Secret by its name', () => {
    expect(objectOf(own({ permissions: [{ verbs: ['get'], resources: ['secrets'], resourceNames: ['tls'] }] }), 'Role').rules[0].resourceNames).toEqual(['tls']);
  });
});

describe('an account that is made elsewhere', () => {
  test('is that of cdk8s-plus, or of a name', () => {
    const chart = chartWithApi();
    const account = new ServiceAccount(chart, 'shared', { metadata: { name: 'shared' } });
    const service = web({ identity: Identity.existing(account, { mountToken: true }) }, chart);

    expect(podOf(service)).toMatchObject({ serviceAccountName: 'shared', automountServiceAccountToken: true });
    expect(identities(manifestsOf(service)).filter(identity => identity.startsWith('ServiceAccount'))).toEqual(['ServiceAccount/shared']);
    expect(service.toSubjectConfiguration()).toEqual({ apiGroup: '', kind: 'ServiceAccount', name: 'shared', namespace: 'shop' });
  });

  test('refuses a name no account can have, and none at all', () => {
    expect(errorOf(() => web({ identity: Identity.existing({ name: 'Shared' }) }))).toMatchObject({ code: 'InvalidName', property: 'identity.existing' });
    expect(errorOf(() => web({ identity: Identity.existing(undefined as never) }))).toMatchObject({ code: 'InvalidValue', property: 'identity.existing' });
  });
});

describe('a cloud\'s identity', () => {
  const cloud = (identity: CloudIdentity) => {
    const service = own({ cloud: identity, annotations: { 'example.com/owner': 'shop' } });
    return {
      annotations: objectOf(service, 'ServiceAccount').metadata.annotations,
      podLabels: objectOf(service, 'Deployment').spec.template.metadata.labels,
      egress: objectOf(service, 'NetworkPolicy').spec.egress.filter((rule: Manifest) => /^169/.test(rule.to[0].ipBlock?.cidr)),
    };
  };

  test('of AWS is a role, by annotation', () => {
    const { annotations, egress } = cloud(CloudIdentity.aws('arn:aws-cn:iam::123456789012:role/team/payments'));

    expect(annotations).toEqual({ 'eks.amazonaws.com/role-arn': 'arn:aws-cn:iam::123456789012:role/team/payments', 'example.com/owner': 'shop' });
    expect(egress).toEqual([]);
  });

  test('of Google needs the node\'s metadata server, and nothing else lets pods there', () => {
    const { annotations, egress } = cloud(CloudIdentity.google('payments@project-1.iam.gserviceaccount.com'));

    expect(annotations['iam.gke.io/gcp-service-account']).toBe('payments@project-1.iam.gserviceaccount.com');
    expect(egress).toEqual([
      { ports: [{ port: 988, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '169.254.169.252/32' } }] }, { ports: [{ port: 80, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '169.254.169.254/32' } }] },
    ]);
  });

  test('of Azure is a client, by annotation and a label of the pods', () => {
    const { annotations, podLabels, egress } = cloud(CloudIdentity.azure('00000000-1111-2222-3333-444444444444'));

    expect(annotations['azure.workload.identity/client-id']).toBe('00000000-1111-2222-3333-444444444444');
    expect(podLabels['azure.workload.identity/use']).toBe('true');
    expect(egress).toEqual([]);
  });

  test('does not become part of the selector', () => {
    const service = own({ cloud: CloudIdentity.azure('00000000-1111-2222-3333-444444444444') });

    expect(one(manifestsOf(service), 'Deployment').spec.selector.matchLabels).toEqual({ 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' });
  });

  test.each([
    ['cloud.roleArn', CloudIdentity.aws('payments')], ['cloud.roleArn', CloudIdentity.aws('arn:aws:iam::123456789012:user/me')],
    ['cloud.serviceAccount', CloudIdentity.google('payments')], ['cloud.clientId', CloudIdentity.azure('payments')],
  ])('refuses what is none, at %s', (property, identity) => {
    expect(errorOf(() => own({ cloud: identity }))).toMatchObject({ code: 'InvalidValue', property: `identity.${property}` });
  });
});
