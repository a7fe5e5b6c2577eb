import { PropertyPath } from '../../../lib/core/property-path';
import { bindMeasurement, checkPromQl } from '../../../lib/release/analysis/metric-recipe';
import { errorOf, testChart } from '../../helpers/manifests';

const at = new PropertyPath(testChart(), 'provider');

test('what is no measurement, and what does not understand PromQL, is refused', () => {
  expect(errorOf(() => bindMeasurement(at, JSON.parse('{}') as never))).toMatchObject({ code: 'InvalidValue', property: 'provider', allowed: 'an IMeasurement' });
  const sql = { description: 'a database', speaksPromQl: false, query: () => { throw new Error('not asked'); } };
  expect(errorOf(() => checkPromQl(at, sql))).toMatchObject({ code: 'InvalidValue', property: 'provider', value: '"a database"' });
});
