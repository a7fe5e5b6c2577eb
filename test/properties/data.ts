import { App, Chart, Duration, Size } from 'cdk8s';
import {
  AccessMode, Backup, BackupStorage, BatchJob, Completions, Concurrency, DatabaseEngine, Environment, ExternalEndpoint, Health, KubernetesVersion, Migration, NetworkPeer, NodeAgent,
  NodeCoverage, Port, ProductionService, Resources, ScheduledJob, Shutdown, StatefulDatabase,
} from 'cdk8s-production';
import fc from 'fast-check';
import { MINIMAL } from '../helpers/manifests';

/** What a random team says of its data and its jobs. */
export interface DataModel {
  readonly minor: number;
  readonly engine: 'postgres' | 'mysql' | 'mongodb' | 'redis';
  readonly gibibytes: number;
  readonly memory: number;
  readonly metrics: boolean;
  readonly once: boolean;
  readonly storage: 'claim' | 's3' | 'azure' | 'none';
  readonly sealed: boolean;
  readonly keep: number;
  readonly drilled: boolean;
  readonly named: string;
  readonly schedule: string;
  readonly concurrency: Concurrency;
  readonly jitter: number;
  readonly retries: number;
  readonly indexed: number;
  readonly everywhere: boolean;
  readonly calls: boolean;
}

const VERSIONS = { postgres: '16.4', mysql: '8.4.3', mongodb: '7.0.14', redis: '7.4.1' } as const;
const field = (most: number, least = 0) => fc.integer({ min: least, max: most });

export const models: fc.Arbitrary<DataModel> = fc.record({
  minor: fc.integer({ min: 29, max: 37 }),
  engine: fc.constantFrom('postgres', 'mysql', 'mongodb', 'redis'),
  gibibytes: fc.integer({ min: 1, max: 4000 }),
  memory: fc.integer({ min: 1024, max: 64 * 1024 }),
  metrics: fc.boolean(),
  once: fc.boolean(),
  storage: fc.constantFrom('claim', 's3', 'azure', 'none'),
  sealed: fc.boolean(),
  keep: fc.integer({ min: 1, max: 1000 }),
  drilled: fc.boolean(),
  named: fc.stringMatching(/^[a-z]([-a-z0-9]{0,20}[a-z0-9])?$/),
  schedule: fc.tuple(field(59), field(23), field(28, 1), field(12, 1), field(6)).chain(([minute, hour, day, month, weekday]) => fc.constantFrom(
    `${minute} ${hour} * * *`, `${minute} * * * *`, `*/${minute + 1} ${hour} ${day} * *`, `${minute} ${hour} ${day} ${month} *`, `${minute} ${hour} * * ${weekday}`, '@daily', '@weekly',
  )),
  concurrency: fc.constantFrom(...Object.values(Concurrency)),
  jitter: fc.constantFrom(0, 2, 5),
  retries: fc.integer({ min: 0, max: 20 }),
  indexed: fc.integer({ min: 0, max: 50 }),
  everywhere: fc.boolean(),
  calls: fc.boolean(),
});

const endpoint = ExternalEndpoint.cidr('203.0.113.0/24', 443, { name: 'store' });

function storageOf({ storage, sealed }: DataModel): BackupStorage | undefined {
  const common = sealed ? { passphrase: { secret: 'their-seal', key: 'phrase' } } : {};
  switch (storage) {
    case 'claim': return BackupStorage.claim('their-backups', common);
    case 's3': return BackupStorage.s3('bucket', { endpoint, ...common });
    case 'azure': return BackupStorage.azure('box', { endpoint, account: 'backups1', accountKey: { secret: 'their-store', key: 'key' }, ...common });
    case 'none': return undefined;
  }
}

/** The application that the model describes: a database, a service and every kind of job around it. */
export function buildData(model: DataModel): App {
  const app = new App({ outdir: 'never-written' });
  const chart = new Chart(app, 'chart', { namespace: 'shop' });
  const version = KubernetesVersion.of(`1.${model.minor}`);
  Environment.production({
    kubernetesVersion: version,
    monitoring: [NetworkPeer.namespace('monitoring')],
    shutdown: version.supports('preStopSleep') ? Shutdown.graceful() : Shutdown.exec(['/bin/sleep', '5']),
  }).attachTo(chart);
  const storage = storageOf(model);
  const database = new StatefulDatabase(chart, `d-${model.named}`, {
    engine: DatabaseEngine[model.engine]({ version: VERSIONS[model.engine] }),
    storage: { size: Size.gibibytes(model.gibibytes), accessMode: model.once ? AccessMode.READ_WRITE_ONCE_POD : AccessMode.READ_WRITE_ONCE },
    resources: Resources.guaranteed({ memory: Size.mebibytes(model.memory), ephemeralStorage: Size.gibibytes(2) }),
    metrics: model.metrics,
    backups: storage === undefined ? [] : [Backup.dump({ schedule: model.schedule, storage, keep: model.keep })],
    ...storage !== undefined && model.drilled ? { restoreDrill: { schedule: '@weekly', check: 'SELECT 1' } } : {},
  });
  const service = new ProductionService(chart, 'web', MINIMAL);
  const callers = [
    service,
    new Migration(chart, 'change', { before: service, retries: model.retries, command: ['/migrate'] }),
    new ScheduledJob(chart, `s-${model.named}`, {
      image: 'registry.example.com/shop/job:1.0.0', schedule: model.jitter > 0 ? '0 3 * * *' : model.schedule, concurrency: model.concurrency, ...model.jitter > 0 ? { jitter: Duration.minutes(model.jitter) } : {},
    }),
    new BatchJob(chart, `b-${model.named}`, { image: 'registry.example.com/shop/job:1.0.0', ...model.indexed > 0 ? { completions: Completions.indexed(model.indexed) } : { retries: model.retries } }),
    new NodeAgent(chart, 'agent', {
      image: 'registry.example.com/shop/agent:1.0.0',
      ports: [Port.http(9102, { name: 'metrics' })],
      health: Health.http({ readiness: '/ready', port: 'metrics' }),
      coverage: model.everywhere ? NodeCoverage.allNodes() : NodeCoverage.workers(),
    }),
  ];
  if (model.calls) { for (const caller of callers) { caller.connectTo(database); } }
  return app;
}
