import { type Chart, Size } from 'cdk8s';
import { Backup, BackupStorage, DatabaseEngine, Environment, NetworkPeer, StatefulDatabase, type StatefulDatabaseProps } from 'cdk8s-production';
import { chartIn, KUBERNETES_API } from './service';

/** The least that a database needs, but for its engine. */
export const STORAGE = Size.gibibytes(100);

export const POSTGRES = DatabaseEngine.postgres({ version: '16.4' });
export const REDIS = DatabaseEngine.redis({ version: '7.4.1' });

/** A chart for databases that an operator runs, and that are scraped. */
export function databaseChart(): Chart {
  return chartIn(Environment.production({ kubernetesApi: KUBERNETES_API, monitoring: [NetworkPeer.namespace('monitoring')] }));
}

/** The database `orders`: the least that one needs, and what a test is about. */
export function orders(props: Partial<StatefulDatabaseProps> = {}, chart: Chart = databaseChart()): StatefulDatabase {
  return new StatefulDatabase(chart, 'orders', { engine: POSTGRES, storage: STORAGE, ...props });
}

/** A dump each night to a claim. */
export function nightly(): Backup {
  return Backup.dump({ schedule: '0 2 * * *', storage: BackupStorage.claim('backups') });
}
