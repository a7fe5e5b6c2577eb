import type { Duration } from 'cdk8s';
import type { WorkSpace } from './backup-containers';
import type { BackupStorage } from './backup-storage';
import type { Identity } from '../../blocks/service-identity';
import type { KnownProperties } from '../../core/property-path';
import type { Resources } from '../../core/resources';

/** When dumps are made, where to, and how many are kept. */
export interface DumpBackupOptions {
  /** When: five fields (minute, hour, day of the month, month, day of the week), or a macro such as `@daily`. */
  readonly schedule: string;

  /** Where to. */
  readonly storage: BackupStorage;

  /**
   * How many complete dumps are kept, 1 to 1000. Older ones go when a newer one is complete.
   *
   * @default 14
   */
  readonly keep?: number;

  /**
   * Time zone of the schedule, by its IANA name.
   *
   * @default Etc/UTC
   */
  readonly timeZone?: string;

  /**
   * How long a dump may take, its transfer included. One that is due meanwhile is left out.
   *
   * @default Duration.hours(12)
   */
  readonly deadline?: Duration;

  /**
   * Where a dump lies until it is stored: a volume that comes and goes with the pod.
   *
   * @default - as large as the database's claim, of the cluster's default class
   */
  readonly workSpace?: WorkSpace;

  /**
   * Who the job is, for a bucket that knows it by its cloud identity.
   *
   * @default Identity.own()
   */
  readonly identity?: Identity;

  /**
   * CPU, memory and disk of the container that dumps.
   *
   * @default - a quarter of a core, 256 MiB and 512 MiB of disk, limits twice that
   */
  readonly resources?: Resources;

  /**
   * What follows the database's name in the name of the job. A second dump needs another.
   *
   * @default backup
   */
  readonly name?: string;
}

/** @internal */
export const DUMP_BACKUP_OPTIONS: KnownProperties<DumpBackupOptions> = {
  schedule: true, storage: true, keep: true, timeZone: true, deadline: true, workSpace: true, identity: true, resources: true, name: true,
};
