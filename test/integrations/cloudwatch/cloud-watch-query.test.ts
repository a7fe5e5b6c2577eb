import { PropertyPath } from '../../../lib/core/property-path';
import { checkCloudWatchQueries } from '../../../lib/integrations/cloudwatch/cloud-watch-query';
import { errorOf, testChart } from '../../helpers/manifests';

const at = new PropertyPath(testChart(), 'queries');

test('two queries of one id are refused: an expression could not tell them apart', () => {
  const query = { id: 'errors', expression: 'SUM(METRICS())' };
  expect(errorOf(() => checkCloudWatchQueries(at, [query, query]))).toMatchObject({ property: expect.stringContaining('queries[1]') as string });
});
