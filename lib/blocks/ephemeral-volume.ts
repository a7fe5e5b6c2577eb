import { ApiObject, type Size } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { pathOf } from './claim-access';
import { renderClaimSpec } from './claim-spec';
import { AccessMode, type RenderedAccessModes } from '../core/access-mode';
import { Environment } from '../core/environment';
import { describeConfigurationError } from '../core/errors';
import type { IVolume } from '../core/kubernetes';
import { checkLabelName } from '../core/names';
import type { KnownProperties, PropertyPath } from '../core/property-path';
import { mebibytes } from '../core/quantity';
import { type IStorageClass, storageClassNameOf } from '../core/storage-class-reference';

/** A volume that comes and goes with its pod. */
export interface EphemeralVolumeOptions {
  /** Size of the volume. It does not count as the container's disk. */
  readonly size: Size;
  /**
   * The class it is provisioned by.
   *
   * @default - the cluster's default class
   */
  readonly storageClass?: string | IStorageClass;
  /**
   * How it can be used.
   *
   * @default AccessMode.READ_WRITE_ONCE
   */
  readonly accessMode?: AccessMode;
  /**
   * Name of the volume in the pod.
   *
   * @default - made of the path where it is first mounted
   */
  readonly name?: string;
  /**
   * Name of a VolumeAttributesClass, such as for more operations a second. From Kubernetes 1.34.
   *
   * @default - the driver's
   */
  readonly volumeAttributesClass?: string;
}

const KNOWN: KnownProperties<EphemeralVolumeOptions> = { size: true, storageClass: true, accessMode: true, name: true, volumeAttributesClass: true };

/**
 * A disk of its own for each pod, provisioned with it and deleted with it: for what is too large for the node's disk, and
 * may be lost. Kubernetes makes a claim named after pod and volume.
 *
 * @example
 *
 * const cache = EphemeralVolume.of({ size: Size.gibibytes(200), storageClass: 'fast' });
 * new ProductionService(chart, 'web', {
 *   image: 'registry.example.com/shop/web:1.4.2',
 *   port: 8080,
 *   health: Health.http({ readiness: '/ready' }),
 *   mounts: [{ path: '/var/cache/web', volume: cache }],
 * });
 *
 * @see https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#generic-ephemeral-volumes
 */
export class EphemeralVolume {
  /** A volume for `mounts`. The same value in two containers is the same volume. @param options how large, and of which class */
  public static of(options: EphemeralVolumeOptions): EphemeralVolume {
    return new EphemeralVolume(options);
  }

  private constructor(private readonly options: EphemeralVolumeOptions) {}

  /**
   * @param derived a name, where none was given
   * @internal
   */
  public _render(at: PropertyPath, derived: () => string): IVolume {
    const { accessMode = AccessMode.READ_WRITE_ONCE, name, size, storageClass, volumeAttributesClass } = at.onlyKnown(this.options, KNOWN);
    if ((storageClass as { reclaimPolicy?: unknown } | undefined)?.reclaimPolicy === 'Retain') {
      at.at('storageClass').refuse('ConflictingProperties', {
        value: storageClassNameOf(at.at('storageClass'), storageClass!),
        allowed: 'a class whose volumes go with their claims: of this one, each pod would leave a volume behind',
        fix: 'use a class with reclaimPolicy: DeletionPolicy.delete(reason)',
      });
    }
    if (storageClass === undefined) { watchDefaultClass(at.at('storageClass')); }
    const claim = {
      size: mebibytes(at.at('size'), size, 1),
      accessModes: [at.at('accessMode').member(accessMode, AccessMode, 'AccessMode')] as RenderedAccessModes,
      storageClass,
      volumeAttributesClass,
    };
    return {
      name: name === undefined ? derived() : checkLabelName(at.at('name'), 'a volume name', name),
      ephemeral: { volumeClaimTemplate: { spec: renderClaimSpec(at, claim, Environment.of(at.construct).kubernetesVersion) } },
    };
  }
}

/** Ephemeral volumes of a tree that name no class. */
const CLASSLESS = new WeakMap<IConstruct, PropertyPath[]>();

/** Lets the synthesis fail when the class that serves the volume, the default one of the tree, would keep the disk of each pod. */
function watchDefaultClass(at: PropertyPath): void {
  const { root } = at.construct.node;
  const volumes = CLASSLESS.get(root) ?? [];
  if (volumes.length === 0) {
    CLASSLESS.set(root, volumes);
    root.node.addValidation({ validate: () => findKept(root, volumes) });
  }
  volumes.push(at);
}

function findKept(root: IConstruct, volumes: readonly PropertyPath[]): string[] {
  const constructs = root.node.findAll();
  const keeping = constructs.filter(ApiObject.isApiObject).map(object => object as ApiObject).filter(isKeepingDefault);
  const present = new Set(constructs);
  return keeping.length === 0 ? [] : volumes.filter(({ construct }) => present.has(construct)).flatMap(at => {
    const keeper = keeping.find(one => Environment.of(one).name === Environment.of(at.construct).name);
    return keeper === undefined ? [] : [describeConfigurationError({
      code: 'ConflictingProperties',
      constructPath: at.construct.node.path,
      property: at.property,
      value: 'undefined',
      allowed: `a class whose volumes go with their claims: of the default class, ${keeper.name} of '${pathOf(keeper)}', each pod would leave a volume behind`,
      fix: 'name a class that deletes: one with reclaimPolicy: DeletionPolicy.delete(reason)',
    })];
  });
}

/** Whoever made the class, and whatever patches say. */
function isKeepingDefault(object: ApiObject): boolean {
  if (object.kind !== 'StorageClass' || object.apiGroup !== 'storage.k8s.io') { return false; }
  const { metadata, reclaimPolicy } = object.toJson() as { metadata: { annotations?: Readonly<Record<string, string>> }; reclaimPolicy?: unknown };
  return reclaimPolicy === 'Retain' && DEFAULT_MARKS.some(mark => metadata.annotations?.[mark] === 'true');
}

/** By either the API server takes a class for the default one. */
const DEFAULT_MARKS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];
