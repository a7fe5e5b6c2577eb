import { Duration } from 'cdk8s';
import { CanaryScale, CanaryStep, HeaderMatching, StringMatch } from 'cdk8s-production';
import { PropertyPath } from '../../../lib/core/property-path';
import { CanaryPlan } from '../../../lib/release/steps/canary-plan';
import { routedSizes } from '../../../lib/release/timeline/canary-sizes';
import { testChart } from '../../helpers/manifests';

const plan = (...steps: CanaryStep[]) => new CanaryPlan(new PropertyPath(testChart(), 'steps'), {
  steps,
  capabilities: { weights: true, headerRoutes: HeaderMatching.ANY, mirrorRoutes: true, experimentWeights: true },
  router: 'a test',
  sizesAt: weight => routedSizes(10, weight, undefined, { minPodsPerReplicaSet: 1, dynamicStableScale: false }),
  replicas: 10,
});
const headers = [{ name: 'x-canary', value: StringMatch.exact('true') }];

test('weight and scale hold until a step changes them', () => {
  const { steps } = plan(
    CanaryStep.setCanaryScale(CanaryScale.replicas(2)), CanaryStep.setWeight(10), CanaryStep.pause(Duration.minutes(1)), CanaryStep.setCanaryScale(CanaryScale.matchTrafficWeight()),
  );

  expect(steps.map(({ weight, scale }) => [weight, scale?._kind])).toEqual([[0, 'replicas'], [10, 'replicas'], [10, 'replicas'], [10, 'matchTrafficWeight']]);
});

test('routes are managed in the order in which they are first set, and removed by their kind', () => {
  const { managedRoutes, steps } = plan(
    CanaryStep.setWeight(10),
    CanaryStep.setMirrorRoute({ name: 'copies', match: [{ method: StringMatch.exact('GET') }] }),
    CanaryStep.setHeaderRoute({ name: 'testers', headers }),
    CanaryStep.removeRoute('copies'),
    CanaryStep.setHeaderRoute({ name: 'testers', headers }),
  );

  expect(managedRoutes).toEqual(['copies', 'testers']);
  expect(steps[3]!.action).toMatchObject({ kind: 'removeRoute', mirrors: true });
});
