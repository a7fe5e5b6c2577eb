import { Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { BackupContainers } from './backup-containers';
import type { WorkSpace } from './backup-containers';
import { databaseJob } from './database-job';
import type { DumpBackupOptions } from './dump-backup-options';
import { FETCH, RECORD } from './scripts/storage-scripts';
import { ConnectionVariables } from '../../blocks/connection-variables';
import type { Identity } from '../../blocks/service-identity';
import type { IConnectable } from '../../core/connection';
import { parseCron } from '../../core/cron-expression';
import { intervalOf } from '../../core/cron-interval';
import type { KnownProperties, PropertyPath } from '../../core/property-path';
import { Resources } from '../../core/resources';
import type { ScheduledJob } from '../../workloads/scheduled-job';
import type { DatabaseSubject } from '../database-subject';

/** Where metrics are pushed to. */
export interface Pushgateway {
  /** Address, such as `http://pushgateway.monitoring:9091`. */
  readonly url: string;
  /** Where it is on the network, such as `ExternalEndpoint.pods({ app: 'pushgateway' }, 9091, { namespace: 'monitoring' })`. */
  readonly endpoint: IConnectable;
}

/** When the newest dump is tried, and what the restored data has to show. */
export interface RestoreDrillOptions {
  /** When: five fields (minute, hour, day of the month, month, day of the week), or a macro such as `@weekly`. */
  readonly schedule: string;

  /**
   * What is asked of the restored data: a query with one value that has to be true, or a number from 1 on, such as
   * `SELECT count(*) FROM payments WHERE created > now() - interval '2 days'`. In the engine's own language: SQL, a command of
   * redis-cli, an expression of mongosh.
   */
  readonly check: string;

  /**
   * How old the newest dump may be. An older one fails the drill: the backups have stopped.
   *
   * @default - the time of two dumps, at least 2 days
   */
  readonly maximumAge?: Duration;

  /**
   * Time zone of the schedule, by its IANA name.
   *
   * @default Etc/UTC
   */
  readonly timeZone?: string;

  /**
   * How long a drill may take.
   *
   * @default - the time between two drills, at least 1 hour and at most 1 day
   */
  readonly deadline?: Duration;

  /**
   * Where the dump and the scratch server's data lie: a volume that comes and goes with the pod.
   *
   * @default - twice as large as the database's claim, of the cluster's default class
   */
  readonly workSpace?: WorkSpace;

  /**
   * CPU, memory and disk of the scratch server.
   *
   * @default - half a core, 1 GiB and 1 GiB of disk, limits twice that
   */
  readonly resources?: Resources;

  /**
   * Where the moment of the last good restore is pushed to as a metric. The CronJob's status holds it in any case.
   *
   * @default - nowhere
   */
  readonly pushgateway?: Pushgateway;

  /**
   * Who the job is, for a bucket that knows it by its cloud identity.
   *
   * @default - as for the dump
   */
  readonly identity?: Identity;
}

const KNOWN: KnownProperties<RestoreDrillOptions> = {
  schedule: true, check: true, maximumAge: true, timeZone: true, deadline: true, workSpace: true, resources: true, pushgateway: true, identity: true,
};
const KNOWN_PUSHGATEWAY: KnownProperties<Pushgateway> = { url: true, endpoint: true };


/**
 * Shows on a schedule that the newest dump can be restored: it is fetched, restored into a server that lives only for the drill,
 * and asked. Creates a CronJob with its ServiceAccount and NetworkPolicy.
 *
 * The last good restore is the CronJob's `status.lastSuccessfulTime`, which kube-state-metrics serves as
 * `kube_cronjob_status_last_successful_time`; further `last-good-restore.json` in the storage, and metrics of a Pushgateway.
 */
export class RestoreDrill extends Construct {
  /** @internal */
  public static _of(subject: DatabaseSubject, at: PropertyPath, options: RestoreDrillOptions, dump: DumpBackupOptions | undefined): RestoreDrill {
    return new RestoreDrill(subject, at, options, dump);
  }

  /** The job that tries the newest dump. */
  public readonly job: ScheduledJob;

  private constructor(subject: DatabaseSubject, at: PropertyPath, options: RestoreDrillOptions, dump: DumpBackupOptions | undefined) {
    super(subject.construct, 'RestoreDrill');
    at.onlyKnown(options, KNOWN);
    if (dump === undefined) {
      at.refuse('MissingValue', { value: 'a drill without a dump', allowed: 'a drill of a database that is dumped: it restores the newest dump', fix: "add backups: [Backup.dump({ schedule: '0 2 * * *', storage: … })]" });
    }
    const check = at.at('check').text(options.check, 'a query with one value that has to be true, such as SELECT count(*) FROM payments');
    const twoDumps = 2 * 60 * intervalOf(parseCron(at.at('schedule'), dump.schedule).fields).longest;
    const maximumAge = at.at('maximumAge').seconds(options.maximumAge ?? Duration.seconds(Math.max(2 * 86_400, twoDumps)), 60, 800 * 86_400, 'give whole seconds, up to two years', 'Duration.days(2)');
    const pushgateway = options.pushgateway === undefined ? undefined : at.at('pushgateway').onlyKnown(options.pushgateway, KNOWN_PUSHGATEWAY);
    if (pushgateway !== undefined) { at.at('pushgateway').at('url').text(pushgateway.url, 'an address such as http://pushgateway.monitoring:9091', /^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[^\s]*)?$/); }
    const containers = new BackupContainers(this, at, subject, dump.storage, options.workSpace, 2);
    const name = `${subject.name}-restore-drill`;
    this.job = databaseJob(this, subject, {
      suffix: 'restore-drill',
      component: 'restore-drill',
      containers,
      before: {
        fetch: containers.inStorage(FETCH, { MAXIMUM_AGE: String(maximumAge) }),
        drill: containers.alone(containers.scripts.drill, {
          env: { CHECK: check },
          resources: options.resources ?? Resources.of({ cpu: { amount: '500m' }, memory: Size.gibibytes(1), ephemeralStorage: Size.gibibytes(1) }),
        }),
      },
      main: containers.inStorage(RECORD, { DRILL_NAME: name, ...pushgateway === undefined ? {} : { PUSHGATEWAY_URL: pushgateway.url } }),
      schedule: { schedule: options.schedule, timeZone: options.timeZone, deadline: options.deadline },
      identity: options.identity ?? dump.identity,
      reachesDatabase: false,
    });
    if (pushgateway !== undefined) { this.job.connectTo(pushgateway.endpoint, { variables: ConnectionVariables.none() }); }
  }
}
