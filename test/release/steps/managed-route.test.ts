import { HeaderMatching, StringMatch } from 'cdk8s-production';
import { PropertyPath } from '../../../lib/core/property-path';
import { checkHeaderRoute } from '../../../lib/release/steps/managed-route';
import { errorOf, testChart } from '../../helpers/manifests';

test('a router that knows whole values alone gets nothing else', () => {
  const at = new PropertyPath(testChart(), 'steps[0]');
  const alb = { capabilities: { weights: true, headerRoutes: HeaderMatching.EXACT, mirrorRoutes: false, experimentWeights: true }, router: 'ALB' };
  const route = (value: StringMatch) => ({ name: 'testers', headers: [{ name: 'x-canary', value }] });

  expect(() => checkHeaderRoute(at, route(StringMatch.exact('true')), alb)).not.toThrow();
  expect(errorOf(() => checkHeaderRoute(at, route(StringMatch.prefix('beta-')), alb))).toMatchObject({ code: 'UnsupportedByController', property: 'steps[0].headers[0].value', value: '"prefix"' });
});
