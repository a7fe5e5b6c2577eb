import { type Chart, Size } from 'cdk8s';
import { ConfigMap, EmptyDirMedium, PersistentVolumeClaim, Secret, Volume } from 'cdk8s-plus-28';
import { type Mount, type ProductionServiceProps, Resources } from 'cdk8s-production';
import { errorOf, testChart } from '../helpers/manifests';
import { containerOf, podOf, web } from '../helpers/service';

const IMAGE = 'registry.example.com/shop/helper:1.0.0';
/** `web` with volumes of cdk8s-plus, which need a place in the tree. */
const mounting = (make: (chart: Chart) => Mount[], props: Partial<ProductionServiceProps> = {}) => {
  const chart = testChart();
  return web({ mounts: make(chart), ...props }, chart);
};
const secret = (chart: Chart, id = 'secret') => Volume.fromSecret(chart, `${id}-volume`, Secret.fromSecretName(chart, id, id), { name: id });
const emptyDir = (chart: Chart, name: string, size?: number) => Volume.fromEmptyDir(chart, name, name, size === undefined ? {} : { sizeLimit: Size.mebibytes(size) });

describe('mounts', () => {
  test('put a volume where it is wanted, once in the pod and in the order of their names', () => {
    const chart = testChart();
    const [shared, alone] = [secret(chart, 'shared'), secret(chart, 'alone')];
    const service = web({
      mounts: [{ path: '/vault', volume: shared }, { path: '/again', volume: shared, subPath: 'tls/key.pem', readOnly: false }],
      sidecars: [{ name: 'helper', image: IMAGE, mounts: [{ path: '/vault', volume: shared }, { path: '/alone', volume: alone }] }],
    }, chart);

    expect(containerOf(service).volumeMounts).toEqual([
      { mountPath: '/again', name: 'shared', subPath: 'tls/key.pem' }, { mountPath: '/tmp', name: 'web-tmp' }, { mountPath: '/vault', name: 'shared', readOnly: true },
    ]);
    expect(containerOf(service, 'helper').volumeMounts).toEqual([{ mountPath: '/alone', name: 'alone', readOnly: true }, { mountPath: '/vault', name: 'shared', readOnly: true }]);
    expect(podOf(service).volumes.map((volume: { name: string }) => volume.name)).toEqual(['alone', 'shared', 'web-tmp']);
  });

  test.each<[string, (chart: Chart) => Volume, string]>([
    ['the node\'s disk', chart => Volume.fromHostPath(chart, 'v', 'node', { path: '/var/run' }), 'hostPath'],
    ['an NFS share', chart => Volume.fromNfs(chart, 'v', 'share', { server: 'nfs.example.com', path: '/' }), 'nfs'],
    ['an AWS disk', chart => Volume.fromAwsElasticBlockStore(chart, 'v', 'vol-1'), 'awsElasticBlockStore'],
    ['an Azure disk', chart => Volume.fromAzureDisk(chart, 'v', 'disk', 'uri'), 'azureDisk'],
    ['a Google disk', chart => Volume.fromGcePersistentDisk(chart, 'v', 'disk'), 'gcePersistentDisk'],
  ])('refuses %s', (_, make, type) => {
    expect(errorOf(() => mounting(chart => [{ path: '/mounted', volume: make(chart) }]))).toMatchObject({
      code: 'PodSecurityViolation', property: 'mounts[0].volume', value: JSON.stringify(type), fix: 'use a PersistentVolumeClaim for data, a NodeAgent for what must see the node',
    });
  });

  test('refuses an emptyDir that could fill the node', () => {
    expect(errorOf(() => mounting(chart => [{ path: '/cache', volume: emptyDir(chart, 'cache') }]))).toMatchObject({
      code: 'MissingValue', property: 'mounts[0].volume', fix: 'pass { sizeLimit: Size.mebibytes(100) }, or use "scratch"',
    });
    expect(podOf(mounting(chart => [{ path: '/cache', volume: emptyDir(chart, 'cache', 10) }])).volumes).toContainEqual({ emptyDir: { sizeLimit: '10Mi' }, name: 'cache' });
  });

  test('refuses two volumes of one name', () => {
    const mounts = (chart: Chart): Mount[] => [
      { path: '/a', volume: secret(chart, 'tls') }, { path: '/b', volume: Volume.fromSecret(chart, 'other', Secret.fromSecretName(chart, 'other-secret', 'other'), { name: 'tls' }) },
    ];

    expect(errorOf(() => mounting(mounts))).toMatchObject({ code: 'VolumeConflict', property: 'mounts[1].volume', value: '"tls"' });
  });

  test('refuses two things at one path', () => {
    const taken = (path: string) => errorOf(() => mounting(chart => [{ path, volume: secret(chart) }], { scratch: { '/var/cache': Size.mebibytes(10) }, files: { '/etc/web.yaml': 'x' } })).code;

    expect(['/var/cache', '/etc/web.yaml'].map(taken)).toEqual(['VolumeConflict', 'VolumeConflict']);
    expect(errorOf(() => mounting(chart => [{ path: '/vault', volume: secret(chart, 'a') }, { path: '/vault', volume: secret(chart, 'b') }]))).toMatchObject({ code: 'VolumeConflict', value: '"/vault"' });
  });

  test('refuses to hide the image, and one path in two spellings', () => {
    expect(errorOf(() => mounting(chart => [{ path: '/', volume: secret(chart) }]))).toMatchObject({ code: 'InvalidValue', property: 'mounts', value: '"/"' });
    expect(errorOf(() => mounting(chart => [{ path: '/tmp/', volume: secret(chart) }]))).toMatchObject({ code: 'VolumeConflict', value: expect.stringMatching(/^"\/tmp\/?"$/) as string });
    expect(errorOf(() => web({ scratch: { '/run//web': Size.mebibytes(1), '/run/web/': Size.mebibytes(1) } })).code).toBe('VolumeConflict');
  });

  test('refuses a volume whose name cdk8s-plus made of a name with dots', () => {
    const mounts = (chart: Chart): Mount[] => [{ path: '/a', volume: Volume.fromConfigMap(chart, 'v', ConfigMap.fromConfigMapName(chart, 'map', 'web.settings')) }];

    expect(errorOf(() => mounting(mounts))).toMatchObject({ code: 'InvalidName', property: 'mounts[0].volume.name', value: '"configmap-web.settings"' });
  });

  test.each(['vault', '/vault/../etc', '/a:b', ''])('refuses the path %j', path => {
    expect(errorOf(() => mounting(chart => [{ path, volume: secret(chart) }]))).toMatchObject({ code: 'InvalidValue', property: 'mounts[0].path' });
  });

  test('refuses what it would lose: options of a mount that it does not write', () => {
    expect(errorOf(() => mounting(chart => [{ path: '/vault', volume: secret(chart), propagation: 'HostToContainer' } as Mount]))).toMatchObject({ code: 'UnknownProperty', property: 'mounts[0].propagation' });
  });
});

describe('scratch directories', () => {
  test('are the container\'s own, of the size given', () => {
    const service = web({
      scratch: { '/var/cache/web': Size.mebibytes(200), '/run': Size.mebibytes(8) },
      sidecars: [{ name: 'helper', image: IMAGE, scratch: { '/run': Size.gibibytes(1) }, resources: Resources.of({ ephemeralStorage: Size.gibibytes(2) }) }],
    });

    expect(podOf(service).volumes).toEqual([
      { emptyDir: { sizeLimit: '1Gi' }, name: 'helper-run' }, { emptyDir: { sizeLimit: '8Mi' }, name: 'web-run' },
      { emptyDir: { sizeLimit: '128Mi' }, name: 'web-tmp' }, { emptyDir: { sizeLimit: '200Mi' }, name: 'web-var-cache-web' },
    ]);
    expect(containerOf(service, 'helper').volumeMounts).toEqual([{ mountPath: '/run', name: 'helper-run' }]);
  });

  test('leave /tmp as it is, or make it another size', () => {
    expect(podOf(web({ scratch: { '/run': Size.mebibytes(8) } })).volumes).toContainEqual({ emptyDir: { sizeLimit: '128Mi' }, name: 'web-tmp' });
    expect(podOf(web({ scratch: { '/tmp': Size.mebibytes(300) } })).volumes).toEqual([{ emptyDir: { sizeLimit: '300Mi' }, name: 'web-tmp' }]);
  });

  test('leave /tmp to what is mounted there', () => {
    const service = mounting(chart => [{ path: '/tmp', volume: Volume.fromEmptyDir(chart, 'v', 'memory', { medium: EmptyDirMedium.MEMORY, sizeLimit: Size.mebibytes(64) }) }]);

    expect(podOf(service).volumes).toEqual([{ emptyDir: { medium: 'Memory', sizeLimit: '64Mi' }, name: 'memory' }]);
    expect(containerOf(service).volumeMounts).toEqual([{ mountPath: '/tmp', name: 'memory' }]);
  });

  test('that read alike stay apart', () => {
    const { volumeMounts } = containerOf(web({ scratch: { '/var/a-b': Size.mebibytes(10), '/var/a/b': Size.mebibytes(10), '/var/A/B': Size.mebibytes(10) } }));

    expect(new Set(volumeMounts.map((mount: { name: string }) => mount.name)).size).toBe(4);
  });

  test('of two containers that read alike stay apart', () => {
    const helper = (name: string, path: string) => ({ name, image: IMAGE, scratch: { [path]: Size.mebibytes(10) } });
    const service = web({ sidecars: [helper('proxy', '/a-b/c'), helper('proxy-a', '/b/c')] });
    const names = ['proxy', 'proxy-a'].map(name => containerOf(service, name).volumeMounts[0].name);

    expect(new Set(names).size).toBe(2);
    expect(podOf(service).volumes).toHaveLength(3);
  });

  test('with long paths have names that the API server takes', () => {
    const { volumeMounts } = containerOf(web({ scratch: { [`/${'deep/'.repeat(20)}one`]: Size.mebibytes(1), [`/${'deep/'.repeat(20)}two`]: Size.mebibytes(1) } }));
    const names = volumeMounts.map((mount: { name: string }) => mount.name) as string[];

    for (const name of names) { expect(name).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/); }
    expect(new Set(names).size).toBe(3);
  });

  test('refuses more in sum than the container\'s disk: the pod would be evicted first', () => {
    const scratch = { '/a': Size.mebibytes(200), '/b': Size.mebibytes(185) };

    expect(errorOf(() => web({ scratch }))).toMatchObject({
      code: 'InvalidValue', property: 'scratch', value: '"513Mi"', allowed: expect.stringContaining('512Mi') as string, fix: 'raise resources.ephemeralStorage, or make the directories smaller',
    });
    expect(() => web({ scratch, resources: Resources.of({ ephemeralStorage: Size.mebibytes(513) }) })).not.toThrow();
    expect(errorOf(() => web({ sidecars: [{ name: 'helper', image: IMAGE, scratch: { '/a': Size.mebibytes(129) } }] }))).toMatchObject({ property: 'sidecars[0].scratch', value: '"129Mi"' });
  });

  test.each([['relative', Size.mebibytes(1)], ['/a/../b', Size.mebibytes(1)]])('refuses the path %s', (path, size) => {
    expect(errorOf(() => web({ scratch: { [path]: size } }))).toMatchObject({ code: 'InvalidValue' });
  });

  test('refuses a size that is none', () => {
    expect(errorOf(() => web({ scratch: { '/a': 100 as never } }))).toMatchObject({ code: 'InvalidValue', property: 'scratch["/a"]' });
  });
});

test('a claim is written to as it is, and its disk is not the container\'s', () => {
  const service = mounting(chart => [{ path: '/data', volume: Volume.fromPersistentVolumeClaim(chart, 'v', PersistentVolumeClaim.fromClaimName(chart, 'claim', 'data'), { name: 'data' }) }]);

  expect(containerOf(service).volumeMounts[0]).toEqual({ mountPath: '/data', name: 'data' });
  expect(podOf(service).securityContext).toMatchObject({ fsGroup: 10001, fsGroupChangePolicy: 'OnRootMismatch' });
});
