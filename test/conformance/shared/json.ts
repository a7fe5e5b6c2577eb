import { isRecord } from './manifests';

// What an API server answers is `unknown` until one of these has looked at it.

/** The value at a path of keys, or undefined where the path ends early. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
}

export function textAt(value: unknown, ...path: string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** Counters of a status are left out of the answer while they are zero. */
export function countAt(value: unknown, ...path: string[]): number {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : 0;
}

export function listAt(value: unknown, ...path: string[]): unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function labelsAt(value: unknown, ...path: string[]): Record<string, string> {
  const found = at(value, ...path);
  if (!isRecord(found)) return {};
  return Object.fromEntries(Object.entries(found).flatMap(([key, label]) => (typeof label === 'string' ? [[key, label]] : [])));
}

/** The text at a path that every object of the kind has; its absence is a fault of the suite or of the server. */
export function mustText(value: unknown, ...path: string[]): string {
  const found = textAt(value, ...path);
  if (found === undefined) throw new Error(`no text at ${path.join('.')} of ${JSON.stringify(value).slice(0, 200)}`);
  return found;
}

/** Status of a condition such as Ready: 'True', 'False', 'Unknown', or undefined where there is none. */
export function conditionOf(object: unknown, type: string): string | undefined {
  return textAt(listAt(object, 'status', 'conditions').find(condition => textAt(condition, 'type') === type), 'status');
}
