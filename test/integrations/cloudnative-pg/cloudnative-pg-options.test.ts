import { Duration, Size } from 'cdk8s';
import { BarmanObjectStore, type CloudNativePgBackupOptions, type CloudNativePgOptions, DeletionPolicy, PrimaryUpdateMethod, PrimaryUpdateStrategy, Resources, SynchronousReplication } from 'cdk8s-production';
import { errorOf, type Manifest, one, synth, testChart } from '../../helpers/manifests';
import { operated, STORE } from '../../helpers/operators';

const objectStore = BarmanObjectStore.s3('s3://backups/db', { endpoint: STORE });
const js = <T>(value: unknown): T => value as T;

test('every option arrives', () => {
  const backup: Required<CloudNativePgBackupOptions> = { objectStore, schedule: '30 1 * * 0', retention: Duration.days(14), sidecarResources: Resources.small() };
  const options: Required<CloudNativePgOptions> = {
    backup,
    owner: 'shop',
    walStorage: Size.gibibytes(10),
    walStorageClassName: 'fast',
    synchronousReplication: SynchronousReplication.preferred(),
    imageVariant: 'standard-bookworm',
    primaryUpdateStrategy: PrimaryUpdateStrategy.SUPERVISED,
    primaryUpdateMethod: PrimaryUpdateMethod.RESTART,
    smartShutdownTimeout: Duration.seconds(0),
    stopDelay: Duration.minutes(30),
    deletionPolicy: DeletionPolicy.delete('a database of a test'),
    serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/backups' },
    operatorNamespace: 'operators',
  };
  const chart = testChart();
  const { network } = operated(options, {}, chart);
  const manifests: Manifest[] = synth(chart);

  expect(one(manifests, 'Cluster').metadata.annotations).toBeUndefined();
  expect(one(manifests, 'Cluster').spec).toMatchObject({
    bootstrap: { initdb: { owner: 'shop' } },
    imageName: 'ghcr.io/cloudnative-pg/postgresql:16.4-standard-bookworm',
    postgresql: { synchronous: { dataDurability: 'preferred', method: 'any', number: 1 } },
    primaryUpdateMethod: 'restart',
    primaryUpdateStrategy: 'supervised',
    serviceAccountTemplate: { metadata: { annotations: options.serviceAccountAnnotations } },
    smartShutdownTimeout: 0,
    stopDelay: 1800,
    walStorage: { size: '10Gi', storageClass: 'fast' },
  });
  expect(one(manifests, 'ObjectStore').spec).toMatchObject({ instanceSidecarConfiguration: { resources: { requests: { cpu: '125m' } } }, retentionPolicy: '14d' });
  expect(one(manifests, 'ScheduledBackup').spec.schedule).toBe('0 30 1 * * 0');
  expect(network.from[1]!.peer._render('shop').namespaceSelector).toEqual({ matchLabels: { 'kubernetes.io/metadata.name': 'operators' } });
});

test.each<[what: string, options: unknown, code: string, property: string]>([
  ['an option that there is not', { instances: 3 }, 'UnknownProperty', 'instances'],
  ['too little for logs', { walStorage: Size.gibibytes(1) }, 'InvalidValue', 'walStorage'],
  ['a class that no object can be', { walStorageClassName: 'Fast' }, 'InvalidName', 'walStorageClassName'],
  ['another kind of replication', { synchronousReplication: 'any' }, 'InvalidValue', 'synchronousReplication'],
  ['an image for a variant', { imageVariant: 'postgres:16.4' }, 'InvalidValue', 'imageVariant'],
  ['another strategy', { primaryUpdateStrategy: 'switchover' }, 'InvalidValue', 'primaryUpdateStrategy'],
  ['another method', { primaryUpdateMethod: 'supervised' }, 'InvalidValue', 'primaryUpdateMethod'],
  ['half a second', { smartShutdownTimeout: Duration.millis(500) }, 'InvalidValue', 'smartShutdownTimeout'],
  ['no time to end', { smartShutdownTimeout: Duration.seconds(60), stopDelay: Duration.seconds(74) }, 'ShutdownTooShort', 'stopDelay'],
  ['another policy', { deletionPolicy: 'Delete' }, 'InvalidValue', 'deletionPolicy'],
  ['annotations that are none', { serviceAccountAnnotations: { 'a b': 'c' } }, 'InvalidName', 'serviceAccountAnnotations'],
  ['a namespace that is none', { operatorNamespace: 'CNPG' }, 'InvalidName', 'operatorNamespace'],
  ['an option of backups that there is not', { backup: { objectStore, keep: 3 } }, 'UnknownProperty', 'backup.keep'],
  ['no store', { backup: {} }, 'InvalidValue', 'backup.objectStore'],
  ['a schedule of six fields', { backup: { objectStore, schedule: '0 0 2 * * *' } }, 'InvalidValue', 'backup.schedule'],
  ['half a day', { backup: { objectStore, retention: Duration.hours(36) } }, 'InvalidValue', 'backup.retention'],
  ['hours', { backup: { objectStore, retention: Duration.hours(12) } }, 'InvalidValue', 'backup.retention'],
  ['other resources', { backup: { objectStore, sidecarResources: {} } }, 'InvalidValue', 'backup.sidecarResources'],
])('refuses %s', (_, options, code, property) => {
  expect(errorOf(() => operated(js(options)))).toMatchObject({ code, constructPath: 'chart/db', property: `operator.${property}` });
});

test('says in whole days what half a day would be', () => {
  expect(errorOf(() => operated({ backup: { objectStore, retention: Duration.hours(36) } })).fix).toBe('write Duration.days(2)');
});
