import { Chart } from 'cdk8s';
import type { IPersistentVolumeClaim } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { objectMetadata } from './object-metadata';
import { SNAPSHOT_API, type VolumeSnapshotSpec } from './snapshot-types';
import { type IVolumeSnapshot, nameOf } from './volume-data-source';
import type { IVolumeSnapshotClass } from './volume-snapshot-class';
import { DeletionPolicy } from '../../core/deletion-policy';
import { KubernetesObject } from '../../core/kubernetes-object';
import { NamePrefix } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';

/** What a snapshot is of. */
export class VolumeSnapshotSource {
  /** Taken now, of a claim's volume. @param claim a claim, or the name of one in the same namespace */
  public static claim(claim: string | IPersistentVolumeClaim): VolumeSnapshotSource {
    return new VolumeSnapshotSource('claim', claim);
  }

  /** One that is in the storage already. @param name name of its VolumeSnapshotContent */
  public static content(name: string): VolumeSnapshotSource {
    return new VolumeSnapshotSource('content', name);
  }

  private constructor(private readonly kind: 'claim' | 'content', private readonly source: string | IPersistentVolumeClaim) {}

  /** @internal */
  public _render(at: PropertyPath, namespace: string | undefined): VolumeSnapshotSpec['source'] {
    return this.kind === 'claim'
      ? { persistentVolumeClaimName: nameOf(at.at('claim'), this.source, 'PersistentVolumeClaim', namespace) }
      : { volumeSnapshotContentName: nameOf(at.at('content'), this.source, 'VolumeSnapshotContent', undefined) };
  }
}

/** What a snapshot is taken of, and how. Nothing of it can change. */
export interface VolumeSnapshotProps {
  /** What it is of: `VolumeSnapshotSource.claim(claim)`, or one that is in the storage already. */
  readonly source: VolumeSnapshotSource;
  /**
   * Name of the snapshot. Another name is another snapshot.
   *
   * @default - the construct's id, after the prefixes of its place
   */
  readonly name?: string;
  /**
   * The class by which it is taken, or its name.
   *
   * @default - the driver's default class
   */
  readonly snapshotClass?: string | IVolumeSnapshotClass;
  /**
   * What Argo CD, Helm and Flux do with the snapshot when the manifest no longer names it.
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

const KNOWN: KnownProperties<VolumeSnapshotProps> = { source: true, name: true, snapshotClass: true, deletionPolicy: true, labels: true, annotations: true };

/**
 * A snapshot of a volume, taken once, when the manifest is first applied. For a schedule of them there are backups.
 *
 * Creates a VolumeSnapshot. The cluster needs the external snapshotter, and a driver that takes snapshots.
 *
 * @example
 *
 * const before = new VolumeSnapshot(chart, 'reports-before-2-0', { source: VolumeSnapshotSource.claim('reports') });
 * new PersistentVolumeClaim(chart, 'reports-restored', { storage: Size.gibibytes(20), dataSource: VolumeDataSource.snapshot(before) });
 *
 * @see https://kubernetes.io/docs/concepts/storage/volume-snapshots/
 */
export class VolumeSnapshot extends Construct implements IVolumeSnapshot {
  /** The VolumeSnapshot. */
  public readonly resource: KubernetesObject;
  /** Its name. */
  public readonly name: string;

  /**
   * @param scope any construct below a Chart
   * @param id name of the snapshot
   * @param props what it is of, and what differs from the default
   * @throws ConfigurationError `InvalidName`, `InvalidValue`, `MissingValue`, `UnknownProperty`
   */
  public constructor(scope: Construct, id: string, props: VolumeSnapshotProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    at.onlyKnown(props, KNOWN);
    const deletion = DeletionPolicy._of(at.at('deletionPolicy'), props.deletionPolicy);
    const source = at.at('source').instance(props.source, VolumeSnapshotSource, 'VolumeSnapshotSource.claim(claim), or VolumeSnapshotSource.content(name)')._render(at.at('source'), this.namespace);
    const volumeSnapshotClassName = props.snapshotClass === undefined ? undefined : nameOf(at.at('snapshotClass'), props.snapshotClass, 'VolumeSnapshotClass', undefined);
    this.name = props.name ?? `${NamePrefix.of(this)}${id}`;
    this.resource = new KubernetesObject(this, 'Resource', {
      apiVersion: SNAPSHOT_API,
      kind: 'VolumeSnapshot',
      name: this.name,
      ...objectMetadata(this, at, props, deletion._annotations(at.at('deletionPolicy'))),
      content: { spec: (): VolumeSnapshotSpec => ({ source, ...volumeSnapshotClassName === undefined ? {} : { volumeSnapshotClassName } }) },
    });
  }

  /** Namespace of the snapshot, where the chart names one. */
  public get namespace(): string | undefined {
    return Chart.of(this).namespace;
  }
}
