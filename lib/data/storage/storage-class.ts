import { Construct } from 'constructs';
import { objectMetadata } from './object-metadata';
import { Provisioner } from './provisioner';
import { VolumeBindingMode } from './volume-binding-mode';
import { DeletionPolicy } from '../../core/deletion-policy';
import type { IStorageClass as IStorageClassManifest } from '../../core/kubernetes';
import { KubernetesObject } from '../../core/kubernetes-object';
import { NamePrefix } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import type { IStorageClass } from '../../core/storage-class-reference';

/** What a StorageClass is like. All but its expansion is fixed once the class is there. */
export interface StorageClassProps {
  /** Who makes the volumes: `Provisioner.awsEbs()`, `Provisioner.of('csi.example.com', { … })` and the like. */
  readonly provisioner: Provisioner;
  /**
   * Name of the class.
   *
   * @default - the construct's id, after the prefixes of its place
   */
  readonly name?: string;
  /**
   * When volumes are made.
   *
   * @default VolumeBindingMode.waitForFirstConsumer()
   */
  readonly volumeBindingMode?: VolumeBindingMode;
  /**
   * Whether claims can be made larger. The driver must be able to.
   *
   * @default true
   */
  readonly allowVolumeExpansion?: boolean;
  /**
   * What becomes of a volume whose claim is deleted.
   *
   * @default DeletionPolicy.retain()
   */
  readonly reclaimPolicy?: DeletionPolicy;
  /**
   * Options of the mount, such as `noatime`.
   *
   * @default - none
   */
  readonly mountOptions?: string[];
  /**
   * The zones in which volumes are made, as the driver calls them.
   *
   * @default - all
   */
  readonly zones?: string[];
  /**
   * Whether claims that name no class are of this one. One class of a cluster should be.
   *
   * @default false
   */
  readonly isDefault?: boolean;
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

const KNOWN: KnownProperties<StorageClassProps> = {
  provisioner: true,
  name: true,
  volumeBindingMode: true,
  allowVolumeExpansion: true,
  reclaimPolicy: true,
  mountOptions: true,
  zones: true,
  isDefault: true,
  labels: true,
  annotations: true,
};

/**
 * A kind of volumes, by which claims are served. Volumes are made where their pod can run, can grow, and outlive their claim.
 *
 * Creates a StorageClass. It belongs to no namespace.
 *
 * @example
 *
 * const fast = new StorageClass(chart, 'fast', { provisioner: Provisioner.awsEbs({ iops: 6000 }) });
 * new PersistentVolumeClaim(chart, 'reports', { storage: Size.gibibytes(20), storageClass: fast });
 *
 * @see https://kubernetes.io/docs/concepts/storage/storage-classes/
 */
export class StorageClass extends Construct implements IStorageClass {
  /** The StorageClass. */
  public readonly resource: KubernetesObject;
  /** Its name. */
  public readonly name: string;
  /** What becomes of a volume whose claim is deleted: `Retain` or `Delete`. */
  public readonly reclaimPolicy: string;

  /**
   * @param scope any construct below a Chart
   * @param id name of the class
   * @param props who makes the volumes, and what differs from the default
   * @throws ConfigurationError `InvalidName`, `InvalidValue`, `MissingValue`, `UnknownProperty`
   */
  public constructor(scope: Construct, id: string, props: StorageClassProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    at.onlyKnown(props, KNOWN);
    const { driver, parameters, zoneKey } = at.at('provisioner').instance(props.provisioner, Provisioner, "Provisioner.awsEbs(), or Provisioner.of('csi.example.com')")._render(at.at('provisioner'));
    const bindingMode = at.at('volumeBindingMode').instance(props.volumeBindingMode ?? VolumeBindingMode.waitForFirstConsumer(), VolumeBindingMode, 'VolumeBindingMode.waitForFirstConsumer()')
      ._render(at.at('volumeBindingMode'));
    const reclaimPolicy = DeletionPolicy._of(at.at('reclaimPolicy'), props.reclaimPolicy)._render(at.at('reclaimPolicy'));
    const allowVolumeExpansion = at.at('allowVolumeExpansion').flag(props.allowVolumeExpansion ?? true);
    const isDefault = at.at('isDefault').flag(props.isDefault ?? false);
    const mountOptions = checkTexts(at.at('mountOptions'), props.mountOptions ?? [], 'an option such as noatime');
    const zones = checkTexts(at.at('zones'), props.zones ?? [], 'a zone such as eu-central-1a');
    if (props.zones?.length === 0) { at.at('zones').refuse('MissingValue', { value: [], allowed: 'at least one zone', fix: "leave 'zones' out for all" }); }
    this.name = props.name ?? `${NamePrefix.of(this)}${id}`;
    this.reclaimPolicy = reclaimPolicy;
    const fields: Omit<IStorageClassManifest, 'apiVersion' | 'kind' | 'metadata'> = {
      allowVolumeExpansion,
      ...zones.length === 0 ? {} : { allowedTopologies: [{ matchLabelExpressions: [{ key: zoneKey, values: zones }] }] },
      ...mountOptions.length === 0 ? {} : { mountOptions },
      ...Object.keys(parameters).length === 0 ? {} : { parameters: { ...parameters } },
      provisioner: driver,
      reclaimPolicy,
      volumeBindingMode: bindingMode,
    };
    this.resource = new KubernetesObject(this, 'Resource', {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      name: this.name,
      ...objectMetadata(this, at, props, isDefault ? { 'storageclass.kubernetes.io/is-default-class': 'true' } : {}),
      content: Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, () => value as unknown])),
    });
  }
}

/** Texts in a list, each once. @internal */
export function checkTexts(at: PropertyPath, texts: readonly string[], what: string): string[] {
  return at.list(texts).map((text, i) => {
    at.at(i).text(text, what, /^\S+$/);
    if (texts.indexOf(text) < i) { at.at(i).refuse('InvalidValue', { value: text, allowed: 'each one once', fix: 'remove the second one' }); }
    return text;
  });
}
