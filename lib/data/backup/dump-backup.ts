import { Construct } from 'constructs';
import { BackupContainers } from './backup-containers';
import { BackupStorage } from './backup-storage';
import { databaseJob } from './database-job';
import type { DumpBackupOptions } from './dump-backup-options';
import { STORE } from './scripts/storage-scripts';
import type { PropertyPath } from '../../core/property-path';
import { Resources } from '../../core/resources';
import type { ScheduledJob } from '../../workloads/scheduled-job';
import type { DatabaseSubject } from '../database-subject';

/**
 * Dumps of a database on a schedule: the engine's tool dumps to a volume of the pod, and rclone stores it and reads it back
 * before it counts. Creates a CronJob with its ServiceAccount and NetworkPolicy.
 */
export class DumpBackup extends Construct {
  /** @internal */
  public static _of(subject: DatabaseSubject, at: PropertyPath, options: DumpBackupOptions): DumpBackup {
    return new DumpBackup(subject, at, options);
  }

  /** The job that dumps. */
  public readonly job: ScheduledJob;

  private constructor(subject: DatabaseSubject, at: PropertyPath, options: DumpBackupOptions) {
    const name = at.at('name').text(options.name ?? 'backup', 'lower-case letters, digits and "-"', /^[a-z0-9][-a-z0-9]*$/);
    super(subject.construct, `Backup-${name}`);
    const containers = new BackupContainers(this, at, subject, at.at('storage').instance(options.storage, BackupStorage, "BackupStorage.s3('backups', { … })"), options.workSpace, 1);
    const keep = at.at('keep').integer(options.keep ?? 14, 1, 1000);
    this.job = databaseJob(this, subject, {
      suffix: name,
      component: 'backup',
      containers,
      before: { dump: containers.inEngine(containers.scripts.dump, { resources: options.resources ?? Resources.medium() }) },
      main: containers.inStorage(STORE, { KEEP: String(keep) }),
      schedule: { schedule: options.schedule, timeZone: options.timeZone, deadline: options.deadline },
      identity: options.identity,
      reachesDatabase: true,
    });
  }
}
