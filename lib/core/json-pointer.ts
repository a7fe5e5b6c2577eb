import { isObject, type Json } from './merge';

const INDEX = /^(0|[1-9]\d*)$/;

/** Pointers to what a patch sets. One to an empty object ends with a slash: it changes nothing where an object is. @internal */
export function leaves(value: Json, path = ''): string[] {
  if (!isObject(value)) { return [path]; }
  if (Object.keys(value).length === 0) { return [`${path}/`]; }
  return Object.entries(value).flatMap(([key, child]) => leaves(child, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`));
}

/** Pointers to every key of a name. @internal */
export function pathsTo(wanted: string, value: Json, path = ''): string[] {
  if (typeof value !== 'object' || value === null) { return []; }
  return Object.entries(value).flatMap(([key, child]: [string, Json]) => (key === wanted ? [`${path}/${key}`] : pathsTo(wanted, child, `${path}/${key}`)));
}

/** The place that an operation needs and the document lacks; RFC 6902 asks for it, the library that applies it does not. @internal */
export function missingPlace(document: Json, op: string, path: string, from: string | undefined): string | undefined {
  if (from !== undefined && valueAt(document, from) === undefined) { return from; }
  if (!path.startsWith('/')) { return path; }
  if (op === 'replace' || op === 'remove' || op === 'test') { return valueAt(document, path) === undefined ? path : undefined; }
  const slash = path.lastIndexOf('/');
  const parent = valueAt(document, path.slice(0, slash));
  if (Array.isArray(parent)) {
    const place = path.slice(slash + 1);
    return place === '-' || (INDEX.test(place) && Number(place) <= parent.length) ? undefined : path;
  }
  return isObject(parent) ? undefined : path.slice(0, slash);
}

function valueAt(document: Json, pointer: string): Json | undefined {
  if (pointer !== '' && !pointer.startsWith('/')) { return undefined; }
  let current: Json | undefined = document;
  for (const raw of pointer.split('/').slice(1)) {
    const key = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(current)) {
      current = INDEX.test(key) ? (current as readonly Json[])[Number(key)] : undefined;
    } else {
      current = isObject(current) && Object.hasOwn(current, key) ? current[key] : undefined;
    }
  }
  return current;
}
