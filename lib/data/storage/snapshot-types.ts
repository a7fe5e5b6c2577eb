/**
 * The kinds of the external snapshotter, as far as they are written here. No package types them.
 *
 * @see https://github.com/kubernetes-csi/external-snapshotter/tree/master/client/config/crd
 */
export const SNAPSHOT_API = 'snapshot.storage.k8s.io/v1';

/** @internal */
export interface VolumeSnapshotSpec {
  readonly source: { readonly persistentVolumeClaimName: string } | { readonly volumeSnapshotContentName: string };
  readonly volumeSnapshotClassName?: string;
}

/** @internal */
export interface VolumeSnapshotClassFields {
  readonly deletionPolicy: 'Delete' | 'Retain';
  readonly driver: string;
  readonly parameters?: Readonly<Record<string, string>>;
}
