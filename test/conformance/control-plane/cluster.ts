import { Agent, get } from 'node:https';
import { join } from 'node:path';
import type { Binaries } from './binaries';
import type { Credentials } from './credentials';
import { createCredentials } from './credentials';
import { Kubectl } from './kubectl';
import { EndedEarly, freePorts, ProcessGroup } from './processes';
import { simulatedNodes, STORAGE_CLASS } from './simulated-nodes';

export interface ClusterOptions {
  /** Simulated nodes, spread over three zones. */
  readonly nodes: number;
  /** Further labels of every node. @default none */
  readonly nodeLabels?: Readonly<Record<string, string>>;
  /** Whether controllers, scheduler and nodes run; without them an API server answers, and nothing happens. */
  readonly controllers: boolean;
  /** How often autoscalers look. @default 1, so that nobody waits for them; a cluster's own default is 15 */
  readonly autoscalerSeconds?: number;
  /** Where the cluster keeps what it writes while it runs. */
  readonly directory: string;
}

export interface Cluster {
  readonly kubectl: Kubectl;
  readonly credentials: Credentials;
  readonly processes: ProcessGroup;
  readonly ports: Ports;
  stop(): void;
}

interface Ports {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly api: number;
  readonly controllerManager: number;
  readonly scheduler: number;
  readonly kwok: number;
}

/** Starts a real control plane on free ports of the loopback interface. Stops what it started when that fails. */
export async function startCluster(binaries: Binaries, options: ClusterOptions): Promise<Cluster> {
  for (let attempt = 1; ; attempt++) {
    const processes = new ProcessGroup(options.directory);
    try {
      return await startIn(processes, binaries, options);
    } catch (error) {
      processes.stop();
      if (!(error instanceof EndedEarly && error.portTaken) || attempt === 3) throw error;
    }
  }
}

async function startIn(processes: ProcessGroup, binaries: Binaries, options: ClusterOptions): Promise<Cluster> {
  const [etcd = 0, etcdPeer = 0, api = 0, controllerManager = 0, scheduler = 0, kwok = 0] = await freePorts(6);
  const ports = { etcd, etcdPeer, api, controllerManager, scheduler, kwok };
  const credentials = createCredentials(processes.dir, `https://127.0.0.1:${api}`);
  const kubectl = new Kubectl(binaries.kubectl, processes.dir, credentials.kubeconfig('admin'));

  startApiServer(processes, binaries, ports, credentials, options.controllers);
  await processes.until('a ready API server', 120, async () => isReady(api));
  if (options.controllers) {
    startControllers(processes, binaries, ports, credentials, options.autoscalerSeconds ?? 1);
    await kubectl.put(...simulatedNodes(options.nodes, options.nodeLabels ?? {}), STORAGE_CLASS);
    startKwok(processes, binaries, ports, credentials);
    await kubectl.must('wait', '--for=condition=Ready', 'node', '--all', '--timeout=60s');
  }
  return { kubectl, credentials, processes, ports, stop: () => processes.stop() };
}

function startApiServer(processes: ProcessGroup, binaries: Binaries, ports: Ports, credentials: Credentials, controllers: boolean): void {
  const etcd = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  processes.start('etcd', binaries.etcd, [
    '--name=conformance', '--data-dir=etcd', '--log-level=warn',
    '--unsafe-no-fsync', // the data is thrown away at the end
    `--listen-client-urls=${etcd}`, `--advertise-client-urls=${etcd}`,
    `--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=conformance=${peer}`,
  ]);
  processes.start('kube-apiserver', binaries.apiServer, [
    `--etcd-servers=${etcd}`,
    '--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', `--secure-port=${ports.api}`,
    '--endpoint-reconciler-type=none', // a loopback address is not a valid endpoint of the kubernetes Service
    `--cert-dir=${credentials.certificates}`,
    `--token-auth-file=${credentials.tokenFile}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${credentials.serviceAccountKey}`,
    `--service-account-signing-key-file=${credentials.serviceAccountKey}`,
    '--authorization-mode=RBAC',
    '--allow-privileged=true', // what a pod may do is Pod Security's to say, as in a real cluster
    '--service-cluster-ip-range=10.96.0.0/16',
    '--profiling=false',
    // A pod's ServiceAccount is made by a controller, so without controllers no pod would be admitted.
    ...controllers ? [] : ['--disable-admission-plugins=ServiceAccount'],
  ]);
}

function startControllers(processes: ProcessGroup, binaries: Binaries, ports: Ports, credentials: Credentials, autoscalerSeconds: number): void {
  const authentication = (kubeconfig: string): string[] => [
    `--kubeconfig=${kubeconfig}`, `--authentication-kubeconfig=${kubeconfig}`, `--authorization-kubeconfig=${kubeconfig}`,
    '--bind-address=127.0.0.1', '--leader-elect=false', '--profiling=false',
  ];
  processes.start('kube-controller-manager', binaries.controllerManager, [
    ...authentication(credentials.kubeconfig('controller-manager')),
    `--secure-port=${ports.controllerManager}`, `--cert-dir=${join(credentials.certificates, 'controller-manager')}`,
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${credentials.serviceAccountKey}`,
    `--root-ca-file=${join(credentials.certificates, 'apiserver.crt')}`,
    '--kube-api-qps=200', '--kube-api-burst=400',
    `--horizontal-pod-autoscaler-sync-period=${autoscalerSeconds}s`,
    // Autoscalers judge a pod by its first sample.
    '--horizontal-pod-autoscaler-initial-readiness-delay=1s',
    '--horizontal-pod-autoscaler-cpu-initialization-period=1s',
  ]);
  processes.start('kube-scheduler', binaries.scheduler, [
    ...authentication(credentials.kubeconfig('scheduler')),
    `--secure-port=${ports.scheduler}`, `--cert-dir=${join(credentials.certificates, 'scheduler')}`,
  ]);
}

function startKwok(processes: ProcessGroup, binaries: Binaries, ports: Ports, credentials: Credentials): void {
  const simulation = ['nodes', 'pods', 'volumes', 'usage'].map(name => `--config=${join(__dirname, 'simulation', `${name}.yaml`)}`);
  processes.start('kwok', binaries.kwok, [
    `--kubeconfig=${credentials.kubeconfig('kwok')}`, ...simulation,
    '--manage-all-nodes=true', '--cidr=10.244.0.0/16',
    '--node-ip=127.0.0.1', `--node-port=${ports.kwok}`, `--server-address=127.0.0.1:${ports.kwok}`,
    `--tls-cert-file=${join(credentials.certificates, 'apiserver.crt')}`,
    `--tls-private-key-file=${join(credentials.certificates, 'apiserver.key')}`,
    '--node-lease-duration-seconds=40',
  ]);
}

/** Nothing secret is sent and nothing of the answer is used but its status, so the self-signed certificate is not checked. */
async function isReady(port: number): Promise<boolean> {
  return new Promise(resolve => {
    get({ host: '127.0.0.1', port, path: '/readyz', agent: new Agent({ rejectUnauthorized: false, keepAlive: false }) }, response => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}
