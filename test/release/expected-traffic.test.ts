import { Duration } from 'cdk8s';
import { Analysis, CanaryScale, CanaryStep, CanarySteps, type ExpectedTraffic } from 'cdk8s-production';
import { plain } from '../helpers/analysis';
import { errorOf } from '../helpers/manifests';
import { routed } from '../helpers/release';

const minutes = Duration.minutes;
const js = <T>(value: unknown): T => value as T;
const thin = (expectedTraffic: ExpectedTraffic, steps?: CanaryStep[]) => () => routed(steps === undefined ? { expectedTraffic } : { expectedTraffic, steps });

test('a weight at which too few requests come is refused, with what would be enough', () => {
  expect(errorOf(thin({ requestsPerSecond: 5 }))).toMatchObject({
    code: 'ReleaseTooThin',
    constructPath: 'chart/release',
    property: 'steps[0]',
    value: '"5 % for 300 s: about 75 requests"',
    allowed: 'at least 100 requests at each weight, at 5 a second',
    fix: 'wait at least 400 s there, begin with a higher weight, or lower minimumRequests',
  });
});

test('the fix is enough, and a second less is not', () => {
  const steps = (seconds: number) => [CanaryStep.setWeight(5), CanaryStep.pause(Duration.seconds(seconds))];

  expect(thin({ requestsPerSecond: 5 }, steps(400))).not.toThrow();
  expect(errorOf(thin({ requestsPerSecond: 5 }, steps(399)))).toMatchObject({ value: '"5 % for 399 s: about 99 requests"' });
});

test.each([[7, true], [6.66, false]])('%d requests in a second are enough for the standard steps: %s', (requestsPerSecond, enough) => {
  const made = thin({ requestsPerSecond });
  if (enough) { expect(made).not.toThrow(); } else { expect(errorOf(made).code).toBe('ReleaseTooThin'); }
});

test('as few requests as somebody says are enough', () => {
  expect(thin({ requestsPerSecond: 5, minimumRequests: 75 })).not.toThrow();
  expect(errorOf(thin({ requestsPerSecond: 5, minimumRequests: 76 })).allowed).toBe('at least 76 requests at each weight, at 5 a second');
});

test('each weight counts by itself, from its step to the next weight', () => {
  const steps = [
    CanaryStep.setWeight(50), CanaryStep.pause(minutes(5)),
    CanaryStep.setWeight(60), CanaryStep.setCanaryScale(CanaryScale.percent(60)), CanaryStep.pause(Duration.seconds(10)), CanaryStep.pause(Duration.seconds(5)),
  ];

  expect(errorOf(thin({ requestsPerSecond: 10 }, steps))).toMatchObject({ property: 'steps[2]', value: '"60 % for 15 s: about 90 requests"' });
});

test('the time of an analysis counts', () => {
  const steps = [CanaryStep.setWeight(10), CanaryStep.analysis(Analysis.inline({ metrics: [plain('orders')] }))];

  expect(errorOf(thin({ requestsPerSecond: 3 }, steps)).value).toBe('"10 % for 300 s: about 90 requests"');
});

test.each<[what: string, steps: CanaryStep[]]>([
  ['while a person looks', [CanaryStep.setWeight(1), CanaryStep.pauseUntilPromoted(), CanaryStep.setWeight(50), CanaryStep.pause(minutes(5))]],
  ['at a weight that is passed at once', [CanaryStep.setWeight(1), CanaryStep.setWeight(50), CanaryStep.pause(minutes(5))]],
  ['at no weight', [CanaryStep.setWeight(0), CanaryStep.pause(minutes(5)), CanaryStep.setWeight(50), CanaryStep.pause(minutes(5))]],
])('nothing is counted %s', (_, steps) => {
  expect(thin({ requestsPerSecond: 1 }, steps)).not.toThrow();
});

test.each<[what: string, traffic: ExpectedTraffic, code: string, property: string, value: string, fix: string]>([
  ['no number', js({}), 'InvalidValue', 'expectedTraffic.requestsPerSecond', 'nothing', 'give the requests in a second at the quietest time'],
  ['none', { requestsPerSecond: 0 }, 'InvalidValue', 'expectedTraffic.requestsPerSecond', '0', 'give the requests in a second at the quietest time'],
  ['a text', { requestsPerSecond: js('20') }, 'InvalidValue', 'expectedTraffic.requestsPerSecond', '"20"', 'give the requests in a second at the quietest time'],
  ['NaN', { requestsPerSecond: NaN }, 'InvalidValue', 'expectedTraffic.requestsPerSecond', 'NaN', 'give the requests in a second at the quietest time'],
  ['no end', { requestsPerSecond: Infinity }, 'InvalidValue', 'expectedTraffic.requestsPerSecond', 'Infinity', 'give the requests in a second at the quietest time'],
  ['no minimum', { requestsPerSecond: 20, minimumRequests: 0 }, 'InvalidValue', 'expectedTraffic.minimumRequests', '0', 'give a whole number within the bounds'],
  ['a minimum as a text', { requestsPerSecond: 20, minimumRequests: js('100') }, 'InvalidValue', 'expectedTraffic.minimumRequests', '"100"', 'write 100, without quotes'],
  ['a typo', js({ requestPerSecond: 20 }), 'UnknownProperty', 'expectedTraffic.requestPerSecond', '20', "did you mean 'requestsPerSecond'?"],
  ['a number for it all', js(20), 'InvalidValue', 'expectedTraffic', '20', 'pass an object'],
])('refused is %s', (_, traffic, code, property, value, fix) => {
  expect(errorOf(thin(traffic, CanarySteps.fast()))).toMatchObject({ code, constructPath: 'chart/release', property, value, fix });
});
