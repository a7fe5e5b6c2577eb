/** Any JSON value. @internal */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** @internal */
export interface JsonObject { readonly [key: string]: Json }

/**
 * The field by which the elements of a list are told apart, as in Kubernetes' own merge keys.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  ports: 'name',
  volumes: 'name',
  imagePullSecrets: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
};

/**
 * Lays a patch over a document. Objects merge; lists of named things (containers, env, ports, volumes, …) merge by name,
 * their order kept and new elements at the end; other lists and plain values are replaced; `null` removes.
 * An element `{ name, $patch: 'delete' }` removes its namesake.
 *
 * @internal
 */
export function deepMerge(document: Json | undefined, patch: Json, key = ''): Json | undefined {
  if (patch === null) { return undefined; }
  if (Array.isArray(patch)) { return mergeList(document, patch as readonly Json[], key); }
  if (!isObject(patch)) { return patch; }
  const result = new Map(isObject(document) ? Object.entries(document) : []); // a Map, because `__proto__` is a key like any other
  for (const [name, value] of Object.entries(patch)) {
    const merged = deepMerge(result.get(name), value, name);
    if (merged === undefined) {
      result.delete(name);
    } else {
      result.set(name, merged);
    }
  }
  return Object.fromEntries(result);
}

function mergeList(document: Json | undefined, patch: readonly Json[], key: string): Json {
  const by = Object.hasOwn(MERGE_KEYS, key) ? MERGE_KEYS[key]! : 'name';
  const keyed = (list: readonly Json[]): list is readonly JsonObject[] => list.every(e => isObject(e) && typeof e[by] === 'string');
  const existing = Array.isArray(document) ? document as readonly Json[] : [];
  if (!keyed(patch) || !keyed(existing)) { return patch.map(element => deepMerge(undefined, element) ?? null); }
  const result: (JsonObject | undefined)[] = [...existing];
  const merged = new Set<number>(); // each element is met once: of two constraints over zones neither swallows the other
  for (const element of patch) {
    const index = result.findIndex((e, i) => e?.[by] === element[by] && !merged.has(i));
    if (element.$patch === 'delete') {
      if (index >= 0) { result[index] = undefined; }
      continue;
    }
    const place = index >= 0 ? index : result.length;
    result[place] = deepMerge(result[place], element) as JsonObject;
    merged.add(place);
  }
  return result.filter(e => e !== undefined);
}

/** @internal */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Where a value stops being JSON, if it does: such a part would be lost, or end as `{}`, without a word.
 *
 * @internal
 */
export function notJson(value: unknown, path = '', parents: readonly unknown[] = []): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') { return undefined; }
  if (typeof value === 'number') { return Number.isFinite(value) ? undefined : path; }
  if (typeof value !== 'object') { return path; }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) { return path; }
  if (parents.includes(value)) { return path; } // it holds itself
  const children = Array.isArray(value) ? Array.from(value as unknown[]).entries() : Object.entries(value); // Array.from sees holes, too
  for (const [key, child] of children) {
    const found = notJson(child, `${path}/${key}`, [...parents, value]);
    if (found !== undefined) { return found; }
  }
  return undefined;
}
