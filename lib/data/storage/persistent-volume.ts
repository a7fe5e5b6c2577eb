import { Chart, type Size } from 'cdk8s';
import type { NodeLabelQuery } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { objectMetadata } from './object-metadata';
import type { IPersistentVolume } from './persistent-volume-claim';
import { checkTexts } from './storage-class';
import { nameOf } from './volume-data-source';
import { VolumeSource } from './volume-source';
import { nodeRequirementOf } from '../../blocks/kplus-values';
import { AccessMode, renderAccessModes } from '../../core/access-mode';
import { DeletionPolicy } from '../../core/deletion-policy';
import type { IPersistentVolumeSpec } from '../../core/kubernetes';
import { KubernetesObject } from '../../core/kubernetes-object';
import { type JsonObject, isObject } from '../../core/merge';
import { NamePrefix } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { mebibytes, renderMebibytes } from '../../core/quantity';
import { type IStorageClass, storageClassNameOf } from '../../core/storage-class-reference';
import { VolumeMode } from '../../core/volume-mode';

/** The claim that a volume is kept for. `PersistentVolumeClaim` is one. */
export interface ClaimReference {
  /** Name of the claim. */
  readonly name: string;
  /**
   * Namespace of the claim.
   *
   * @default - the namespace of the volume's chart
   */
  readonly namespace?: string;
}

/** A volume that is there already. */
export interface PersistentVolumeProps {
  /** Its size. */
  readonly capacity: Size;
  /** Where it is: `VolumeSource.csi(…)`, `VolumeSource.nfs(…)` or `VolumeSource.local(…)`. */
  readonly source: VolumeSource;
  /**
   * Name of the volume.
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
   * What becomes of it when its claim is deleted.
   *
   * @default DeletionPolicy.retain()
   */
  readonly reclaimPolicy?: DeletionPolicy;
  /**
   * The claim it is kept for. Without one, the first claim that fits takes it.
   *
   * @default - none
   */
  readonly claim?: ClaimReference;
  /**
   * The class it belongs to, or its name. No provisioner needs to stand behind it.
   *
   * @default - none, written as the empty text: the cluster's default class does not count
   */
  readonly storageClass?: string | IStorageClass;
  /**
   * Labels of the nodes that reach it. A local volume needs them.
   *
   * @default - all nodes
   */
  readonly nodes?: NodeLabelQuery[];
  /**
   * Options of the mount, such as `noatime`.
   *
   * @default - none
   */
  readonly mountOptions?: string[];
  /**
   * As what it appears in a container.
   *
   * @default VolumeMode.FILESYSTEM
   */
  readonly volumeMode?: VolumeMode;
  /**
   * What Argo CD, Helm and Flux do with the object when the manifest no longer names it.
   *
   * @default DeletionPolicy.retain()
   */
  readonly deletionPolicy?: DeletionPolicy;
  /**
   * Further labels, such as for a claim's selector.
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

const KNOWN: KnownProperties<PersistentVolumeProps> = {
  capacity: true,
  source: true,
  name: true,
  accessModes: true,
  reclaimPolicy: true,
  claim: true,
  storageClass: true,
  nodes: true,
  mountOptions: true,
  volumeMode: true,
  deletionPolicy: true,
  labels: true,
  annotations: true,
};

/**
 * A volume that somebody has made by other means, for a claim to take: static provisioning.
 *
 * Creates a PersistentVolume. It belongs to no namespace.
 *
 * @example
 *
 * const disk = new PersistentVolume(chart, 'archive', {
 *   capacity: Size.gibibytes(500),
 *   source: VolumeSource.csi({ driver: 'ebs.csi.aws.com', volumeHandle: 'vol-0123456789abcdef0', fsType: 'ext4' }),
 *   claim: { name: 'archive' },
 * });
 * new PersistentVolumeClaim(chart, 'archive-claim', { name: 'archive', storage: Size.gibibytes(500), volume: disk });
 *
 * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#static
 */
export class PersistentVolume extends Construct implements IPersistentVolume {
  /** The PersistentVolume. */
  public readonly resource: KubernetesObject;
  /** Its name. */
  public readonly name: string;
  /** Name of its class; the empty text for none. */
  public readonly storageClassName: string;

  /**
   * @param scope any construct below a Chart
   * @param id name of the volume
   * @param props where it is, and what differs from the default
   * @throws ConfigurationError `InvalidName`, `InvalidValue`, `MissingValue`, `UnknownProperty`
   */
  public constructor(scope: Construct, id: string, props: PersistentVolumeProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    at.onlyKnown(props, KNOWN);
    const source = at.at('source').instance(props.source, VolumeSource, 'VolumeSource.csi({ driver, volumeHandle }), VolumeSource.nfs({ server, path }) or VolumeSource.local({ path })');
    const rendered = source._render(at.at('source'));
    const modes = props.accessModes ?? [AccessMode.READ_WRITE_ONCE];
    const accessModes = renderAccessModes(at.at('accessModes'), modes);
    refuseUnfitModes(at.at('accessModes'), source, modes);
    const storage = renderMebibytes(mebibytes(at.at('capacity'), props.capacity, 1));
    const deletion = DeletionPolicy._of(at.at('deletionPolicy'), props.deletionPolicy);
    const reclaimPolicy = DeletionPolicy._of(at.at('reclaimPolicy'), props.reclaimPolicy)._render(at.at('reclaimPolicy'));
    const mountOptions = checkTexts(at.at('mountOptions'), props.mountOptions ?? [], 'an option such as noatime');
    const nodes = at.at('nodes').list(props.nodes ?? []).map((query, i) => nodeRequirementOf(at.at('nodes').at(i), query));
    if (nodes.length === 0 && (source._kind === 'local' || props.nodes !== undefined)) {
      at.at('nodes').refuse('MissingValue', { value: props.nodes, allowed: 'the node that a local volume is on: a pod elsewhere would not find it', fix: "write [NodeLabelQuery.is('kubernetes.io/hostname', 'node-7')]" });
    }
    const claimRef = props.claim === undefined ? undefined : this.claimOf(at.at('claim'), props.claim);
    const volumeMode = at.at('volumeMode').member(props.volumeMode ?? VolumeMode.FILESYSTEM, VolumeMode, 'VolumeMode');
    this.storageClassName = storageClassNameOf(at.at('storageClass'), props.storageClass ?? '');
    this.name = props.name ?? `${NamePrefix.of(this)}${id}`;
    this.resource = new KubernetesObject(this, 'Resource', {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      name: this.name,
      ...objectMetadata(this, at, props, deletion._annotations(at.at('deletionPolicy'))),
      content: {
        spec: (): IPersistentVolumeSpec => ({
          accessModes,
          capacity: { storage },
          ...claimRef === undefined ? {} : { claimRef },
          ...rendered,
          ...mountOptions.length === 0 ? {} : { mountOptions },
          ...nodes.length === 0 ? {} : { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: nodes }] } } },
          persistentVolumeReclaimPolicy: reclaimPolicy,
          storageClassName: this.storageClassName,
          volumeMode,
        }),
      },
      verify: manifest => refuseNodeDirectories(new PropertyPath(this.resource, 'patch: spec.hostPath'), manifest),
    });
  }

  private claimOf(at: PropertyPath, claim: ClaimReference): IPersistentVolumeSpec['claimRef'] {
    const namespace = (claim as ClaimReference | undefined)?.namespace ?? Chart.of(this).namespace;
    const name = nameOf(at, claim, 'PersistentVolumeClaim', undefined);
    if (typeof namespace !== 'string' || namespace === '') {
      at.at('namespace').refuse('MissingValue', { value: namespace, allowed: 'the namespace of the claim: a volume has none of its own', fix: 'name it, or give the chart a namespace' });
    }
    return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace };
  }
}

function refuseUnfitModes(at: PropertyPath, { _kind: kind }: VolumeSource, modes: readonly AccessMode[]): void {
  const unfit = modes.find(mode => (mode === AccessMode.READ_WRITE_ONCE_POD && kind !== 'csi') || (kind === 'local' && mode !== AccessMode.READ_WRITE_ONCE));
  if (unfit !== undefined) {
    at.refuse('InvalidValue', {
      value: unfit, allowed: kind === 'local' ? 'ReadWriteOnce: a local volume is on one node' : 'modes other than ReadWriteOncePod, which takes a CSI driver', fix: 'write [AccessMode.READ_WRITE_ONCE], or another source',
    });
  }
}

function refuseNodeDirectories(at: PropertyPath, { spec }: JsonObject): void {
  if (isObject(spec) && spec.hostPath !== undefined) {
    at.refuse('InvalidValue', {
      value: spec.hostPath, allowed: 'volumes that are the same wherever the pod runs; a directory of the node is another one on each node', fix: 'use VolumeSource.local, which is tied to its node',
    });
  }
}
