import { Size } from 'cdk8s';
import type { IPersistentVolumeClaim } from 'cdk8s-plus-28';
import type { IPersistentVolumeClaimSpec } from '../../core/kubernetes';
import { isSubdomain } from '../../core/names';
import type { PropertyPath } from '../../core/property-path';

/** A snapshot that a claim can be filled from. `VolumeSnapshot` is one. */
export interface IVolumeSnapshot {
  /** Name of the snapshot. */
  readonly name: string;
  /** Its namespace, where the chart names one. */
  readonly namespace: string | undefined;
}

/** What others refer to by name within a namespace. @internal */
export type Named = string | { readonly name: string };

/** Refuses what bears no name, or is in another namespace than who refers to it. @internal */
export function nameOf(at: PropertyPath, named: Named, kind: string, namespace: string | undefined): string {
  const { name, namespace: theirs } = (typeof named === 'string' ? { name: named } : named ?? {}) as { name?: unknown; namespace?: string };
  if (typeof name !== 'string' || !isSubdomain(name)) {
    at.refuse('InvalidValue', { value: named, allowed: `a ${kind}, or the name of one`, fix: 'pass the construct, or its name as a text' });
  }
  if (theirs !== undefined && namespace !== undefined && theirs !== namespace) {
    at.refuse('InvalidValue', { value: `${theirs}/${name}`, allowed: `a ${kind} of the namespace '${namespace}': claims and snapshots refer to their own namespace only`, fix: 'put both into charts of one namespace' });
  }
  return name;
}

/** What a new volume is filled from. The driver must be able to. */
export class VolumeDataSource {
  /** From a snapshot. @param snapshot a `VolumeSnapshot`, or the name of one in the claim's namespace */
  public static snapshot(snapshot: string | IVolumeSnapshot): VolumeDataSource {
    return new VolumeDataSource('VolumeSnapshot', snapshot);
  }

  /** A clone of another claim's volume. @param claim a claim, or the name of one in the same namespace */
  public static claim(claim: string | IPersistentVolumeClaim): VolumeDataSource {
    return new VolumeDataSource('PersistentVolumeClaim', claim);
  }

  private constructor(private readonly kind: 'VolumeSnapshot' | 'PersistentVolumeClaim', private readonly source: Named) {}

  /** @internal */
  public _render(at: PropertyPath, namespace: string | undefined): NonNullable<IPersistentVolumeClaimSpec['dataSource']> {
    const name = nameOf(at, this.source, this.kind, namespace);
    return { ...this.kind === 'VolumeSnapshot' ? { apiGroup: 'snapshot.storage.k8s.io' } : {}, kind: this.kind, name };
  }

  /** How large the copy has to be at least, where that is known. @internal */
  public get _size(): Size | undefined {
    const { storage } = (typeof this.source === 'string' ? {} : this.source) as { storage?: unknown };
    return storage instanceof Size ? storage : undefined;
  }
}
