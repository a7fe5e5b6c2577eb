import type { Construct } from 'constructs';
import { DumpBackup, dumpId } from './dump-backup';
import type { DumpBackupOptions } from './dump-backup-options';
import { DUMP_BACKUP_OPTIONS } from './dump-backup-options';
import type { PropertyPath } from '../../core/property-path';
import type { VolumeSnapshotScheduleProps } from '../../integrations/snapscheduler/volume-snapshot-schedule';
import { VolumeSnapshotSchedule } from '../../integrations/snapscheduler/volume-snapshot-schedule';
import type { VeleroScheduleProps } from '../../integrations/velero/velero-schedule';
import { VeleroSchedule } from '../../integrations/velero/velero-schedule';
import type { DatabaseSubject } from '../database-subject';

/** When snapshots are taken, and how many are kept. */
export interface SnapshotBackupOptions extends Omit<VolumeSnapshotScheduleProps, 'claimLabels'> {}

/** When Velero saves the database's objects and volumes, and for how long. */
export interface VeleroBackupOptions extends Omit<VeleroScheduleProps, 'labels' | 'namespaces'> {}

/** How the data of a database is saved elsewhere. A database may have several. */
export class Backup {
  /**
   * Dumps by the engine's own tool, to an object store or a claim. The only kind that a restore drill can try, and that
   * another version or another machine can read.
   *
   * @param options when, where to, and how many are kept
   */
  public static dump(options: DumpBackupOptions): Backup {
    return new Backup((subject, at) => DumpBackup._of(subject, at, at.onlyKnown(options, DUMP_BACKUP_OPTIONS)), dumpId(options?.name), options);
  }

  /**
   * Snapshots of the volumes, by the snapscheduler operator. Made and restored in seconds; they stay in the storage of their
   * volume, and are lost with it.
   *
   * @param options when, and how many are kept
   */
  public static snapshot(options: SnapshotBackupOptions): Backup {
    return new Backup(({ construct, selectorLabels, name, isOperated }, at) => {
      if (isOperated) {
        at.refuse('UnsupportedByController', { value: 'Backup.snapshot', allowed: 'dumps, or the backups of the operator: its instances keep data and logs on volumes that are not snapshotted at one moment', fix: 'write Backup.dump, or give the operator a backup' });
      }
      return new VolumeSnapshotSchedule(construct, 'Snapshots', { name, ...options, claimLabels: selectorLabels });
    }, 'Snapshots');
  }

  /**
   * Objects and volumes of the database, by Velero.
   *
   * @param options when, and for how long they are kept
   */
  public static velero(options: VeleroBackupOptions): Backup {
    return new Backup(({ construct, selectorLabels, name, namespace }) => new VeleroSchedule(construct, 'Velero', { name: namespace === undefined ? name : `${namespace}-${name}`, ...options, labels: selectorLabels }), 'Velero');
  }

  private constructor(private readonly create: (subject: DatabaseSubject, at: PropertyPath) => Construct, private readonly id: string, private readonly dumps?: DumpBackupOptions) {}

  /** What it dumps to, where it dumps. @internal */
  public get _dump(): DumpBackupOptions | undefined {
    return this.dumps;
  }

  /** @internal */
  public _create(subject: DatabaseSubject, at: PropertyPath): Construct {
    if (subject.construct.node.tryFindChild(this.id) !== undefined) {
      at.at('name').refuse('DuplicateIdentity', {
        value: this.dumps === undefined ? this.id : this.dumps.name ?? 'backup', allowed: 'one schedule of snapshots and one of Velero for a database, and dumps of different names', fix: "name the second dump: { name: 'hourly' }",
      });
    }
    return this.create(subject, at);
  }
}
