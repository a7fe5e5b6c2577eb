import { Chart } from 'cdk8s';
import { Port, Replicas, ServiceExposure } from 'cdk8s-production';
import { ReleaseSubject } from '../../lib/blocks/release-subject';
import { one, synth } from '../helpers/manifests';
import { web } from '../helpers/service';

test('a further Service stays inside, has the ports of the first, and is no second target for who scrapes by labels', () => {
  const service = web({ port: Port.http(8080, { nodePort: 30080 }), exposure: ServiceExposure.nodePort() });
  service._release.createService(Chart.of(service), 'Further', 'web-canary', { colour: 'blue' });
  const { metadata, spec } = one(synth(Chart.of(service)), 'Service', 'web-canary');

  expect(spec).toEqual({
    ports: [{ appProtocol: 'http', name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' }], selector: { 'app.kubernetes.io/instance': 'web', 'app.kubernetes.io/name': 'web', 'colour': 'blue' }, type: 'ClusterIP',
  });
  expect(metadata.labels['app.kubernetes.io/instance']).toBe('web-canary');
});

test('a further autoscaler is there only where the service has one', () => {
  const target = () => ({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-green' });
  const made = (replicas: Replicas) => {
    const service = web({ replicas });
    return service._release.createAutoscaler(Chart.of(service), 'Further', 'web-green', target);
  };

  expect([made(Replicas.fixed(3)), made(Replicas.autoscaled())?.name]).toEqual([undefined, 'web-green']);
  expect(web()._release).toBeInstanceOf(ReleaseSubject);
});
