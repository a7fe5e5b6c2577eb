import { App, Chart, Duration } from 'cdk8s';
import { CanaryRelease, CanaryScale, CanaryStep, Environment, MeshProfile, ProductionService, Replicas, StringMatch, TrafficRouting } from 'cdk8s-production';
import fc from 'fast-check';
import { type Manifest, MINIMAL, one, synth } from '../helpers/manifests';
import { chartIn } from '../helpers/service';

/** Another seed in each run; `FC_SEED=… npx jest test/release/releases.property.test.ts` runs one again. */
const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const RUNS = 150;
/** For what makes many trees. */
const RUNS_OF_MORE_WORK = 30;

/** What is said of a canary, as plain data: a tree is made of it as often as it is needed. */
interface Model {
  readonly replicas: number;
  readonly autoscaled: boolean;
  readonly weights: readonly number[];
  /** What comes after each weight. */
  readonly between: readonly ('nothing' | 'pause' | 'person' | 'scale' | 'share' | 'match' | 'header')[];
  readonly minPods: number;
  readonly dynamic: boolean;
}

const models: fc.Arbitrary<Model> = fc.record({
  replicas: fc.integer({ min: 1, max: 60 }),
  autoscaled: fc.boolean(),
  weights: fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 8 }).map(weights => weights.sort((a, b) => a - b)),
  between: fc.array(fc.constantFrom('nothing', 'pause', 'person', 'scale', 'share', 'match', 'header'), { minLength: 8, maxLength: 8 }),
  minPods: fc.integer({ min: 1, max: 5 }),
  dynamic: fc.boolean(),
});

function stepsOf({ weights, between, replicas }: Model): CanaryStep[] {
  return weights.flatMap((weight, i) => [CanaryStep.setWeight(weight), ...{
    nothing: [],
    pause: [CanaryStep.pause(Duration.seconds(60 + i))],
    person: [CanaryStep.pauseUntilPromoted()],
    // A scale holds until a step changes it, and must carry its requests as long.
    scale: [CanaryStep.setCanaryScale(CanaryScale.replicas(Math.min(Math.ceil(weight * replicas / 100) + i, replicas))), CanaryStep.setCanaryScale(CanaryScale.matchTrafficWeight())],
    share: [CanaryStep.setCanaryScale(CanaryScale.percent(Math.min(weight + i, 100))), CanaryStep.setCanaryScale(CanaryScale.matchTrafficWeight())],
    match: [CanaryStep.setCanaryScale(CanaryScale.matchTrafficWeight())],
    header: [CanaryStep.setHeaderRoute({ name: `route-${i}`, headers: [{ name: 'x-canary', value: StringMatch.exact('yes') }] })],
  }[between[i]!]]);
}

/** An autoscaler never goes below two pods where availability is high. */
const isAutoscaled = ({ replicas, autoscaled }: Model): boolean => autoscaled && replicas > 1;
const replicasOf = (model: Model): Replicas => (isAutoscaled(model) ? Replicas.autoscaled({ minReplicas: model.replicas, maxReplicas: 100 }) : Replicas.fixed(model.replicas));

/** A chart with the canary of `web`, and of further services before or after it. */
function build(model: Model, order: readonly string[] = ['web']): { readonly chart: Chart; readonly release: CanaryRelease } {
  const chart = chartIn(Environment.production({ mesh: MeshProfile.istio() }));
  const releases = order.map(id => {
    const service = new ProductionService(chart, id, { ...MINIMAL, replicas: replicasOf(model) });
    return new CanaryRelease(chart, `${id}-release`, {
      service,
      traffic: TrafficRouting.istio(),
      steps: stepsOf(model),
      minPodsPerReplicaSet: Math.min(model.minPods, model.replicas),
      ...model.dynamic ? { dynamicStableScale: true, abortScaleDownDelay: Duration.minutes(5) } : {},
    });
  });
  return { chart, release: releases[order.indexOf('web')]! };
}

const holdsForAll = (holds: (model: Model) => void, numRuns = RUNS): void => { fc.assert(fc.property(models, holds), { seed: SEED, numRuns }); };

describe(`of ${RUNS} random canaries (FC_SEED=${SEED})`, () => {
  test('the timeline has the weights of the steps, one moment for each, and the end', () => {
    holdsForAll(model => {
      const { release } = build(model);
      const { steps } = release.timeline();
      let weight = 0;
      const expected = stepsOf(model).map(({ _action: action }) => (weight = action.kind === 'setWeight' ? action.percent : weight));

      expect(steps.map(step => step.weight)).toEqual([...expected, 100]);
      expect(steps.map(({ index }) => index)).toEqual(steps.map((_, i) => i));
      expect(steps.at(-1)).toMatchObject({ canaryPods: model.replicas, stablePods: 0 });
    });
  });

  test('each version has as many pods as it may, at whatever size', () => {
    holdsForAll(model => {
      const { release } = build(model);
      for (const replicas of [model.replicas, 100]) {
        const least = Math.min(model.minPods, model.replicas);
        for (const { canaryPods, stablePods, weight } of release.timeline(replicas).steps.slice(0, -1)) {
          expect(canaryPods).toBeGreaterThanOrEqual(1);
          expect(canaryPods).toBeLessThanOrEqual(Math.max(replicas, least));
          expect(stablePods).toBeGreaterThanOrEqual(weight === 100 ? 0 : 1);
          expect(stablePods).toBeLessThanOrEqual(replicas);
        }
      }
    });
  });

  test('there are never fewer pods than replicas, unless the stable version shrinks', () => {
    holdsForAll(model => {
      const timeline = build({ ...model, dynamic: false }).release.timeline();

      expect(timeline.leastPods).toBeGreaterThanOrEqual(model.replicas);
      expect(timeline.steps.slice(0, -1).map(({ stablePods }) => stablePods)).toEqual(stepsOf(model).map(() => model.replicas));
    });
  });

  test('where it shrinks, both together still carry every request, but for what a step scales otherwise', () => {
    holdsForAll(model => {
      const unscaled = { ...model, dynamic: true, between: model.between.map(what => (what === 'scale' || what === 'share' ? 'pause' as const : what)) };

      expect(build(unscaled).release.timeline().leastPods).toBeGreaterThanOrEqual(model.replicas);
    });
  });

  test('time only goes on, and adds up', () => {
    holdsForAll(model => {
      const { steps, duration, waitsForPerson } = build(model).release.timeline();
      const starts = steps.map(({ startsAfter }) => startsAfter.toSeconds());

      expect(starts).toEqual([...starts].sort((a, b) => a - b));
      expect(starts.at(-1)).toBe(duration.toSeconds());
      expect(waitsForPerson).toBe(model.between.slice(0, model.weights.length).includes('person'));
    });
  });

  test('the Rollout has as many steps, its routes are named once, and its numbers are those of the model', () => {
    holdsForAll(model => {
      const { spec } = one(synth(build(model).chart), 'Rollout');
      const { canary } = spec.strategy;

      expect(canary.steps).toHaveLength(stepsOf(model).length);
      expect(canary.steps.filter((step: Manifest) => step.setWeight !== undefined).map((step: Manifest) => step.setWeight)).toEqual(model.weights);
      const headerRoutes = canary.steps.filter((step: Manifest) => step.setHeaderRoute !== undefined).map((step: Manifest) => ({ name: step.setHeaderRoute.name }));
      expect(canary.trafficRouting.managedRoutes ?? []).toEqual(headerRoutes);
      expect(spec.replicas).toBe(isAutoscaled(model) ? undefined : model.replicas);
    });
  });

  test('a second synthesis gives the same bytes, and so does a second tree', () => {
    holdsForAll(model => {
      const { chart } = build(model);
      const first = JSON.stringify(synth(chart));

      expect(JSON.stringify(synth(chart))).toBe(first);
      expect(JSON.stringify(synth(build(model).chart))).toBe(first);
    });
  });

  test('the order of services that know nothing of each other changes no object', () => {
    holdsForAll(model => {
      const objects = (order: readonly string[]): string[] => synth(build(model, order).chart).map(manifest => JSON.stringify(manifest)).sort();

      expect(objects(['api', 'web', 'db'])).toEqual(objects(['db', 'web', 'api']));
      expect(objects(['web', 'api'])).toEqual(expect.arrayContaining(objects(['web'])));
    }, RUNS_OF_MORE_WORK);
  });
});

describe(`of ${RUNS} random canaries without a router (FC_SEED=${SEED})`, () => {
  const unrouted = (replicas: number, weight: number): CanaryRelease => {
    const chart = new Chart(new App({ outdir: 'never-written' }), 'chart', { namespace: 'shop' });
    return new CanaryRelease(chart, 'release', { service: new ProductionService(chart, 'web', { ...MINIMAL, replicas: Replicas.fixed(replicas) }), steps: [CanaryStep.setWeight(weight)] });
  };

  test('what is not refused comes out within five percent, with pods of both versions, and one pod more at most', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 99 }), (replicas, asked) => {
      let release: CanaryRelease;
      try {
        release = unrouted(replicas, asked);
      } catch (error) {
        // Whoever does what the error says is not refused again.
        const fix = /write CanaryStep.setWeight\((\d+)\)/.exec((error as Error).message)!;
        expect(() => unrouted(replicas, Number(fix[1]))).not.toThrow();
        return;
      }
      const { canaryPods, stablePods, weight } = release.timeline().steps[0]!;
      expect(Math.abs(weight - asked)).toBeLessThanOrEqual(5);
      expect(Math.min(canaryPods, stablePods)).toBeGreaterThanOrEqual(1);
      expect([replicas, replicas + 1]).toContain(canaryPods + stablePods);
    }), { seed: SEED, numRuns: RUNS });
  });
});
