import { PropertyPath } from '../../../lib/core/property-path';
import { checkArguments, refuseUnused } from '../../../lib/release/analysis/template-content';
import { errorOf, testChart } from '../../helpers/manifests';

const at = new PropertyPath(testChart(), 'args');

test('arguments have names and texts, and somebody who takes them', () => {
  expect(checkArguments(at, { route: '/checkout' })).toEqual({ route: '/checkout' });
  expect(errorOf(() => checkArguments(at, { '-': 'x' }))).toMatchObject({ code: 'InvalidName' });
  expect(errorOf(() => refuseUnused(at, { route: '/checkout' }, ['workload']))).toMatchObject({ code: 'UnknownProperty', property: 'args.route' });
});
