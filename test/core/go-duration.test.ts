import { goDuration } from '../../lib/core/go-duration';

test.each([[0, '0s'], [1, '1s'], [59, '59s'], [60, '1m'], [90, '90s'], [600, '10m'], [3600, '1h'], [3660, '61m'], [7200, '2h']])('%i seconds are %s', (seconds, text) => {
  expect(goDuration(seconds)).toBe(text);
});
