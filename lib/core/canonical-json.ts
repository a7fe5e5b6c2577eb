import { contentHash } from './hash';
import type { Json } from './merge';
import { isObject } from './merge';

/**
 * JSON in which the order of keys does not show.
 *
 * @internal
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) { return `[${(value as readonly Json[]).map(canonicalJson).join(',')}]`; }
  if (!isObject(value)) { return JSON.stringify(value); }
  return `{${Object.keys(value).sort().map(key => `${JSON.stringify(key)}:${canonicalJson(value[key]!)}`).join(',')}}`;
}

/**
 * A short name for a value, as that of files.
 *
 * @internal
 */
export function jsonHash(value: Json): string {
  return contentHash({ json: canonicalJson(value) });
}
