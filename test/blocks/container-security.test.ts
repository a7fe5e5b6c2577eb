import { Size } from 'cdk8s';
import { Environment, KubernetesVersion, Port, Shutdown } from 'cdk8s-production';
import type { Manifest } from '../helpers/manifests';
import { chartIn, podOf, web } from '../helpers/service';

const HELPER = { name: 'helper', image: 'registry.example.com/shop/helper:1.0.0' };
const RESTRICTED = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsGroup: 10001,
  runAsNonRoot: true,
  runAsUser: 10001,
  seccompProfile: { type: 'RuntimeDefault' },
};

describe.each(KubernetesVersion.ALL.map(version => [version.toString(), version] as const))('for Kubernetes %s', (_, version) => {
  const shutdown = version.supports('preStopSleep') ? undefined : Shutdown.exec(['/bin/sleep', '5']);
  const pod = podOf(web({
    sidecars: [{ ...HELPER, ports: [Port.tcp(15000, { name: 'proxy' })], scratch: { '/run': Size.mebibytes(1) } }], initContainers: [{ ...HELPER, name: 'init' }], files: { '/etc/web.yaml': 'x' },
  }, chartIn(Environment.production({ kubernetesVersion: version, shutdown }))));
  const containers: Manifest[] = [...pod.containers, ...pod.initContainers];

  test('every container is what Pod Security "restricted" asks, and reads its image only', () => {
    expect(containers.map(container => container.securityContext)).toEqual([RESTRICTED, RESTRICTED, RESTRICTED]);
  });

  test('the pod is, too, and its volumes are its group\'s', () => {
    expect(pod.securityContext).toEqual({
      fsGroup: 10001, fsGroupChangePolicy: 'OnRootMismatch', runAsGroup: 10001, runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  test('nothing of the node is shared', () => {
    expect(Object.keys(pod).filter(key => /^host(Network|PID|IPC|Users)$|^shareProcessNamespace$/.test(key))).toEqual([]);
    expect(containers.flatMap(container => container.ports ?? []).map((port: Manifest) => port.hostPort)).toEqual([undefined, undefined]);
    expect(pod.volumes.map((volume: Manifest) => Object.keys(volume).find(key => key !== 'name')).sort()).toEqual(['configMap', 'emptyDir', 'emptyDir']);
  });

  test('no check or hook asks another host', () => {
    expect(JSON.stringify(pod)).not.toContain('"host"');
  });
});
