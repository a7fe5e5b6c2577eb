import { Chart, Duration } from 'cdk8s';
import { DatabaseEngine, Health, Spread } from 'cdk8s-production';
import { orders } from '../helpers/database';
import { errorOf, one, synth } from '../helpers/manifests';

const custom = (options: object) => DatabaseEngine.custom({
  name: 'store', image: 'registry.example.com/store:1.0.0', port: 7000, dataPath: '/data', health: Health.exec({ readiness: ['ready'] }), ...options,
});

test('what the engine needs to run stands in its container', () => {
  const { spec } = one(synth(Chart.of(orders({ engine: custom({ command: ['/store'], args: ['--serve'], env: { MODE: 'one' }, files: { '/etc/store.conf': 'a=1' }, shutdownTime: Duration.seconds(33) }) }))), 'StatefulSet');
  const [container] = spec.template.spec.containers;
  expect(container).toMatchObject({ command: ['/store'], args: ['--serve'], env: [{ name: 'MODE', value: 'one' }], ports: [{ containerPort: 7000, name: 'store' }] });
  expect(container.volumeMounts.map((mount: { mountPath: string }) => mount.mountPath)).toEqual(['/data', '/etc/store.conf', '/tmp']);
  expect(spec.template.spec.terminationGracePeriodSeconds).toBe(43);
});

test('a pod is kept apart only where the team says from whom', () => {
  expect(errorOf(() => orders({ placement: { spread: Spread.overZones(3) } }))).toMatchObject({ code: 'UnsatisfiablePlacement', property: 'placement.spread.overZones' });
});
