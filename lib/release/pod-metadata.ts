import { checkAnnotations, checkLabels } from '../core/labels';
import type { PlainFields } from '../core/measurement';
import type { KnownProperties, PropertyPath } from '../core/property-path';

/** Labels and annotations that pods carry only as long as they have a role in a release. They change without a restart. */
export interface PodMetadata {
  /**
   * Labels.
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

const KNOWN: KnownProperties<PodMetadata> = { labels: true, annotations: true };

/**
 * As a Rollout states it. What selects the service's pods stays out of it: they would leave their Service.
 *
 * @internal
 */
export function renderPodMetadata(at: PropertyPath, metadata: PodMetadata, selectorLabels: Readonly<Record<string, string>>): PlainFields {
  at.onlyKnown(metadata, KNOWN);
  const labels = checkLabels(at.at('labels'), metadata.labels ?? {});
  const annotations = checkAnnotations(at.at('annotations'), metadata.annotations ?? {});
  const taken = Object.keys(labels).find(key => Object.hasOwn(selectorLabels, key));
  if (taken !== undefined) {
    at.at('labels').at(taken).refuse('ConflictingProperties', { value: labels[taken], allowed: 'labels that do not select the pods', fix: 'use another key, such as "role"' });
  }
  return { ...Object.keys(annotations).length === 0 ? {} : { annotations: { ...annotations } }, ...Object.keys(labels).length === 0 ? {} : { labels: { ...labels } } };
}
