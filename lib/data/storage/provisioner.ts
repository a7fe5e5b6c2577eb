import type { KnownProperties, PropertyPath } from '../../core/property-path';

/** Disks of AWS. */
export interface AwsEbsOptions {
  /**
   * Type of the disk, such as `io2`.
   *
   * @default gp3
   */
  readonly type?: string;
  /**
   * Operations a second, 100 to 256000; what the type allows counts.
   *
   * @default - the type's: 3000 for gp3
   */
  readonly iops?: number;
  /**
   * Throughput in MiB a second, 125 to 2000, for gp3 alone.
   *
   * @default - 125 for gp3
   */
  readonly throughput?: number;
  /**
   * Key that encrypts the disks, as its full ARN.
   *
   * @default - the account's key for EBS; disks are encrypted in any case
   */
  readonly kmsKeyId?: string;
}

/** Disks of Google Cloud. */
export interface GcePersistentDiskOptions {
  /**
   * Type of the disk, such as `pd-ssd` or `hyperdisk-balanced`.
   *
   * @default pd-balanced
   */
  readonly type?: string;
  /**
   * Whether each disk is kept in two zones: it outlives the loss of one.
   *
   * @default false
   */
  readonly regional?: boolean;
  /**
   * Key that encrypts the disks, `projects/…/cryptoKeys/…`.
   *
   * @default - Google's; disks are encrypted in any case
   */
  readonly kmsKey?: string;
}

/** Disks of Azure. */
export interface AzureDiskOptions {
  /**
   * Type of the disk and its redundancy, such as `Premium_ZRS` (in three zones) or `PremiumV2_LRS`.
   *
   * @default Premium_LRS
   */
  readonly skuName?: string;
  /**
   * Disk encryption set, as its resource id.
   *
   * @default - Azure's keys; disks are encrypted in any case
   */
  readonly diskEncryptionSetId?: string;
}

const KNOWN_AWS: KnownProperties<AwsEbsOptions> = { type: true, iops: true, throughput: true, kmsKeyId: true };
const KNOWN_GCE: KnownProperties<GcePersistentDiskOptions> = { type: true, regional: true, kmsKey: true };
const KNOWN_AZURE: KnownProperties<AzureDiskOptions> = { skuName: true, diskEncryptionSetId: true };

/** What a StorageClass says of its provisioner. @internal */
export interface RenderedProvisioner {
  readonly driver: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The label by which its nodes say in which zone they are. */
  readonly zoneKey: string;
}

type Render = (at: PropertyPath) => RenderedProvisioner;

/** Who makes the volumes of a StorageClass: a CSI driver, and what it is told. */
export class Provisioner {
  /**
   * Encrypted gp3 disks of AWS.
   *
   * @param options what differs
   * @see https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/parameters.md
   */
  public static awsEbs(options: AwsEbsOptions = {}): Provisioner {
    return new Provisioner('awsEbs', at => {
      const { type = 'gp3', iops, throughput, kmsKeyId } = at.onlyKnown(options, KNOWN_AWS);
      at.at('type').text(type, 'a type of EBS disk such as gp3', /^[a-z]{2}[a-z0-9]*$/);
      if (throughput !== undefined && type !== 'gp3') {
        at.at('throughput').refuse('ConflictingProperties', { value: throughput, allowed: `throughput with type gp3; it is ${type}`, fix: 'leave it out, or use gp3' });
      }
      return {
        driver: 'ebs.csi.aws.com',
        parameters: {
          encrypted: 'true',
          ...iops === undefined ? {} : { iops: String(at.at('iops').integer(iops, 100, 256_000)) },
          ...kmsKeyId === undefined ? {} : { kmsKeyId: at.at('kmsKeyId').text(kmsKeyId, 'the full ARN of a key', /^arn:[\w-]+:kms:\S+$/) },
          ...throughput === undefined ? {} : { throughput: String(at.at('throughput').integer(throughput, 125, 2000)) },
          type,
        },
        // Nodes also have the well-known label, but disks are labelled by this one.
        zoneKey: 'topology.ebs.csi.aws.com/zone',
      };
    });
  }

  /**
   * Balanced disks of Google Cloud.
   *
   * @param options what differs
   * @see https://github.com/kubernetes-sigs/gcp-compute-persistent-disk-csi-driver#createvolume-parameters
   */
  public static gcePersistentDisk(options: GcePersistentDiskOptions = {}): Provisioner {
    return new Provisioner('gcePersistentDisk', at => {
      const { type = 'pd-balanced', regional = false, kmsKey } = at.onlyKnown(options, KNOWN_GCE);
      return {
        driver: 'pd.csi.storage.gke.io',
        parameters: {
          ...kmsKey === undefined ? {} : { 'disk-encryption-kms-key': at.at('kmsKey').text(kmsKey, 'a key, as projects/…/locations/…/keyRings/…/cryptoKeys/…', /^projects\/\S+\/cryptoKeys\/\S+$/) },
          ...at.at('regional').flag(regional) ? { 'replication-type': 'regional-pd' } : {},
          type: at.at('type').text(type, 'a type of disk such as pd-balanced', /^[a-z]+(-[a-z]+)+$/),
        },
        zoneKey: 'topology.gke.io/zone',
      };
    });
  }

  /**
   * Premium disks of Azure.
   *
   * @param options what differs
   * @see https://github.com/kubernetes-sigs/azuredisk-csi-driver/blob/master/docs/driver-parameters.md
   */
  public static azureDisk(options: AzureDiskOptions = {}): Provisioner {
    return new Provisioner('azureDisk', at => {
      const { skuName = 'Premium_LRS', diskEncryptionSetId } = at.onlyKnown(options, KNOWN_AZURE);
      return {
        driver: 'disk.csi.azure.com',
        parameters: {
          ...diskEncryptionSetId === undefined ? {} : { diskEncryptionSetID: at.at('diskEncryptionSetId').text(diskEncryptionSetId, 'a resource id, /subscriptions/…/diskEncryptionSets/…', /^\/subscriptions\/\S+$/) },
          skuName: at.at('skuName').text(skuName, 'a type of disk such as Premium_LRS', /^\w+_(LRS|ZRS)$/),
        },
        zoneKey: 'topology.disk.csi.azure.com/zone', // its values are a region and a number, such as westeurope-1
      };
    });
  }

  /**
   * Any driver.
   *
   * @param driver name of the CSI driver, such as `csi.vsphere.vmware.com`
   * @param parameters what the driver is told; see its documentation
   */
  public static of(driver: string, parameters: { readonly [name: string]: string } = {}): Provisioner {
    return new Provisioner('of', at => {
      at.at('driver').text(driver, 'the name of a driver such as ebs.csi.aws.com', /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?(\/[A-Za-z0-9][-A-Za-z0-9_.]*)?$/);
      const here = at.at('parameters');
      for (const [key, value] of Object.entries(here.record(parameters, 'texts by their names', "{ type: 'fast' }"))) { here.at(key).literal(value); }
      return { driver, parameters: { ...parameters }, zoneKey: 'topology.kubernetes.io/zone' };
    });
  }

  private constructor(private readonly kind: string, private readonly render: Render) {}

  /** @internal */
  public _render(at: PropertyPath): RenderedProvisioner {
    return this.render(at.at(this.kind));
  }
}
