import { Construct } from 'constructs';
import { objectMetadata } from './object-metadata';
import { SNAPSHOT_API, type VolumeSnapshotClassFields } from './snapshot-types';
import { DeletionPolicy } from '../../core/deletion-policy';
import { KubernetesObject } from '../../core/kubernetes-object';
import { NamePrefix } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';

/** A VolumeSnapshotClass that others refer to. `VolumeSnapshotClass` is one. */
export interface IVolumeSnapshotClass {
  /** Name of the class. */
  readonly name: string;
}

/** What a VolumeSnapshotClass is like. */
export interface VolumeSnapshotClassProps {
  /** Name of the CSI driver, that of the volumes' StorageClass. */
  readonly driver: string;
  /**
   * Name of the class.
   *
   * @default - the construct's id, after the prefixes of its place
   */
  readonly name?: string;
  /**
   * What the driver is told; see its documentation.
   *
   * @default - nothing
   */
  readonly parameters?: { readonly [name: string]: string };
  /**
   * What becomes of the snapshot in the storage when its VolumeSnapshot is deleted.
   *
   * @default DeletionPolicy.retain()
   */
  readonly deletionPolicy?: DeletionPolicy;
  /**
   * Whether snapshots that name no class are of this one. One class of a driver should be.
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

const KNOWN: KnownProperties<VolumeSnapshotClassProps> = {
  driver: true, name: true, parameters: true, deletionPolicy: true, isDefault: true, labels: true, annotations: true,
};

/**
 * How snapshots are taken, and that they outlive the object that asked for them.
 *
 * Creates a VolumeSnapshotClass. It belongs to no namespace; the cluster needs the external snapshotter.
 *
 * @example
 *
 * const kept = new VolumeSnapshotClass(chart, 'kept', { driver: 'ebs.csi.aws.com' });
 *
 * @see https://kubernetes.io/docs/concepts/storage/volume-snapshot-classes/
 */
export class VolumeSnapshotClass extends Construct implements IVolumeSnapshotClass {
  /** The VolumeSnapshotClass. */
  public readonly resource: KubernetesObject;
  /** Its name. */
  public readonly name: string;

  /**
   * @param scope any construct below a Chart
   * @param id name of the class
   * @param props whose snapshots, and what differs from the default
   * @throws ConfigurationError `InvalidName`, `InvalidValue`, `MissingValue`, `UnknownProperty`
   */
  public constructor(scope: Construct, id: string, props: VolumeSnapshotClassProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    at.onlyKnown(props, KNOWN);
    const parameters = at.at('parameters').record(props.parameters ?? {}, 'texts by their names', "{ type: 'full' }");
    for (const [key, value] of Object.entries(parameters)) { at.at('parameters').at(key).literal(value); }
    const fields: VolumeSnapshotClassFields = {
      deletionPolicy: DeletionPolicy._of(at.at('deletionPolicy'), props.deletionPolicy)._render(at.at('deletionPolicy')),
      driver: at.at('driver').text(props.driver, 'the name of a driver such as ebs.csi.aws.com', /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/),
      ...Object.keys(parameters).length === 0 ? {} : { parameters: { ...parameters } },
    };
    const isDefault = at.at('isDefault').flag(props.isDefault ?? false);
    this.name = props.name ?? `${NamePrefix.of(this)}${id}`;
    this.resource = new KubernetesObject(this, 'Resource', {
      apiVersion: SNAPSHOT_API,
      kind: 'VolumeSnapshotClass',
      name: this.name,
      clusterScoped: true,
      ...objectMetadata(this, at, props, isDefault ? { 'snapshot.storage.kubernetes.io/is-default-class': 'true' } : {}),
      content: Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, () => value as unknown])),
    });
  }
}
