import { Duration } from 'cdk8s';
import { EmptyResult, JobRun, Metric } from 'cdk8s-production';
import { PROMETHEUS, rendered } from '../../helpers/analysis';
import { errorOf } from '../../helpers/manifests';

const query = (options: object = {}) => Metric.query({ name: 'orders', provider: PROMETHEUS, query: 'up', atLeast: 1, ...options });
const job = (options: object = {}) => Metric.of({ name: 'smoke', measurement: JobRun.of({ image: 'registry.example.com/shop/smoke:1.4.2' }), ...options });
const minutes = Duration.minutes;

test('in the background a metric goes on; elsewhere it is measured five times', () => {
  expect(rendered(query(), 'background')).toMatchObject({ endless: true, judged: { firstMeasurement: 60, lastMeasurement: undefined } });
  expect(rendered(query(), 'background').fields).not.toHaveProperty('count');
  expect(rendered(query(), 'inline')).toMatchObject({ endless: false, fields: { count: 5, interval: '1m', failureLimit: 2 }, judged: { firstMeasurement: 60, lastMeasurement: 300 } });
});

test('a metric with a count ends in the background too', () => {
  expect(rendered(query({ count: 3, interval: minutes(2) }), 'background')).toMatchObject({ endless: false, judged: { lastMeasurement: 300 } });
});

test('a single measurement has no interval', () => {
  const { fields } = rendered(query({ count: 1 }));

  expect(fields).toMatchObject({ count: 1 });
  expect(fields).not.toHaveProperty('interval');
  expect(fields).not.toHaveProperty('failureLimit');
});

test.each<[count: number, limit: number | undefined]>([[1, undefined], [2, undefined], [3, 1], [4, 1], [5, 2], [100, 2]])('of %i measurements a part may be bad that leaves most good', (count, limit) => {
  expect(rendered(query({ count })).fields.failureLimit).toBe(limit);
});

test('what is put up with leaves room for the good ones in a row', () => {
  expect(rendered(query({ count: 5, consecutiveSuccessLimit: 4 })).fields).toMatchObject({ failureLimit: 1, consecutiveSuccessLimit: 4 });
  expect(rendered(query({ count: 5, consecutiveSuccessLimit: 5 })).fields).not.toHaveProperty('failureLimit');
  expect(rendered(query({ consecutiveSuccessLimit: 3, failureLimit: -1 })).fields).toMatchObject({ failureLimit: -1, consecutiveSuccessLimit: 3 });
});

test('measurements without a verdict are put up with where empty ones have none', () => {
  expect(rendered(query({ whenEmpty: EmptyResult.INCONCLUSIVE })).fields.inconclusiveLimit).toBe(2);
  expect(rendered(query({ whenEmpty: EmptyResult.INCONCLUSIVE, count: 1 })).fields).not.toHaveProperty('inconclusiveLimit');
  expect(rendered(query({ whenEmpty: EmptyResult.INCONCLUSIVE, inconclusiveLimit: 0 })).fields.inconclusiveLimit).toBe(0);
  expect(rendered(query()).fields).not.toHaveProperty('inconclusiveLimit');
});

test('durations are written as Go reads them', () => {
  expect(rendered(query({ interval: Duration.seconds(90), initialDelay: Duration.hours(1) })).fields).toMatchObject({ interval: '90s', initialDelay: '1h' });
});

test('the first measurement of a long window comes after an hour at most', () => {
  expect(rendered(Metric.successRate({ provider: PROMETHEUS, atLeast: 0.9, window: Duration.hours(6) })).fields.initialDelay).toBe('1h');
  expect(rendered(Metric.successRate({ provider: PROMETHEUS, atLeast: 0.9, window: Duration.seconds(45) })).fields.initialDelay).toBe('23s');
});

test.each<[what: string, metric: Metric, code: string, property: string]>([
  ['an interval of a second', query({ interval: Duration.seconds(1) }), 'InvalidValue', 'interval'],
  ['an interval of a day', query({ interval: Duration.days(1) }), 'InvalidValue', 'interval'],
  ['half a second', query({ interval: Duration.millis(5500) }), 'InvalidValue', 'interval'],
  ['an interval as a text', query({ interval: '1m' }), 'InvalidValue', 'interval'],
  ['a delay as a number', query({ initialDelay: 60 }), 'InvalidValue', 'initialDelay'],
  ['a delay of a day', query({ initialDelay: Duration.days(1) }), 'InvalidValue', 'initialDelay'],
  ['no measurement', query({ count: 0 }), 'InvalidValue', 'count'],
  ['a count as a text', query({ count: '5' }), 'InvalidValue', 'count'],
  ['several runs without an interval', job({ count: 3 }), 'MissingValue', 'interval'],
  ['runs that never end where the release waits for them', job({ interval: minutes(5) }), 'ReleaseNeverFinishes', 'count'],
  ['a limit that is never passed', query({ count: 3, failureLimit: 3 }), 'InvalidValue', 'failureLimit'],
  ['a limit for a single run', job({ failureLimit: 1 }), 'InvalidValue', 'failureLimit'],
  ['a limit of less than nothing', query({ failureLimit: -1 }), 'InvalidValue', 'failureLimit'],
  ['a limit below minus one', query({ failureLimit: -2, consecutiveSuccessLimit: 2 }), 'InvalidValue', 'failureLimit'],
  ['half a failure', query({ failureLimit: 0.5 }), 'InvalidValue', 'failureLimit'],
  ['a limit for the undecided that is never passed', query({ count: 3, inconclusiveLimit: 3 }), 'InvalidValue', 'inconclusiveLimit'],
  ['undecided ones as a text', query({ inconclusiveLimit: 'all' }), 'InvalidValue', 'inconclusiveLimit'],
  ['more good ones than there are', query({ count: 3, consecutiveSuccessLimit: 4 }), 'InvalidValue', 'consecutiveSuccessLimit'],
  ['no good one', query({ consecutiveSuccessLimit: 0 }), 'InvalidValue', 'consecutiveSuccessLimit'],
  ['good and bad ones that are more than all', query({ count: 5, failureLimit: 3, consecutiveSuccessLimit: 3 }), 'InvalidValue', 'consecutiveSuccessLimit'],
  ['errors of less than nothing', query({ consecutiveErrorLimit: -1 }), 'InvalidValue', 'consecutiveErrorLimit'],
])('refuses %s', (_, metric, code, property) => {
  expect(errorOf(() => rendered(metric, 'inline'))).toMatchObject({ code, property: `analysis.metrics[0].${property}` });
});
