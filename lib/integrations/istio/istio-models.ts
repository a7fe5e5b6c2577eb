/** The shapes of Istio's kinds, for the compiler alone: they never reach our public types. See https://istio.io/latest/docs/reference/config/networking/ */
import type { IDestinationRule } from '@kubernetes-models/istio/networking.istio.io/v1/DestinationRule' with { 'resolution-mode': 'import' };
import type { IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1/VirtualService' with { 'resolution-mode': 'import' };

/** @internal */
export type VirtualServiceSpec = NonNullable<IVirtualService['spec']>;
/** @internal */
export type HttpRoute = NonNullable<VirtualServiceSpec['http']>[number];
/** @internal */
export type DestinationRuleSpec = NonNullable<IDestinationRule['spec']>;

/** @internal */
export const ISTIO_NETWORKING = 'networking.istio.io';
