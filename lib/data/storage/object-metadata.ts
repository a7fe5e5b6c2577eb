import type { IConstruct } from 'constructs';
import { checkAnnotations, checkLabels } from '../../core/labels';
import { objectLabels } from '../../core/object-labels';
import type { PropertyPath } from '../../core/property-path';

/** @internal */
export interface ObjectMetadata {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** @internal */
export interface OwnMetadata {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Labels and annotations of an object of storage: who manages it and for whom, and the user's own.
 *
 * @param set annotations that the construct sets, by what its props say
 * @internal
 */
export function objectMetadata(construct: IConstruct, at: PropertyPath, own: OwnMetadata, set: Readonly<Record<string, string>> = {}): ObjectMetadata {
  const labels = objectLabels(construct);
  return {
    labels: { ...labels, ...withoutOurs(at.at('labels'), labels, checkLabels(at.at('labels'), own.labels ?? {}), 'use the environment\'s team and partOf') },
    annotations: { ...set, ...withoutOurs(at.at('annotations'), set, checkAnnotations(at.at('annotations'), own.annotations ?? {}), 'use the prop for it, such as deletionPolicy') },
  };
}

function withoutOurs(at: PropertyPath, ours: Readonly<Record<string, string>>, own: Readonly<Record<string, string>>, fix: string): Readonly<Record<string, string>> {
  for (const key of Object.keys(own)) {
    if (Object.hasOwn(ours, key)) { at.at(key).refuse('ConflictingProperties', { value: own[key], allowed: 'keys that the construct does not set itself', fix }); }
  }
  return own;
}
