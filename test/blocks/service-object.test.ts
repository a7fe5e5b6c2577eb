import { KubernetesVersion, Port, ServiceExposure } from 'cdk8s-production';
import { ServiceObject } from '../../lib/blocks/service-object';
import { one, synth, testChart } from '../helpers/manifests';

test('a Service selects what it is told at each synthesis', () => {
  const chart = testChart();
  let colour = 'blue';
  new ServiceObject(chart, 'service', {
    name: 'web', labels: { team: 'shop' }, exposure: ServiceExposure.clusterIp(), ports: { application: [Port.http(8080)], sidecars: [] }, selector: () => ({ colour }), version: KubernetesVersion.DEFAULT,
  });
  const selector = () => one(synth(chart), 'Service').spec.selector as unknown;

  expect(selector()).toEqual({ colour: 'blue' });
  colour = 'green';
  expect(selector()).toEqual({ colour: 'green' });
});
