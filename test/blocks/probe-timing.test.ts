import { Duration } from 'cdk8s';
import type { ProbeTiming } from 'cdk8s-production';
import { renderTiming, wholeSeconds } from '../../lib/blocks/probe-timing';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'timing');
const rendered = (timing?: ProbeTiming): unknown => renderTiming(at, timing, 10, 5, 6);

test.each<[string, ProbeTiming | undefined, object]>([
  ['the defaults where nothing is said', undefined, { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 }],
  ['what is said', { period: Duration.seconds(20), timeout: Duration.seconds(20), failureThreshold: 1 }, { periodSeconds: 20, timeoutSeconds: 20, failureThreshold: 1 }],
  ['a timeout no longer than a shorter period', { period: Duration.seconds(3) }, { periodSeconds: 3, timeoutSeconds: 3, failureThreshold: 6 }],
])('writes %s', (_, timing, expected) => {
  expect(rendered(timing)).toEqual(expected);
});

test.each<[string, ProbeTiming, string]>([
  ['a timeout longer than the period', { period: Duration.seconds(5), timeout: Duration.seconds(6) }, 'timing.timeout'],
  ['no failure at all', { failureThreshold: 0 }, 'timing.failureThreshold'],
  ['parts of a second', { period: Duration.millis(1500) }, 'timing.period'],
  ['no time at all', { timeout: Duration.seconds(0) }, 'timing.timeout'],
  ['more than five minutes', { period: Duration.minutes(6) }, 'timing.period'],
])('refuses %s', (_, timing, property) => {
  expect(errorOf(() => rendered(timing))).toMatchObject({ code: 'InvalidValue', property });
});

test('refuses a number where a Duration is wanted: of what unit?', () => {
  expect(errorOf(() => wholeSeconds(at, 30 as never, 60))).toMatchObject({ code: 'InvalidValue', fix: 'write Duration.seconds(10)' });
});
