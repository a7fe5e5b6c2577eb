import { type Chart, Size } from 'cdk8s';
import {
  type ClusterPeer, DatabaseEngine, Environment, Findings, type IDatabaseOperator, KubernetesObject, NetworkPeer, type OperatedDatabase, type OperatedDatabaseRequest, Spread,
  StatefulDatabase, type StatefulDatabaseProps,
} from 'cdk8s-production';
import type { Construct } from 'constructs';
import { errorOf, identities, type Manifest, one, synth } from '../helpers/manifests';
import { chartIn, web } from '../helpers/service';

const API: ClusterPeer[] = [{ peer: NetworkPeer.cidr('10.0.0.10/32'), ports: [{ number: 6443 }] }];
const chartWithApi = (): Chart => chartIn(Environment.production({ kubernetesApi: API, monitoring: [NetworkPeer.namespace('monitoring')] }));
const js = <T>(value: unknown): T => value as T;

/** An operator as a user writes one. */
class OwnOperator implements IDatabaseOperator {
  public readonly description = 'our own operator';
  public readonly engines = ['redis', 'mysql', 'mongodb', 'kvstore'];
  public readonly requests: OperatedDatabaseRequest[] = [];

  public podLabels(name: string): { readonly [name: string]: string } {
    return { 'example.com/database': name };
  }

  public run(database: Construct, request: OperatedDatabaseRequest): OperatedDatabase {
    this.requests.push(request);
    const workload = new KubernetesObject(database, 'Failover', { apiVersion: 'example.com/v1', kind: 'Failover', name: request.name, labels: request.labels, content: { spec: () => ({ replicas: request.instances }) } });
    const each: ClusterPeer = { peer: NetworkPeer.pods(this.podLabels(request.name)), ports: [{ number: 6379 }] };
    return { isBackedUp: false, network: { from: [each], to: [each], usesKubernetesApi: false }, objects: [], readWrite: { port: 6379, serviceName: `${request.name}-master` }, workload };
  }
}

const least: StatefulDatabaseProps = { engine: DatabaseEngine.redis({ version: '7.4.1', parameters: { timeout: '60' } }), storage: Size.gibibytes(10), instances: 3 };

test('a user\'s own operator is asked for what the construct was told', () => {
  const operator = new OwnOperator();
  const chart = chartWithApi();
  const database = new StatefulDatabase(chart, 'cache', { ...least, operator });

  expect(operator.requests).toEqual([expect.objectContaining({
    credentials: { passwordKey: 'password', secretName: 'cache-credentials', usernameKey: 'username' },
    database: 'cache',
    engine: 'redis',
    instances: 3,
    name: 'cache',
    parameters: { timeout: '60' },
    resources: { limits: { 'cpu': '500m', 'ephemeral-storage': '1Gi', 'memory': '1Gi' }, requests: { 'cpu': '500m', 'ephemeral-storage': '1Gi', 'memory': '1Gi' } },
    storage: { size: Size.gibibytes(10) },
    version: '7.4.1',
  })]);
  expect(operator.requests[0]!.image).toBeUndefined();
  expect(identities(synth(chart))).toEqual(['Failover/cache', 'NetworkPolicy/cache']);
  expect(database.workload.kind).toBe('Failover');
});

test.each<[engine: DatabaseEngine, version: string, image: string | undefined]>([
  [DatabaseEngine.mysql({ version: '8.4.3' }), '8.4.3', undefined],
  [DatabaseEngine.mongodb({ version: '7.0.14', image: 'registry.example.com/mongo:7.0.14' }), '7.0.14', 'registry.example.com/mongo:7.0.14'],
])('any engine can be run by an operator', (engine, version, image) => {
  const operator = new OwnOperator();
  new StatefulDatabase(chartWithApi(), 'db', { ...least, engine, operator });

  expect(operator.requests[0]).toMatchObject({ version, ...image === undefined ? {} : { image } });
});

test('its clients get the address of its Service, and nobody else reaches its pods', () => {
  const chart = chartWithApi();
  const database = new StatefulDatabase(chart, 'cache', { ...least, operator: new OwnOperator() });
  const service = web({}, chart);
  service.connectTo(database);
  const manifests: Manifest[] = synth(chart);
  const pods = { podSelector: { matchLabels: { 'example.com/database': 'cache' } } };
  const client = { podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web' } } };

  expect(one(manifests, 'Deployment').spec.template.spec.containers[0].env).toContainEqual({ name: 'CACHE_HOST', value: 'cache-master' });
  expect(one(manifests, 'NetworkPolicy', 'cache').spec).toMatchObject({ ingress: [{ from: [client, pods], ports: [{ port: 6379 }] }], podSelector: { matchLabels: { 'example.com/database': 'cache' } } });
});

test('instances are placed by the labels that the operator gives its pods', () => {
  const operator = new OwnOperator();
  new StatefulDatabase(chartWithApi(), 'cache', { ...least, operator, placement: { spread: Spread.overZones(3) } });

  expect(operator.requests[0]!.placement).toMatchObject({ topologySpreadConstraints: [{ labelSelector: { matchLabels: { 'example.com/database': 'cache' } }, whenUnsatisfiable: 'DoNotSchedule' }, {}] });
});

test('PostgreSQL in several instances needs no word of an operator, and is scraped', () => {
  const chart = chartWithApi();
  new StatefulDatabase(chart, 'db', { ...least, engine: DatabaseEngine.postgres({ version: '16.4' }) });
  const manifests: Manifest[] = synth(chart);

  expect(one(manifests, 'Cluster').spec).toMatchObject({ bootstrap: { initdb: { secret: { name: 'db-credentials' } } }, instances: 3, postgresql: { parameters: { shared_buffers: '256MB' } } });
  expect(one(manifests, 'NetworkPolicy').spec.ingress).toContainEqual({ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }], ports: [{ port: 9187, protocol: 'TCP' }] });
});

test('what is not backed up is found, whoever runs it', () => {
  const chart = chartWithApi();
  new StatefulDatabase(chart, 'cache', { ...least, operator: new OwnOperator() });

  expect(Findings.of(chart).map(({ id }) => id)).toContain('back-up-databases');
});

test.each<[what: string, props: Partial<StatefulDatabaseProps>, code: string, property: string]>([
  ['an operator that runs another engine', { engine: DatabaseEngine.postgres({ version: '16.4' }), operator: new OwnOperator() }, 'UnsupportedByController', 'operator'],
  ['what is no operator', { operator: js({ engines: ['redis'] }) }, 'InvalidValue', 'operator'],
  ['no operator', {}, 'UnsupportedByController', 'instances'],
  ['sidecars in pods that an operator makes', { operator: new OwnOperator(), sidecars: [] }, 'UnsupportedByController', 'sidecars'],
  ['scripts of the first start', { engine: DatabaseEngine.mysql({ version: '8.4.3', initScripts: { '10-schema.sql': 'SELECT 1' } }), operator: new OwnOperator() }, 'UnsupportedByController', 'engine.initScripts'],
])('refuses %s', (_, props, code, property) => {
  expect(errorOf(() => new StatefulDatabase(chartWithApi(), 'cache', { ...least, ...props }))).toMatchObject({ code, constructPath: 'chart/cache', property });
});
