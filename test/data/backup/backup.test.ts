import { Chart, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  Backup, BackupStorage, DatabaseEngine, DumpBackup, type DumpBackupOptions, ExternalEndpoint, Health, Identity, type PodOptions, Resources, StatefulDatabase, VeleroSchedule,
  VolumeSnapshotSchedule,
} from 'cdk8s-production';
import { DUMP_BACKUP_OPTIONS } from '../../../lib/data/backup/dump-backup-options';
import { STORE } from '../../../lib/data/backup/scripts/storage-scripts';
import { databaseChart, nightly, orders, REDIS } from '../../helpers/database';
import { errorOf, identities, type Manifest, one, synth } from '../../helpers/manifests';

const S3 = ExternalEndpoint.cidr('203.0.113.0/24', 443, { name: 's3' });
const dumpOf = (options: Partial<DumpBackupOptions> = {}, props = {}) => synth(Chart.of(orders({ backups: [Backup.dump({ schedule: '0 2 * * *', storage: BackupStorage.claim('backups'), ...options })], ...props })));
const jobOf = (manifests: Manifest[], name = 'orders-backup') => one(manifests, 'CronJob', name);
const podOf = (job: Manifest) => job.spec.jobTemplate.spec.template.spec;
const variables = (container: Manifest) => Object.fromEntries(container.env.map((variable: Manifest) => [variable.name, variable.value ?? `${variable.valueFrom.secretKeyRef.name}/${variable.valueFrom.secretKeyRef.key}`]));

describe('a dump', () => {
  test('is exactly these objects beside the database, with what a person needs to restore', () => {
    const names = identities(dumpOf()).filter(name => !/\/orders(-headless|-files-.*)?$/.test(name));
    expect(names).toEqual([
      'CronJob/orders-backup', 'CronJob/orders-restore', 'NetworkPolicy/orders-backup', 'NetworkPolicy/orders-restore', 'ServiceAccount/orders-backup', 'ServiceAccount/orders-restore',
    ]);
  });

  test('is made by the engine\'s tool in the engine\'s image, then stored by another container on the same volume', () => {
    const pod = podOf(jobOf(dumpOf()));
    const [dump] = pod.initContainers;
    const [store] = pod.containers;
    expect([dump.image, store.image]).toEqual(['postgres:16.4', 'rclone/rclone:1.68.2']);
    expect([dump.command[2], store.command[2]]).toEqual([expect.stringContaining('pg_dump'), STORE]);
    expect(dump.volumeMounts).toContainEqual({ mountPath: '/work', name: 'work' });
    expect(store.volumeMounts).toContainEqual({ mountPath: '/work', name: 'work' });
    expect(pod.volumes.find((volume: Manifest) => volume.name === 'work').ephemeral.volumeClaimTemplate.spec.resources.requests.storage).toBe('100Gi');
  });

  test('knows everything by variables, and no password but by reference', () => {
    const pod = podOf(jobOf(dumpOf()));
    expect(variables(pod.initContainers[0])).toEqual({
      DATABASE_HOST: 'orders',
      DATABASE_NAME: 'app',
      DATABASE_PASSWORD: 'orders-credentials/admin-password',
      DATABASE_PORT: '5432',
      DATABASE_USERNAME: 'postgres',
      DUMP_FILE: '/work/dump.dump',
      SCRATCH_DIRECTORY: '/work',
    });
    expect(variables(pod.containers[0])).toEqual({ DUMP_FILE: '/work/dump.dump', KEEP: '14', RCLONE_CONFIG_STORAGE_TYPE: 'local', STORAGE: 'storage:/backups/orders' });
  });

  test('reaches the database and the storage, and nothing else', () => {
    const manifests = dumpOf({ storage: BackupStorage.s3('bucket', { endpoint: S3 }) });
    expect(one(manifests, 'NetworkPolicy', 'orders-backup').spec.egress).toEqual(expect.arrayContaining([
      { ports: [{ port: 443, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '203.0.113.0/24' } }] },
      { ports: [{ port: 5432, protocol: 'TCP' }], to: [{ podSelector: { matchLabels: one(manifests, 'StatefulSet').spec.selector.matchLabels } }] },
    ]));
    expect(one(manifests, 'NetworkPolicy', 'orders-backup').spec.egress).toHaveLength(3);
  });

  test('of a database that an operator runs is made as the application\'s user', () => {
    const manifests = dumpOf({}, { instances: 3 });
    expect(variables(podOf(jobOf(manifests)).initContainers[0])).toMatchObject({ DATABASE_HOST: 'orders-rw', DATABASE_USERNAME: 'orders-credentials/username', DATABASE_PASSWORD: 'orders-credentials/password' });
    expect(identities(manifests)).not.toContain('CronJob/orders-restore');
  });

  test('runs one at a time, is tried again, and tells the version of what it dumps', () => {
    const job = jobOf(dumpOf());
    expect(job.spec).toMatchObject({ concurrencyPolicy: 'Forbid', schedule: '0 2 * * *', timeZone: 'Etc/UTC', jobTemplate: { spec: { backoffLimit: 2 } } });
    expect(job.metadata.labels).toMatchObject({ 'app.kubernetes.io/component': 'backup', 'app.kubernetes.io/version': '16.4' });
  });

  test('takes every option; a new one breaks this test', () => {
    const all: Required<DumpBackupOptions> = {
      schedule: '15 3 * * *',
      storage: BackupStorage.claim('backups'),
      keep: 3,
      timeZone: 'Europe/Berlin',
      deadline: Duration.hours(2),
      workSpace: { size: Size.gibibytes(7), storageClass: 'scratch' },
      identity: Identity.existing({ name: 'uploader' }),
      resources: Resources.guaranteed({ memory: Size.mebibytes(333) }),
      name: 'weekly',
    };
    expect(Object.keys(all).sort()).toEqual(Object.keys(DUMP_BACKUP_OPTIONS).sort());
    const text = JSON.stringify(jobOf(dumpOf(all), 'orders-weekly'));
    for (const part of ['15 3 * * *', '"3"', 'Europe/Berlin', '7200', '7Gi', 'scratch', 'uploader', '333Mi']) { expect(text).toContain(part); }
  });

  test('uses the registry login and user of the database', () => {
    const pod: PodOptions = { user: 20001, imagePullSecrets: [{ name: 'login' }] };
    expect(podOf(jobOf(dumpOf({}, { pod })))).toMatchObject({ imagePullSecrets: [{ name: 'login' }], securityContext: { runAsUser: 20001 } });
  });

  test.each<[string, Partial<DumpBackupOptions>, string, string, string?]>([
    ['a schedule that is none', { schedule: 'daily' }, 'InvalidValue', 'schedule', 'chart/orders/Backup-backup/Job'],
    ['a storage that is none', { storage: 's3://bucket' as never }, 'InvalidValue', 'backups[0].storage'],
    ['nothing to keep', { keep: 0 }, 'InvalidValue', 'backups[0].keep'],
    ['a name that is none', { name: 'Nightly dump' }, 'InvalidValue', 'backups[0].name'],
    ['an unknown option', { retain: 3 } as never, 'UnknownProperty', 'backups[0].retain'],
  ])('with %s is refused', (_, options, code, property, path = 'chart/orders') => {
    expect(errorOf(() => dumpOf(options))).toMatchObject({ code, constructPath: path, property });
  });

  test('of an engine that brings no scripts is refused', () => {
    const engine = DatabaseEngine.custom({ name: 'etcd', image: 'registry.example.com/etcd:3.5.16', port: 2379, dataPath: '/data', health: Health.exec({ readiness: ['etcdctl', 'endpoint', 'health'] }) });
    expect(errorOf(() => dumpOf({}, { engine }))).toMatchObject({ code: 'UnsupportedByController', property: 'backups[0]' });
  });

  test('beside another of the same name is refused, and of another name is not', () => {
    const two = (options: Partial<DumpBackupOptions>) => () => synth(Chart.of(orders({ backups: [nightly(), Backup.dump({ schedule: '0 * * * *', storage: BackupStorage.claim('hourly'), ...options })] })));
    expect(errorOf(two({}))).toMatchObject({ code: 'DuplicateIdentity', property: 'backups[1].name' });
    expect(identities(two({ name: 'hourly' })())).toEqual(expect.arrayContaining(['CronJob/orders-backup', 'CronJob/orders-hourly']));
  });

  test('in the place of another is refused, whoever\'s it is: each would remove the other\'s', () => {
    const hourly = (storage: BackupStorage) => Backup.dump({ schedule: '0 * * * *', storage, name: 'hourly' });
    expect(errorOf(() => orders({ backups: [nightly(), hourly(BackupStorage.claim('backups'))] }))).toMatchObject({ code: 'ConflictingProperties', property: 'backups[1].storage.folder' });
    const chart = databaseChart();
    const bucket = (folder: string) => BackupStorage.s3('bucket', { endpoint: S3, folder });
    orders({ backups: [hourly(bucket('all'))] }, chart);
    const ledger = (folder: string) => new StatefulDatabase(chart, `ledger-${folder}`, { engine: REDIS, storage: Size.gibibytes(1), backups: [hourly(bucket(folder))] });
    expect(errorOf(() => ledger('all'))).toMatchObject({ code: 'ConflictingProperties', constructPath: 'chart/ledger-all' });
    expect(ledger('ledger').backups).toHaveLength(1);
  });

  test('keeps no volume of a run that succeeded: a finished pod would keep it', () => {
    expect(jobOf(dumpOf()).spec).toMatchObject({ successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 1 });
  });

});

describe('other ways', () => {
  test('are snapshots of the database\'s claims, and Velero for its objects', () => {
    const database = orders({ backups: [Backup.snapshot({ schedule: '0 * * * *', maxCount: 3 }), Backup.velero({ schedule: '0 3 * * *' })] });
    const manifests = synth(Chart.of(database));
    expect(one(manifests, 'SnapshotSchedule', 'orders').spec).toMatchObject({ claimSelector: { matchLabels: one(manifests, 'StatefulSet').spec.selector.matchLabels }, retention: { maxCount: 3 } });
    expect(one(manifests, 'Schedule', 'shop-orders').spec.template.labelSelector.matchLabels).toEqual(one(manifests, 'StatefulSet').spec.selector.matchLabels);
    expect(database.backups.map(backup => backup.constructor)).toEqual([VolumeSnapshotSchedule, VeleroSchedule]);
    expect(database.restore).toBeUndefined();
  });

  test('can stand beside a dump, each a member that can be patched', () => {
    const database: StatefulDatabase = orders({ backups: [nightly(), Backup.snapshot({ schedule: '0 * * * *' })] }, databaseChart());
    const [dump] = database.backups;
    expect(dump).toBeInstanceOf(DumpBackup);
    (dump as DumpBackup).job.cronJob.patch({ spec: { suspend: true } });
    database.restore!.job.cronJob.patch({ metadata: { annotations: { note: 'see the runbook' } } });
    const manifests = synth(Chart.of(database));
    expect(jobOf(manifests).spec.suspend).toBe(true);
    expect(jobOf(manifests, 'orders-restore').metadata.annotations).toEqual({ note: 'see the runbook' });
  });
});

test('a claim of cdk8s-plus can be the storage', () => {
  const chart = databaseChart();
  const claim = kplus.PersistentVolumeClaim.fromClaimName(chart, 'claim', 'shelf');
  orders({ backups: [Backup.dump({ schedule: '0 2 * * *', storage: BackupStorage.claim(claim, { folder: 'here/orders' }) })] }, chart);
  const pod = podOf(jobOf(synth(chart)));
  expect(pod.volumes).toContainEqual({ name: expect.any(String), persistentVolumeClaim: expect.objectContaining({ claimName: 'shelf' }) });
  expect(variables(pod.containers[0]).STORAGE).toBe('storage:/backups/here/orders');
});
