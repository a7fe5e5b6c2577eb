import { Duration } from 'cdk8s';
import {
  type CanaryReleaseProps, CanaryScale, CanaryStep, CanarySteps, type FlaggerOptions, PodSet, type ProductionServiceProps, ServiceExposure, StringMatch, TrafficRouting,
} from 'cdk8s-production';
import { canarySpecOf, flagged } from '../../helpers/flagger';
import { errorOf } from '../../helpers/manifests';

const UNSUPPORTED = 'UnsupportedByController';
const HEADER = { name: 'beta', headers: [{ name: 'x-canary', value: StringMatch.exact('true') }] };
const gateway: Partial<ProductionServiceProps> = { exposure: ServiceExposure.gateway() };
const steps = (given: CanaryStep[], options: FlaggerOptions = {}): object => canarySpecOf(flagged({ steps: given }, {}, options)).analysis;

function refusalOf(props: Partial<CanaryReleaseProps>, service: Partial<ProductionServiceProps> = {}): [string, string] {
  const { code, property } = errorOf(() => flagged(props, service));
  return [code, property];
}

describe('the steps become', () => {
  test.each([
    ['weights, each for one interval', CanarySteps.ramp([10, 50], Duration.minutes(5)), { interval: '5m', stepWeights: [10, 50] }],
    ['weights, the last of which holds for one interval as well', [CanaryStep.setWeight(10), CanaryStep.pause(Duration.seconds(90)), CanaryStep.setWeight(100)], { interval: '90s', stepWeights: [10, 100] }],
    ['weights with pauses that follow on each other', [CanaryStep.setWeight(10), CanaryStep.pause(Duration.minutes(1)), CanaryStep.pause(Duration.minutes(1))], { interval: '2m', stepWeights: [10] }],
    ['copies before the first weight', [
      CanaryStep.setCanaryScale(CanaryScale.percent(100)), CanaryStep.setMirrorRoute({ name: 'copy', percent: 20, match: [{}] }), CanaryStep.pause(Duration.minutes(5)), CanaryStep.removeRoute('copy'), ...CanarySteps.ramp([50], Duration.minutes(5)),
    ], { interval: '5m', mirror: true, mirrorWeight: 20, stepWeights: [50] }],
    ['copies of all requests', [CanaryStep.setMirrorRoute({ name: 'copy', match: [{}] }), CanaryStep.pause(Duration.minutes(5)), ...CanarySteps.ramp([50], Duration.minutes(5))], { interval: '5m', mirror: true, stepWeights: [50] }],
  ])('%s', (_, given, analysis) => {
    expect(steps(given)).toEqual({ stepWeightPromotion: 25, threshold: 3, ...analysis });
  });

  test.each([
    ['in minutes', Duration.minutes(10), { interval: '1m', iterations: 10 }],
    ['of less than a minute', Duration.seconds(90), { interval: '90s', iterations: 1 }],
  ])('a test by header %s', (_, lasts, analysis) => {
    const headers = [{ name: 'x-user', value: StringMatch.prefix('beta-') }, { name: 'x-canary', value: StringMatch.exact('true') }];

    expect(steps([CanaryStep.setCanaryScale(CanaryScale.percent(100)), CanaryStep.setHeaderRoute({ name: 'beta', headers }), CanaryStep.pause(lasts), CanaryStep.removeRoute('beta')])).toEqual({
      ...analysis, match: [{ headers: { 'x-canary': { exact: 'true' }, 'x-user': { prefix: 'beta-' } } }], threshold: 3,
    });
  });

  test('gates where a person is waited for', () => {
    const url = 'http://flagger-loadtester.flagger/gate/check';

    expect(steps([CanaryStep.setWeight(10), CanaryStep.pauseUntilPromoted()], { promotionGate: url })).toEqual({
      interval: '1m', stepWeightPromotion: 25, stepWeights: [10], threshold: 3, webhooks: [{ name: 'promotion', type: 'confirm-promotion', url }],
    });
    expect(steps(CanarySteps.fast(), { promotionGate: url, rolloutGate: url })).not.toHaveProperty('webhooks');
  });
});

describe('Flagger takes no steps with', () => {
  const minutes = (count: number): CanaryStep => CanaryStep.pause(Duration.minutes(count));
  test.each<[string, CanaryStep[], string, string]>([
    ['a pause that is longer than another', CanarySteps.standard(), UNSUPPORTED, 'steps[3]'],
    ['a weight without a pause', [CanaryStep.setWeight(10), CanaryStep.setWeight(50), minutes(5)], UNSUPPORTED, 'steps[0]'],
    ['a pause before the first weight', [minutes(5), CanaryStep.setWeight(10)], UNSUPPORTED, 'steps[0]'],
    ['a pause of less than ten seconds', CanarySteps.ramp([10], Duration.seconds(5)), 'InvalidValue', 'steps[1]'],
    ['a weight of nothing', [CanaryStep.setWeight(0), minutes(5)], UNSUPPORTED, 'steps[0]'],
    ['a weight that is lower than the one before', CanarySteps.ramp([50, 20], Duration.minutes(5)), 'InvalidValue', 'steps[2]'],
    ['a weight that is lowered on purpose', [...CanarySteps.ramp([50], Duration.minutes(5)), CanaryStep.lowerWeight(20, 'after a first look')], UNSUPPORTED, 'steps[2]'],
    ['a weight that is none', [CanaryStep.setWeight(101)], 'InvalidValue', 'steps[0]'],
    ['a person in the middle', CanarySteps.approved(), UNSUPPORTED, 'steps[1]'],
    ['a person at the end, without a gate', [CanaryStep.setWeight(10), CanaryStep.pauseUntilPromoted()], UNSUPPORTED, 'steps'],
    ['a canary of a size of its own', [CanaryStep.setCanaryScale(CanaryScale.replicas(2)), ...CanarySteps.fast()], UNSUPPORTED, 'steps[0]'],
    ['an experiment', [CanaryStep.experiment({ pods: [{ name: 'baseline', from: PodSet.STABLE }], duration: Duration.minutes(5) })], UNSUPPORTED, 'steps[0]'],
    ['a header beside weights', [CanaryStep.setHeaderRoute(HEADER), minutes(5), CanaryStep.setWeight(20)], UNSUPPORTED, 'steps[2]'],
    ['weights before a header', [...CanarySteps.fast(), CanaryStep.setHeaderRoute(HEADER)], UNSUPPORTED, 'steps[4]'],
    ['a test by header without an end', [CanaryStep.setHeaderRoute(HEADER)], 'ReleaseNeverFinishes', 'steps[0]'],
    ['copies of some requests', [CanaryStep.setMirrorRoute({ name: 'copy', match: [{ method: StringMatch.exact('GET') }] }), minutes(5), CanaryStep.setWeight(20)], UNSUPPORTED, 'steps[0].match'],
    ['copies after a weight', [...CanarySteps.fast(), CanaryStep.setMirrorRoute({ name: 'copy', match: [{}] })], UNSUPPORTED, 'steps[4]'],
    ['a route that is removed and is not the last', [...CanarySteps.fast(), CanaryStep.removeRoute('copy')], UNSUPPORTED, 'steps[4]'],
    ['no weight at all', [CanaryStep.setCanaryScale(CanaryScale.percent(100))], 'InvalidValue', 'steps'],
    ['nothing', [], 'MissingValue', 'steps'],
    ['what is none', [{} as CanaryStep], 'InvalidValue', 'steps[0]'],
  ])('%s', (_, given, code, property) => {
    expect(refusalOf({ steps: given })).toEqual([code, property]);
  });

  test('which pause is meant, it says', () => {
    const error = errorOf(() => flagged({ steps: CanarySteps.standard() }));

    expect([error.value, error.allowed]).toEqual(['"600 s"', 'with Flagger, the same pause at each weight; the first is 300 s']);
  });

  test.each<[string, Partial<CanaryReleaseProps>, string]>([
    ['headers that the router does not know', { traffic: TrafficRouting.traefik({ hosts: ['shop.example.com'] }), steps: [CanaryStep.setHeaderRoute(HEADER), minutes(5)] }, 'steps[0]'],
    ['prefixes of headers that Flagger would drop', {
      traffic: TrafficRouting.gatewayApi({ parents: [{ name: 'public' }] }), steps: [CanaryStep.setHeaderRoute({ name: 'beta', headers: [{ name: 'x-user', value: StringMatch.prefix('beta-') }] }), minutes(5)],
    }, 'steps[0].headers[0].value'],
    ['more headers than the router knows', {
      traffic: TrafficRouting.nginx({ hosts: ['shop.example.com'] }), steps: [CanaryStep.setHeaderRoute({ name: 'beta', headers: [...HEADER.headers, { name: 'x-user', value: StringMatch.exact('1') }] }), minutes(5)],
    }, 'steps[0].headers'],
    ['copies by a router that makes none', { traffic: TrafficRouting.gatewayApi({ parents: [{ name: 'public' }] }), steps: [CanaryStep.setMirrorRoute({ name: 'copy', match: [{}] }), minutes(5)] }, 'steps[0]'],
  ])('%s', (_, props, property) => {
    expect(refusalOf(props, gateway)).toEqual([UNSUPPORTED, property]);
  });
});
