import { parseCron } from '../../lib/core/cron-expression';
import { intervalOf } from '../../lib/core/cron-interval';
import { PropertyPath } from '../../lib/core/property-path';
import { testChart } from '../helpers/manifests';

const HOUR = 60;
const DAY = 24 * HOUR;
const interval = (schedule: string): [number, number] => {
  const { shortest, longest } = intervalOf(parseCron(new PropertyPath(testChart(), 'schedule'), schedule).fields);
  return [shortest, longest];
};

test.each([
  ['* * * * *', 1, 1],
  ['*/1 * * * *', 1, 1],
  ['*/15 * * * *', 15, 15],
  ['*/25 * * * *', 10, 25], // 0, 25, 50, and 0 again
  ['0 * * * *', HOUR, HOUR],
  ['0 3 * * *', DAY, DAY],
  ['0,30 8-17 * * *', 30, 14 * HOUR + 30],
  ['0 8 * * 1-5', DAY, 3 * DAY],
  ['0 0 * * 0', 7 * DAY, 7 * DAY],
  ['0 0 1 * *', 28 * DAY, 31 * DAY],
  ['0 0 1 * 0', DAY, 7 * DAY], // each Sunday, and the first of each month
  ['0 0 29 2 *', 1461 * DAY, 1461 * DAY],
  ['0 0 1 1 *', 365 * DAY, 366 * DAY],
])('%s comes each %d to %d minutes', (schedule, shortest, longest) => {
  expect(interval(schedule)).toEqual([shortest, longest]);
});
