import { checkAnnotations } from '../../core/labels';
import type { PlainFields } from '../../core/measurement';
import { type PropertyPath } from '../../core/property-path';
import { type FlaggerRouting, HeaderMatching, type TrafficBinding, type TrafficCapabilities } from '../../core/traffic-routing';

/** What the controller has to know of ingress-nginx and of the second Ingress, which it makes and owns. */
export interface NginxCanaryOptions {
  /**
   * What ingress-nginx' annotations begin with, where it was started with another prefix.
   *
   * @default nginx.ingress.kubernetes.io
   */
  readonly annotationPrefix?: string;

  /**
   * Annotations of the Ingress of the canary, such as `canary-by-header`: ones without a prefix get that of ingress-nginx.
   *
   * @default - those that set the weight
   * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
   */
  readonly canaryAnnotations?: { readonly [name: string]: string };
}

/** @internal */
export const nginxCapabilities: TrafficCapabilities = { weights: true, headerRoutes: HeaderMatching.NONE, mirrorRoutes: false, experimentWeights: false };

/** @internal */
export const NGINX_PREFIX = 'nginx.ingress.kubernetes.io';

/** @internal */
export function renderCanaryOptions(at: PropertyPath, { annotationPrefix, canaryAnnotations }: NginxCanaryOptions): PlainFields {
  if (annotationPrefix !== undefined) { checkPrefix(at.at('annotationPrefix'), annotationPrefix, NGINX_PREFIX); }
  const annotations = Object.entries(checkAnnotations(at.at('canaryAnnotations'), canaryAnnotations ?? {}));
  const own = ['canary', 'canary-weight'].map(name => [name, `${annotationPrefix ?? NGINX_PREFIX}/${name}`]).flat();
  const taken = annotations.find(([name]) => own.includes(name));
  if (taken !== undefined) {
    at.at('canaryAnnotations').at(taken[0]).refuse('ConflictingProperties', { value: taken[1], allowed: 'annotations that the controller does not set itself', fix: 'leave it out: the steps of the release set the weight' });
  }
  const [full, short] = [annotations.filter(([name]) => name.includes('/')), annotations.filter(([name]) => !name.includes('/'))];
  return {
    ...short.length === 0 ? {} : { additionalIngressAnnotations: Object.fromEntries(short) },
    ...annotationPrefix === undefined ? {} : { annotationPrefix },
    ...full.length === 0 ? {} : { canaryIngressAnnotations: Object.fromEntries(full) },
  };
}

/**
 * Flagger copies the Ingress, and splits the requests between it and its copy.
 *
 * @see https://docs.flagger.app/tutorials/nginx-progressive-delivery
 * @internal
 */
export function flaggerIngress(at: PropertyPath, options: NginxCanaryOptions, { ingress, routes }: TrafficBinding): FlaggerRouting {
  for (const key of ['annotationPrefix', 'canaryAnnotations'] as const) {
    if (options[key] !== undefined) { at.at(key).refuse('UnsupportedByController', { value: options[key], allowed: 'annotations as Flagger copies them; a prefix of one\'s own is told to Flagger itself', fix: 'leave it out' }); }
  }
  return {
    provider: 'nginx',
    ingress,
    headerMatches: ['exact', 'regex'],
    mostHeaders: 1,
    mirrors: false,
    routes,
    makes: [{ group: 'networking.k8s.io', kind: 'Ingress', name: `${ingress!}-canary` }],
  };
}

/** Refuses what no key of an annotation may begin with. */
function checkPrefix(at: PropertyPath, prefix: unknown, example: string): void {
  at.text(prefix, `what annotations begin with, such as ${example}, without a slash`, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
}
