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
  const result: Record<string, Json> = isObject(document) ? { ...document } : {};
  for (const [name, value] of Object.entries(patch)) {
    const merged = deepMerge(Object.hasOwn(result, name) ? result[name] : undefined, value, name);
    if (merged === undefined) {
      delete result[name];
    } else {
      result[name] = merged;
    }
  }
  return result;
}

function mergeList(document: Json | undefined, patch: readonly Json[], key: string): Json {
  const by = Object.hasOwn(MERGE_KEYS, key) ? MERGE_KEYS[key]! : 'name';
  const keyed = (list: readonly Json[]): list is readonly JsonObject[] => list.every(e => isObject(e) && typeof e[by] === 'string');
  const existing = Array.isArray(document) ? document as readonly Json[] : [];
  if (!keyed(patch) || !keyed(existing)) { return patch.map(element => deepMerge(undefined, element)!); }
  const result: (JsonObject | undefined)[] = [...existing];
  for (const element of patch) {
    const index = result.findIndex(e => e?.[by] === element[by]);
    if (element.$patch === 'delete') {
      if (index >= 0) { result[index] = undefined; }
      continue;
    }
    const merged = deepMerge(index >= 0 ? result[index] : undefined, element) as JsonObject;
    if (index >= 0) {
      result[index] = merged;
    } else {
      result.push(merged);
    }
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
export function notJson(value: unknown, path = ''): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') { return undefined; }
  if (typeof value === 'number') { return Number.isFinite(value) ? undefined : path; }
  if (typeof value !== 'object') { return path; }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) { return path; }
  for (const [key, child] of Object.entries(value)) {
    const found = notJson(child, `${path}/${key}`);
    if (found !== undefined) { return found; }
  }
  return undefined;
}
