import { Size } from 'cdk8s';
import { type CloudNativePgOptions, Environment, ImagePullPolicy, type OperatedDatabaseRequest, type OperatorPlacement, PrimaryUpdateStrategy, Spread } from 'cdk8s-production';
import { renderPlacement } from '../../../lib/blocks/placement';
import { PropertyPath } from '../../../lib/core/property-path';
import { errorOf, type Manifest, one, synth, testChart } from '../../helpers/manifests';
import { operated } from '../../helpers/operators';

const specOf = (request: Partial<OperatedDatabaseRequest> = {}, options: CloudNativePgOptions = {}): Manifest => {
  const chart = testChart();
  operated(options, request, chart);
  return one(synth(chart), 'Cluster').spec;
};
const DIGEST = `sha256:${'a'.repeat(64)}`;
const js = <T>(value: unknown): T => value as T;

test('two instances wait for no standby, and one may be drained', () => {
  expect(specOf({ instances: 2 })).toMatchObject({ enablePDB: true, instances: 2 });
  expect(specOf({ instances: 2 }).postgresql.synchronous).toBeUndefined();
  expect(specOf({ instances: 1 })).toMatchObject({ enablePDB: false, instances: 1 });
});

test.each<[data: Size, wal: string, slots: string]>([
  [Size.gibibytes(1), '4Gi', '2048MB'], [Size.gibibytes(16), '4Gi', '2048MB'], [Size.gibibytes(17), '5Gi', '2560MB'], [Size.tebibytes(1), '256Gi', '131072MB'],
])('logs for %p of data have %s, half of it for standbys that are away', (size, wal, slots) => {
  expect(specOf({ storage: { size } })).toMatchObject({ postgresql: { parameters: { max_slot_wal_keep_size: slots } }, walStorage: { size: wal } });
});

test('logs are in the class of the data, unless one is named', () => {
  const storage = { size: Size.gibibytes(20), storageClassName: 'fast' };

  expect(specOf({ storage })).toMatchObject({ storage: { storageClass: 'fast' }, walStorage: { storageClass: 'fast' } });
  expect(specOf({ storage }, { walStorageClassName: 'faster', walStorage: Size.gibibytes(2) })).toMatchObject({ storage: { storageClass: 'fast' }, walStorage: { size: '2Gi', storageClass: 'faster' } });
});

test('settings are sorted, and one that is given wins', () => {
  expect(Object.entries(specOf({ parameters: { 'work_mem': '8MB', 'max_slot_wal_keep_size': '1GB', 'auto_explain.log_min_duration': '10s' } }).postgresql.parameters)).toEqual([
    ['auto_explain.log_min_duration', '10s'], ['max_slot_wal_keep_size', '1GB'], ['work_mem', '8MB'],
  ]);
});

test.each([['archive_mode'], ['archive_command'], ['listen_addresses'], ['port'], ['ssl'], ['ssl_ca_file'], ['shared_preload_libraries'], ['unix_socket_directories'], ['recovery_target_time'], ['log_destination']])('refuses the setting %s', name => {
  expect(errorOf(() => specOf({ parameters: { [name]: 'x' } }))).toMatchObject({ code: 'UnsupportedByController', property: `engine.parameters.${name}` });
});

test('refuses settings that are none', () => {
  expect(errorOf(() => specOf({ parameters: { 'work mem': '8MB' } }))).toMatchObject({ code: 'InvalidName', property: 'engine.parameters["work mem"]' });
  expect(errorOf(() => specOf({ parameters: js({ work_mem: 8 }) }))).toMatchObject({ code: 'InvalidValue', property: 'engine.parameters.work_mem' });
});

describe('the image', () => {
  const chart = testChart();
  Environment.production({ registry: 'registry.example.com/mirror', imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT }).attachTo(chart);
  const environment = Environment.of(chart);

  test('is the operator\'s, of the version and the variant', () => {
    expect(specOf({ version: '18.4' }, { imageVariant: 'standard-trixie' }).imageName).toBe('ghcr.io/cloudnative-pg/postgresql:18.4-standard-trixie');
  });

  test('is one of the user\'s own, from the registry of the environment, and is asked for once where it has a digest', () => {
    expect(specOf({ environment, image: `data/postgis:16.4-3.5@${DIGEST}`, imagePullSecrets: ['pull'] })).toMatchObject({
      imageName: `registry.example.com/mirror/data/postgis:16.4-3.5@${DIGEST}`, imagePullPolicy: 'IfNotPresent', imagePullSecrets: [{ name: 'pull' }],
    });
    expect(specOf({ environment }).imagePullPolicy).toBe('Always');
  });

  test.each<[what: string, request: Partial<OperatedDatabaseRequest>, code: string, property: string]>([
    ['a digest alone', { image: `postgis@${DIGEST}` }, 'InvalidImage', 'engine.image'],
    ['another version than the database\'s', { image: `postgis:16.40@${DIGEST}` }, 'InvalidImage', 'engine.image'],
    ['a tag that moves', { image: 'postgis:16' }, 'MutableImage', 'engine.image'],
    ['half a version', { version: '16' }, 'InvalidValue', 'engine.version'],
    ['a version that it does not run', { version: '13.4' }, 'InvalidValue', 'engine.version'],
  ])('refuses %s', (_, request, code, property) => {
    expect(errorOf(() => specOf(request))).toMatchObject({ code, property });
  });
});

describe('placement', () => {
  const placed = (spread: Spread, more: object = {}): OperatorPlacement =>
    renderPlacement(new PropertyPath(testChart(), 'placement'), { spread, ...more }, { selectorLabels: { 'cnpg.io/cluster': 'db' }, minReplicas: 3, maxReplicas: 3, revisionLabel: 'controller-revision-hash' });
  const constraint = (topologyKey: string, whenUnsatisfiable: string): object => ({
    labelSelector: { matchLabels: { 'cnpg.io/cluster': 'db', 'cnpg.io/podRole': 'instance' } }, maxSkew: 1, nodeTaintsPolicy: 'Honor', topologyKey, whenUnsatisfiable,
  });

  test.each<[what: string, spread: Spread, affinity: object, zones: string | undefined]>([
    ['as evenly as can be', Spread.preferred(), { enablePodAntiAffinity: true, podAntiAffinityType: 'preferred', topologyKey: 'kubernetes.io/hostname' }, 'ScheduleAnyway'],
    ['over zones', Spread.overZones(3), { enablePodAntiAffinity: true, podAntiAffinityType: 'preferred', topologyKey: 'kubernetes.io/hostname' }, 'DoNotSchedule'],
    ['one to a node', Spread.onePodPerNode(5), { enablePodAntiAffinity: true, podAntiAffinityType: 'required', topologyKey: 'kubernetes.io/hostname' }, 'ScheduleAnyway'],
    ['anywhere', Spread.none('a cluster of one node'), { enablePodAntiAffinity: false }, undefined],
  ])('instances are spread %s', (_, spread, affinity, zones) => {
    expect(specOf({ placement: placed(spread) })).toMatchObject({
      affinity, topologySpreadConstraints: zones === undefined ? [] : [constraint('topology.kubernetes.io/zone', zones), constraint('kubernetes.io/hostname', 'ScheduleAnyway')],
    });
  });

  test('nodes, taints, neighbours and priority are passed on', () => {
    const placement = placed(Spread.preferred(), {
      nodeSelector: { disk: 'ssd' }, pool: { label: 'pool', value: 'data' }, priorityClassName: 'databases', colocation: [{ labels: { app: 'cache' }, topology: { key: 'topology.kubernetes.io/zone' } }],
    });

    expect(specOf({ placement })).toMatchObject({
      affinity: {
        additionalPodAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: { labelSelector: { matchLabels: { app: 'cache' } } }, weight: 50 }] },
        nodeSelector: { disk: 'ssd', pool: 'data' },
        tolerations: [{ key: 'pool', operator: 'Equal', value: 'data' }],
      },
      priorityClassName: 'databases',
    });
  });

  test('nothing of an affinity is lost', () => {
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'Exists' }] }] } };
    const other = { labelSelector: { matchLabels: { app: 'batch' } }, topologyKey: 'kubernetes.io/hostname' };
    const podAntiAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: other, weight: 10 }], requiredDuringSchedulingIgnoredDuringExecution: [other] };

    expect(specOf({ placement: { affinity: { nodeAffinity, podAntiAffinity }, topologySpreadConstraints: [{ labelSelector: { matchLabels: { app: 'batch' } }, maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }] } })).toMatchObject({
      affinity: { additionalPodAntiAffinity: podAntiAffinity, enablePodAntiAffinity: false, nodeAffinity },
      topologySpreadConstraints: [{ labelSelector: { matchLabels: { app: 'batch' } }, topologyKey: 'zone' }],
    });
  });
});

test.each<[what: string, request: Partial<OperatedDatabaseRequest>, property: string]>([
  ['no instances', { instances: 0 }, 'instances'],
  ['less data than anybody has', { storage: { size: Size.mebibytes(100) } }, 'storage'],
])('refuses %s', (_, request, property) => {
  expect(errorOf(() => specOf(request))).toMatchObject({ code: 'InvalidValue', property });
});

test('refuses to wait for a person to switch over from the only instance', () => {
  expect(errorOf(() => specOf({ instances: 1 }, { primaryUpdateStrategy: PrimaryUpdateStrategy.SUPERVISED }))).toMatchObject({ code: 'ConflictingProperties', property: 'operator.primaryUpdateStrategy' });
});

test('refuses a class that no object can be', () => {
  expect(errorOf(() => specOf({ storage: { size: Size.gibibytes(1), storageClassName: 'Fast' } }))).toMatchObject({ code: 'InvalidName', property: 'storageClassName' });
});
