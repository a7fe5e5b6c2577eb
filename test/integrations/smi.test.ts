import { HeaderMatching, type SmiRoutingOptions, TrafficRouting } from 'cdk8s-production';
import { errorOf, type Manifest } from '../helpers/manifests';
import { bound, noMesh } from '../helpers/traffic';

test('makes nothing: the controller makes a TrafficSplit of the workload\'s name, and owns it', () => {
  expect(bound(TrafficRouting.smi())).toEqual({ trafficRouting: { smi: { rootService: 'web' } }, routes: [], ignoredDifferences: [] });
});

test('all options', () => {
  const options: Required<SmiRoutingOptions> = { trafficSplit: 'web-split' };
  expect(bound(TrafficRouting.smi(options)).trafficRouting).toEqual({ smi: { rootService: 'web', trafficSplitName: 'web-split' } });
});

test('splits by weight, and knows neither headers nor mirrors', () => {
  expect(TrafficRouting.smi()).toMatchObject({ description: 'SMI', capabilities: { weights: true, headerRoutes: HeaderMatching.NONE, mirrorRoutes: false, experimentWeights: true } });
});

test.each<[string, unknown, Manifest]>([
  ['null for options', null, { code: 'InvalidValue', property: 'traffic' }],
  ['a property it does not know', { trafficSplitName: 'web' }, { code: 'UnknownProperty', property: 'traffic.trafficSplitName', fix: "did you mean 'trafficSplit'?" }],
  ['a name that is none', { trafficSplit: 'Web' }, { code: 'InvalidName', property: 'traffic.trafficSplit' }],
])('refuses %s', (_, options, expected) => {
  expect(errorOf(() => bound(TrafficRouting.smi(options as object)))).toMatchObject(expected);
});

test('refuses a mesh that the environment does not know', () => {
  expect(errorOf(() => bound(TrafficRouting.smi(), {}, noMesh()))).toMatchObject({ code: 'NetworkUnreachable', property: 'traffic' });
});
