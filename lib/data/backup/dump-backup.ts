import { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
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
    super(subject.construct, dumpId(name));
    const containers = new BackupContainers(this, at, subject, at.at('storage').instance(options.storage, BackupStorage, "BackupStorage.s3('backups', { … })"), options.workSpace, 1);
    claimPlace(this, at.at('storage').at('folder'), containers.place);
    const keep = at.at('keep').integer(options.keep ?? 14, 1, 1000);
    this.job = databaseJob(this, subject, {
      suffix: name,
      component: 'backup',
      containers,
      before: { dump: containers.inEngine(containers.scripts.dump, { resources: options.resources ?? Resources.medium() }) },
      main: containers.inStorage(STORE, { KEEP: String(keep) }),
      schedule: { schedule: options.schedule, timeZone: options.timeZone, deadline: options.deadline ?? Duration.hours(12) },
      identity: options.identity,
      reachesDatabase: true,
    });
  }
}

/** Id of the construct of a dump. @internal */
export function dumpId(name = 'backup'): string {
  return `Backup-${name}`;
}

const PLACES = new WeakMap<IConstruct, Map<string, IConstruct>>();

/** Each removes what is too old by its own count, and takes the newest for its own: two in one place would lose each other's. */
function claimPlace(dump: Construct, at: PropertyPath, place: string): void {
  const { root } = dump.node;
  const places = PLACES.get(root) ?? new Map<string, IConstruct>();
  PLACES.set(root, places);
  const other = places.get(place);
  if (other !== undefined) {
    at.refuse('ConflictingProperties', { value: place, allowed: `a place that no other dump has; '${other.node.path}' has this one, and each would remove the other's dumps`, fix: "give it a folder of its own: { folder: 'orders-hourly' }" });
  }
  places.set(place, dump);
}
