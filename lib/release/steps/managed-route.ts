import type { HeaderMatch, HeaderRouteOptions, MirrorMatch, MirrorRouteOptions } from './canary-step';
import { StringMatch } from './string-match';
import { checkLabelName } from '../../core/names';
import type { KnownProperties, PropertyPath } from '../../core/property-path';
import { HeaderMatching, type TrafficCapabilities } from '../../core/traffic-routing';

const KNOWN_HEADER: KnownProperties<HeaderMatch> = { name: true, value: true };
const KNOWN_HEADER_ROUTE: KnownProperties<HeaderRouteOptions> = { name: true, headers: true };
const KNOWN_MIRROR: KnownProperties<MirrorMatch> = { method: true, path: true, headers: true };
const KNOWN_MIRROR_ROUTE: KnownProperties<MirrorRouteOptions> = { name: true, percent: true, match: true };

interface Router {
  readonly capabilities: TrafficCapabilities;
  readonly router: string;
}

/** @internal */
export function checkHeaderRoute(at: PropertyPath, route: HeaderRouteOptions, { capabilities, router }: Router): void {
  at.onlyKnown(route, KNOWN_HEADER_ROUTE);
  checkLabelName(at.at('name'), 'the name of a route', route.name);
  if (capabilities.headerRoutes === HeaderMatching.NONE) {
    at.refuse('UnsupportedByController', { value: 'setHeaderRoute', allowed: `a router that knows headers; ${router} does not`, fix: 'use Istio, the Gateway API or ALB, or leave the step out' });
  }
  checkHeaders(at.at('headers'), route.headers, capabilities.headerRoutes === HeaderMatching.EXACT ? router : undefined);
  if (route.headers.length === 0) { at.at('headers').refuse('MissingValue', { value: [], allowed: 'at least one header: none would mean every request', fix: "write [{ name: 'x-canary', value: StringMatch.exact('true') }]" }); }
}

/** @internal */
export function checkMirrorRoute(at: PropertyPath, route: MirrorRouteOptions, { capabilities, router }: Router): void {
  at.onlyKnown(route, KNOWN_MIRROR_ROUTE);
  checkLabelName(at.at('name'), 'the name of a route', route.name);
  if (!capabilities.mirrorRoutes) {
    at.refuse('UnsupportedByController', { value: 'setMirrorRoute', allowed: `a router that copies requests; ${router} does not`, fix: 'use Istio, or leave the step out' });
  }
  if (route.percent !== undefined) { at.at('percent').integer(route.percent, 1, 100); }
  at.at('match').list(route.match).forEach((match, i) => {
    const here = at.at('match').at(i);
    here.onlyKnown(match, KNOWN_MIRROR);
    for (const part of ['method', 'path'] as const) {
      if (match[part] !== undefined) { here.at(part).instance(match[part], StringMatch, "StringMatch.exact('GET')")._check(here.at(part)); }
    }
    checkHeaders(here.at('headers'), match.headers ?? [], undefined);
  });
  if (route.match.length === 0) {
    at.at('match').refuse('MissingValue', { value: [], allowed: 'at least one match: requests that change something must not be sent twice', fix: "write [{ method: StringMatch.exact('GET') }]" });
  }
}

/** @internal */
export function checkHeaders(at: PropertyPath, headers: readonly HeaderMatch[], exactOnly: string | undefined): void {
  at.list(headers).forEach((header, i) => {
    const here = at.at(i);
    here.onlyKnown(header, KNOWN_HEADER);
    here.at('name').text(header.name, 'the name of a header, such as x-canary', /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/);
    here.at('value').instance(header.value, StringMatch, "StringMatch.exact('true')")._check(here.at('value'));
    if (exactOnly !== undefined && header.value._kind !== 'exact') {
      here.at('value').refuse('UnsupportedByController', { value: header.value._kind, allowed: `whole values: ${exactOnly} knows nothing else`, fix: 'write StringMatch.exact(…)' });
    }
  });
}
