import { JsonPatch } from 'cdk8s';
import { Volume, ConfigMap } from 'cdk8s-plus-28';
import { type ConfigFiles, NamePrefix, ProductionService } from 'cdk8s-production';
import { errorOf, MINIMAL, one, synth, testChart } from '../helpers/manifests';
import { containerOf, manifestsOf, podOf, web } from '../helpers/service';

const FEATURES = '/etc/web/features.yaml';
const LIMITS = '/etc/web/limits.json';
/** Argo CD, Flux and Helm, each in its own words. */
const KEPT = {
  'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
  'argocd.argoproj.io/sync-options': 'Prune=false',
  'helm.sh/resource-policy': 'keep',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
};
const nameOf = (files: ConfigFiles) => web({ files }).configMap!.name;

test('files are one immutable ConfigMap that no tool of GitOps removes while a kept revision may still mount it', () => {
  const service = web({ files: { [FEATURES]: 'refunds: true\n', [LIMITS]: '{"max": 10}' } });

  expect(one(manifestsOf(service), 'ConfigMap')).toEqual({
    apiVersion: 'v1',
    data: { 'etc_web_features.yaml': 'refunds: true\n', 'etc_web_limits.json': '{"max": 10}' },
    immutable: true,
    kind: 'ConfigMap',
    metadata: {
      annotations: KEPT,
      labels: { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/managed-by': 'cdk8s-production', 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/version': '1.4.2' },
      name: service.configMap!.name,
      namespace: 'shop',
    },
  });
});

test('each is mounted at its path, and hides nothing beside it', () => {
  const service = web({ files: { [LIMITS]: '{}', [FEATURES]: 'refunds: true\n' } });

  expect(containerOf(service).volumeMounts).toEqual([
    { mountPath: FEATURES, name: 'files', readOnly: true, subPath: 'etc_web_features.yaml' }, { mountPath: LIMITS, name: 'files', readOnly: true, subPath: 'etc_web_limits.json' },
    { mountPath: '/tmp', name: 'web-tmp' },
  ]);
  expect(podOf(service).volumes).toContainEqual({ configMap: { name: service.configMap!.name }, name: 'files' });
});

test('only the application sees them', () => {
  const service = web({ files: { [FEATURES]: 'x' }, sidecars: [{ name: 'proxy', image: MINIMAL.image }] });

  expect(containerOf(service, 'proxy')).not.toHaveProperty('volumeMounts');
});

describe('the name', () => {
  test('is the content\'s: this content has this one, on every machine', () => {
    expect(nameOf({ [FEATURES]: 'refunds: true\n' })).toBe('web-files-lphbjjqc82');
  });

  test.each<[string, ConfigFiles]>([
    ['content', { [FEATURES]: 'refunds: false\n' }], ['path', { [LIMITS]: 'refunds: true\n' }], ['number of files', { [FEATURES]: 'refunds: true\n', [LIMITS]: '' }], ['white space', { [FEATURES]: 'refunds: true' }],
  ])('changes with the %s, and so the pods roll', (_, files) => {
    expect(nameOf(files)).not.toBe(nameOf({ [FEATURES]: 'refunds: true\n' }));
  });

  test('stays whatever else changes', () => {
    const files = { [FEATURES]: 'refunds: true\n' };
    const names = [web({ files }), web({ files, image: 'registry.example.com/shop/web:2.0.0', labels: { tier: 'gold' }, env: { A: 'b' } })].map(service => service.configMap!.name);

    expect(new Set(names).size).toBe(1);
  });

  test('does not depend on the order of the files', () => {
    expect(nameOf({ [FEATURES]: 'a', [LIMITS]: 'b' })).toBe(nameOf({ [LIMITS]: 'b', [FEATURES]: 'a' }));
  });

  test('tells one file of two parts from two files', () => {
    expect(nameOf({ '/a': 'x', '/b': 'y' })).not.toBe(nameOf({ '/a': 'xb', '/b': '' }));
  });

  test('carries the prefix of its place', () => {
    const chart = testChart();
    NamePrefix.on(chart, 'eu-');

    expect(new ProductionService(chart, 'web', { ...MINIMAL, files: { [FEATURES]: 'x' } }).configMap!.name).toMatch(/^eu-web-files-/);
  });
});

describe('a patch', () => {
  test('may change its metadata', () => {
    const service = web({ files: { [FEATURES]: 'x' } });
    service.configMap!.patch({ metadata: { annotations: { 'example.com/note': 'y' } } });

    expect(one(manifestsOf(service), 'ConfigMap').metadata.annotations).toEqual({ ...KEPT, 'example.com/note': 'y' });
  });

  test('refuses to change what the name is a hash of', () => {
    const { configMap } = web({ files: { [FEATURES]: 'x' } });

    expect(errorOf(() => configMap!.patch({ data: { 'etc_web_features.yaml': 'y' } }))).toMatchObject({ code: 'ContentIsImmutable', fix: 'change the "files" prop; a new name follows by itself' });
    expect(errorOf(() => configMap!.addJsonPatch(JsonPatch.replace('/data/etc_web_features.yaml', 'y'))).code).toBe('ContentIsImmutable');
    expect(errorOf(() => configMap!.addJsonPatch(JsonPatch.remove('/immutable'))).code).toBe('ContentIsImmutable');
  });
});

describe('content', () => {
  test('may be empty, of many lines and of any script', () => {
    const files = { '/etc/empty': '', '/etc/greeting': 'Grüße\n世界 🌍\n\ttab\n' };

    expect(one(synth(((chart) => { web({ files }, chart); return chart; })(testChart())), 'ConfigMap').data).toEqual({ etc_empty: '', etc_greeting: 'Grüße\n世界 🌍\n\ttab\n' });
  });

  test.each([
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n'], ['a cloud\'s key', 'aws_access_key_id = AKIAIOSFODNN7EXAMPLE'], ['a password in an address', 'url: postgres://shop:hunter2@db/shop'],
  ])('refuses %s, without showing it', (_, content) => {
    const error = errorOf(() => web({ files: { [FEATURES]: content } }));

    expect(error).toMatchObject({ code: 'SecretInManifest', property: `files["${FEATURES}"]`, fix: 'put the secret into a Secret and mount it with "mounts"' });
    expect(error.message).not.toContain(content);
  });

  test('may refer to a secret by a variable', () => {
    expect(() => web({ files: { [FEATURES]: 'url: postgres://$DB_USER:$DB_PASSWORD@db/shop' } })).not.toThrow();
  });

  test('refuses more than an API server takes, counted in bytes', () => {
    expect(errorOf(() => web({ files: { [FEATURES]: 'é'.repeat(524_289) } }))).toMatchObject({ code: 'InvalidValue', property: 'files', value: '"1048578 bytes"' });
    expect(() => web({ files: { [FEATURES]: 'x'.repeat(1_048_576) } })).not.toThrow();
  });
});

describe('paths', () => {
  test.each([
    ['etc/features.yaml', 'InvalidValue'], ['/etc/../passwd', 'InvalidValue'], ['/etc//features', 'InvalidValue'], ['/etc/./features', 'InvalidValue'], ['/etc/', 'InvalidValue'], ['/', 'InvalidValue'],
    ['/etc:features', 'InvalidValue'], ['/..data', 'InvalidName'], [`/${'x'.repeat(254)}`, 'InvalidName'],
  ])('refuses %s', (path, code) => {
    expect(errorOf(() => web({ files: { [path]: 'x' } }))).toMatchObject({ code, property: `files[${JSON.stringify(path)}]` });
  });

  test('refuses two that would be one key', () => {
    expect(errorOf(() => web({ files: { '/etc/a_b': 'x', '/etc/a/b': 'y' } }))).toMatchObject({ code: 'VolumeConflict', property: 'files' });
  });

  test('refuses a file where a volume is mounted', () => {
    const chart = testChart();
    const volume = Volume.fromConfigMap(chart, 'volume', ConfigMap.fromConfigMapName(chart, 'map', 'map'));

    expect(errorOf(() => web({ files: { [FEATURES]: 'x' }, mounts: [{ path: FEATURES, volume }] }, chart))).toMatchObject({ code: 'VolumeConflict', value: `"${FEATURES}"` });
  });
});
