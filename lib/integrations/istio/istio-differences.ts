import { ISTIO_NETWORKING } from './istio-models';
import type { IgnoredDifference } from '../../core/ignored-difference';
import { annotationPath, namedElement, otherElements } from '../../core/ignored-paths';
import { HeaderMatching, type TrafficCapabilities } from '../../core/traffic-routing';

/** @internal */
export const istioCapabilities: TrafficCapabilities = { weights: true, headerRoutes: HeaderMatching.ANY, mirrorRoutes: true, experimentWeights: true };

/** A VirtualService of which a controller sets weights. @internal */
export interface RoutedVirtualService {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly managedRoutes: readonly string[];
  /** The hosts that its routes lead to, where they are known: any other is an experiment's. */
  readonly destinations?: readonly string[];
}

/** @internal */
export function virtualServiceDifference({ name, namespace, managedRoutes, destinations }: RoutedVirtualService): IgnoredDifference {
  return {
    group: ISTIO_NETWORKING,
    kind: 'VirtualService',
    name,
    namespace,
    jqPathExpressions: [
      '.spec.http[].route[].weight',
      ...managedRoutes.map(route => namedElement('.spec.http[]', route)),
      ...destinations === undefined ? [] : [otherElements('.spec.http[].route[]', '.destination.host', destinations)],
    ],
    reason: 'Argo Rollouts sets the weights, and adds the routes of steps and the destinations of experiments as long as they last',
  };
}

/** A DestinationRule of which a controller sets the labels of two subsets. @internal */
export interface RoutedDestinationRule {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly stable: string;
  readonly canary: string;
  /** Whether its subsets begin without labels of their own, and all that there are come from the controller. */
  readonly created: boolean;
}

/** @internal */
export function destinationRuleDifference({ name, namespace, stable, canary, created }: RoutedDestinationRule): IgnoredDifference {
  return {
    group: ISTIO_NETWORKING,
    kind: 'DestinationRule',
    name,
    namespace,
    jqPathExpressions: [
      annotationPath('argo-rollouts.argoproj.io/managed-by-rollouts'),
      created ? '.spec.subsets[].labels' : '.spec.subsets[].labels["rollouts-pod-template-hash"]',
      otherElements('.spec.subsets[]', '.name', [stable, canary]),
    ],
    reason: 'Argo Rollouts points the subsets at the pods of a version each, adds those of experiments, and notes that it does',
  };
}
