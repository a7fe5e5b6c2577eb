/** The shapes of Traefik's kinds, for the compiler alone: they never reach our public types. See https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/ */
export type { IIngressRouteSpec } from '@kubernetes-models/traefik/traefik.io/v1alpha1/IngressRouteSpec' with { 'resolution-mode': 'import' };
export type { ITraefikServiceSpec } from '@kubernetes-models/traefik/traefik.io/v1alpha1/TraefikServiceSpec' with { 'resolution-mode': 'import' };
