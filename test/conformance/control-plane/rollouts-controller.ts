import { get } from 'node:http';
import type { Binaries } from './binaries';
import type { Cluster } from './cluster';
import { freePorts } from './processes';

/** Where the project installs its controller: the namespace that its ClusterRoleBinding names. */
const NAMESPACE = 'argo-rollouts';

/** What a plugin for the Gateway API needs beyond the controller's own rights, as its installation says. */
const ROUTE_RIGHTS = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'conformance-routes' },
    rules: [{ apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes', 'grpcroutes'], verbs: ['get', 'list', 'watch', 'update', 'patch'] }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'conformance-routes' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'conformance-routes' },
    subjects: [{ kind: 'ServiceAccount', name: 'argo-rollouts', namespace: NAMESPACE }],
  },
];

/** Runs the real Argo Rollouts controller, with the rights that the project gives it and no others. Its kinds are defined already. */
export async function startRollouts(binaries: Binaries, { processes, credentials, kubectl }: Cluster): Promise<void> {
  const [metrics = 0, health = 0] = await freePorts(2);
  await kubectl.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await kubectl.must('apply', '--server-side', '--namespace', NAMESPACE, '--filename', binaries.definitions.rollouts);
  const kubeconfig = credentials.kubeconfig('rollouts-controller');
  await kubectl.put(
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'argo-rollouts-config', namespace: NAMESPACE },
      data: { trafficRouterPlugins: JSON.stringify([{ name: 'argoproj-labs/gatewayAPI', location: `file://${binaries.gatewayStandIn}`, args: [`--kubeconfig=${kubeconfig}`] }]) },
    },
    ...ROUTE_RIGHTS,
  );
  processes.start('rollouts-controller', binaries.rolloutsController, [
    `--kubeconfig=${kubeconfig}`, `--namespace=${NAMESPACE}`, '--leader-elect=false',
    `--metricsPort=${metrics}`, `--healthzPort=${health}`,
    '--qps=200', '--burst=400',
    // It acts on events; what it would find out only by looking again is found within seconds instead of a quarter of an hour.
    '--rollout-resync=5',
    '--loglevel=warn',
  ]);
  await processes.until('a healthy Rollouts controller', 60, async () => isHealthy(health));
}

async function isHealthy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/healthz' }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}
