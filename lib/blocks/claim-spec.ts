import type { RenderedAccessModes } from '../core/access-mode';
import type { IPersistentVolumeClaimSpec } from '../core/kubernetes';
import type { KubernetesVersion } from '../core/kubernetes-version';
import { isSubdomain } from '../core/names';
import type { PropertyPath } from '../core/property-path';
import { renderMebibytes } from '../core/quantity';
import type { IStorageClass } from '../core/storage-class-reference';
import { storageClassNameOf } from '../core/storage-class-reference';
import { VolumeMode } from '../core/volume-mode';

/** What is asked of a volume. @internal */
export interface ClaimRequest {
  /** In MiB. */
  readonly size: number;
  readonly accessModes: RenderedAccessModes;
  readonly storageClass?: string | IStorageClass;
  readonly volumeMode?: VolumeMode;
  readonly volumeAttributesClass?: string;
}

/**
 * The spec of a claim, be it an object of its own, a template of a StatefulSet or part of a pod. What the API server would
 * fill in is written out: in a StatefulSet's template deployers take it for a difference, and nothing there can be changed.
 *
 * @internal
 */
export function renderClaimSpec(at: PropertyPath, request: ClaimRequest, version: KubernetesVersion): IPersistentVolumeClaimSpec {
  const { storageClass, volumeAttributesClass } = request;
  if (volumeAttributesClass !== undefined) {
    const here = at.at('volumeAttributesClass');
    version.require('volumeAttributesClass', here, volumeAttributesClass);
    if (typeof volumeAttributesClass !== 'string' || !isSubdomain(volumeAttributesClass)) {
      here.refuse('InvalidValue', { value: volumeAttributesClass, allowed: 'the name of a VolumeAttributesClass', fix: 'see the names by "kubectl get volumeattributesclass"' });
    }
  }
  return {
    accessModes: request.accessModes,
    resources: { requests: { storage: renderMebibytes(request.size) } },
    ...storageClass === undefined ? {} : { storageClassName: storageClassNameOf(at.at('storageClass'), storageClass) },
    ...volumeAttributesClass === undefined ? {} : { volumeAttributesClassName: volumeAttributesClass },
    volumeMode: at.at('volumeMode').member(request.volumeMode ?? VolumeMode.FILESYSTEM, VolumeMode, 'VolumeMode'),
  };
}
