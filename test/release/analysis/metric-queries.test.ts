import { Duration } from 'cdk8s';
import { PropertyPath } from '../../../lib/core/property-path';
import { windowOf } from '../../../lib/release/analysis/metric-queries';
import { errorOf, testChart } from '../../helpers/manifests';

const at = new PropertyPath(testChart(), 'metrics[0]');

test('a window is five minutes, or what it is said to be, from half a minute to a day', () => {
  expect([windowOf(at, undefined), windowOf(at, Duration.seconds(30)), windowOf(at, Duration.days(1))]).toEqual([300, 30, 86_400]);
  expect(errorOf(() => windowOf(at, Duration.seconds(29)))).toMatchObject({ code: 'InvalidValue', property: 'metrics[0].window' });
});
