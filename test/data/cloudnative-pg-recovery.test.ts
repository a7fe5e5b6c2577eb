import { type Chart, JsonPatch, Size } from 'cdk8s';
import {
  BarmanObjectStore, CiliumFqdnEgress, CloudNativePg, CloudNativePgRecovery, type CloudNativePgRecoveryProps, ConnectionVariables, Environment, ExternalEndpoint, NamePrefix,
  NetworkPeer, PrimaryUpdateStrategy, Resources, SynchronousReplication,
} from 'cdk8s-production';
import { errorOf, identities, type Manifest, one, synth, testChart } from '../helpers/manifests';
import { chartIn, web } from '../helpers/service';

const API = [{ peer: NetworkPeer.cidr('10.0.0.10/32'), ports: [{ number: 6443 }] }];
const operator = new CloudNativePg({ backup: { objectStore: BarmanObjectStore.s3('s3://backups/db', { endpoint: ExternalEndpoint.cidr('203.0.113.0/24', 443) }) } });
const least: CloudNativePgRecoveryProps = { operator, source: 'db', version: '16.4', storage: Size.gibibytes(100) };
const IMAGE = `registry.example.com/postgis:16.4-3.5.1@sha256:${'a'.repeat(64)}`;
const chartWithApi = (): Chart => chartIn(Environment.production({ kubernetesApi: API }));
const js = <T>(value: unknown): T => value as T;

test('restores the newest backup into one instance, which archives nothing and which nobody may reach', () => {
  const chart = chartWithApi();
  const recovery = new CloudNativePgRecovery(chart, 'db-drill', least);
  const manifests: Manifest[] = synth(chart);
  const amounts = { 'cpu': '500m', 'ephemeral-storage': '1Gi', 'memory': '1Gi' };
  const pods = { podSelector: { matchLabels: { 'cnpg.io/cluster': 'db-drill' } } };
  const ports = [{ port: 5432, protocol: 'TCP' }, { port: 8000, protocol: 'TCP' }];

  expect(identities(manifests)).toEqual(['Cluster/db-drill', 'NetworkPolicy/db-drill']);
  expect(one(manifests, 'Cluster')).toEqual({
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Cluster',
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production' }, name: 'db-drill', namespace: 'shop' },
    spec: {
      affinity: expect.anything(),
      bootstrap: { recovery: { database: 'app', owner: 'app', source: 'db' } },
      enablePDB: false,
      enableSuperuserAccess: false,
      externalClusters: [{ name: 'db', plugin: { name: 'barman-cloud.cloudnative-pg.io', parameters: { barmanObjectName: 'db', serverName: 'db' } } }],
      imageName: 'ghcr.io/cloudnative-pg/postgresql:16.4',
      imagePullPolicy: 'Always',
      instances: 1,
      postgresql: { parameters: expect.anything() },
      primaryUpdateMethod: 'switchover',
      primaryUpdateStrategy: 'unsupervised',
      replicationSlots: { highAvailability: { enabled: true } },
      resources: { limits: amounts, requests: amounts },
      seccompProfile: { type: 'RuntimeDefault' },
      smartShutdownTimeout: 30,
      stopDelay: 600,
      storage: { resizeInUseVolumes: true, size: '100Gi' },
      topologySpreadConstraints: expect.anything(),
      walStorage: { resizeInUseVolumes: true, size: '25Gi' },
    },
  });
  expect(one(manifests, 'NetworkPolicy').spec).toEqual({
    egress: [
      { ports: [{ port: 6443, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '10.0.0.10/32' } }] },
      { ports: [{ port: 443, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '203.0.113.0/24' } }] },
      { ports: [{ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }], to: [expect.anything()] },
      { ports, to: [pods] },
    ],
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'cnpg-system' } }, podSelector: { matchLabels: { 'app.kubernetes.io/name': 'cloudnative-pg' } } }, pods], ports }],
    podSelector: { matchLabels: { 'cnpg.io/cluster': 'db-drill' } },
    policyTypes: ['Ingress', 'Egress'],
  });
  expect(recovery).toMatchObject({ host: 'db-drill-rw', name: 'db-drill', namespace: 'shop' });
});

test('every prop arrives', () => {
  const props: Required<CloudNativePgRecoveryProps> = {
    operator,
    source: 'db',
    version: '16.4',
    storage: Size.gibibytes(50),
    storageClassName: 'fast',
    resources: Resources.small(),
    database: 'payments',
    image: IMAGE,
    targetTime: '2026-11-21T14:30:00+01:00',
    name: 'db-restored',
  };
  const chart = chartWithApi();
  new CloudNativePgRecovery(chart, 'drill', props);
  const { metadata, spec } = one(synth(chart), 'Cluster');

  expect(metadata.name).toBe('db-restored');
  expect(spec).toMatchObject({
    bootstrap: { recovery: { database: 'payments', owner: 'payments', recoveryTarget: { targetTime: '2026-11-21T14:30:00+01:00' }, source: 'db' } },
    imageName: IMAGE,
    resources: { requests: { cpu: '125m' } },
    storage: { size: '50Gi', storageClass: 'fast' },
    walStorage: { storageClass: 'fast' },
  });
});

test('is one instance, whatever the database is', () => {
  const chart = chartWithApi();
  const objectStore = BarmanObjectStore.s3('s3://backups/db', { endpoint: ExternalEndpoint.cidr('203.0.113.0/24', 443) });
  const synchronousReplication = SynchronousReplication.preferred({ standbys: 2 });
  const supervised = new CloudNativePg({ backup: { objectStore }, synchronousReplication, primaryUpdateStrategy: PrimaryUpdateStrategy.SUPERVISED });
  new CloudNativePgRecovery(chart, 'db-drill', { ...least, operator: supervised });
  const { spec } = one(synth(chart), 'Cluster');

  expect(spec.primaryUpdateStrategy).toBe('unsupervised');
  expect(spec.postgresql.synchronous).toBeUndefined();
});

test('who asks the copy is let in, and gets its address and the login that the operator makes', () => {
  const chart = chartWithApi();
  const recovery = new CloudNativePgRecovery(chart, 'db-drill', least);
  recovery.allowFrom(NetworkPeer.pods({ app: 'psql' }));
  const service = web({}, chart);
  service.connectTo(recovery, { variables: ConnectionVariables.named({ host: 'PGHOST', username: 'PGUSER', password: 'PGPASSWORD', database: 'PGDATABASE' }) });
  const manifests: Manifest[] = synth(chart);

  expect(one(manifests, 'NetworkPolicy', 'db-drill').spec.ingress).toContainEqual({
    from: [{ podSelector: { matchLabels: { app: 'psql' } } }, { podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' } } }], ports: [{ port: 5432, protocol: 'TCP' }],
  });
  expect(one(manifests, 'Deployment').spec.template.spec.containers[0].env).toEqual(expect.arrayContaining([
    { name: 'PGHOST', value: 'db-drill-rw' }, { name: 'PGDATABASE', value: 'app' },
    { name: 'PGPASSWORD', valueFrom: { secretKeyRef: { key: 'password', name: 'db-drill-app' } } }, { name: 'PGUSER', valueFrom: { secretKeyRef: { key: 'username', name: 'db-drill-app' } } },
  ]));
});

test('reaches a store that has a name only', () => {
  const chart = chartIn(Environment.production({ kubernetesApi: API, fqdnEgress: new CiliumFqdnEgress() }));
  const named = new CloudNativePg({ backup: { objectStore: BarmanObjectStore.s3('s3://backups/db', { endpoint: ExternalEndpoint.fqdn('s3.example.com', 443) }) } });
  new CloudNativePgRecovery(chart, 'db-drill', { ...least, operator: named });

  expect(one(synth(chart), 'CiliumNetworkPolicy').spec).toMatchObject({ endpointSelector: { matchLabels: { 'cnpg.io/cluster': 'db-drill' } } });
});

test('two copies stand side by side, prefixes hold, and two syntheses give the same', () => {
  const chart = chartWithApi();
  NamePrefix.on(chart, 'eu-');
  new CloudNativePgRecovery(chart, 'one', least);
  new CloudNativePgRecovery(chart, 'two', least);

  expect(identities(synth(chart))).toEqual(['Cluster/eu-one', 'Cluster/eu-two', 'NetworkPolicy/eu-one', 'NetworkPolicy/eu-two']);
  expect(synth(chart)).toEqual(synth(chart));
});

test('its objects can be patched', () => {
  const chart = chartWithApi();
  const recovery = new CloudNativePgRecovery(chart, 'db-drill', least);
  recovery.cluster.patch({ spec: { logLevel: 'debug' } });
  recovery.networkPolicy.addJsonPatch(JsonPatch.replace('/spec/policyTypes', ['Ingress']));

  expect(one(synth(chart), 'Cluster').spec.logLevel).toBe('debug');
  expect(one(synth(chart), 'NetworkPolicy').spec.policyTypes).toEqual(['Ingress']);
});

test.each<[what: string, props: object, code: string, property: string]>([
  ['a prop that there is not', { instances: 3 }, 'UnknownProperty', 'instances'],
  ['another operator', { operator: {} }, 'InvalidValue', 'operator'],
  ['an operator without backups', { operator: new CloudNativePg() }, 'MissingValue', 'operator.backup'],
  ['a source that cannot be', { source: 'DB' }, 'InvalidName', 'source'],
  ['the name of the source', { name: 'db' }, 'DuplicateIdentity', 'name'],
  ['a name that cannot be', { name: 'x'.repeat(51) }, 'InvalidName', 'name'],
  ['half a version', { version: '16' }, 'InvalidValue', 'version'],
  ['no size', { storage: '100Gi' }, 'InvalidValue', 'storage'],
  ['other resources', { resources: {} }, 'InvalidValue', 'resources'],
  ['a database of the system', { database: 'postgres' }, 'InvalidValue', 'database'],
  ['a date', { targetTime: '2026-11-21' }, 'InvalidValue', 'targetTime'],
  ['a tag that moves', { image: 'postgres:16' }, 'MutableImage', 'image'],
])('refuses %s', (_, props, code, property) => {
  expect(errorOf(() => new CloudNativePgRecovery(chartWithApi(), 'drill', js({ ...least, ...props })))).toMatchObject({ code, constructPath: 'chart/drill', property });
});

test('refuses a cluster of which nobody knows where its API is: the instance manager needs it', () => {
  expect(errorOf(() => new CloudNativePgRecovery(testChart(), 'drill', least))).toMatchObject({ code: 'NetworkUnreachable', constructPath: 'chart/drill' });
});
