import { Chart } from 'cdk8s';
import { Backup, BackupStorage, type CustomEngineExporter, type CustomEngineOptions, DatabaseEngine, type EngineOptions, Health, type StatefulDatabaseProps } from 'cdk8s-production';
import { defaultsOf } from './default';
import { orders } from '../../helpers/database';
import { contextOf, engineOf, healthOf, serverOf } from '../../helpers/engine';
import { errorOf, type Manifest, one, synth } from '../../helpers/manifests';

/** Those with an official image, by its name; the least that each needs. */
const KNOWN = {
  postgres: (options: Partial<EngineOptions> = {}) => DatabaseEngine.postgres({ version: '16.4', ...options }),
  mysql: (options: Partial<EngineOptions> = {}) => DatabaseEngine.mysql({ version: '8.4.3', ...options }),
  mongo: (options: Partial<EngineOptions> = {}) => DatabaseEngine.mongodb({ version: '7.0.14', ...options }),
  redis: (options: Partial<EngineOptions> = {}) => DatabaseEngine.redis({ version: '7.4.1', ...options }),
} as const;
const each = <T>(look: (engine: DatabaseEngine) => T): T[] => Object.values(KNOWN).map(make => look(make()));
const settings = (engine: DatabaseEngine, memoryLimit: number): string => {
  const { args = [], files } = serverOf(engine, memoryLimit);
  return [...args, files['/etc/redis/redis.conf'] ?? ''].join(' ');
};
const scripts = (engine: DatabaseEngine): string[] => Object.keys(serverOf(engine).files);

const SCRIPTS = { extension: 'dump', dump: 'true', drill: 'true', restore: 'true' };
const custom = (options: Partial<CustomEngineOptions> = {}): DatabaseEngine => DatabaseEngine.custom({
  name: 'store', image: 'registry.example.com/store:1.0.0', port: 9000, dataPath: '/data', health: Health.tcp(), ...options,
});
const rendered = (props: Partial<StatefulDatabaseProps> = {}, engine: DatabaseEngine = custom()): Manifest[] => synth(Chart.of(orders({ engine, ...props })));
const pod = (props: Partial<StatefulDatabaseProps> = {}, engine: DatabaseEngine = custom()): Manifest => one(rendered(props, engine), 'StatefulSet').spec.template.spec;
const container = (): Manifest => pod().containers[0];
const exporter = (options: Partial<CustomEngineExporter> = {}): Manifest => {
  const { containers, initContainers } = pod({ metrics: true }, custom({ exporter: { image: 'registry.example.com/exporter:1.0.0', port: 9363, ...options } }));
  return [...containers, ...initContainers ?? []].find(({ name }) => name === 'metrics');
};
const backups = [Backup.dump({ schedule: '0 2 * * *', storage: BackupStorage.claim('backups') })];
const named = (make: () => DatabaseEngine, key: string) => ['app', () => {
  expect(engineOf(make()).database).toBe('app');
  expect(serverOf(make()).env[key]).toBe('app');
}] as const;
const noScripts = (make: () => DatabaseEngine, own: string[]) => ['- none', () => expect(scripts(make())).toEqual(own)] as const;

export const ENGINE_DEFAULTS = [
  ...defaultsOf('EngineOptions', {
    image: ['- the official image of that version', () => expect(each(engine => engineOf(engine).image)).toEqual(['postgres:16.4', 'mysql:8.4.3', 'mongo:7.0.14', 'redis:7.4.1'])],
    parameters: ['- derived from the memory limit', () => {
      const derived = [/shared_buffers=(\S+)/, /innodb-buffer-pool-size=(\S+)/, /wiredTigerCacheSizeGB (\S+)/, /maxmemory (\S+)/];
      const at = (memoryLimit: number) => each(engine => settings(engine, memoryLimit)).map((text, i) => derived[i]!.exec(text)?.[1]);
      expect(at(2048)).toEqual(['512MB', '998M', '0.5', '1228mb']);
      expect(at(4096)).toEqual(['1024MB', '2227M', '1.5', '2457mb']);
    }],
    startupBudget: ['Duration.minutes(15)', () => {
      expect(each(healthOf).map(({ startupProbe }) => startupProbe!.periodSeconds! * startupProbe!.failureThreshold!)).toEqual([900, 900, 900, 900]);
    }],
    exporterImage: ['- the exporter that the engine\'s users know, in a version that was read', () => expect(each(engine => engineOf(engine).exporter(contextOf())?.image)).toEqual([
      'prometheuscommunity/postgres-exporter:v0.16.0', 'prom/mysqld-exporter:v0.16.0', 'percona/mongodb_exporter:0.43.1', 'oliver006/redis_exporter:v1.67.0',
    ])],
  }),
  ...defaultsOf('PostgresEngineOptions', {
    database: named(KNOWN.postgres, 'POSTGRES_DB'),
    initScripts: noScripts(KNOWN.postgres, ['/docker-entrypoint-initdb.d/00-application.sh']),
  }),
  ...defaultsOf('MySqlEngineOptions', {
    database: named(KNOWN.mysql, 'MYSQL_DATABASE'),
    initScripts: noScripts(KNOWN.mysql, []),
  }),
  ...defaultsOf('MongoDbEngineOptions', {
    database: named(KNOWN.mongo, 'MONGO_INITDB_DATABASE'),
    initScripts: noScripts(KNOWN.mongo, ['/docker-entrypoint-initdb.d/00-application.js']),
  }),
  ...defaultsOf('CustomEngineOptions', {
    command: ['- the image\'s', () => expect(container()).not.toHaveProperty('command')],
    args: ['- the image\'s', () => expect(container()).not.toHaveProperty('args')],
    env: ['- none', () => expect(container().env ?? []).toEqual([])],
    scratch: ['- none; the server has `/tmp` with 128 MiB in any case', () => {
      expect(container().volumeMounts.map(({ mountPath }: Manifest) => mountPath).sort()).toEqual(['/data', '/tmp']);
      expect(pod().volumes.map(({ emptyDir }: Manifest) => emptyDir)).toEqual([{ sizeLimit: '128Mi' }]);
    }],
    files: ['- none', () => expect(rendered().filter(({ kind }) => kind === 'ConfigMap')).toEqual([])],
    shutdownTime: ['Duration.seconds(120)', () => {
      expect(serverOf(custom()).shutdownTime.toSeconds()).toBe(120);
      expect(pod().terminationGracePeriodSeconds).toBe(130); // the kubelet's own time is added
    }],
    scheme: ['- none', () => expect(engineOf(custom()).scheme).toBeUndefined()],
    database: ['- none; an operator is told the name of the construct', () => {
      expect(engineOf(custom()).database).toBeUndefined();
      const run = jest.fn<never, [unknown, unknown]>(() => { throw new Error('asked'); });
      expect(() => orders({ engine: custom(), operator: { description: 'a test', engines: ['store'], podLabels: () => ({ app: 'orders' }), run } })).toThrow('asked');
      expect(run.mock.calls[0]![1]).toMatchObject({ name: 'orders', database: 'orders' });
    }],
    administrator: ['- none: the application\'s user does', () => {
      const dump = one(rendered({ backups }, custom({ scripts: SCRIPTS })), 'CronJob', 'orders-backup').spec.jobTemplate.spec.template.spec.initContainers[0];
      const secret = (key: string) => ({ valueFrom: { secretKeyRef: { key, name: 'orders-credentials' } } });
      expect(dump.env).toEqual(expect.arrayContaining([{ name: 'DATABASE_USERNAME', ...secret('username') }, { name: 'DATABASE_PASSWORD', ...secret('password') }]));
    }],
    exporter: ['- none', () => expect(errorOf(() => rendered({ metrics: true }))).toMatchObject({ code: 'UnsupportedByController', property: 'metrics' })],
    scripts: ['- none: no backups by dump', () => expect(errorOf(() => rendered({ backups }))).toMatchObject({ code: 'UnsupportedByController', property: 'backups[0]' })],
    clusters: ['false', () => expect(errorOf(() => rendered({ instances: 3 }))).toMatchObject({ code: 'UnsupportedByController', property: 'instances' })],
    peerPorts: ['- the port that clients talk to', () => {
      const policy = one(rendered({ instances: 3 }, custom({ clusters: true })), 'NetworkPolicy');
      expect(policy.spec.ingress[0].ports).toEqual([{ port: 9000, protocol: 'TCP' }]);
    }],
    podManagementPolicy: ['PodManagementPolicy.PARALLEL', () => expect(one(rendered({ instances: 3 }, custom({ clusters: true })), 'StatefulSet').spec.podManagementPolicy).toBe('Parallel')],
  }),
  ...defaultsOf('CustomEngineExporter', {
    args: ['- the image\'s', () => {
      expect(exporter({ args: ['-v'] }).args).toEqual(['-v']);
      expect(exporter()).not.toHaveProperty('args');
    }],
    env: ['- none', () => expect(exporter().env ?? []).toEqual([])],
  }),
];
