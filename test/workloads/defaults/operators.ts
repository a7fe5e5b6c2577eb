import { Chart, Size } from 'cdk8s';
import {
  BarmanObjectStore, CloudNativePg, type CloudNativePgBackupOptions, type CloudNativePgOptions, CloudNativePgRecovery, type CloudNativePgRecoveryProps, DatabaseEngine, ExternalEndpoint,
  type IDatabaseOperator, KubernetesObject, NamePrefix, NetworkPeer, type OperatedDatabaseRequest, type OperatorNetwork, PrimaryUpdateMethod, PrimaryUpdateStrategy, StatefulDatabase,
  SynchronousReplication, VeleroHook, VeleroSchedule, type VeleroScheduleProps, VolumeSnapshotSchedule, type VolumeSnapshotScheduleProps,
} from 'cdk8s-production';
import { defaultsOf } from './default';
import { PropertyPath } from '../../../lib/core/property-path';
import { databaseChart, orders, STORAGE } from '../../helpers/database';
import { type Manifest, one, synth, testChart } from '../../helpers/manifests';
import { operated } from '../../helpers/operators';

const at = new PropertyPath(testChart(), 'here');
const endpoint = ExternalEndpoint.cidr('203.0.113.0/24', 443);
const objectStore = BarmanObjectStore.s3('s3://backups/db', { endpoint });
const made = (options: CloudNativePgOptions = {}, request: Partial<OperatedDatabaseRequest> = {}): Manifest[] => {
  const chart = testChart();
  operated(options, request, chart);
  return synth(chart);
};
const cluster = (options: CloudNativePgOptions = {}, request: Partial<OperatedDatabaseRequest> = {}): Manifest => one(made(options, request), 'Cluster');
const spec = (request: Partial<OperatedDatabaseRequest> = {}): Manifest => cluster({}, request).spec;
const backup = (kind: 'ObjectStore' | 'ScheduledBackup', options: Partial<CloudNativePgBackupOptions> = {}): Manifest => one(made({ backup: { objectStore, ...options } }), kind).spec;
const recovered = (props: Partial<CloudNativePgRecoveryProps> = {}, chart: Chart = databaseChart()): Manifest => {
  new CloudNativePgRecovery(chart, 'db-drill', { operator: new CloudNativePg({ backup: { objectStore } }), source: 'db', version: '16.4', storage: STORAGE, ...props });
  return one(synth(chart), 'Cluster');
};
const velero = (props: Partial<VeleroScheduleProps> = {}): Manifest => {
  const chart = testChart();
  new VeleroSchedule(chart, 'nightly', { schedule: '0 3 * * *', ...props });
  return one(synth(chart), 'Schedule');
};
const hook = () => VeleroHook.before({ name: 'checkpoint', podLabels: { app: 'db' }, command: ['checkpoint'] })._render(at, ['shop']).pre![0]!.exec;
const hourly = (props: Partial<VolumeSnapshotScheduleProps> = {}, chart: Chart = testChart()): Manifest => {
  new VolumeSnapshotSchedule(chart, 'hourly', { claimLabels: { app: 'db' }, schedule: '0 * * * *', ...props });
  return one(synth(chart), 'SnapshotSchedule');
};
const prefixed = (chart: Chart): Chart => {
  NamePrefix.on(chart, 'eu-');
  return chart;
};
const absent = (says: string, manifest: () => Manifest, field: string) => [says, () => expect(manifest()).not.toHaveProperty(field)] as const;
const role = ['- the role of the pods\' ServiceAccount', () => expect(objectStore._render(at).s3Credentials).toEqual({ inheritFromIAMRole: true })] as const;

/** Ports and peers of the policy of a database whose operator says no more than it must. */
const policy = (network: Partial<OperatorNetwork> = {}): Manifest => {
  const chart = databaseChart();
  const operator: IDatabaseOperator = {
    description: 'a test',
    engines: ['redis'],
    podLabels: name => ({ db: name }),
    run: (database, { name }) => ({
      isBackedUp: false,
      network: { from: [], to: [], usesKubernetesApi: false, ...network },
      objects: [],
      readWrite: { port: 6379, serviceName: name },
      workload: new KubernetesObject(database, 'Failover', { apiVersion: 'example.com/v1', kind: 'Failover', name, labels: {}, content: { spec: () => ({}) } }),
    }),
  };
  new StatefulDatabase(chart, 'cache', { engine: DatabaseEngine.redis({ version: '7.4.1' }), storage: STORAGE, instances: 3, operator });
  return one(synth(chart), 'NetworkPolicy').spec;
};

export const OPERATOR_DEFAULTS = [
  ...defaultsOf('CloudNativePgOptions', {
    backup: ['- none', () => {
      expect(made().map(({ kind }) => kind)).toEqual(['Cluster']);
      expect(cluster().spec).not.toHaveProperty('plugins');
    }],
    owner: ['- the name of the application\'s database', () => {
      expect(spec({ database: 'payments' }).bootstrap.initdb.owner).toBe('payments');
      expect(one(synth(Chart.of(orders({ instances: 2 }))), 'Cluster').spec.bootstrap.initdb).toMatchObject({ database: 'app', owner: 'app' });
    }],
    walStorage: ['- a quarter of the data\'s, at least 4 GiB: PostgreSQL\'s own 1 GB between checkpoints, 512 MB for standbys, and as much again until somebody looks', () => {
      const sizes = [1, 16, 100].map(size => spec({ storage: { size: Size.gibibytes(size) } }).walStorage.size);
      expect(sizes).toEqual(['4Gi', '4Gi', '25Gi']);
    }],
    walStorageClassName: ['- the data\'s', () => {
      expect(spec({ storage: { size: STORAGE, storageClassName: 'fast' } }).walStorage.storageClass).toBe('fast');
      expect(spec().walStorage).not.toHaveProperty('storageClass');
    }],
    synchronousReplication: ['- required from three instances, else none', () => {
      expect(spec({ instances: 3 }).postgresql.synchronous.dataDurability).toBe('required');
      expect(spec({ instances: 2 }).postgresql).not.toHaveProperty('synchronous');
    }],
    imageVariant: ['- nothing: `ghcr.io/cloudnative-pg/postgresql:16.4`', () => expect(spec().imageName).toBe('ghcr.io/cloudnative-pg/postgresql:16.4')],
    primaryUpdateStrategy: ['PrimaryUpdateStrategy.UNSUPERVISED', () => expect(spec().primaryUpdateStrategy).toBe(PrimaryUpdateStrategy.UNSUPERVISED)],
    primaryUpdateMethod: ['PrimaryUpdateMethod.SWITCHOVER', () => expect(spec().primaryUpdateMethod).toBe(PrimaryUpdateMethod.SWITCHOVER)],
    smartShutdownTimeout: ['Duration.seconds(30)', () => expect(spec().smartShutdownTimeout).toBe(30)],
    stopDelay: ['Duration.minutes(10)', () => expect(spec().stopDelay).toBe(600)],
    deletionPolicy: ['DeletionPolicy.retain()', () => expect(cluster().metadata.annotations).toEqual({
      'argocd.argoproj.io/sync-options': 'Delete=false,Prune=false', 'helm.sh/resource-policy': 'keep', 'kustomize.toolkit.fluxcd.io/prune': 'disabled',
    })],
    serviceAccountAnnotations: absent('- none', spec, 'serviceAccountTemplate'),
    operatorNamespace: ['cnpg-system', () => expect(operated().network.from.map(({ peer }) => peer._render('shop'))).toContainEqual(expect.objectContaining({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'cnpg-system' } } }))],
  }),
  ...defaultsOf('CloudNativePgBackupOptions', {
    schedule: ['- every night at two: `0 2 * * *`', () => expect(backup('ScheduledBackup').schedule).toBe('0 0 2 * * *')],
    retention: ['Duration.days(30)', () => expect(backup('ObjectStore').retentionPolicy).toBe('30d')],
    sidecarResources: ['- a quarter of a core, 512 MiB of memory and 512 MiB of disk, request and limit in one', () => {
      const amounts = { 'cpu': '250m', 'ephemeral-storage': '512Mi', 'memory': '512Mi' };
      expect(backup('ObjectStore').instanceSidecarConfiguration.resources).toEqual({ limits: amounts, requests: amounts });
    }],
  }),
  ...defaultsOf('SynchronousReplicationOptions', {
    standbys: ['1', () => expect([SynchronousReplication.required(), SynchronousReplication.preferred()].map(replication => replication._render(at, 5)?.number)).toEqual([1, 1])],
  }),
  ...defaultsOf('S3StoreOptions', {
    accessKeyId: role,
    secretAccessKey: role,
    endpointUrl: absent('- Amazon S3', () => objectStore._render(at), 'endpointURL'),
  }),
  ...defaultsOf('GoogleCloudStoreOptions', {
    applicationCredentials: ['- the identity of the pods\' ServiceAccount', () => expect(BarmanObjectStore.googleCloud('gs://backups/db', { endpoint })._render(at).googleCredentials).toEqual({ gkeEnvironment: true })],
  }),
  ...defaultsOf('AzureStoreOptions', {
    connectionString: ['- the identity of the pods', () => expect(BarmanObjectStore.azure('https://account.blob.core.windows.net/db', { endpoint })._render(at).azureCredentials).toEqual({ inheritFromAzureAD: true })],
  }),
  ...defaultsOf('CloudNativePgRecoveryProps', {
    storageClassName: absent('- the cluster\'s default class', () => recovered().spec.storage, 'storageClass'),
    resources: ['- guaranteed: half a core, 1 GiB of memory and 1 GiB of disk beside the data', () => {
      const amounts = { 'cpu': '500m', 'ephemeral-storage': '1Gi', 'memory': '1Gi' };
      expect(recovered().spec.resources).toEqual({ limits: amounts, requests: amounts });
    }],
    database: ['app', () => expect(recovered().spec.bootstrap.recovery).toEqual({ database: 'app', owner: 'app', source: 'db' })],
    image: ['- the operator\'s image of that version', () => expect(recovered({ version: '17.2' }).spec.imageName).toBe('ghcr.io/cloudnative-pg/postgresql:17.2')],
    targetTime: absent('- the last one that is in the archive', () => recovered().spec.bootstrap.recovery, 'recoveryTarget'),
    name: ['- the construct\'s id, after the prefix that holds there', () => expect(recovered({}, prefixed(databaseChart())).metadata.name).toBe('eu-db-drill')],
  }),
  ...defaultsOf('OperatedDatabaseRequest', {
    image: ['- the operator\'s image of that version', () => expect(spec({ version: '17.2' }).imageName).toBe('ghcr.io/cloudnative-pg/postgresql:17.2')],
    imagePullSecrets: absent('- none', spec, 'imagePullSecrets'),
    parameters: ['- the operator\'s', () => expect(Object.keys(spec().postgresql.parameters)).toEqual(['max_slot_wal_keep_size'])],
    placement: ['- anywhere', () => {
      expect(spec().affinity).toEqual({ enablePodAntiAffinity: true, podAntiAffinityType: 'preferred', topologyKey: 'kubernetes.io/hostname' });
      expect(spec().topologySpreadConstraints.every(({ whenUnsatisfiable }: Manifest) => whenUnsatisfiable === 'ScheduleAnyway')).toBe(true);
    }],
  }),
  ...defaultsOf('OperatorStorage', { storageClassName: absent('- the cluster\'s default class', () => spec().storage, 'storageClass') }),
  ...defaultsOf('OperatorPlacement', {
    affinity: ['- none', () => expect(spec({ placement: {} }).affinity).toEqual({ enablePodAntiAffinity: false })],
    nodeSelector: absent('- any node', () => spec({ placement: {} }).affinity, 'nodeSelector'),
    priorityClassName: absent('- the cluster\'s default class', () => spec({ placement: {} }), 'priorityClassName'),
    tolerations: absent('- none', () => spec({ placement: {} }).affinity, 'tolerations'),
    topologySpreadConstraints: ['- none', () => expect(spec({ placement: {} }).topologySpreadConstraints).toEqual([])],
  }),
  ...defaultsOf('OperatorNetwork', {
    connectsTo: ['- nothing', () => {
      expect(JSON.stringify(policy({ connectsTo: [endpoint] }).egress)).toContain('203.0.113.0/24');
      expect(policy().egress.map(({ ports }: Manifest) => ports)).toEqual([[{ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }]]); // names alone
    }],
    metricsPort: ['- none', () => {
      expect(policy({ metricsPort: 9121 }).ingress).toEqual([{ from: [NetworkPeer.namespace('monitoring')._render('shop')], ports: [{ port: 9121, protocol: 'TCP' }] }]);
      expect(policy().ingress ?? []).toEqual([]);
    }],
  }),
  ...defaultsOf('VeleroHookOptions', {
    container: absent('- the pod\'s first', hook, 'container'),
    timeout: ['Duration.seconds(30)', () => expect(hook().timeout).toBe('30s')],
    failOnError: ['true', () => expect(hook().onError).toBe('Fail')],
  }),
  ...defaultsOf('VeleroScheduleProps', {
    retention: ['Duration.days(30)', () => expect(velero().spec.template.ttl).toBe('720h')],
    namespaces: ['- the chart\'s', () => expect(velero().spec.template.includedNamespaces).toEqual(['shop'])],
    labels: absent('- every object of the namespaces', () => velero().spec.template, 'labelSelector'),
    volumes: ['VeleroVolumes.SNAPSHOT', () => expect(velero().spec.template).toMatchObject({ defaultVolumesToFsBackup: false, snapshotMoveData: false, snapshotVolumes: true })],
    hooks: absent('- nothing: what is on disk at that moment, as after a loss of power', () => velero().spec.template, 'hooks'),
    storageLocation: absent('- Velero\'s default', () => velero().spec.template, 'storageLocation'),
    paused: ['false', () => expect(velero().spec.paused).toBe(false)],
    veleroNamespace: ['velero', () => expect(velero().metadata.namespace).toBe('velero')],
    name: ['- the construct\'s id, after the namespace of the chart', () => expect(velero().metadata.name).toBe('shop-nightly')],
  }),
  ...defaultsOf('VolumeSnapshotScheduleProps', {
    maxCount: ['7', () => expect(hourly().spec.retention.maxCount).toBe(7)],
    expires: absent('- as long as it is among the newest', () => hourly().spec.retention, 'expires'),
    snapshotClassName: ['- the default class of the claims\' driver', () => {
      expect(hourly({ snapshotClassName: 'csi' }).spec.snapshotTemplate).toEqual({ snapshotClassName: 'csi' });
      expect(hourly().spec).not.toHaveProperty('snapshotTemplate');
    }],
    snapshotLabels: ['- none', () => {
      expect(hourly({ snapshotLabels: { team: 'data' } }).spec.snapshotTemplate).toEqual({ labels: { team: 'data' } });
      expect(hourly().spec).not.toHaveProperty('snapshotTemplate');
    }],
    disabled: ['false', () => expect(hourly().spec.disabled).toBe(false)],
    name: ['- the construct\'s id, after the prefix that holds there', () => expect(hourly({}, prefixed(testChart())).metadata.name).toBe('eu-hourly')],
  }),
];
