import type { CanaryScale } from '../steps/canary-step';

/** How many pods of each version there are, and which share of the requests the canary gets. @internal */
export interface Sizes {
  readonly canaryPods: number;
  readonly stablePods: number;
  /** Percent of the requests. */
  readonly weight: number;
}

/** @internal */
export interface RoutedOptions {
  readonly minPodsPerReplicaSet: number;
  readonly dynamicStableScale: boolean;
}

/**
 * The sizes where a router splits the requests: the canary grows with its weight, rounded up; the stable set stays whole,
 * unless it shrinks as the canary grows.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/canary/#dynamic-canary-scale-with-traffic-routing
 * @internal
 */
export function routedSizes(replicas: number, weight: number, scale: CanaryScale | undefined, options: RoutedOptions): Sizes {
  const atLeast = (pods: number): number => (pods === 0 ? 0 : Math.max(pods, Math.min(options.minPodsPerReplicaSet, replicas)));
  const share = (percent: number): number => Math.ceil(percent * replicas / 100);
  const stablePods = options.dynamicStableScale ? atLeast(share(100 - weight)) : replicas;
  if (scale?._kind === 'replicas') {
    const fixed = scale._value as number;
    return { canaryPods: options.dynamicStableScale ? atLeast(fixed) : fixed, stablePods, weight };
  }
  return { canaryPods: atLeast(share(scale?._kind === 'weight' ? scale._value as number : weight)), stablePods, weight };
}

/**
 * The sizes where the number of pods is the weight: whole pods that come nearest to it, one more than the replicas if that
 * comes nearer. Between 1 and 99 % both versions have a pod.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/canary/#overview
 * @internal
 */
export function unroutedSizes(replicas: number, weight: number): Sizes {
  const exact = replicas * weight / 100;
  const [up, down] = [Math.ceil(exact), Math.floor(exact)];
  const noneAllowed = weight === 0 || weight === 100;
  const tied = (total: number): boolean => total * weight / 100 % 1 === 0.5; // of two that are equally near, the larger canary
  const options: [canary: number, total: number][] = [
    ...up < replicas || noneAllowed ? [[up, replicas] as [number, number]] : [],
    ...!tied(replicas) && (down !== 0 || noneAllowed) ? [[down, replicas] as [number, number]] : [],
    [up, replicas + 1],
    ...!tied(replicas + 1) && (down !== 0 || noneAllowed) ? [[down, replicas + 1] as [number, number]] : [],
  ];
  const off = ([canary, total]: readonly [number, number]): number => Math.abs(canary * 100 / total - weight);
  const [canaryPods, total] = options.reduce((best, option) => (off(option) < off(best) ? option : best));
  return { canaryPods, stablePods: total - canaryPods, weight: canaryPods * 100 / total };
}
