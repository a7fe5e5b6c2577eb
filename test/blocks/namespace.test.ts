import { Environment, KubernetesVersion, Namespace, type NamespaceProps, PodSecurityLevel } from 'cdk8s-production';
import { errorOf, one, synth, testChart } from '../helpers/manifests';
import { chartIn, web } from '../helpers/service';

const made = (props?: NamespaceProps, chart = testChart()) => {
  new Namespace(chart, 'payments', props);
  return one(synth(chart), 'Namespace');
};

test('enforces the restricted level of its cluster\'s version, and warns by the newest', () => {
  expect(made()).toEqual({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      annotations: { 'argocd.argoproj.io/sync-options': 'Delete=confirm,Prune=confirm' },
      labels: {
        'app.kubernetes.io/managed-by': 'cdk8s-production',
        'pod-security.kubernetes.io/audit': 'restricted',
        'pod-security.kubernetes.io/audit-version': 'latest',
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/enforce-version': 'v1.31',
        'pod-security.kubernetes.io/warn': 'restricted',
        'pod-security.kubernetes.io/warn-version': 'latest',
      },
      name: 'payments',
    },
  });
});

test('is in no namespace, whatever the chart\'s', () => {
  expect(made({}, testChart('shop')).metadata).not.toHaveProperty('namespace');
});

test('takes name, level, labels and annotations', () => {
  const { metadata } = made({ name: 'pay', podSecurity: PodSecurityLevel.BASELINE, labels: { 'istio-injection': 'enabled' }, annotations: { 'example.com/owner': 'payments' } });

  expect(metadata.name).toBe('pay');
  expect(metadata.labels).toMatchObject({ 'istio-injection': 'enabled', 'pod-security.kubernetes.io/enforce': 'baseline', 'pod-security.kubernetes.io/warn': 'restricted' });
  expect(metadata.annotations).toEqual({ 'argocd.argoproj.io/sync-options': 'Delete=confirm,Prune=confirm', 'example.com/owner': 'payments' });
});

test('carries version, team and application of its environment', () => {
  const { labels } = made({}, chartIn(Environment.production({ kubernetesVersion: KubernetesVersion.V1_35, team: 'payments', partOf: 'store' }))).metadata;

  expect(labels).toMatchObject({ 'pod-security.kubernetes.io/enforce-version': 'v1.35', 'team': 'payments', 'app.kubernetes.io/part-of': 'store' });
});

test('stands in one chart with the services that are in it, before them', () => {
  const chart = testChart('payments');
  new Namespace(chart, 'payments');
  web({}, chart);

  expect(synth(chart)[0]).toMatchObject({ kind: 'Namespace', metadata: { name: 'payments' } });
});

test('can be patched', () => {
  const chart = testChart();
  const namespace = new Namespace(chart, 'payments');
  namespace.resource.patch({ metadata: { finalizers: ['example.com/keep'] } });

  expect(one(synth(chart), 'Namespace').metadata.finalizers).toEqual(['example.com/keep']);
  expect(namespace.name).toBe('payments');
});

test.each<[string, NamespaceProps, string, string]>([
  ['a name with capitals', { name: 'Payments' }, 'InvalidName', 'name'],
  ['a name over 63 characters', { name: 'p'.repeat(64) }, 'InvalidName', 'name'],
  ['a level that is none', { podSecurity: 'strict' as never }, 'InvalidValue', 'podSecurity'],
  ['a level by label', { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } }, 'ConflictingProperties', 'labels["pod-security.kubernetes.io/enforce"]'],
  ['a team by label', { labels: { team: 'x' } }, 'ConflictingProperties', 'labels.team'],
  ['a label that is none', { labels: { 'istio-injection': 'yes please' } }, 'InvalidValue', 'labels.istio-injection'],
  ['a typo', { lables: {} } as NamespaceProps, 'UnknownProperty', 'lables'],
])('refuses %s', (_, props, code, property) => {
  expect(errorOf(() => made(props))).toMatchObject({ code, property });
});
