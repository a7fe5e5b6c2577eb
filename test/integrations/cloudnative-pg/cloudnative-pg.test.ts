import { JsonPatch } from 'cdk8s';
import { BarmanObjectStore, CloudNativePg, type CloudNativePgOptions, DeletionPolicy, type OperatedDatabaseRequest } from 'cdk8s-production';
import { errorOf, identities, type Manifest, one, synth, testChart } from '../../helpers/manifests';
import { operated, STORE } from '../../helpers/operators';

const backup = { objectStore: BarmanObjectStore.s3('s3://backups/db', { endpoint: STORE }) };
const manifestsOf = (options: CloudNativePgOptions = {}, request: Partial<OperatedDatabaseRequest> = {}): Manifest[] => {
  const chart = testChart();
  operated(options, request, chart);
  return synth(chart);
};
const specOf = (options: CloudNativePgOptions = {}, request: Partial<OperatedDatabaseRequest> = {}): Manifest => one(manifestsOf(options, request), 'Cluster').spec;

test('a database without options is one Cluster', () => {
  const manifests = manifestsOf({}, { labels: { 'app.kubernetes.io/name': 'db', 'app.kubernetes.io/part-of': 'shop', 'team': 'data' } });

  expect(identities(manifests)).toEqual(['Cluster/db']);
  expect(manifests[0]).toEqual({
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Cluster',
    metadata: {
      annotations: { 'argocd.argoproj.io/sync-options': 'Delete=false,Prune=false', 'helm.sh/resource-policy': 'keep', 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
      labels: { 'app.kubernetes.io/name': 'db', 'app.kubernetes.io/part-of': 'shop', 'team': 'data' },
      name: 'db',
      namespace: 'shop',
    },
    spec: {
      affinity: { enablePodAntiAffinity: true, podAntiAffinityType: 'preferred', topologyKey: 'kubernetes.io/hostname' },
      bootstrap: { initdb: { database: 'payments', dataChecksums: true, encoding: 'UTF8', owner: 'payments', secret: { name: 'db-credentials' } } },
      enablePDB: true,
      enableSuperuserAccess: false,
      imageName: 'ghcr.io/cloudnative-pg/postgresql:16.4',
      imagePullPolicy: 'Always',
      inheritedMetadata: { labels: { 'app.kubernetes.io/part-of': 'shop', 'team': 'data' } },
      instances: 3,
      postgresql: {
        parameters: { max_slot_wal_keep_size: '12800MB' },
        synchronous: { dataDurability: 'required', failoverQuorum: true, method: 'any', number: 1 },
      },
      primaryUpdateMethod: 'switchover',
      primaryUpdateStrategy: 'unsupervised',
      replicationSlots: { highAvailability: { enabled: true } },
      resources: { limits: { cpu: '1', memory: '4Gi' }, requests: { cpu: '1', memory: '4Gi' } },
      seccompProfile: { type: 'RuntimeDefault' },
      smartShutdownTimeout: 30,
      stopDelay: 600,
      storage: { resizeInUseVolumes: true, size: '100Gi' },
      topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map(topologyKey => ({
        labelSelector: { matchLabels: { 'cnpg.io/cluster': 'db', 'cnpg.io/podRole': 'instance' } }, maxSkew: 1, nodeTaintsPolicy: 'Honor', topologyKey, whenUnsatisfiable: 'ScheduleAnyway',
      })),
      walStorage: { resizeInUseVolumes: true, size: '25Gi' },
    },
  });
});

test('tells where its clients find it, and what its pods have to do with the network', () => {
  const database = operated();
  const pods = { podSelector: { matchLabels: { 'cnpg.io/cluster': 'db' } } };
  const operator = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'cnpg-system' } }, podSelector: { matchLabels: { 'app.kubernetes.io/name': 'cloudnative-pg' } } };
  const ports = [{ number: 5432 }, { number: 8000 }];

  expect(database).toMatchObject({ isBackedUp: false, objects: [], readOnly: { port: 5432, serviceName: 'db-ro' }, readWrite: { port: 5432, serviceName: 'db-rw' } });
  expect(database.network).toMatchObject({ connectsTo: [], metricsPort: 9187, usesKubernetesApi: true });
  expect(database.network.from.map(({ peer, ports: on }) => [peer._render('shop'), on])).toEqual([[pods, ports], [operator, ports]]);
  expect(database.network.to.map(({ peer, ports: on }) => [peer._render('shop'), on])).toEqual([[pods, ports]]);
  expect(new CloudNativePg().podLabels('db')).toEqual({ 'cnpg.io/cluster': 'db' });
});

test('a database that is backed up has a store and a schedule, archives to it, and reaches it', () => {
  const chart = testChart();
  const database = operated({ backup }, {}, chart);
  const manifests = synth(chart);

  expect(identities(manifests)).toEqual(['Cluster/db', 'ObjectStore/db', 'ScheduledBackup/db-backup']);
  expect(one(manifests, 'Cluster').spec.plugins).toEqual([{ isWALArchiver: true, name: 'barman-cloud.cloudnative-pg.io', parameters: { barmanObjectName: 'db' } }]);
  expect(database).toMatchObject({ isBackedUp: true, network: { connectsTo: [STORE] } });
  expect(database.objects.map(({ kind }) => kind)).toEqual(['ObjectStore', 'ScheduledBackup']);
});

test('what is not to be kept carries no annotation', () => {
  expect(one(manifestsOf({ deletionPolicy: DeletionPolicy.delete('a database of a test') }), 'Cluster').metadata.annotations).toBeUndefined();
});

test('the owner is another than the database where that is said', () => {
  expect(specOf({ owner: 'payments_owner' }).bootstrap.initdb).toMatchObject({ database: 'payments', owner: 'payments_owner' });
});

test('two databases stand side by side, and two syntheses give the same', () => {
  const chart = testChart();
  operated({ backup }, { name: 'one' }, chart);
  operated({ backup }, { name: 'two' }, chart);

  expect(identities(synth(chart))).toHaveLength(6);
  expect(synth(chart)).toEqual(synth(chart));
});

test('every object can be patched', () => {
  const chart = testChart();
  const { workload, objects } = operated({ backup }, {}, chart);
  workload.patch({ spec: { logLevel: 'debug' } });
  objects[0]!.patch({ spec: { configuration: { wal: { maxParallel: 8 } } } });
  objects[1]!.addJsonPatch(JsonPatch.replace('/spec/immediate', false));

  expect(one(synth(chart), 'Cluster').spec.logLevel).toBe('debug');
  expect(one(synth(chart), 'ObjectStore').spec.configuration.wal).toEqual({ compression: 'gzip', maxParallel: 8 });
  expect(one(synth(chart), 'ScheduledBackup').spec.immediate).toBe(false);
});

test.each<[what: string, request: Partial<OperatedDatabaseRequest>, code: string, property: string]>([
  ['another engine', { engine: 'mysql' }, 'UnsupportedByController', 'engine'],
  ['keys that it does not read', { credentials: { secretName: 'db', usernameKey: 'user', passwordKey: 'password' } }, 'UnsupportedByController', 'credentials'],
  ['a database of the system', { database: 'postgres' }, 'InvalidValue', 'engine.database'],
  ['a database whose name needs quotes', { database: 'Payments' }, 'InvalidValue', 'engine.database'],
  ['a name of 51 characters', { name: 'x'.repeat(51) }, 'InvalidName', 'name'],
  ['a name that no Service may have', { name: '4db' }, 'InvalidName', 'name'],
])('refuses %s', (_, request, code, property) => {
  expect(errorOf(() => operated({}, request))).toMatchObject({ code, constructPath: `chart/${request.name ?? 'db'}`, property });
});

test.each(['postgres', 'pg_reader', 'streaming_replica', 'Owner', ''])('refuses the owner %j', owner => {
  expect(errorOf(() => operated({ owner }))).toMatchObject({ code: 'InvalidValue', property: 'operator.owner' });
});
