import { Duration } from 'cdk8s';
import { Environment, NamePrefix, VolumeSnapshotSchedule, type VolumeSnapshotScheduleProps } from 'cdk8s-production';
import { errorOf, identities, type Manifest, one, synth, testChart } from '../../helpers/manifests';

const least: VolumeSnapshotScheduleProps = { claimLabels: { app: 'db' }, schedule: '0 * * * *' };
const specOf = (props: object): Manifest => {
  const chart = testChart();
  new VolumeSnapshotSchedule(chart, 'hourly', { ...least, ...props });
  return one(synth(chart), 'SnapshotSchedule').spec;
};

test('keeps the seven newest snapshots of each claim', () => {
  const chart = testChart();
  Environment.production({ team: 'data' }).attachTo(chart);
  const hourly = new VolumeSnapshotSchedule(chart, 'hourly', least);

  expect(synth(chart)).toEqual([{
    apiVersion: 'snapscheduler.backube/v1',
    kind: 'SnapshotSchedule',
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production', 'team': 'data' }, name: 'hourly', namespace: 'shop' },
    spec: { claimSelector: { matchLabels: { app: 'db' } }, disabled: false, retention: { maxCount: 7 }, schedule: '0 * * * *' },
  }]);
  expect(hourly.name).toBe('hourly');
});

test('every prop arrives', () => {
  const props: Required<VolumeSnapshotScheduleProps> = {
    claimLabels: { app: 'db', role: 'data' }, schedule: '@daily', maxCount: 14, expires: Duration.days(30), snapshotClassName: 'csi', snapshotLabels: { team: 'data' }, disabled: true, name: 'nightly',
  };
  const chart = testChart();
  new VolumeSnapshotSchedule(chart, 'hourly', props);
  const { metadata, spec } = one(synth(chart), 'SnapshotSchedule');

  expect(metadata.name).toBe('nightly');
  expect(spec).toEqual({
    claimSelector: { matchLabels: { app: 'db', role: 'data' } }, disabled: true, retention: { expires: '720h', maxCount: 14 }, schedule: '0 0 * * *', snapshotTemplate: { labels: { team: 'data' }, snapshotClassName: 'csi' },
  });
});

// What the schema of the kind takes: https://github.com/backube/snapscheduler/blob/master/api/v1/snapshotschedule_types.go
const SCHEMA = /^(@(annually|yearly|monthly|weekly|daily|hourly))|((((\d+,)*\d+|(\d+(\/|-)\d+)|\*(\/\d+)?)\s?){5})$/;

test.each([['*/15 * * * *'], ['0 3 * * 1-5'], ['0,30 3 1,15 * *'], ['5/20 * * * *'], ['@weekly'], ['@midnight']])('takes %s, and so does the schema', schedule => {
  expect(specOf({ schedule }).schedule).toMatch(SCHEMA);
});

test.each([['0 3 * * mon'], ['0 3 * jan *'], ['0 3 * * 1-3,5'], ['0 3 1-15/2 * *'], ['0 3 ? * 1']])('refuses %s, of which the schema knows nothing', schedule => {
  expect(errorOf(() => specOf({ schedule }))).toMatchObject({ code: 'UnsupportedByController', property: 'schedule' });
});

test('two schedules stand side by side, prefixes hold, and two syntheses give the same', () => {
  const chart = testChart();
  NamePrefix.on(chart, 'eu-');
  new VolumeSnapshotSchedule(chart, 'hourly', least);
  new VolumeSnapshotSchedule(chart, 'daily', least);

  expect(identities(synth(chart))).toEqual(['SnapshotSchedule/eu-daily', 'SnapshotSchedule/eu-hourly']);
  expect(synth(chart)).toEqual(synth(chart));
});

test('the SnapshotSchedule can be patched', () => {
  const chart = testChart();
  new VolumeSnapshotSchedule(chart, 'hourly', least).schedule.patch({ spec: { disabled: true } });

  expect(one(synth(chart), 'SnapshotSchedule').spec.disabled).toBe(true);
});

test.each<[what: string, props: object, code: string, property: string]>([
  ['a prop that there is not', { retention: 7 }, 'UnknownProperty', 'retention'],
  ['every claim', { claimLabels: {} }, 'MissingValue', 'claimLabels'],
  ['a schedule that is none', { schedule: 'hourly' }, 'InvalidValue', 'schedule'],
  ['no snapshots', { maxCount: 0 }, 'InvalidValue', 'maxCount'],
  ['seconds', { expires: Duration.seconds(30) }, 'InvalidValue', 'expires'],
  ['a class that cannot be', { snapshotClassName: 'CSI' }, 'InvalidName', 'snapshotClassName'],
  ['labels that cannot be', { snapshotLabels: { 'a b': 'c' } }, 'InvalidName', 'snapshotLabels'],
  ['a word for yes', { disabled: 'no' }, 'InvalidValue', 'disabled'],
  ['a name of 64 characters', { name: 'x'.repeat(64) }, 'InvalidName', 'name'],
])('refuses %s', (_, props, code, property) => {
  expect(errorOf(() => specOf(props))).toMatchObject({ code, constructPath: 'chart/hourly', property });
});
