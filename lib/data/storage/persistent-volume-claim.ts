import { Chart, type Size } from 'cdk8s';
import type * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { objectMetadata } from './object-metadata';
import { nameOf, VolumeDataSource } from './volume-data-source';
import { renderClaimSpec } from '../../blocks/claim-spec';
import { AccessMode, renderAccessModes } from '../../core/access-mode';
import { DeletionPolicy } from '../../core/deletion-policy';
import { Environment } from '../../core/environment';
import type { IPersistentVolumeClaimSpec } from '../../core/kubernetes';
import { KubernetesObject } from '../../core/kubernetes-object';
import { checkLabels } from '../../core/labels';
import { NamePrefix } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { mebibytes } from '../../core/quantity';
import type { IStorageClass } from '../../core/storage-class-reference';
import { VolumeMode } from '../../core/volume-mode';

/** A PersistentVolume that a claim can be bound to. `PersistentVolume` is one. */
export interface IPersistentVolume {
  /** Name of the volume. */
  readonly name: string;
  /** Name of its class; the empty text for none. */
  readonly storageClassName: string;
}

/** What a claim asks for. Once it is there, only `storage` (upwards) and `volumeAttributesClass` can change. */
export interface PersistentVolumeClaimProps {
  /** Size of the volume, at least. */
  readonly storage: Size;
  /**
   * Name of the claim.
   *
   * @default - the construct's id, after the prefixes of its place
   */
  readonly name?: string;
  /**
   * From how many nodes and pods it can be used.
   *
   * @default - [AccessMode.READ_WRITE_ONCE]
   */
  readonly accessModes?: AccessMode[];
  /**
   * The class it is provisioned by, or its name; the empty text for none, which leaves it to volumes that are there.
   *
   * @default - the volume's where `volume` is given, else the cluster's default class
   */
  readonly storageClass?: string | IStorageClass;
  /**
   * As what it appears in a container.
   *
   * @default VolumeMode.FILESYSTEM
   */
  readonly volumeMode?: VolumeMode;
  /**
   * A volume that is there, or its name: no other is taken.
   *
   * @default - any that fits
   */
  readonly volume?: string | IPersistentVolume;
  /**
   * Labels of volumes that are there, one of which is taken. Nothing is provisioned then.
   *
   * @default - any that fits
   */
  readonly selector?: { readonly [name: string]: string };
  /**
   * What the volume is filled from.
   *
   * @default - it is empty
   */
  readonly dataSource?: VolumeDataSource;
  /**
   * Name of a VolumeAttributesClass, such as for more operations a second. From Kubernetes 1.34.
   *
   * @default - the driver's
   */
  readonly volumeAttributesClass?: string;
  /**
   * What Argo CD, Helm and Flux do with the claim when the manifest no longer names it.
   *
   * @default DeletionPolicy.retain()
   */
  readonly deletionPolicy?: DeletionPolicy;
  /**
   * Further labels.
   *
   * @default - none
   */
  readonly labels?: { readonly [name: string]: string };
  /**
   * Annotations.
   *
   * @default - none
   */
  readonly annotations?: { readonly [name: string]: string };
}

const KNOWN: KnownProperties<PersistentVolumeClaimProps> = {
  storage: true,
  name: true,
  accessModes: true,
  storageClass: true,
  volumeMode: true,
  volume: true,
  selector: true,
  dataSource: true,
  volumeAttributesClass: true,
  deletionPolicy: true,
  labels: true,
  annotations: true,
};

/**
 * A volume that is there on its own, whatever becomes of the pods that mount it, or of the line that declared it.
 *
 * Creates a PersistentVolumeClaim. `mounts` takes it as it is, and so does `Volume.fromPersistentVolumeClaim` of cdk8s-plus.
 *
 * @example
 *
 * const uploads = new PersistentVolumeClaim(chart, 'uploads', { storage: Size.gibibytes(50), accessModes: [AccessMode.READ_WRITE_MANY], storageClass: 'nfs' });
 * new ProductionService(chart, 'web', {
 *   image: 'registry.example.com/shop/web:1.4.2',
 *   port: 8080,
 *   health: Health.http({ readiness: '/ready' }),
 *   mounts: [{ path: '/var/lib/web/uploads', volume: uploads }],
 * });
 *
 * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#persistentvolumeclaims
 */
export class PersistentVolumeClaim extends Construct implements kplus.IPersistentVolumeClaim {
  /** The PersistentVolumeClaim. */
  public readonly resource: KubernetesObject;
  /** Its name. */
  public readonly name: string;
  /** Size of the volume, at least. */
  public readonly storage: Size;
  /** From how many nodes and pods it can be used. */
  public readonly accessModes: readonly AccessMode[];
  /** As what it appears in a container. */
  public readonly volumeMode: VolumeMode;
  /** Name of its class; none where the cluster's default class serves it. */
  public readonly storageClassName?: string;
  /** @see kplus.IResource */
  public readonly apiVersion = 'v1';
  /** @see kplus.IApiResource */
  public readonly apiGroup = '';
  /** @see kplus.IResource */
  public readonly kind = 'PersistentVolumeClaim';
  /** @see kplus.IApiResource */
  public readonly resourceType = 'persistentvolumeclaims';

  /**
   * @param scope any construct below a Chart
   * @param id name of the claim
   * @param props its size, and what differs from the default
   * @throws ConfigurationError `ConflictingProperties`, `InvalidName`, `InvalidValue`, `MissingValue`, `UnknownProperty`, `UnsupportedByKubernetesVersion`
   */
  public constructor(scope: Construct, id: string, props: PersistentVolumeClaimProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    at.onlyKnown(props, KNOWN);
    const deletion = DeletionPolicy._of(at.at('deletionPolicy'), props.deletionPolicy);
    const binding = bindingOf(at, props);
    const accessModes = props.accessModes ?? [AccessMode.READ_WRITE_ONCE];
    const claim = renderClaimSpec(at, {
      size: mebibytes(at.at('storage'), props.storage, 1),
      accessModes: renderAccessModes(at.at('accessModes'), accessModes),
      storageClass: binding.storageClass,
      volumeMode: props.volumeMode,
      volumeAttributesClass: props.volumeAttributesClass,
    }, Environment.of(this).kubernetesVersion);
    const dataSource = props.dataSource === undefined ? undefined : this.dataSourceOf(at.at('dataSource'), props.dataSource, props.storage);
    this.storage = props.storage;
    this.accessModes = accessModes;
    this.volumeMode = props.volumeMode ?? VolumeMode.FILESYSTEM;
    this.storageClassName = claim.storageClassName;
    this.name = props.name ?? `${NamePrefix.of(this)}${id}`;
    this.resource = new KubernetesObject(this, 'Resource', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      name: this.name,
      ...objectMetadata(this, at, props, deletion._annotations(at.at('deletionPolicy'))),
      content: {
        spec: (): IPersistentVolumeClaimSpec => ({
          ...claim,
          ...dataSource === undefined ? {} : { dataSource },
          ...binding.selector === undefined ? {} : { selector: { matchLabels: { ...binding.selector } } },
          ...binding.volumeName === undefined ? {} : { volumeName: binding.volumeName },
        }),
      },
    });
  }

  /** Namespace of the claim, where the chart names one. */
  public get namespace(): string | undefined {
    return Chart.of(this).namespace;
  }

  /** @see kplus.IApiResource */
  public get resourceName(): string {
    return this.name;
  }

  private dataSourceOf(at: PropertyPath, source: VolumeDataSource, storage: Size): NonNullable<IPersistentVolumeClaimSpec['dataSource']> {
    const rendered = at.instance(source, VolumeDataSource, 'VolumeDataSource.snapshot(snapshot), or VolumeDataSource.claim(claim)')._render(at, this.namespace);
    const least = source._size;
    if (least !== undefined && mebibytes(at, storage, 1) < mebibytes(at, least, 1)) {
      at.refuse('InvalidValue', { value: storage.asString(), allowed: `at least the size of what it is filled from, ${least.asString()}`, fix: 'raise storage' });
    }
    return rendered;
  }
}

/** By which volume, or volumes, it is served. */
function bindingOf(at: PropertyPath, { volume, selector, storageClass, dataSource }: PersistentVolumeClaimProps): Pick<PersistentVolumeClaimProps, 'storageClass' | 'selector'> & { volumeName?: string } {
  if (volume !== undefined && selector !== undefined) {
    at.at('selector').refuse('ConflictingProperties', { value: selector, allowed: 'either volume or selector', fix: 'keep volume, which names the one' });
  }
  if (dataSource !== undefined && (volume ?? selector) !== undefined) {
    at.at('dataSource').refuse('ConflictingProperties', { value: volume ?? selector, allowed: 'a data source for a new volume; this one is there already', fix: 'leave out volume and selector, or dataSource' });
  }
  if (selector !== undefined) {
    const labels = checkLabels(at.at('selector'), selector);
    if (Object.keys(labels).length === 0) { at.at('selector').refuse('MissingValue', { value: {}, allowed: 'at least one label', fix: "leave 'selector' out for any volume" }); }
    if (storageClass === undefined) {
      at.at('storageClass').refuse('MissingValue', { value: undefined, allowed: "the class of the volumes that are there, or '' for volumes without one: the default class provisions nothing for a claim with a selector", fix: "write storageClass: ''" });
    }
    return { storageClass, selector: labels };
  }
  if (volume === undefined) { return { storageClass }; }
  const volumeName = nameOf(at.at('volume'), volume, 'PersistentVolume', undefined);
  const own = typeof volume === 'string' ? '' : volume.storageClassName;
  if (storageClass !== undefined && typeof volume !== 'string' && (typeof storageClass === 'string' ? storageClass : storageClass.name) !== own) {
    at.at('storageClass').refuse('ConflictingProperties', { value: storageClass, allowed: `the class of the volume, '${own}': else the two are never bound`, fix: "leave 'storageClass' out" });
  }
  return { storageClass: storageClass ?? own, volumeName };
}
