import { checkCron } from '../../lib/core/cron-expression';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'schedule');

test.each([
  ['0 3 * * *'], ['*/5 * * * *'], ['0 0,12 1-15/2 jan-mar MON-FRI'], ['59 23 31 12 6'], ['0 0 29 feb ?'], ['5/15 * * * *'], ['0 0 31 2 mon'],
])('takes %s as it is', schedule => {
  expect(checkCron(at, schedule)).toBe(schedule);
});

test('writes macros and stray spaces as five fields', () => {
  expect(checkCron(at, '@daily')).toBe('0 0 * * *');
  expect(checkCron(at, '@weekly')).toBe('0 0 * * 0');
  expect(checkCron(at, ' 0  3 * * * ')).toBe('0 3 * * *');
});

test.each<[what: string, schedule: unknown]>([
  ['nothing', ''], ['four fields', '0 3 * *'], ['six fields', '0 0 3 * * *'], ['a time zone', 'TZ=UTC 0 3 * * *'], ['an interval', '@every 1h'], ['a number', 3],
  ['minute 60', '60 3 * * *'], ['hour 24', '0 24 * * *'], ['day 0', '0 3 0 * *'], ['month 13', '0 3 1 13 *'], ['a word that is none', '0 3 * foo *'],
  ['a range that runs backwards', '0 5-3 * * *'], ['a step of 0', '*/0 * * * *'], ['an empty part of a list', '0 3,, * * *'], ['the 31st of February', '0 3 31 2 *'], ['the 31st of April and June', '0 3 31 4,6 *'],
])('refuses %s', (_, schedule) => {
  expect(errorOf(() => checkCron(at, schedule))).toMatchObject({ code: 'InvalidValue', property: 'schedule' });
});

test('says what is meant by 7, and where a time zone goes', () => {
  expect(errorOf(() => checkCron(at, '0 3 * * 7')).fix).toBe('write 0 for Sunday');
  expect(errorOf(() => checkCron(at, 'CRON_TZ=Europe/Berlin 0 3 * * *')).fix).toContain('time zone');
});
