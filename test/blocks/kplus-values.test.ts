import { type Chart, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Health, Port } from 'cdk8s-production';
import { type Manifest, testChart } from '../helpers/manifests';
import { containerOf, manifestsOf, podOf, web } from '../helpers/service';

const TIMES = {
  failureThreshold: 4, initialDelaySeconds: Duration.seconds(7), periodSeconds: Duration.seconds(8), successThreshold: 1, timeoutSeconds: Duration.seconds(6),
};
const WRITTEN_TIMES = { failureThreshold: 4, initialDelaySeconds: 7, periodSeconds: 8, successThreshold: 1, timeoutSeconds: 6 };

describe('Probe', () => {
  const readiness = (probe: kplus.Probe) => containerOf(web({ health: Health.probes({ readiness: probe }), additionalPorts: [Port.tcp(9000)] })).readinessProbe;

  test.each<[string, kplus.Probe, Manifest]>([
    ['fromHttpGet', kplus.Probe.fromHttpGet('/ready'), { failureThreshold: 3, httpGet: { path: '/ready', port: 8080, scheme: 'HTTP' } }],
    ['fromHttpGet with everything', kplus.Probe.fromHttpGet('/ready', { ...TIMES, port: 9000, scheme: kplus.ConnectionScheme.HTTPS }), { ...WRITTEN_TIMES, httpGet: { path: '/ready', port: 9000, scheme: 'HTTPS' } }],
    ['fromTcpSocket', kplus.Probe.fromTcpSocket(), { failureThreshold: 3, tcpSocket: { port: 8080 } }],
    ['fromTcpSocket with everything', kplus.Probe.fromTcpSocket({ ...TIMES, port: 9000 }), { ...WRITTEN_TIMES, tcpSocket: { port: 9000 } }],
    ['fromCommand', kplus.Probe.fromCommand(['/ready']), { exec: { command: ['/ready'] }, failureThreshold: 3 }],
    ['fromCommand with everything', kplus.Probe.fromCommand(['/ready', '--fast'], TIMES), { ...WRITTEN_TIMES, exec: { command: ['/ready', '--fast'] } }],
    ['a delay of zero', kplus.Probe.fromCommand(['/ready'], { initialDelaySeconds: Duration.seconds(0) }), { exec: { command: ['/ready'] }, failureThreshold: 3, initialDelaySeconds: 0 }],
  ])('%s', (_, probe, written) => {
    expect(readiness(probe)).toEqual(written);
  });

  test('liveness and startup, too', () => {
    const health = Health.probes({ readiness: kplus.Probe.fromHttpGet('/ready'), liveness: kplus.Probe.fromTcpSocket(TIMES), startup: kplus.Probe.fromCommand(['/up'], { failureThreshold: 30 }) });

    expect(containerOf(web({ health }))).toMatchObject({ livenessProbe: { ...WRITTEN_TIMES, tcpSocket: { port: 8080 } }, startupProbe: { exec: { command: ['/up'] }, failureThreshold: 30 } });
  });
});

describe('Handler', () => {
  test.each<[string, kplus.Handler, Manifest]>([
    ['fromCommand', kplus.Handler.fromCommand(['/run', 'it']), { exec: { command: ['/run', 'it'] } }],
    ['fromHttpGet', kplus.Handler.fromHttpGet('/up'), { httpGet: { path: '/up', port: 8080, scheme: 'HTTP' } }],
    ['fromHttpGet with everything', kplus.Handler.fromHttpGet('/up', { port: 9000 }), { httpGet: { path: '/up', port: 9000, scheme: 'HTTP' } }],
  ])('%s', (_, postStart, written) => {
    expect(containerOf(web({ postStart })).lifecycle.postStart).toEqual(written);
  });
});

describe('Volume', () => {
  test.each<[string, (chart: Chart) => kplus.Volume, Manifest]>([
    ['fromConfigMap', chart => kplus.Volume.fromConfigMap(chart, 'v', kplus.ConfigMap.fromConfigMapName(chart, 'map', 'settings')), { configMap: { name: 'settings' }, name: 'configmap-settings' }],
    ['fromConfigMap with everything', chart => kplus.Volume.fromConfigMap(chart, 'v', kplus.ConfigMap.fromConfigMapName(chart, 'map', 'settings'), {
      name: 'own', defaultMode: 0o440, optional: false, items: { level: { path: 'log/level', mode: 0o400 }, area: { path: 'area' } },
    }), { configMap: { defaultMode: 288, items: [{ key: 'area', path: 'area' }, { key: 'level', mode: 256, path: 'log/level' }], name: 'settings', optional: false }, name: 'own' }],
    ['fromSecret', chart => kplus.Volume.fromSecret(chart, 'v', kplus.Secret.fromSecretName(chart, 'secret', 'vault')), { name: 'secret-vault', secret: { secretName: 'vault' } }],
    ['fromSecret with everything', chart => kplus.Volume.fromSecret(chart, 'v', kplus.Secret.fromSecretName(chart, 'secret', 'vault'), {
      name: 'own', defaultMode: 0o400, optional: true, items: { key: { path: 'tls.key' } },
    }), { name: 'own', secret: { defaultMode: 256, items: [{ key: 'key', path: 'tls.key' }], optional: true, secretName: 'vault' } }],
    ['fromEmptyDir', chart => kplus.Volume.fromEmptyDir(chart, 'v', 'cache', { sizeLimit: Size.gibibytes(2) }), { emptyDir: { sizeLimit: '2048Mi' }, name: 'cache' }],
    ['fromEmptyDir in memory', chart => kplus.Volume.fromEmptyDir(chart, 'v', 'cache', { sizeLimit: Size.mebibytes(5), medium: kplus.EmptyDirMedium.MEMORY }),
      { emptyDir: { medium: 'Memory', sizeLimit: '5Mi' }, name: 'cache' }],
    ['fromPersistentVolumeClaim', chart => kplus.Volume.fromPersistentVolumeClaim(chart, 'v', kplus.PersistentVolumeClaim.fromClaimName(chart, 'claim', 'data'), { readOnly: true }),
      { name: 'pvc-data', persistentVolumeClaim: { claimName: 'data', readOnly: true } }],
    ['fromCsi', chart => kplus.Volume.fromCsi(chart, 'v', 'secrets-store.csi.k8s.io', { name: 'own', fsType: 'ext4', readOnly: true, attributes: { secretProviderClass: 'vault' } }),
      { csi: { driver: 'secrets-store.csi.k8s.io', fsType: 'ext4', readOnly: true, volumeAttributes: { secretProviderClass: 'vault' } }, name: 'own' }],
  ])('%s', (_, make, written) => {
    const chart = testChart();
    const service = web({ mounts: [{ path: '/mounted', volume: make(chart) }] }, chart);
    const [volume] = podOf(service).volumes.filter((candidate: Manifest) => candidate.name !== 'web-tmp');

    if (volume.configMap?.items !== undefined) { volume.configMap.items.sort((a: Manifest, b: Manifest) => (a.key < b.key ? -1 : 1)); }
    expect(volume).toEqual(written);
  });
});

describe('EnvValue', () => {
  const { EnvValue } = kplus;
  const settings = (chart: Chart) => kplus.ConfigMap.fromConfigMapName(chart, 'map', 'settings');
  const vault = (chart: Chart) => kplus.Secret.fromSecretName(chart, 'secret', 'vault');

  test.each<[string, (chart: Chart) => kplus.EnvValue, Manifest]>([
    ['fromValue', () => EnvValue.fromValue('text'), { value: 'text' }],
    ['fromConfigMap', chart => EnvValue.fromConfigMap(settings(chart), 'level'), { valueFrom: { configMapKeyRef: { key: 'level', name: 'settings' } } }],
    ['fromConfigMap, optional', chart => EnvValue.fromConfigMap(settings(chart), 'level', { optional: true }), { valueFrom: { configMapKeyRef: { key: 'level', name: 'settings', optional: true } } }],
    ['fromSecretValue', chart => EnvValue.fromSecretValue({ secret: vault(chart), key: 'password' }), { valueFrom: { secretKeyRef: { key: 'password', name: 'vault' } } }],
    ['fromSecretValue, not optional', chart => EnvValue.fromSecretValue({ secret: vault(chart), key: 'password' }, { optional: false }),
      { valueFrom: { secretKeyRef: { key: 'password', name: 'vault', optional: false } } }],
    ['fromFieldRef', () => EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_NAME), { valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
    ['fromFieldRef with everything', () => EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_LABEL, { apiVersion: 'v1', key: 'app.kubernetes.io/version' }),
      { valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: "metadata.labels['app.kubernetes.io/version']" } } }],
    ['fromResource', () => EnvValue.fromResource(kplus.ResourceFieldPaths.CPU_LIMIT), { valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } }],
    ['fromResource with everything', () => EnvValue.fromResource(kplus.ResourceFieldPaths.MEMORY_LIMIT, { divisor: '1Mi', container: new kplus.Container({ name: 'web', image: 'x:1' }) }),
      { valueFrom: { resourceFieldRef: { containerName: 'web', divisor: '1Mi', resource: 'limits.memory' } } }],
    ['fromProcess', () => EnvValue.fromProcess('PATH'), { value: process.env.PATH }],
  ])('%s', (_, make, written) => {
    const chart = testChart();

    expect(containerOf(web({ env: { VARIABLE: make(chart) } }, chart)).env).toEqual([{ name: 'VARIABLE', ...written }]);
  });
});

test('EnvFrom', () => {
  const chart = testChart();
  const [settings, vault] = [kplus.ConfigMap.fromConfigMapName(chart, 'map', 'settings'), kplus.Secret.fromSecretName(chart, 'secret', 'vault')];
  const envFrom = [kplus.Env.fromConfigMap(settings), kplus.Env.fromConfigMap(settings, 'S_'), kplus.Env.fromSecret(vault), new kplus.EnvFrom(undefined, 'V_', vault)];

  expect(containerOf(web({ envFrom }, chart)).envFrom).toEqual([
    { configMapRef: { name: 'settings' } }, { configMapRef: { name: 'settings' }, prefix: 'S_' }, { secretRef: { name: 'vault' } }, { prefix: 'V_', secretRef: { name: 'vault' } },
  ]);
});

describe('NodeLabelQuery', () => {
  const { NodeLabelQuery } = kplus;

  test.each<[string, kplus.NodeLabelQuery, Manifest]>([
    ['is', NodeLabelQuery.is('disk', 'ssd'), { key: 'disk', operator: 'In', values: ['ssd'] }],
    ['in', NodeLabelQuery.in('disk', ['ssd', 'nvme']), { key: 'disk', operator: 'In', values: ['ssd', 'nvme'] }],
    ['notIn', NodeLabelQuery.notIn('disk', ['hdd']), { key: 'disk', operator: 'NotIn', values: ['hdd'] }],
    ['exists', NodeLabelQuery.exists('disk'), { key: 'disk', operator: 'Exists' }],
    ['doesNotExist', NodeLabelQuery.doesNotExist('spot'), { key: 'spot', operator: 'DoesNotExist' }],
    ['gt', NodeLabelQuery.gt('cores', ['8']), { key: 'cores', operator: 'Gt', values: ['8'] }],
    ['lt', NodeLabelQuery.lt('cores', ['64']), { key: 'cores', operator: 'Lt', values: ['64'] }],
  ])('%s', (_, query, written) => {
    const { nodeAffinity } = podOf(web({ placement: { requiredNodes: [query], preferredNodes: [query] } })).affinity;

    expect(nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms).toEqual([{ matchExpressions: [written] }]);
    expect(nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution).toEqual([{ preference: { matchExpressions: [written] }, weight: 50 }]);
  });
});

describe('NodeTaintQuery', () => {
  const { NodeTaintQuery, TaintEffect } = kplus;

  test.each<[string, kplus.NodeTaintQuery, Manifest]>([
    ['is', NodeTaintQuery.is('spot', 'true'), { key: 'spot', operator: 'Equal', value: 'true' }],
    ['is, of an effect', NodeTaintQuery.is('spot', 'true', { effect: TaintEffect.NO_SCHEDULE }), { effect: 'NoSchedule', key: 'spot', operator: 'Equal', value: 'true' }],
    ['exists', NodeTaintQuery.exists('spot', { effect: TaintEffect.PREFER_NO_SCHEDULE }), { effect: 'PreferNoSchedule', key: 'spot', operator: 'Exists' }],
    ['exists, for a while', NodeTaintQuery.exists('spot', { effect: TaintEffect.NO_EXECUTE, evictAfter: Duration.minutes(5) }), { effect: 'NoExecute', key: 'spot', operator: 'Exists', tolerationSeconds: 300 }],
    ['exists, for no time', NodeTaintQuery.exists('spot', { effect: TaintEffect.NO_EXECUTE, evictAfter: Duration.seconds(0) }), { effect: 'NoExecute', key: 'spot', operator: 'Exists', tolerationSeconds: 0 }],
    ['any', NodeTaintQuery.any(), { operator: 'Exists' }],
  ])('%s', (_, query, written) => {
    expect(podOf(web({ placement: { tolerations: [query] } })).tolerations).toEqual([written]);
  });
});

test('no wrapper, no undefined and no empty text comes out, whatever goes in', () => {
  const chart = testChart();
  const service = web({
    env: { CPU: kplus.EnvValue.fromResource(kplus.ResourceFieldPaths.CPU_LIMIT, { divisor: '1m' }), MAP: kplus.EnvValue.fromConfigMap(kplus.ConfigMap.fromConfigMapName(chart, 'map', 'settings'), 'k') },
    mounts: [{ path: '/cache', volume: kplus.Volume.fromEmptyDir(chart, 'v', 'cache', { sizeLimit: Size.mebibytes(5) }) }],
    health: Health.probes({ readiness: kplus.Probe.fromHttpGet('/ready') }),
    postStart: kplus.Handler.fromHttpGet('/up'),
    rollout: { strategy: kplus.DeploymentStrategy.rollingUpdate({ maxSurge: kplus.PercentOrAbsolute.absolute(1), maxUnavailable: kplus.PercentOrAbsolute.absolute(0) }) },
    placement: { tolerations: [kplus.NodeTaintQuery.any()], requiredNodes: [kplus.NodeLabelQuery.exists('disk')] },
  }, chart);
  const suspicious: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (value === undefined || value === '' || (typeof value === 'string' && /undefined|\[object|NaN/.test(value))) { suspicious.push(path); }
    if (typeof value !== 'object' || value === null) { return; }
    if (Object.keys(value).join() === 'value') { suspicious.push(`${path}/value`); }
    for (const [key, child] of Object.entries(value)) { visit(child, `${path}/${key}`); }
  };
  manifestsOf(service).forEach(manifest => visit(manifest, manifest.kind as string));

  expect(suspicious).toEqual([]);
});
