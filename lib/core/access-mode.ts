import type { PropertyPath } from './property-path';

/**
 * From how many nodes and pods a volume can be used at once.
 *
 * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
 */
export enum AccessMode {
  /** Read and written from one node. What disks can do. */
  READ_WRITE_ONCE = 'ReadWriteOnce',
  /** Read from many nodes. */
  READ_ONLY_MANY = 'ReadOnlyMany',
  /** Read and written from many nodes. What shared file systems can do. */
  READ_WRITE_MANY = 'ReadWriteMany',
  /** Read and written by one pod of the whole cluster. CSI drivers only; stable from Kubernetes 1.29, on by default before. */
  READ_WRITE_ONCE_POD = 'ReadWriteOncePod',
}

/** As they stand in YAML. @internal */
export type RenderedAccessModes = `${AccessMode}`[];

/**
 * The modes as the API server takes them.
 *
 * @internal
 */
export function renderAccessModes(at: PropertyPath, modes: readonly AccessMode[]): RenderedAccessModes {
  at.list(modes).forEach((mode, i) => at.at(i).member(mode, AccessMode, 'AccessMode'));
  if (modes.length === 0) {
    at.refuse('MissingValue', { value: [], allowed: 'at least one access mode', fix: 'write [AccessMode.READ_WRITE_ONCE]' });
  }
  if (new Set(modes).size < modes.length) {
    at.refuse('InvalidValue', { value: modes, allowed: 'each access mode once', fix: 'remove the second one' });
  }
  if (modes.includes(AccessMode.READ_WRITE_ONCE_POD) && modes.length > 1) {
    at.refuse('InvalidValue', { value: modes, allowed: 'ReadWriteOncePod alone: the API server refuses it beside others', fix: 'write [AccessMode.READ_WRITE_ONCE_POD]' });
  }
  return [...modes];
}
