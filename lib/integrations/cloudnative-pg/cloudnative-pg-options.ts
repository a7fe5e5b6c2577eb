import { Duration, Size } from 'cdk8s';
import { BarmanObjectStore } from './barman-object-store';
import { SynchronousReplication } from './synchronous-replication';
import { checkCron } from '../../core/cron-expression';
import { DeletionPolicy } from '../../core/deletion-policy';
import { checkAnnotations } from '../../core/labels';
import { checkLabelName, checkObjectName } from '../../core/names';
import type { KnownProperties, PropertyPath } from '../../core/property-path';
import { mebibytes } from '../../core/quantity';
import { Resources } from '../../core/resources';

/** Who decides when the primary, the last one to be updated, is. */
export enum PrimaryUpdateStrategy {
  /** Nobody: it goes on by itself. */
  UNSUPERVISED = 'unsupervised',
  /** A person, by `kubectl cnpg promote` or `kubectl cnpg restart`. Until then the update waits. */
  SUPERVISED = 'supervised',
}

/** How the primary is updated. */
export enum PrimaryUpdateMethod {
  /** A standby that is updated already takes over: the shortest time without writes. Image and settings cannot change in one step. */
  SWITCHOVER = 'switchover',
  /** It is restarted where it is, as far as that goes. */
  RESTART = 'restart',
}

/** Backups by the Barman Cloud plugin: base backups on a schedule, and every write-ahead log as it is written. */
export interface CloudNativePgBackupOptions {
  /** Where they go. */
  readonly objectStore: BarmanObjectStore;

  /**
   * When base backups are made: minute, hour, day of the month, month, day of the week, in the operator's time zone, which is UTC.
   *
   * @default - every night at two: `0 2 * * *`
   */
  readonly schedule?: string;

  /**
   * How far back a restore can go. What is older and not needed for that is deleted.
   *
   * @default Duration.days(30)
   */
  readonly retention?: Duration;

  /**
   * What the plugin's container in each pod asks for and may use.
   *
   * @default - a quarter of a core, 512 MiB of memory and 512 MiB of disk, request and limit in one
   */
  readonly sidecarResources?: Resources;
}

/** How CloudNativePG runs a database. */
export interface CloudNativePgOptions {
  /**
   * Backups to an object store.
   *
   * @default - none
   */
  readonly backup?: CloudNativePgBackupOptions;

  /**
   * Name of the application's user, which owns the database. The `username` in the credentials' Secret must be the same.
   *
   * @default - the name of the application's database
   */
  readonly owner?: string;

  /**
   * Size of the claim for write-ahead logs, one for each instance. They are kept apart so that a bucket that takes none, or a
   * standby that is away, fills this volume and not the data's. Half of it is left to standbys that are away.
   *
   * @default - a quarter of the data's, at least 4 GiB: PostgreSQL's own 1 GB between checkpoints, 512 MB for standbys, and as much again until somebody looks
   */
  readonly walStorage?: Size;

  /**
   * Name of the StorageClass for write-ahead logs.
   *
   * @default - the data's
   */
  readonly walStorageClassName?: string;

  /**
   * Whether commits wait for a standby.
   *
   * @default - required from three instances, else none
   */
  readonly synchronousReplication?: SynchronousReplication;

  /**
   * What follows the version in the tag of CloudNativePG's own image, such as `standard-trixie` for `18.4-standard-trixie`. Keep
   * the distribution once there is data: another one may sort texts otherwise, and indexes are then wrong.
   *
   * @default - nothing: `ghcr.io/cloudnative-pg/postgresql:16.4`
   */
  readonly imageVariant?: string;

  /**
   * Who decides when the primary is updated.
   *
   * @default PrimaryUpdateStrategy.UNSUPERVISED
   */
  readonly primaryUpdateStrategy?: PrimaryUpdateStrategy;

  /**
   * How the primary is updated.
   *
   * @default PrimaryUpdateMethod.SWITCHOVER
   */
  readonly primaryUpdateMethod?: PrimaryUpdateMethod;

  /**
   * How long a server that ends waits for its clients to leave by themselves. New ones are turned away meanwhile.
   *
   * @default Duration.seconds(30)
   */
  readonly smartShutdownTimeout?: Duration;

  /**
   * How long a server may take to end, archiving its last logs included, until it is killed. At least 15 seconds more than `smartShutdownTimeout`.
   *
   * @default Duration.minutes(10)
   */
  readonly stopDelay?: Duration;

  /**
   * What becomes of the data when the manifest no longer names the Cluster: the operator deletes the claims of a Cluster that is deleted.
   *
   * @default DeletionPolicy.retain()
   */
  readonly deletionPolicy?: DeletionPolicy;

  /**
   * Annotations of the pods' ServiceAccount, such as the role that may write to the object store.
   *
   * @default - none
   */
  readonly serviceAccountAnnotations?: { readonly [name: string]: string };

  /**
   * Namespace of the operator and its plugins.
   *
   * @default cnpg-system
   */
  readonly operatorNamespace?: string;
}

const KNOWN: KnownProperties<CloudNativePgOptions> = {
  backup: true,
  owner: true,
  walStorage: true,
  walStorageClassName: true,
  synchronousReplication: true,
  imageVariant: true,
  primaryUpdateStrategy: true,
  primaryUpdateMethod: true,
  smartShutdownTimeout: true,
  stopDelay: true,
  deletionPolicy: true,
  serviceAccountAnnotations: true,
  operatorNamespace: true,
};
const KNOWN_BACKUP: KnownProperties<CloudNativePgBackupOptions> = { objectStore: true, schedule: true, retention: true, sidecarResources: true };

const DAY = 86_400;

/** The options, their defaults filled in. @internal */
export interface ResolvedOptions extends Required<Pick<CloudNativePgOptions, 'operatorNamespace' | 'primaryUpdateMethod' | 'primaryUpdateStrategy'>>,
  Pick<CloudNativePgOptions, 'imageVariant' | 'owner' | 'serviceAccountAnnotations' | 'walStorageClassName'> {
  readonly backup: (Required<Omit<CloudNativePgBackupOptions, 'retention'>> & { readonly retentionDays: number }) | undefined;
  /** Annotations that tell deployers to leave the Cluster. */
  readonly keeping: Readonly<Record<string, string>>;
  /** In seconds. */
  readonly smartShutdownTimeout: number;
  /** In seconds. */
  readonly stopDelay: number;
  readonly synchronousReplication: SynchronousReplication | undefined;
  /** In MiB. */
  readonly walStorage: number | undefined;
}

/** @internal */
export function resolveOptions(at: PropertyPath, options: CloudNativePgOptions): ResolvedOptions {
  const { owner, imageVariant, walStorageClassName, primaryUpdateStrategy, primaryUpdateMethod, synchronousReplication, serviceAccountAnnotations, operatorNamespace = 'cnpg-system' } = at.onlyKnown(options, KNOWN);
  if (imageVariant !== undefined) { at.at('imageVariant').text(imageVariant, 'the end of a tag, such as standard-trixie', /^[a-z0-9][\w.-]{0,100}$/); }
  if (walStorageClassName !== undefined) { checkObjectName(at.at('walStorageClassName'), 'StorageClass', walStorageClassName); }
  if (synchronousReplication !== undefined) { at.at('synchronousReplication').instance(synchronousReplication, SynchronousReplication, 'SynchronousReplication.required()'); }
  if (primaryUpdateStrategy !== undefined) { at.at('primaryUpdateStrategy').member(primaryUpdateStrategy, PrimaryUpdateStrategy, 'PrimaryUpdateStrategy'); }
  if (primaryUpdateMethod !== undefined) { at.at('primaryUpdateMethod').member(primaryUpdateMethod, PrimaryUpdateMethod, 'PrimaryUpdateMethod'); }
  if (serviceAccountAnnotations !== undefined) { checkAnnotations(at.at('serviceAccountAnnotations'), serviceAccountAnnotations); }
  const smartShutdownTimeout = at.at('smartShutdownTimeout').seconds(options.smartShutdownTimeout ?? Duration.seconds(30), 0, 3600, 'give whole seconds, at most an hour', 'Duration.seconds(30)');
  const stopDelay = at.at('stopDelay').seconds(options.stopDelay ?? Duration.minutes(10), 15, 7200, 'give whole seconds, at most two hours', 'Duration.minutes(10)');
  if (stopDelay < smartShutdownTimeout + 15) {
    at.at('stopDelay').refuse('ShutdownTooShort', { value: `${stopDelay} s`, allowed: `at least ${smartShutdownTimeout + 15} s: 15 more than smartShutdownTimeout`, fix: 'raise stopDelay, or lower smartShutdownTimeout' });
  }
  return {
    backup: options.backup === undefined ? undefined : resolveBackup(at.at('backup'), options.backup),
    imageVariant,
    keeping: DeletionPolicy._of(at.at('deletionPolicy'), options.deletionPolicy)._annotations(at.at('deletionPolicy')),
    operatorNamespace: checkLabelName(at.at('operatorNamespace'), 'the name of a namespace', operatorNamespace),
    owner,
    primaryUpdateMethod: primaryUpdateMethod ?? PrimaryUpdateMethod.SWITCHOVER,
    primaryUpdateStrategy: primaryUpdateStrategy ?? PrimaryUpdateStrategy.UNSUPERVISED,
    serviceAccountAnnotations,
    smartShutdownTimeout,
    stopDelay,
    synchronousReplication,
    walStorage: options.walStorage === undefined ? undefined : mebibytes(at.at('walStorage'), options.walStorage, 2048),
    walStorageClassName,
  };
}

function resolveBackup(at: PropertyPath, backup: CloudNativePgBackupOptions): NonNullable<ResolvedOptions['backup']> {
  const { objectStore, schedule = '0 2 * * *', retention = Duration.days(30), sidecarResources = Resources.guaranteed({ memory: Size.mebibytes(512) }) } = at.onlyKnown(backup, KNOWN_BACKUP);
  at.at('objectStore').instance(objectStore, BarmanObjectStore, "BarmanObjectStore.s3('s3://backups/payments', { endpoint })")._render(at.at('objectStore'));
  at.at('sidecarResources').instance(sidecarResources, Resources, 'Resources.small()')._amounts(at.at('sidecarResources'));
  const seconds = at.at('retention').seconds(retention, DAY, 3650 * DAY, 'give whole days, from one to ten years', 'Duration.days(30)');
  if (seconds % DAY !== 0) { at.at('retention').refuse('InvalidValue', { value: retention, allowed: 'whole days', fix: `write Duration.days(${Math.ceil(seconds / DAY)})` }); }
  return { objectStore, retentionDays: seconds / DAY, schedule: checkCron(at.at('schedule'), schedule), sidecarResources };
}
