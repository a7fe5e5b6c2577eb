import { Duration } from 'cdk8s';
import { CanaryStep, PodSet } from 'cdk8s-production';
import { secondsOf } from '../../../lib/release/timeline/canary-timeline';

const METRIC = { name: 'orders', condition: '', scrapesPods: false, needsRequests: false, firstMeasurement: 0, earliestFailure: 0 };
const seconds = (step: CanaryStep, lastMeasurement?: number) =>
  secondsOf({ index: 0, action: step._action, weight: 0, scale: undefined }, new Map(lastMeasurement === undefined ? [] : [[0, [{ ...METRIC, lastMeasurement }]]]));

test('a step lasts as long as it waits or judges; one that a person ends has no end', () => {
  const pods = [{ name: 'next', from: PodSet.CANARY }];

  expect([
    seconds(CanaryStep.pause(Duration.minutes(5))), seconds(CanaryStep.pauseUntilPromoted()), seconds(CanaryStep.setWeight(5)), seconds(CanaryStep.setWeight(5), 240),
    seconds(CanaryStep.experiment({ pods, duration: Duration.minutes(10) }), 240), seconds(CanaryStep.experiment({ pods }), 240),
  ]).toEqual([300, undefined, 0, 240, 600, 240]);
});
