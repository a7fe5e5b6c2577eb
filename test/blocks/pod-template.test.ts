import { Size } from 'cdk8s';
import { Environment, KubernetesVersion, Shutdown } from 'cdk8s-production';
import { errorOf } from '../helpers/manifests';
import { chartIn, podOf, web } from '../helpers/service';

const HELPER = { name: 'helper', image: 'registry.example.com/helper:1.0.0' };
const INIT = { name: 'init', image: 'registry.example.com/init:1.0.0' };
const names = (containers: { name: string }[] | undefined): string[] | undefined => containers?.map(({ name }) => name);

test('native sidecars start before the init containers, which may need them', () => {
  const pod = podOf(web({ sidecars: [HELPER], initContainers: [INIT] }));
  expect([names(pod.initContainers), names(pod.containers)]).toEqual([['helper', 'init'], ['web']]);
});

test('before 1.29 sidecars stand beside the application', () => {
  const chart = chartIn(Environment.production({ kubernetesVersion: KubernetesVersion.V1_28, shutdown: Shutdown.exec(['/bin/sleep', '5']) }));
  const pod = podOf(web({ sidecars: [HELPER], initContainers: [INIT] }, chart));
  expect([names(pod.initContainers), names(pod.containers)]).toEqual([['init'], ['web', 'helper']]);
});

test('a pod has what its containers share, and nothing that it does not need', () => {
  expect(Object.keys(podOf(web())).sort()).toEqual([
    'affinity', 'automountServiceAccountToken', 'containers', 'enableServiceLinks', 'securityContext', 'serviceAccountName', 'terminationGracePeriodSeconds',
    'topologySpreadConstraints', 'volumes',
  ]);
});

test('volumes are in the order of their names, whoever asked for them', () => {
  const pod = podOf(web({ files: { '/etc/app.yaml': 'a: 1\n' }, sidecars: [{ ...HELPER, scratch: { '/buffer': Size.mebibytes(8) } }], scratch: { '/a': Size.mebibytes(1) } }));
  expect(names(pod.volumes)).toEqual(['files', 'helper-buffer', 'web-a', 'web-tmp']);
});

test.each([
  ['a sidecar named like the application', { sidecars: [{ ...HELPER, name: 'web' }] }, 'sidecars[0].name'],
  ['two init containers of one name', { initContainers: [INIT, INIT] }, 'initContainers[1].name'],
  ['a sidecar named like an init container', { initContainers: [INIT], sidecars: [{ ...HELPER, name: 'init' }] }, 'sidecars[0].name'],
])('refuses %s', (_, props, property) => {
  expect(errorOf(() => web(props))).toMatchObject({ code: 'InvalidName', property, fix: 'rename it' });
});
