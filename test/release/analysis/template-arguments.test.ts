import { PropertyPath } from '../../../lib/core/property-path';
import { argumentsIn } from '../../../lib/release/analysis/template-arguments';
import { errorOf, testChart } from '../../helpers/manifests';

const at = new PropertyPath(testChart(), 'query');

test('arguments are found wherever they stand, each once, sorted', () => {
  expect(argumentsIn(at, { query: 'a{{args.workload}} b{{ args.namespace }}', list: ['{{args.workload}}'], number: 3 })).toEqual(['namespace', 'workload']);
});

test('anything else in double braces is refused: the controller would end the analysis with an error', () => {
  expect(errorOf(() => argumentsIn(at, 'up{{job}}'))).toMatchObject({ code: 'InvalidValue', property: 'query', value: '"up{{job}}"' });
});
