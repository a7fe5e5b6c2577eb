import { Chart, Duration } from 'cdk8s';
import { Environment, NamePrefix, VeleroHook, VeleroSchedule, type VeleroScheduleProps, VeleroVolumes } from 'cdk8s-production';
import { errorOf, identities, type Manifest, one, synth, testChart } from '../../helpers/manifests';

const schedule = '0 3 * * *';
const js = <T>(value: unknown): T => value as T;
const specOf = (props: Partial<VeleroScheduleProps>, chart: Chart = testChart()): Manifest => {
  new VeleroSchedule(chart, 'nightly', { schedule, ...props });
  return one(synth(chart), 'Schedule').spec;
};

test('backs up the namespace of the chart, volumes included, for thirty days', () => {
  const chart = testChart();
  Environment.production({ team: 'data', partOf: 'shop' }).attachTo(chart);
  const nightly = new VeleroSchedule(chart, 'nightly', { schedule });

  expect(synth(chart)).toEqual([{
    apiVersion: 'velero.io/v1',
    kind: 'Schedule',
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production', 'app.kubernetes.io/part-of': 'shop', 'team': 'data' }, name: 'shop-nightly', namespace: 'velero' },
    spec: {
      paused: false,
      schedule,
      template: { defaultVolumesToFsBackup: false, includedNamespaces: ['shop'], snapshotMoveData: false, snapshotVolumes: true, ttl: '720h' },
      useOwnerReferencesInBackup: false,
    },
  }]);
  expect(nightly.name).toBe('shop-nightly');
});

test('every prop arrives', () => {
  const hook = VeleroHook.before({ name: 'checkpoint', podLabels: { app: 'db' }, command: ['checkpoint'] });
  const props: Required<VeleroScheduleProps> = {
    schedule: '@weekly',
    retention: Duration.hours(100),
    namespaces: ['shop', 'data'],
    labels: { app: 'db' },
    volumes: VeleroVolumes.FILE_SYSTEM,
    hooks: [hook],
    storageLocation: 'offsite',
    paused: true,
    veleroNamespace: 'backup',
    name: 'shop',
  };
  const chart = testChart();
  new VeleroSchedule(chart, 'nightly', props);
  const { metadata, spec } = one(synth(chart), 'Schedule');

  expect(metadata).toMatchObject({ name: 'shop', namespace: 'backup' });
  expect(spec).toMatchObject({
    paused: true,
    schedule: '0 0 * * 0',
    template: {
      defaultVolumesToFsBackup: true,
      hooks: { resources: [{ includedNamespaces: ['shop', 'data'], name: 'checkpoint' }] },
      includedNamespaces: ['shop', 'data'],
      labelSelector: { matchLabels: { app: 'db' } },
      snapshotMoveData: false,
      snapshotVolumes: false,
      storageLocation: 'offsite',
      ttl: '100h',
    },
  });
});

test.each<[volumes: VeleroVolumes, files: boolean, snapshots: boolean, moved: boolean]>([
  [VeleroVolumes.SNAPSHOT, false, true, false],
  [VeleroVolumes.SNAPSHOT_AND_MOVE, false, true, true],
  [VeleroVolumes.FILE_SYSTEM, true, false, false],
  [VeleroVolumes.NONE, false, false, false],
])('volumes by %s', (volumes, defaultVolumesToFsBackup, snapshotVolumes, snapshotMoveData) => {
  expect(specOf({ volumes }).template).toMatchObject({ defaultVolumesToFsBackup, snapshotMoveData, snapshotVolumes });
});

test('two schedules stand side by side, prefixes hold, and two syntheses give the same', () => {
  const chart = testChart();
  NamePrefix.on(chart, 'eu-');
  new VeleroSchedule(chart, 'nightly', { schedule });
  new VeleroSchedule(chart, 'weekly', { schedule: '@weekly' });

  expect(identities(synth(chart))).toEqual(['Schedule/shop-eu-nightly', 'Schedule/shop-eu-weekly']);
  expect(synth(chart)).toEqual(synth(chart));
});

test('the Schedule can be patched', () => {
  const chart = testChart();
  new VeleroSchedule(chart, 'nightly', { schedule }).schedule.patch({ spec: { template: { csiSnapshotTimeout: '20m' } } });

  expect(one(synth(chart), 'Schedule').spec.template.csiSnapshotTimeout).toBe('20m');
});

test.each<[what: string, props: unknown, code: string, property: string]>([
  ['a prop that there is not', { ttl: '720h' }, 'UnknownProperty', 'ttl'],
  ['a schedule that is none', { schedule: 'nightly' }, 'InvalidValue', 'schedule'],
  ['minutes', { retention: Duration.minutes(30) }, 'InvalidValue', 'retention'],
  ['no namespace', { namespaces: [] }, 'MissingValue', 'namespaces'],
  ['every namespace', { namespaces: ['*'] }, 'InvalidName', 'namespaces[0]'],
  ['no label', { labels: {} }, 'MissingValue', 'labels'],
  ['another way', { volumes: 'restic' }, 'InvalidValue', 'volumes'],
  ['hooks that are none', { hooks: [{ name: 'checkpoint' }] }, 'InvalidValue', 'hooks[0]'],
  ['a location that cannot be', { storageLocation: 'Off Site' }, 'InvalidName', 'storageLocation'],
  ['a word for yes', { paused: 'no' }, 'InvalidValue', 'paused'],
  ['a namespace that cannot be', { veleroNamespace: 'Velero' }, 'InvalidName', 'veleroNamespace'],
  ['a name of 64 characters', { name: 'x'.repeat(64) }, 'InvalidName', 'name'],
])('refuses %s', (_, props, code, property) => {
  expect(errorOf(() => specOf(js(props)))).toMatchObject({ code, constructPath: 'chart/nightly', property });
});

test('refuses a chart without a namespace, where none is named', () => {
  const chart = new Chart(testChart(), 'inner', { namespace: undefined });
  expect(chart.namespace).toBeUndefined();
  expect(errorOf(() => specOf({}, chart))).toMatchObject({ code: 'MissingValue', property: 'namespaces' });
});
