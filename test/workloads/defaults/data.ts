import { Chart } from 'cdk8s';
import {
  Backup, BackupStorage, ConnectionVariables, type ConnectionVariableNames, DatabaseCredentials, type DumpBackupOptions, ExternalEndpoint, Identity,
  type RestoreDrillOptions, type StatefulDatabaseProps,
} from 'cdk8s-production';
import { defaultsOf } from './default';
import { databaseChart, nightly, orders } from '../../helpers/database';
import { identities, type Manifest, one, synth } from '../../helpers/manifests';
import { web } from '../../helpers/service';

const rendered = (props: Partial<StatefulDatabaseProps> = {}): Manifest[] => synth(Chart.of(orders(props)));
const spec = (props: Partial<StatefulDatabaseProps> = {}): Manifest => one(rendered(props), 'StatefulSet').spec;
const container = (): Manifest => spec().template.spec.containers[0];
const names = () => identities(rendered());
const storage = BackupStorage.claim('backups');
const dump = (options: Partial<DumpBackupOptions> = {}): Manifest => one(rendered({ backups: [Backup.dump({ schedule: '0 2 * * *', storage, ...options })] }), 'CronJob', 'orders-backup');
const drill = (options: Partial<RestoreDrillOptions> = {}): Manifest => one(rendered({ backups: [nightly()], restoreDrill: { schedule: '0 5 * * 0', check: 'SELECT 1', ...options } }), 'CronJob', 'orders-restore-drill');
const pod = (job: Manifest): Manifest => job.spec.jobTemplate.spec.template.spec;
const variables = (of: Manifest): Record<string, unknown> => Object.fromEntries(of.env.map((variable: Manifest) => [variable.name, variable.value ?? variable.valueFrom.secretKeyRef]));
const stored = (of: BackupStorage): Record<string, unknown> => variables(pod(one(rendered({ backups: [Backup.dump({ schedule: '0 2 * * *', storage: of })] }), 'CronJob', 'orders-backup')).containers[0]);
const workSpace = (job: Manifest): Manifest => pod(job).volumes.find((volume: Manifest) => volume.name === 'work').ephemeral.volumeClaimTemplate.spec;
const endpoint = ExternalEndpoint.cidr('203.0.113.0/24', 443, { name: 'store' });
const seen = (given: ConnectionVariableNames): Manifest[] => {
  const chart = databaseChart();
  web({}, chart).connectTo(orders({}, chart), { variables: ConnectionVariables.named(given) });
  return one(synth(chart), 'Deployment').spec.template.spec.containers[0].env ?? [];
};
const notNamed = (says: string) => [says, () => expect(seen({})).toEqual([])] as const;
const role = ['- the role of the job\'s identity', () => expect(stored(BackupStorage.s3('bucket', { endpoint }))).toMatchObject({ RCLONE_CONFIG_STORAGE_ENV_AUTH: 'true' })] as const;

export const DATA_DEFAULTS = [
  ...defaultsOf('StatefulDatabaseProps', {
    instances: ['1', () => expect(spec().replicas).toBe(1)],
    operator: ['- for PostgreSQL from two instances on, `new CloudNativePg()`; else nobody: a StatefulSet', () => {
      expect(names()).toContain('StatefulSet/orders');
      expect(identities(rendered({ instances: 2 }))).toContain('Cluster/orders');
    }],
    credentials: ['- the Secret `<name>-credentials` with the keys `username`, `password` and `admin-password`', () => expect(variables(container())).toMatchObject({
      APPLICATION_USERNAME: { name: 'orders-credentials', key: 'username' }, APPLICATION_PASSWORD: { name: 'orders-credentials', key: 'password' }, POSTGRES_PASSWORD: { name: 'orders-credentials', key: 'admin-password' },
    })],
    resources: ['- guaranteed: half a core, 1 GiB of memory and 1 GiB of disk beside the data', () => {
      const amounts = { 'cpu': '500m', 'memory': '1Gi', 'ephemeral-storage': '1Gi' };
      expect(container().resources).toEqual({ requests: amounts, limits: amounts });
    }],
    env: ['- none', () => expect(Object.keys(variables(container())).every(name => /^(APPLICATION_|PG|POSTGRES_)/.test(name))).toBe(true)],
    metrics: ['false', () => expect(spec().template.spec).not.toHaveProperty('initContainers')],
    claimRetention: ['ClaimRetention.retain()', () => expect(spec().persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' })],
    backups: ['- not at all; in production that is a finding', () => expect(names().filter(name => name.startsWith('CronJob'))).toEqual([])],
    restoreDrill: ['- not at all; in production that is a finding', () => expect(orders().restoreDrill).toBeUndefined()],
    names: ['- `name`', () => expect(names().filter(name => !name.startsWith('ConfigMap'))).toEqual(['NetworkPolicy/orders', 'Service/orders', 'Service/orders-headless', 'ServiceAccount/orders', 'StatefulSet/orders'])],
    selectorLabels: ['- `app.kubernetes.io/name` and `app.kubernetes.io/instance`', () => expect(spec().selector.matchLabels).toEqual({ 'app.kubernetes.io/name': 'orders', 'app.kubernetes.io/instance': 'orders' })],
  }),
  ...defaultsOf('DatabaseStorage', {
    storageClass: ['- the cluster\'s default class', () => expect(spec().volumeClaimTemplates[0].spec).not.toHaveProperty('storageClassName')],
    accessMode: ['AccessMode.READ_WRITE_ONCE', () => expect(spec().volumeClaimTemplates[0].spec.accessModes).toEqual(['ReadWriteOnce'])],
  }),
  ...defaultsOf('DatabaseNames', {
    workload: ['- the database\'s name', () => expect(names()).toContain('StatefulSet/orders')],
    container: ['- the database\'s name without prefixes', () => expect(container().name).toBe('orders')],
    service: ['- the database\'s name', () => expect(names()).toContain('Service/orders')],
    headlessService: ['- the database\'s name and `-headless`', () => expect(spec().serviceName).toBe('orders-headless')],
    claim: ['data', () => expect(spec().volumeClaimTemplates[0].metadata.name).toBe('data')],
    networkPolicy: ['- the database\'s name', () => expect(names()).toContain('NetworkPolicy/orders')],
    serviceAccount: ['- the database\'s name', () => expect(names()).toContain('ServiceAccount/orders')],
  }),
  ...defaultsOf('CredentialKeys', Object.fromEntries(([['username', 'username'], ['password', 'password'], ['adminPassword', 'admin-password']] as const).map(([key, says]) => [
    key, [says, () => expect(DatabaseCredentials.fromSecret('vault')._key(key)).toBe(says)] as const,
  ]))),
  ...defaultsOf('DumpBackupOptions', {
    keep: ['14', () => expect(variables(pod(dump()).containers[0]).KEEP).toBe('14')],
    timeZone: ['Etc/UTC', () => expect(dump().spec.timeZone).toBe('Etc/UTC')],
    deadline: ['Duration.hours(12)', () => expect(dump().spec.jobTemplate.spec.activeDeadlineSeconds).toBe(43_200)],
    workSpace: ['- as large as the database\'s claim, of the cluster\'s default class', () => {
      expect(workSpace(dump()).resources.requests.storage).toBe('100Gi');
      expect(workSpace(dump())).not.toHaveProperty('storageClassName');
    }],
    identity: ['Identity.own()', () => expect(pod(dump()).serviceAccountName).toBe('orders-backup')],
    resources: ['- a quarter of a core, 256 MiB and 512 MiB of disk, limits twice that', () => expect(pod(dump()).initContainers[0].resources).toEqual({
      requests: { 'cpu': '250m', 'memory': '256Mi', 'ephemeral-storage': '512Mi' }, limits: { 'cpu': '500m', 'memory': '512Mi', 'ephemeral-storage': '512Mi' },
    })],
    name: ['backup', () => expect(dump().metadata.name).toBe('orders-backup')],
  }),
  ...defaultsOf('WorkSpace', { storageClass: ['- the cluster\'s default class', () => expect(workSpace(dump())).not.toHaveProperty('storageClassName')] }),
  ...defaultsOf('RestoreDrillOptions', {
    maximumAge: ['- the time of two dumps, at least 2 days', () => {
      expect(variables(pod(drill()).initContainers[0]).MAXIMUM_AGE).toBe('172800');
      const weekly = rendered({ backups: [Backup.dump({ schedule: '0 2 * * 6', storage })], restoreDrill: { schedule: '0 5 * * 0', check: 'SELECT 1' } });
      expect(variables(pod(one(weekly, 'CronJob', 'orders-restore-drill')).initContainers[0]).MAXIMUM_AGE).toBe(String(14 * 86_400));
    }],
    timeZone: ['Etc/UTC', () => expect(drill().spec.timeZone).toBe('Etc/UTC')],
    deadline: ['- the time between two drills, at least 1 hour and at most 1 day', () => expect(drill().spec.jobTemplate.spec.activeDeadlineSeconds).toBe(86_400)],
    workSpace: ['- twice as large as the database\'s claim, of the cluster\'s default class', () => expect(workSpace(drill()).resources.requests.storage).toBe('200Gi')],
    resources: ['- half a core, 1 GiB and 1 GiB of disk, limits twice that', () => expect(pod(drill()).initContainers[1].resources).toEqual({
      requests: { 'cpu': '500m', 'memory': '1Gi', 'ephemeral-storage': '1Gi' }, limits: { 'cpu': '1', 'memory': '2Gi', 'ephemeral-storage': '1Gi' },
    })],
    pushgateway: ['- nowhere', () => expect(variables(pod(drill()).containers[0])).not.toHaveProperty('PUSHGATEWAY_URL')],
    identity: ['- as for the dump', () => {
      const manifests = rendered({ backups: [Backup.dump({ schedule: '0 2 * * *', storage, identity: Identity.existing({ name: 'keeper' }) })], restoreDrill: { schedule: '0 5 * * 0', check: 'SELECT 1' } });
      expect(pod(one(manifests, 'CronJob', 'orders-restore-drill')).serviceAccountName).toBe('keeper');
    }],
  }),
  ...defaultsOf('BackupStorageOptions', {
    folder: ['- the name of the database', () => expect(stored(storage).STORAGE).toBe('storage:/backups/orders')],
    passphrase: ['- not encrypted by this library', () => expect(stored(storage)).not.toHaveProperty('BACKUP_PASSPHRASE')],
    image: ['rclone/rclone:1.68.2', () => expect(pod(dump()).containers[0].image).toBe('rclone/rclone:1.68.2')],
    resources: ['Resources.small()', () => expect(pod(dump()).containers[0].resources.requests).toEqual({ 'cpu': '125m', 'memory': '128Mi', 'ephemeral-storage': '512Mi' })],
  }),
  ...defaultsOf('S3BucketOptions', {
    region: ['- the store\'s', () => expect(stored(BackupStorage.s3('bucket', { endpoint }))).not.toHaveProperty('RCLONE_CONFIG_STORAGE_REGION')],
    endpointUrl: ['- Amazon S3', () => expect(stored(BackupStorage.s3('bucket', { endpoint }))).toMatchObject({ RCLONE_CONFIG_STORAGE_PROVIDER: 'AWS' })],
    accessKeyId: role,
    secretAccessKey: role,
  }),
  ...defaultsOf('GoogleCloudBucketOptions', {
    serviceAccountKey: ['- the job\'s identity', () => expect(stored(BackupStorage.googleCloud('bucket', { endpoint }))).toMatchObject({ RCLONE_CONFIG_STORAGE_ENV_AUTH: 'true' })],
  }),
  ...defaultsOf('AzureContainerOptions', {
    accountKey: ['- the job\'s identity', () => expect(stored(BackupStorage.azure('box', { endpoint, account: 'backups1' }))).toMatchObject({ RCLONE_CONFIG_STORAGE_ENV_AUTH: 'true' })],
  }),
  ...defaultsOf('RcloneStorageOptions', {
    secretSettings: ['- none', () => expect(Object.values(stored(BackupStorage.rclone('sftp', 'x', { endpoint, settings: {} }))).every(value => typeof value === 'string')).toBe(true)],
  }),
  ...defaultsOf('ConnectionVariableNames', {
    host: notNamed('- none'),
    port: notNamed('- none'),
    database: notNamed('- none'),
    username: notNamed('- none'),
    password: notNamed('- none'),
    url: notNamed('- none'),
    scheme: ['- the target\'s, such as postgres; http where it has none', () => {
      expect(seen({ url: 'A' }).at(-1).value).toMatch(/^postgres:/);
      const chart = databaseChart();
      web({}, chart).connectTo(ExternalEndpoint.cidr('203.0.113.0/24', 80, { name: 'far', host: 'far.example.com' }), { variables: ConnectionVariables.named({ url: 'FAR' }) });
      expect(one(synth(chart), 'Deployment').spec.template.spec.containers[0].env[0].value).toBe('http://far.example.com:80');
    }],
  }),
];
