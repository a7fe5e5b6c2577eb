import { isSubdomain } from './names';
import type { PropertyPath } from './property-path';

/** A StorageClass that others refer to. `StorageClass` is one. */
export interface IStorageClass {
  /** Name of the class. */
  readonly name: string;
}

/**
 * The name of a class; the empty text asks for no class, which keeps provisioners away.
 *
 * @internal
 */
export function storageClassNameOf(at: PropertyPath, storageClass: string | IStorageClass): string {
  const name: unknown = typeof storageClass === 'string' ? storageClass : (storageClass as IStorageClass | undefined)?.name;
  if (typeof name !== 'string' || (name !== '' && !isSubdomain(name))) {
    at.refuse('InvalidValue', { value: storageClass, allowed: 'a StorageClass, or the name of one', fix: 'see the names by "kubectl get storageclass"' });
  }
  return name;
}
