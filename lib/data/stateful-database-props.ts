import { Size } from 'cdk8s';
import type { Backup } from './backup/backup';
import type { RestoreDrillOptions } from './backup/restore-drill';
import type { ClaimRetention } from './claim-retention';
import type { DatabaseCredentials } from './database-credentials';
import type { DatabaseEngine } from './engines/database-engine';
import type { EnvironmentVariables } from '../blocks/environment-variables';
import type { PodProps } from '../blocks/workload-props';
import { POD_PROPS } from '../blocks/workload-props';
import type { AccessMode } from '../core/access-mode';
import type { IDatabaseOperator } from '../core/database-operator';
import type { KnownProperties } from '../core/property-path';
import { Resources } from '../core/resources';
import type { IStorageClass } from '../core/storage-class-reference';

/** Where a database keeps its data. */
export interface DatabaseStorage {
  /** Size of each instance's claim. It can grow later where the class allows it, and never shrink. */
  readonly size: Size;

  /**
   * The StorageClass, or its name.
   *
   * @default - the cluster's default class
   */
  readonly storageClass?: string | IStorageClass;

  /**
   * From where the volume can be used: `READ_WRITE_ONCE_POD` makes sure that no second pod ever writes to it.
   *
   * @default AccessMode.READ_WRITE_ONCE
   */
  readonly accessMode?: AccessMode;
}

/** Names of single objects, to take over what already runs. */
export interface DatabaseNames {
  /**
   * Name of the StatefulSet.
   *
   * @default - the database's name
   */
  readonly workload?: string;

  /**
   * Name of the engine's container.
   *
   * @default - the database's name without prefixes
   */
  readonly container?: string;

  /**
   * Name of the Service that clients dial.
   *
   * @default - the database's name
   */
  readonly service?: string;

  /**
   * Name of the headless Service that names the pods. It can never be changed.
   *
   * @default - the database's name and `-headless`
   */
  readonly headlessService?: string;

  /**
   * Name of the claim template, the beginning of the claims' names. It can never be changed.
   *
   * @default data
   */
  readonly claim?: string;

  /**
   * Name of the NetworkPolicy.
   *
   * @default - the database's name
   */
  readonly networkPolicy?: string;

  /**
   * Name of the ServiceAccount, its Role and RoleBinding.
   *
   * @default - the database's name
   */
  readonly serviceAccount?: string;
}

/** What a team says of its database. Engine and storage are all that has no default. */
export interface StatefulDatabaseProps extends PodProps {
  /** Which database, and in which version: `DatabaseEngine.postgres({ version: '16.4' })`. */
  readonly engine: DatabaseEngine;

  /** How much data each instance can hold, and where. */
  readonly storage: Size | DatabaseStorage;

  /**
   * How many instances there are, the primary included. More than one needs an operator, or an engine that clusters by itself.
   *
   * @default 1
   */
  readonly instances?: number;

  /**
   * Who runs a database of several instances.
   *
   * @default - for PostgreSQL from two instances on, `new CloudNativePg()`; else nobody: a StatefulSet
   */
  readonly operator?: IDatabaseOperator;

  /**
   * Where the names and passwords are.
   *
   * @default - the Secret `<name>-credentials` with the keys `username`, `password` and `admin-password`
   */
  readonly credentials?: DatabaseCredentials;

  /**
   * CPU, memory and disk of each instance. The engine's memory settings follow from the memory limit.
   *
   * @default - guaranteed: half a core, 1 GiB of memory and 1 GiB of disk beside the data
   */
  readonly resources?: Resources;

  /**
   * Variables of the engine's container, beside its own.
   *
   * @default - none
   */
  readonly env?: EnvironmentVariables;

  /**
   * Whether an exporter beside the engine serves metrics to the environment's monitoring.
   *
   * @default false
   */
  readonly metrics?: boolean;

  /**
   * What happens to the claims when the database, or an instance, goes.
   *
   * @default ClaimRetention.retain()
   */
  readonly claimRetention?: ClaimRetention;

  /**
   * How the data is saved elsewhere.
   *
   * @default - not at all; in production that is a finding
   */
  readonly backups?: Backup[];

  /**
   * How it is known that the newest dump can be restored.
   *
   * @default - not at all; in production that is a finding
   */
  readonly restoreDrill?: RestoreDrillOptions;

  /**
   * Names of single objects, to take over what already runs.
   *
   * @default - `name`
   */
  readonly names?: DatabaseNames;

  /**
   * Selector of a StatefulSet that already runs: it can never be changed, so it has to be kept.
   *
   * @default - `app.kubernetes.io/name` and `app.kubernetes.io/instance`
   */
  readonly selectorLabels?: { readonly [name: string]: string };
}

/** What a small database needs; the page cache takes whatever more there is. @internal */
export const DATABASE_RESOURCES = Resources.guaranteed({ cpu: { amount: '500m' }, memory: Size.gibibytes(1), ephemeralStorage: Size.gibibytes(1) });

/** @internal */
export const STATEFUL_DATABASE_PROPS: KnownProperties<StatefulDatabaseProps> = {
  ...POD_PROPS,
  engine: true,
  storage: true,
  instances: true,
  operator: true,
  credentials: true,
  resources: true,
  env: true,
  metrics: true,
  claimRetention: true,
  backups: true,
  restoreDrill: true,
  names: true,
  selectorLabels: true,
};

/** @internal */
export const DATABASE_STORAGE: KnownProperties<DatabaseStorage> = { size: true, storageClass: true, accessMode: true };

/** @internal */
export const DATABASE_NAMES: KnownProperties<DatabaseNames> = {
  workload: true, container: true, service: true, headlessService: true, claim: true, networkPolicy: true, serviceAccount: true,
};
