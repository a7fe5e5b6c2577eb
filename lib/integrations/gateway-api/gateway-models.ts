/** The shapes of the Gateway API's kinds, for the compiler alone: they never reach our public types. See https://gateway-api.sigs.k8s.io/reference/api-spec/ */
export type { IGRPCRouteSpec } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/GRPCRouteSpec' with { 'resolution-mode': 'import' };
export type { IHTTPRouteSpec } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRouteSpec' with { 'resolution-mode': 'import' };
export type { IParentReference } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/ParentReference' with { 'resolution-mode': 'import' };
