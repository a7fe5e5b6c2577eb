import type { IConnectable } from '../../core/connection';
import type { KnownProperties, PropertyPath } from '../../core/property-path';
import type { SecretKey, SecretValue } from '../../core/secret-value';
import { secretKeyOf } from '../../core/secret-value';

/** What every object store needs. */
export interface BarmanObjectStoreOptions {
  /** Where it is on the network, such as `ExternalEndpoint.fqdn('s3.eu-central-1.amazonaws.com', 443)`: the pods reach nothing else. */
  readonly endpoint: IConnectable;
}

/** A bucket of S3, or of a store that speaks its protocol. */
export interface S3StoreOptions extends BarmanObjectStoreOptions {
  /**
   * The access key's id. Give both parts of the key, or none.
   *
   * @default - the role of the pods' ServiceAccount
   */
  readonly accessKeyId?: SecretValue;

  /**
   * The access key's secret part.
   *
   * @default - the role of the pods' ServiceAccount
   */
  readonly secretAccessKey?: SecretValue;

  /**
   * Address of a store that is not Amazon's, such as `https://objects.example.com`.
   *
   * @default - Amazon S3
   */
  readonly endpointUrl?: string;
}

/** A bucket of Google Cloud Storage. */
export interface GoogleCloudStoreOptions extends BarmanObjectStoreOptions {
  /**
   * The key file of a service account, as JSON.
   *
   * @default - the identity of the pods' ServiceAccount
   */
  readonly applicationCredentials?: SecretValue;
}

/** A container of Azure Blob Storage. */
export interface AzureStoreOptions extends BarmanObjectStoreOptions {
  /**
   * The connection string of the storage account.
   *
   * @default - the identity of the pods
   */
  readonly connectionString?: SecretValue;
}

const KNOWN_S3: KnownProperties<S3StoreOptions> = { endpoint: true, accessKeyId: true, secretAccessKey: true, endpointUrl: true };
const KNOWN_GOOGLE: KnownProperties<GoogleCloudStoreOptions> = { endpoint: true, applicationCredentials: true };
const KNOWN_AZURE: KnownProperties<AzureStoreOptions> = { endpoint: true, connectionString: true };

/**
 * Where a store is, and how it is signed in to: the part of `configuration` that differs between stores.
 *
 * @see https://cloudnative-pg.io/plugin-barman-cloud/docs/plugin-barman-cloud.v1/
 * @internal
 */
export interface StoreConfiguration {
  readonly azureCredentials?: { readonly connectionString: SecretKey } | { readonly inheritFromAzureAD: true };
  readonly destinationPath: string;
  readonly endpointURL?: string;
  readonly googleCredentials?: { readonly applicationCredentials: SecretKey } | { readonly gkeEnvironment: true };
  readonly s3Credentials?: { readonly accessKeyId: SecretKey; readonly secretAccessKey: SecretKey } | { readonly inheritFromIAMRole: true };
}

/** An object store for base backups and write-ahead logs, as Barman Cloud knows it. */
export class BarmanObjectStore {
  /**
   * A bucket of S3, or of a store that speaks its protocol.
   *
   * @param destinationPath such as `s3://backups/payments`; no other database may write there
   * @param options where it is, and who signs in
   */
  public static s3(destinationPath: string, options: S3StoreOptions): BarmanObjectStore {
    return new BarmanObjectStore(destinationPath, /^s3:\/\/[a-z0-9][a-z0-9.-]+(\/[^\s?#]*)?$/, 's3://backups/payments', options, at => {
      const { accessKeyId, secretAccessKey, endpointUrl } = at.onlyKnown(options, KNOWN_S3);
      if (endpointUrl !== undefined) { at.at('endpointUrl').text(endpointUrl, 'an address such as https://objects.example.com', /^https?:\/\/[A-Za-z0-9.-]+(:\d+)?\/?$/); }
      if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
        at.at(accessKeyId === undefined ? 'accessKeyId' : 'secretAccessKey').refuse('MissingValue', { value: undefined, allowed: 'both parts of the key, or none', fix: "write { secret: 'backup-store', key: '…' } for both" });
      }
      return {
        ...endpointUrl === undefined ? {} : { endpointURL: endpointUrl },
        s3Credentials: accessKeyId === undefined || secretAccessKey === undefined ? { inheritFromIAMRole: true }
          : { accessKeyId: secretKeyOf(at.at('accessKeyId'), accessKeyId), secretAccessKey: secretKeyOf(at.at('secretAccessKey'), secretAccessKey) },
      };
    });
  }

  /**
   * A bucket of Google Cloud Storage.
   *
   * @param destinationPath such as `gs://backups/payments`; no other database may write there
   * @param options where it is, and who signs in
   */
  public static googleCloud(destinationPath: string, options: GoogleCloudStoreOptions): BarmanObjectStore {
    return new BarmanObjectStore(destinationPath, /^gs:\/\/[a-z0-9][a-z0-9._-]+(\/[^\s?#]*)?$/, 'gs://backups/payments', options, at => {
      const { applicationCredentials } = at.onlyKnown(options, KNOWN_GOOGLE);
      return {
        googleCredentials: applicationCredentials === undefined ? { gkeEnvironment: true } : { applicationCredentials: secretKeyOf(at.at('applicationCredentials'), applicationCredentials) },
      };
    });
  }

  /**
   * A container of Azure Blob Storage.
   *
   * @param destinationPath such as `https://account.blob.core.windows.net/backups/payments`; no other database may write there
   * @param options where it is, and who signs in
   */
  public static azure(destinationPath: string, options: AzureStoreOptions): BarmanObjectStore {
    return new BarmanObjectStore(destinationPath, /^https:\/\/[a-z0-9.-]+(\/[^\s?#]*)?$/, 'https://account.blob.core.windows.net/backups/payments', options, at => {
      const { connectionString } = at.onlyKnown(options, KNOWN_AZURE);
      return { azureCredentials: connectionString === undefined ? { inheritFromAzureAD: true } : { connectionString: secretKeyOf(at.at('connectionString'), connectionString) } };
    });
  }

  private constructor(
    private readonly destinationPath: string,
    private readonly pattern: RegExp,
    private readonly example: string,
    private readonly options: BarmanObjectStoreOptions,
    private readonly rest: (at: PropertyPath) => Omit<StoreConfiguration, 'destinationPath'>,
  ) {}

  /** Where it is on the network. */
  public get endpoint(): IConnectable {
    return this.options.endpoint;
  }

  /** @internal */
  public _render(at: PropertyPath): StoreConfiguration {
    at.at('destinationPath').text(this.destinationPath, `a place such as ${this.example}`, this.pattern);
    const rest = this.rest(at);
    if (typeof (this.endpoint as Partial<IConnectable> | undefined)?.acceptConnection !== 'function') {
      at.at('endpoint').refuse('MissingValue', {
        value: this.endpoint, allowed: 'where the object store is: by default the pods may not reach it, and no backup would ever be made', fix: "write ExternalEndpoint.fqdn('s3.eu-central-1.amazonaws.com', 443), or ExternalEndpoint.cidr with its addresses",
      });
    }
    return { ...rest, destinationPath: this.destinationPath };
  }
}
