import type { App } from 'cdk8s';
import { Chart, Size } from 'cdk8s';
import {
  Backup, BackupStorage, ConnectionVariables, DatabaseEngine, Environment, ExternalEndpoint, Findings, Health, KubernetesVersion, Migration, Namespace, NetworkPeer, ProductionService,
  Provisioner, Resources, Shutdown, StatefulDatabase, StorageClass,
} from 'cdk8s-production';

/** What changes from one release to the next. */
interface Release {
  readonly image: string;
}

const V1_2_3: Release = { image: 'registry.example.com/orders/order-service:v1.2.3' };

/** Orders in PostgreSQL: dumped each night to a bucket, tried each week, reached by one service, whose releases migrate the schema first. */
export function build(app: App, target: KubernetesVersion = KubernetesVersion.DEFAULT, release: Release = V1_2_3): void {
  const cluster = new Chart(app, 'cluster');
  const fast = new StorageClass(cluster, 'fast-ssd', { provisioner: Provisioner.awsEbs() });

  const chart = new Chart(app, 'orders', { namespace: 'orders' });
  Environment.production({
    kubernetesVersion: target,
    team: 'orders',
    monitoring: [NetworkPeer.namespace('monitoring')],
    // The kubelet's own sleep came with 1.30; before, the image must bring one.
    shutdown: target.supports('preStopSleep') ? Shutdown.graceful() : Shutdown.exec(['/bin/sleep', '5']),
  }).attachTo(chart);
  new Namespace(chart, 'orders');

  const bucket = BackupStorage.s3('example-backups', {
    endpoint: ExternalEndpoint.cidr('203.0.113.0/24', 443, { name: 's3' }),
    region: 'eu-central-1',
    accessKeyId: { secret: 'backup-store', key: 'access-key-id' },
    secretAccessKey: { secret: 'backup-store', key: 'secret-access-key' },
    passphrase: { secret: 'backup-store', key: 'passphrase' },
  });
  const database = new StatefulDatabase(chart, 'postgres', {
    engine: DatabaseEngine.postgres({ version: '15.10', database: 'orders' }),
    storage: { size: Size.gibibytes(100), storageClass: fast },
    resources: Resources.guaranteed({ cpu: { amount: '2' }, memory: Size.gibibytes(4), ephemeralStorage: Size.gibibytes(1) }),
    metrics: true,
    backups: [Backup.dump({ schedule: '0 2 * * *', storage: bucket, keep: 30 })],
    restoreDrill: { schedule: '0 5 * * 0', check: "SELECT count(*) FROM orders WHERE placed_at > now() - interval '2 days'" },
  });
  Findings.acknowledge(database, 'run-more-than-one-replica', 'orders are taken from a queue: the database may be away for the minutes that its volume needs to follow');

  const orders = new ProductionService(chart, 'order-service', {
    image: release.image,
    port: 8080,
    health: Health.http({ readiness: '/ready', liveness: '/live' }),
  });
  orders.connectTo(database, { variables: ConnectionVariables.named({ url: 'DATABASE_URL' }) });

  const migration = new Migration(chart, 'order-migration', { before: orders, command: ['/app/migrate', 'up'] });
  migration.connectTo(database, { variables: ConnectionVariables.named({ url: 'DATABASE_URL' }) });
}
