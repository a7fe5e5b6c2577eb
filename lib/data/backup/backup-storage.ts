import { Chart } from 'cdk8s';
import type { IPersistentVolumeClaim } from 'cdk8s-plus-28';
import * as kplus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { EnvironmentVariables } from '../../blocks/environment-variables';
import type { Mount } from '../../blocks/pod-volumes';
import type { IConnectable } from '../../core/connection';
import { Environment } from '../../core/environment';
import { checkObjectName } from '../../core/names';
import type { KnownProperties, PropertyPath } from '../../core/property-path';
import { Resources } from '../../core/resources';
import type { SecretValue } from '../../core/secret-value';
import { secretKeyOf } from '../../core/secret-value';

/** What every storage of backups may have. */
export interface BackupStorageOptions {
  /**
   * Folder in the bucket or claim. No other database may write there.
   *
   * @default - the name of the database
   */
  readonly folder?: string;

  /**
   * The passphrase by which the content is encrypted before it leaves the pod. Whoever loses it has lost the backups.
   *
   * @default - not encrypted by this library
   */
  readonly passphrase?: SecretValue;

  /**
   * Image with rclone, a shell and the usual small tools, with a full version.
   *
   * @default rclone/rclone:1.68.2
   */
  readonly image?: string;

  /**
   * CPU, memory and disk of the containers that transfer: they hash, encrypt and read back what they store.
   *
   * @default Resources.small()
   */
  readonly resources?: Resources;
}

/** A bucket outside. */
export interface BucketOptions extends BackupStorageOptions {
  /** Where it is on the network, such as `ExternalEndpoint.fqdn('s3.eu-central-1.amazonaws.com', 443)`: the pods reach nothing else. */
  readonly endpoint: IConnectable;
}

/** A bucket of S3, or of a store that speaks its protocol. */
export interface S3BucketOptions extends BucketOptions {
  /**
   * Region of the bucket.
   *
   * @default - the store's
   */
  readonly region?: string;

  /**
   * Address of a store that is not Amazon's, such as `https://objects.example.com`.
   *
   * @default - Amazon S3
   */
  readonly endpointUrl?: string;

  /**
   * The access key's id. Give both parts of the key, or none.
   *
   * @default - the role of the job's identity
   */
  readonly accessKeyId?: SecretValue;

  /**
   * The access key's secret part.
   *
   * @default - the role of the job's identity
   */
  readonly secretAccessKey?: SecretValue;
}

/** A bucket of Google Cloud Storage. */
export interface GoogleCloudBucketOptions extends BucketOptions {
  /**
   * The key file of a service account, as JSON.
   *
   * @default - the job's identity
   */
  readonly serviceAccountKey?: SecretValue;
}

/** A container of Azure Blob Storage. */
export interface AzureContainerOptions extends BucketOptions {
  /** Name of the storage account. */
  readonly account: string;

  /**
   * The account's key.
   *
   * @default - the job's identity
   */
  readonly accountKey?: SecretValue;
}

/** Anything else that rclone knows. */
export interface RcloneStorageOptions extends BucketOptions {
  /** Settings of the backend by their names in its documentation, such as `{ host: 'backup.example.com' }`. */
  readonly settings: { readonly [name: string]: string };

  /**
   * Settings whose values are secrets.
   *
   * @default - none
   */
  readonly secretSettings?: { readonly [name: string]: SecretValue };
}

const COMMON: KnownProperties<BackupStorageOptions> = { folder: true, passphrase: true, image: true, resources: true };
const BUCKET = { ...COMMON, endpoint: true } as const;
const KNOWN_S3: KnownProperties<S3BucketOptions> = { ...BUCKET, region: true, endpointUrl: true, accessKeyId: true, secretAccessKey: true };
const KNOWN_GOOGLE: KnownProperties<GoogleCloudBucketOptions> = { ...BUCKET, serviceAccountKey: true };
const KNOWN_AZURE: KnownProperties<AzureContainerOptions> = { ...BUCKET, account: true, accountKey: true };
const KNOWN_RCLONE: KnownProperties<RcloneStorageOptions> = { ...BUCKET, settings: true, secretSettings: true };

const DIRECTORY = '/backups';
const FOLDER = /^[A-Za-z0-9][-A-Za-z0-9._]*(\/[A-Za-z0-9][-A-Za-z0-9._]*)*$/;
const BUCKET_NAME = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;

/** A setting of rclone's backend, by its name: a text, or where it is. */
type Settings = Readonly<Record<string, string | SecretValue | undefined>>;

/**
 * Where dumps are kept. The tool that writes and reads them is rclone, which knows nearly every store; it is told everything by
 * variables, and secrets by reference.
 *
 * @see https://rclone.org/docs/#environment-variables
 */
export class BackupStorage {
  /**
   * A claim. It should be of another storage than the database's: what takes one would take both.
   *
   * @param claim the claim, or its name
   * @param options folder and passphrase
   */
  public static claim(claim: string | IPersistentVolumeClaim, options: BackupStorageOptions = {}): BackupStorage {
    return new BackupStorage(options, at => {
      at.onlyKnown(options, COMMON);
      const name: unknown = typeof claim === 'string' ? claim : (claim as IPersistentVolumeClaim | undefined)?.name;
      checkObjectName(at.at('claim'), 'PersistentVolumeClaim', name);
      return { type: 'local', root: DIRECTORY, settings: {} };
    }, claim);
  }

  /** A bucket of S3, or of a store that speaks its protocol. @param bucket its name @param options where it is, and who signs in */
  public static s3(bucket: string, options: S3BucketOptions): BackupStorage {
    return new BackupStorage(options, at => {
      const { region, endpointUrl, accessKeyId, secretAccessKey } = at.onlyKnown(options, KNOWN_S3);
      if (endpointUrl !== undefined) { at.at('endpointUrl').text(endpointUrl, 'an address such as https://objects.example.com', /^https?:\/\/[A-Za-z0-9.-]+(:\d+)?\/?$/); }
      if (region !== undefined) { at.at('region').text(region, 'a region such as eu-central-1', /^[a-z0-9-]+$/); }
      if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
        at.at(accessKeyId === undefined ? 'accessKeyId' : 'secretAccessKey').refuse('MissingValue', { value: undefined, allowed: 'both parts of the key, or none', fix: "write { secret: 'backup-store', key: '…' } for both" });
      }
      return {
        type: 's3',
        root: bucketName(at, bucket),
        settings: {
          provider: endpointUrl === undefined ? 'AWS' : 'Other',
          env_auth: accessKeyId === undefined ? 'true' : 'false',
          region,
          endpoint: endpointUrl,
          access_key_id: accessKeyId,
          secret_access_key: secretAccessKey,
        },
      };
    });
  }

  /** A bucket of Google Cloud Storage. @param bucket its name @param options where it is, and who signs in */
  public static googleCloud(bucket: string, options: GoogleCloudBucketOptions): BackupStorage {
    return new BackupStorage(options, at => {
      const { serviceAccountKey } = at.onlyKnown(options, KNOWN_GOOGLE);
      return {
        type: 'google cloud storage',
        root: bucketName(at, bucket),
        settings: { bucket_policy_only: 'true', ...serviceAccountKey === undefined ? { env_auth: 'true' } : { service_account_credentials: serviceAccountKey } },
      };
    });
  }

  /** A container of Azure Blob Storage. @param container its name @param options account, where it is, and who signs in */
  public static azure(container: string, options: AzureContainerOptions): BackupStorage {
    return new BackupStorage(options, at => {
      const { account, accountKey } = at.onlyKnown(options, KNOWN_AZURE);
      at.at('account').text(account, 'the name of a storage account: 3 to 24 lower-case letters and digits', /^[a-z0-9]{3,24}$/);
      return { type: 'azureblob', root: bucketName(at, container), settings: { account, ...accountKey === undefined ? { env_auth: 'true' } : { key: accountKey } } };
    });
  }

  /**
   * Anything else that rclone knows.
   *
   * @param type name of the backend, such as `sftp`
   * @param path where in it
   * @param options its settings
   * @see https://rclone.org/overview/
   */
  public static rclone(type: string, path: string, options: RcloneStorageOptions): BackupStorage {
    return new BackupStorage(options, at => {
      const { settings, secretSettings } = at.onlyKnown(options, KNOWN_RCLONE);
      at.at('type').text(type, 'the name of a backend of rclone, such as sftp', /^[a-z][a-z0-9 ]*$/);
      at.at('path').text(path, 'a path inside the storage', /^[^\s$]+$/);
      for (const [key, all] of [['settings', settings], ['secretSettings', secretSettings ?? {}]] as const) {
        for (const name of Object.keys(at.at(key).record(all, 'settings by their names', "{ host: 'backup.example.com' }"))) {
          at.at(key).at(name).text(name, 'the name of a setting: lower-case letters, digits and "_"', /^[a-z][a-z0-9_]*$/);
        }
      }
      return { type, root: path.replace(/\/$/, ''), settings: { ...settings, ...secretSettings } };
    });
  }

  private constructor(
    private readonly options: BackupStorageOptions & Partial<BucketOptions>,
    private readonly resolve: (at: PropertyPath) => { readonly type: string; readonly root: string; readonly settings: Settings },
    private readonly claimed?: string | IPersistentVolumeClaim,
  ) {}

  /** What a pod needs to read and write there. @param folder where none is given @internal */
  public _bind(at: PropertyPath, scope: Construct, folder: string): BoundStorage {
    const { type, root, settings } = this.resolve(at);
    const { passphrase, endpoint, image = 'rclone/rclone:1.68.2', resources = Resources.small() } = this.options; // rclone keeps parts of a transfer in memory
    const path = at.at('folder').text(this.options.folder ?? folder, 'a path of letters, digits, "-", "_", "." and "/"', FOLDER);
    if (this.claimed === undefined && typeof (endpoint as Partial<IConnectable> | undefined)?.acceptConnection !== 'function') {
      at.at('endpoint').refuse('MissingValue', {
        value: endpoint, allowed: 'where the storage is: by default the pods may not reach it, and no backup would ever be made', fix: "write ExternalEndpoint.fqdn('s3.eu-central-1.amazonaws.com', 443), or ExternalEndpoint.cidr with its addresses",
      });
    }
    const variables = Object.entries(settings).filter(([, value]) => value !== undefined).map(([name, value]) => [
      `RCLONE_CONFIG_STORAGE_${name.toUpperCase()}`, typeof value === 'string' ? value : { valueFrom: { secretKeyRef: secretKeyOf(at.at(name), value!) } },
    ] as const);
    const claimed = typeof this.claimed === 'string' ? this.claimed : this.claimed?.name;
    const environment = Environment.of(scope);
    return {
      image,
      resources: at.at('resources').instance(resources, Resources, 'Resources.medium()'),
      // A claim is one of its namespace and cluster; a bucket is the same from everywhere.
      place: claimed === undefined
        ? [type, ...['endpoint', 'account', 'host'].map(key => settings[key]).filter(value => typeof value === 'string'), `${root}/${path}`].join(' ')
        : [type, environment.name, Chart.of(scope).namespace ?? '', claimed, path].join(' '),
      env: {
        RCLONE_CONFIG_STORAGE_TYPE: type,
        ...Object.fromEntries(variables),
        STORAGE: `storage:${root}/${path}`,
        ...passphrase === undefined ? {} : { BACKUP_PASSPHRASE: { valueFrom: { secretKeyRef: secretKeyOf(at.at('passphrase'), passphrase) } } },
      },
      mounts: this.claimed === undefined ? [] : [{ path: DIRECTORY, volume: claimOf(scope, this.claimed) }],
      endpoint,
    };
  }
}

/** @internal */
export interface BoundStorage {
  readonly image: string;
  readonly resources: Resources;
  /** Where it is, as one text: the same for two that would meet there. */
  readonly place: string;
  readonly env: EnvironmentVariables;
  readonly mounts: Mount[];
  readonly endpoint?: IConnectable;
}

function bucketName(at: PropertyPath, name: unknown): string {
  return at.at('bucket').text(name, 'the name of a bucket: 3 to 63 lower-case letters, digits, ".", "-" and "_"', BUCKET_NAME);
}

function claimOf(scope: Construct, claim: string | IPersistentVolumeClaim): Mount['volume'] {
  return typeof claim === 'string' ? kplus.PersistentVolumeClaim.fromClaimName(scope, `Claim-${claim}`, claim) : claim;
}
