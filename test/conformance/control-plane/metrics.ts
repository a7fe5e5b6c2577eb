import { join } from 'node:path';
import type { Binaries } from './binaries';
import type { Cluster } from './cluster';
import { freePorts } from './processes';
import { conditionOf } from '../shared/json';

const GROUP = 'metrics.k8s.io';

/** Runs the real metrics-server over the simulated kubelets, and makes the API server ask it. */
export async function startMetrics(binaries: Binaries, { processes, credentials, kubectl }: Cluster): Promise<void> {
  const [port = 0] = await freePorts(1);
  const kubeconfig = credentials.kubeconfig('metrics-server');
  processes.start('metrics-server', binaries.metricsServer, [
    `--kubeconfig=${kubeconfig}`, `--authentication-kubeconfig=${kubeconfig}`, `--authorization-kubeconfig=${kubeconfig}`,
    '--bind-address=127.0.0.1', `--secure-port=${port}`, `--cert-dir=${join(credentials.certificates, 'metrics-server')}`,
    '--kubelet-use-node-status-port', '--kubelet-preferred-address-types=InternalIP', '--kubelet-insecure-tls',
    '--metric-resolution=10s', '--kubelet-request-timeout=5s',
  ]);
  await kubectl.put(
    // The API server finds a process on loopback by a name: an address of this kind is not allowed as an endpoint.
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'metrics-server', namespace: 'kube-system' },
      spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port }] },
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: `v1beta1.${GROUP}` },
      spec: {
        group: GROUP,
        version: 'v1beta1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { name: 'metrics-server', namespace: 'kube-system', port },
      },
    },
    // The API server has no client certificate to vouch for its callers with, so it asks as nobody.
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'conformance-metrics' },
      rules: [{ apiGroups: [GROUP], resources: ['*'], verbs: ['get', 'list'] }, { nonResourceURLs: [`/apis/${GROUP}/*`], verbs: ['get'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'conformance-metrics' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'conformance-metrics' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'system:anonymous' }],
    },
  );
}

/** Waits until the API server gets answers from metrics-server. */
export async function metricsAnswer({ kubectl, processes }: Cluster): Promise<void> {
  await processes.until('an answer of metrics-server', 30, async () => {
    const service: unknown = JSON.parse(await kubectl.must('get', 'apiservice', `v1beta1.${GROUP}`, '--output=json'));
    return conditionOf(service, 'Available') === 'True';
  });
}
