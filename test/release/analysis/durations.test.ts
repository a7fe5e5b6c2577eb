import { describeDuration } from '../../../lib/release/analysis/durations';

test.each([[0, '0 ms'], [300, '300 ms'], [1500, '1500 ms'], [2000, '2 s'], [60_000, '1 min'], [90_000, '90 s']])('%i ms are %s', (millis, text) => {
  expect(describeDuration(millis)).toBe(text);
});
