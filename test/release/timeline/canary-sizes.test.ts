import { CanaryScale } from 'cdk8s-production';
import { routedSizes, unroutedSizes } from '../../../lib/release/timeline/canary-sizes';

const WHOLE = { minPodsPerReplicaSet: 1, dynamicStableScale: false };

describe('the pods of a canary behind a router', () => {
  test.each([
    [10, 0, 0, 10], [10, 1, 1, 10], [10, 5, 1, 10], [10, 20, 2, 10], [10, 50, 5, 10], [10, 80, 8, 10], [10, 100, 10, 10], [3, 34, 2, 3], [7, 15, 2, 7],
  ])('of %i replicas at %i %%: %i, rounded up, beside %i stable ones', (replicas, weight, canaryPods, stablePods) => {
    expect(routedSizes(replicas, weight, undefined, WHOLE)).toEqual({ canaryPods, stablePods, weight });
  });

  test.each([[10, 5, 2], [10, 0, 0], [1, 5, 1], [10, 50, 5]])('of %i replicas at %i %% are %i where each version has at least two, or all there are', (replicas, weight, canaryPods) => {
    expect(routedSizes(replicas, weight, undefined, { ...WHOLE, minPodsPerReplicaSet: 2 }).canaryPods).toBe(canaryPods);
  });

  test('take the place of stable ones where the stable version shrinks', () => {
    const at = (weight: number) => routedSizes(10, weight, undefined, { minPodsPerReplicaSet: 2, dynamicStableScale: true });

    expect([at(0), at(25), at(95), at(100)].map(sizes => [sizes.canaryPods, sizes.stablePods])).toEqual([[0, 10], [3, 8], [10, 2], [10, 0]]);
  });

  test('are as many as a step says, whatever their share of the requests', () => {
    expect(routedSizes(10, 0, CanaryScale.replicas(3), WHOLE)).toEqual({ canaryPods: 3, stablePods: 10, weight: 0 });
    expect(routedSizes(10, 5, CanaryScale.percent(25), WHOLE)).toEqual({ canaryPods: 3, stablePods: 10, weight: 5 });
    expect(routedSizes(10, 40, CanaryScale.matchTrafficWeight(), WHOLE)).toEqual({ canaryPods: 4, stablePods: 10, weight: 40 });
  });
});

describe('the pods of a canary without a router', () => {
  test.each([
    [3, 5, 1, 3, 25], [3, 20, 1, 3, 25], [3, 50, 2, 2, 50], [3, 80, 3, 1, 75], [10, 5, 1, 10, 9.1], [10, 20, 2, 8, 20], [10, 50, 5, 5, 50], [4, 25, 1, 3, 25], [1, 50, 1, 1, 50],
    [5, 0, 0, 5, 0], [5, 100, 5, 0, 100],
  ])('of %i replicas at %i %%: %i and %i, which is %d %% of the requests', (replicas, asked, canaryPods, stablePods, weight) => {
    const sizes = unroutedSizes(replicas, asked);

    expect([sizes.canaryPods, sizes.stablePods, Math.round(sizes.weight * 10) / 10]).toEqual([canaryPods, stablePods, weight]);
  });

  test('are at least one of each version between 1 and 99 %', () => {
    for (let replicas = 1; replicas <= 30; replicas++) {
      for (let weight = 1; weight < 100; weight++) {
        const { canaryPods, stablePods } = unroutedSizes(replicas, weight);
        expect(canaryPods).toBeGreaterThan(0);
        expect(stablePods).toBeGreaterThan(0);
        expect(canaryPods + stablePods - replicas).toBeLessThanOrEqual(1);
        expect(canaryPods + stablePods).toBeGreaterThanOrEqual(replicas);
      }
    }
  });
});
