import { checkSameScope } from '../../lib/release/release-props';
import { errorOf, testChart } from '../helpers/manifests';
import { web } from '../helpers/service';

test('a release stands where its service stands', () => {
  const service = web();
  expect(checkSameScope(service, service)).toBe(service);
  expect(errorOf(() => checkSameScope(testChart('elsewhere'), service))).toMatchObject({ code: 'ConflictingProperties', property: 'service', value: '"chart/web"' });
});
