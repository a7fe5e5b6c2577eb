import { notJson } from './merge';
import type { PropertyPath } from './property-path';

/** A patch has to be what it will be in YAML. @internal */
export function refuseNotJson(at: PropertyPath, value: unknown, otherwise = false): void {
  const wrong = notJson(value);
  if (wrong !== undefined || otherwise) {
    at.refuse('InvalidPatch', {
      value: wrong === undefined || wrong === '' ? value : wrong,
      allowed: 'plain objects, lists, texts, finite numbers, booleans and null',
      fix: 'write the values as they stand in YAML, such as "500m" for a quantity; null removes a field',
    });
  }
}

/** What cdk8s would drop or change without a word: null, numbers that are none, undefined in a list, and keys that JavaScript keeps for itself. @internal */
export function refuseUnwritable(at: PropertyPath, value: unknown): void {
  const lost = pathToUnwritable(value);
  if (lost !== undefined) {
    at.refuse('InvalidValue', {
      value: lost === '' ? value : lost,
      allowed: 'plain JSON without null, NaN, Infinity, undefined in lists, and keys named "constructor" or "__proto__"',
      fix: 'leave the field out; a null that must be written can be added by addJsonPatch',
    });
  }
}

function pathToUnwritable(value: unknown): string | undefined {
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) { return ''; }
  const list = Array.isArray(value);
  // Tokens of cdk8s are resolved by it, and other instances refused.
  if (!list && (typeof value !== 'object' || ![Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null))) { return undefined; }
  for (const [key, child] of Object.entries(list ? Array.from(value as unknown[]) : value as object) as [string, unknown][]) {
    const lost = key === 'constructor' || key === '__proto__' || (list && child === undefined) ? '' : pathToUnwritable(child);
    if (lost !== undefined) { return `/${key}${lost}`; }
  }
  return undefined;
}
