import { Duration } from 'cdk8s';
import { isSubdomain } from './names';
import type { PropertyPath } from './property-path';

/** How the path of an Ingress is compared with that of a request. */
export enum PathType {
  /** The whole path. */
  EXACT = 'Exact',
  /** Element by element, from the beginning. */
  PREFIX = 'Prefix',
  /** As the ingress controller likes. */
  IMPLEMENTATION_SPECIFIC = 'ImplementationSpecific',
}

/** Refuses what is no list of host names, each of which may begin with `*.`. @internal */
export function checkHosts(at: PropertyPath, hosts: readonly string[], example: string): void {
  at.list(hosts).forEach((host, i) => {
    if (typeof host !== 'string' || !isSubdomain(host.replace(/^\*\./, ''))) {
      at.at(i).refuse('InvalidValue', { value: host, allowed: `a host name such as ${example}, without scheme, port or path`, fix: 'write the name alone' });
    }
  });
  if (hosts.length === 0) { at.refuse('MissingValue', { value: [], allowed: 'at least one host', fix: `write ['${example}']` }); }
}

/** Refuses what is no list of names of objects that are made elsewhere. @internal */
export function checkNames(at: PropertyPath, names: readonly string[], kind: string): void {
  at.list(names).forEach((name, i) => checkName(at.at(i), name, kind));
  if (names.length === 0) { at.refuse('MissingValue', { value: [], allowed: `the name of at least one ${kind}`, fix: 'name it, or let it be made' }); }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) { at.refuse('ConflictingProperties', { value: twice, allowed: 'each name once', fix: `leave one '${twice}' out` }); }
}

/** Refuses what is no name of an object that is made elsewhere. @internal */
export function checkName(at: PropertyPath, name: unknown, kind: string): string {
  if (typeof name !== 'string' || !isSubdomain(name)) {
    at.refuse('InvalidName', { value: name, allowed: `the name of a ${kind}: lower-case letters, digits, "-" and ".", at most 253 characters (RFC 1123 subdomain)`, fix: 'name it as it is in the cluster' });
  }
  return name;
}

/** Refuses what is no path of a URL. @internal */
export function checkUrlPath(at: PropertyPath, path: unknown): string {
  return at.text(path, 'a path from the root, such as /api, without spaces, "?" and "#"', /^\/[^\s?#]*$/);
}

/** A Duration of at least a millisecond as Envoy's configuration takes it, in seconds: `1.5s`. @internal */
export function proxySeconds(at: PropertyPath, duration: unknown): string {
  const milliseconds = at.instance(duration, Duration, 'Duration.seconds(10)').toMilliseconds({ integral: false });
  if (!(milliseconds >= 1)) { at.refuse('InvalidValue', { value: `${milliseconds} ms`, allowed: 'at least a millisecond', fix: 'write Duration.seconds(10)' }); }
  return `${milliseconds / 1000}s`;
}
