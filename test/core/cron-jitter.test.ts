import { Duration } from 'cdk8s';
import { parseCron } from '../../lib/core/cron-expression';
import { spreadStart } from '../../lib/core/cron-jitter';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'jitter');
const spread = (schedule: string, minutes: number, key = 'shop/report'): string => spreadStart(at, parseCron(at, schedule), Duration.minutes(minutes), key);

test('puts the start off, always the same for one name', () => {
  expect(spread('0 3 * * *', 30)).toBe(spread('0 3 * * *', 30));
  expect(spread('0 3 * * *', 30)).toMatch(/^([0-9]|[12][0-9]) 3 \* \* \*$/);
  expect(spread('@daily', 60)).toMatch(/^\d+ 0 \* \* \*$/);
});

test('spreads the starts of many names over all minutes', () => {
  const starts = new Set(Array.from({ length: 500 }, (_, i) => Number(spread('10 3 * * *', 20, `shop/job-${i}`).split(' ')[0])));
  expect([...starts].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => 10 + i));
});

test('keeps the distance of runs within the hour, and goes round it where every hour is one', () => {
  for (let i = 0; i < 100; i++) {
    const [quarters, late] = [spread('*/15 * * * *', 15, `${i}`), spread('50 * * * *', 30, `${i}`)].map(schedule => schedule.split(' ')[0]!.split(',').map(Number));
    expect(quarters!.map(minute => minute - quarters![0]!)).toEqual([0, 15, 30, 45]);
    expect(late![0]! >= 50 || late![0]! < 20).toBe(true);
  }
});

test.each([
  ['runs of each minute', '* * * * *', 5, '1 min between two runs'],
  ['a put-off as long as the next run', '*/10 * * * *', 15, '10 min between two runs'],
  ['a put-off into the next hour', '50 3 * * *', 30, '10 min that are left'],
  ['less than two minutes', '0 3 * * *', 1, 'whole number'],
  ['more than an hour', '0 3 * * *', 61, 'whole number'],
  ['half a minute', '0 3 * * *', 2.5, 'whole minutes'],
])('refuses %s', (_, schedule, minutes, allowed) => {
  const error = errorOf(() => spreadStart(at, parseCron(at, schedule), Duration.seconds(minutes * 60), 'shop/report'));
  expect(error).toMatchObject({ code: 'InvalidValue', property: 'jitter' });
  expect(error.allowed).toContain(allowed);
});
