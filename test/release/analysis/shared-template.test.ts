import { Construct } from 'constructs';
import { PropertyPath } from '../../../lib/core/property-path';
import { sharedTemplate } from '../../../lib/release/analysis/shared-template';
import { plain, rendered } from '../../helpers/analysis';
import { synth, testChart } from '../../helpers/manifests';

test('equal metrics of two releases of a chart are one template, different ones are two', () => {
  const chart = testChart();
  const [web, api] = [new Construct(chart, 'web'), new Construct(chart, 'api')];
  const names = ([[web, 'up'], [api, 'up'], [api, 'down']] as const).map(([release, query]) => sharedTemplate(new PropertyPath(release, 'metrics[0]'), release, rendered(plain('orders', query))).facts.name);

  expect(names[0]).toBe(names[1]);
  expect(names[2]).not.toBe(names[0]);
  expect(synth(chart).map(({ metadata }) => metadata.name as string).sort()).toEqual([...new Set(names)].sort());
});
