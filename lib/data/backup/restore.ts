import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { BackupContainers } from './backup-containers';
import { databaseJob } from './database-job';
import type { DumpBackupOptions } from './dump-backup-options';
import { FETCH } from './scripts/storage-scripts';
import type { EnvironmentVariables } from '../../blocks/environment-variables';
import type { PropertyPath } from '../../core/property-path';
import { Resources } from '../../core/resources';
import type { ScheduledJob } from '../../workloads/scheduled-job';
import type { DatabaseSubject } from '../database-subject';

/** Never: the CronJob is suspended. A schedule has to be there all the same. */
const NEVER = '0 0 1 1 *';

const DATA = '/data';

/**
 * What a person starts to restore the newest dump, beside the data that is there: nothing is overwritten. Creates a suspended
 * CronJob with its ServiceAccount and NetworkPolicy, from which
 * `kubectl create job --from=cronjob/<database>-restore <database>-restore-1` makes the Job that does it. Its log says how to swap.
 *
 * For Redis the server has to be scaled to 0 first: what it held is moved aside.
 */
export class Restore extends Construct {
  /** @internal */
  public static _of(subject: DatabaseSubject, at: PropertyPath, dump: DumpBackupOptions): Restore {
    return new Restore(subject, at, dump);
  }

  /** The suspended job. */
  public readonly job: ScheduledJob;

  private constructor(subject: DatabaseSubject, at: PropertyPath, dump: DumpBackupOptions) {
    super(subject.construct, 'Restore');
    const containers = new BackupContainers(this, at, subject, dump.storage, dump.workSpace, 1);
    const intoData = containers.scripts.restoresInto === 'data';
    const owner: EnvironmentVariables = subject.engine.asksFor.includes('username') ? { DATABASE_OWNER: { valueFrom: subject.credentials._reference('username') } } : {};
    this.job = databaseJob(this, subject, {
      suffix: 'restore',
      component: 'restore',
      containers,
      before: { fetch: containers.inStorage(FETCH) },
      main: containers.inEngine(containers.scripts.restore, {
        env: { ...owner, ...intoData ? { DATA_DIRECTORY: DATA } : {} },
        mounts: intoData ? [{ path: DATA, volume: kplus.PersistentVolumeClaim.fromClaimName(this, 'Data', subject.claimName) }] : [],
        resources: Resources.large(),
      }),
      schedule: { schedule: NEVER, timeZone: undefined, deadline: dump.deadline, suspend: true },
      identity: dump.identity,
      reachesDatabase: true,
      isByHand: true,
    });
  }
}
