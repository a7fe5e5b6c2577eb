import { previewed } from '../../lib/release/release-findings';

const metric = (needsRequests: boolean) => ({ name: 'orders', condition: '', scrapesPods: false, needsRequests, firstMeasurement: 0, earliestFailure: 0, lastMeasurement: 0 });

test('a preview that is judged by requests is found', () => {
  expect(previewed([metric(false), metric(true)]).map(({ id }) => id)).toEqual(['send-requests-to-the-preview']);
  expect(previewed([metric(false)])).toEqual([]);
});
