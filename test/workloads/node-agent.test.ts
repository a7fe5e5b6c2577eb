import { App, Chart, Duration, JsonPatch } from 'cdk8s';
import { NodeTaintQuery } from 'cdk8s-plus-28';
import {
  AgentUpdate, Environment, Findings, Health, HostAccess, NetworkPeer, NodeAgent, type NodeAgentProps, NodeCoverage, Port, Shutdown, Spread, type WorkloadProps,
} from 'cdk8s-production';
import { NODE_AGENT_PROPS } from '../../lib/workloads/node-agent-props';
import { errorOf, identities, type Manifest, one, synth, testChart } from '../helpers/manifests';
import { chartIn, web } from '../helpers/service';

const WHY = 'the logs of all containers lie there';
const LEAST: NodeAgentProps = { image: 'registry.example.com/platform/agent:1.4.2', health: Health.none('it sends what it reads, and ends when it cannot') };
const agent = (props: Partial<NodeAgentProps> = {}, chart: Chart = testChart()): NodeAgent => new NodeAgent(chart, 'agent', { ...LEAST, ...props });
const daemonSet = (node: NodeAgent): Manifest => one(synth(Chart.of(node)), 'DaemonSet');
const podOf = (node: NodeAgent): Manifest => daemonSet(node).spec.template.spec;
const containerOf = (node: NodeAgent): Manifest => podOf(node).containers[0];
const SELECTOR = { 'app.kubernetes.io/instance': 'agent', 'app.kubernetes.io/name': 'agent' };
const SECURITY = {
  allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, privileged: false, readOnlyRootFilesystem: true, runAsGroup: 10001, runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' },
};

describe('an image and its health', () => {
  const node = agent();

  test('give exactly these objects', () => {
    expect(identities(synth(Chart.of(node)))).toEqual(['DaemonSet/agent', 'NetworkPolicy/agent', 'ServiceAccount/agent']);
  });

  test('give a DaemonSet that replaces a tenth of its pods at a time', () => {
    const { template: _, ...spec } = daemonSet(node).spec;
    expect(spec).toEqual({
      minReadySeconds: 10, revisionHistoryLimit: 5, selector: { matchLabels: SELECTOR }, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: '10%' } },
    });
    expect(daemonSet(node).metadata.annotations).toEqual({ 'kubernetes.io/change-cause': 'image registry.example.com/platform/agent:1.4.2' });
  });

  test('give a pod that touches nothing of its node', () => {
    const pod = podOf(node);
    expect(Object.keys(pod).sort()).toEqual([
      'automountServiceAccountToken', 'containers', 'enableServiceLinks', 'securityContext', 'serviceAccountName', 'terminationGracePeriodSeconds', 'volumes',
    ]);
    expect(containerOf(node).securityContext).toEqual(SECURITY);
    expect(pod.terminationGracePeriodSeconds).toBe(35);
    expect(Findings.of(node)).toEqual([]);
  });
});

type Own = Required<Pick<NodeAgentProps, Exclude<keyof NodeAgentProps, keyof WorkloadProps>>>;

test('every prop of its own reaches the objects', () => {
  const own: Own = {
    health: Health.http({ readiness: '/ready', liveness: '/live' }),
    ports: [Port.http(2020), Port.tcp(4317, { name: 'otlp' })],
    metricsPort: 'otlp',
    coverage: NodeCoverage.allNodes(),
    hostAccess: [HostAccess.port(4317, 'each pod sends its traces to the agent of its node')],
    update: AgentUpdate.maxUnavailable(3),
    minReady: Duration.seconds(31),
    revisionHistoryLimit: 9,
    shutdown: Shutdown.graceful({ drain: Duration.seconds(60) }),
  };
  expect(Object.keys(own).every(key => key in NODE_AGENT_PROPS)).toBe(true);

  const node = agent(own, chartIn(Environment.production({ monitoring: [NetworkPeer.namespace('monitoring')] })));
  expect(daemonSet(node).spec).toMatchObject({ minReadySeconds: 31, revisionHistoryLimit: 9, updateStrategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 3 } } });
  expect(podOf(node)).toMatchObject({ terminationGracePeriodSeconds: 65, tolerations: [{ operator: 'Exists' }] });
  expect(containerOf(node)).toMatchObject({
    livenessProbe: { httpGet: { path: '/live', port: 'http' } },
    ports: [{ containerPort: 2020, name: 'http', protocol: 'TCP' }, { containerPort: 4317, hostPort: 4317, name: 'otlp', protocol: 'TCP' }],
    readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
  });
  expect(one(synth(Chart.of(node)), 'NetworkPolicy').spec.ingress).toEqual([{
    from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }], ports: [{ port: 4317, protocol: 'TCP' }],
  }]);
  expect(node.ports.map(port => port.number)).toEqual([2020, 4317]);
});

describe('host access', () => {
  const accessed = (...hostAccess: HostAccess[]): NodeAgent => agent({ hostAccess, ports: [Port.http(2020)] });

  test('reads and writes paths of the node', () => {
    const node = accessed(HostAccess.readOnlyPath('/', WHY, { mountPath: '/host' }), HostAccess.writablePath('/var/lib/agent', WHY));
    expect(podOf(node).volumes).toEqual([
      { emptyDir: { sizeLimit: '128Mi' }, name: 'agent-tmp' }, { hostPath: { path: '/' }, name: 'host-0' }, { hostPath: { path: '/var/lib/agent' }, name: 'host-1' },
    ]);
    expect(containerOf(node).volumeMounts).toEqual([{ mountPath: '/host', name: 'host-0', readOnly: true }, { mountPath: '/tmp', name: 'agent-tmp' }, { mountPath: '/var/lib/agent', name: 'host-1' }]);
    expect(containerOf(node).securityContext).toEqual(SECURITY);
  });

  test('lives in the node\'s network, and still finds names of the cluster', () => {
    const node = accessed(HostAccess.network('it watches the node\'s connections'));
    expect(podOf(node)).toMatchObject({ dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true });
    expect(Findings.of(node)[0]!.message).toContain('no NetworkPolicy holds');
  });

  test('sees the node\'s processes, with a capability', () => {
    const node = accessed(HostAccess.processes('it profiles what runs on the node'), HostAccess.capability('SYS_PTRACE', 'it profiles what runs on the node'), HostAccess.capability('BPF', 'it profiles what runs on the node'));
    expect(podOf(node).hostPID).toBe(true);
    expect(containerOf(node).securityContext).toEqual({ ...SECURITY, capabilities: { add: ['BPF', 'SYS_PTRACE'], drop: ['ALL'] } });
  });

  test('runs as root, its sidecars not', () => {
    const node = agent({ hostAccess: [HostAccess.root('log files are readable for root alone')], sidecars: [{ name: 'helper', image: 'registry.example.com/platform/helper:1.0.0' }] });
    expect(containerOf(node).securityContext).toEqual({ ...SECURITY, runAsGroup: 0, runAsNonRoot: false, runAsUser: 0 });
    expect(podOf(node).initContainers[0].securityContext).toEqual(SECURITY);
    expect(podOf(node).securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10001 });
  });

  test('is not confined, and then may escalate, as the API server demands', () => {
    expect(containerOf(accessed(HostAccess.privileged('it loads a module of the kernel'))).securityContext).toEqual({ ...SECURITY, allowPrivilegeEscalation: true, privileged: true });
    expect(containerOf(accessed(HostAccess.capability('SYS_ADMIN', 'it mounts volumes for other pods'))).securityContext).toMatchObject({ allowPrivilegeEscalation: true, privileged: false });
  });

  test('stands in an annotation, and each is a finding with its own reason', () => {
    const node = accessed(HostAccess.readOnlyPath('/var/log', WHY), HostAccess.port(2020, 'each pod sends its traces to its node'), HostAccess.root('log files are readable for root alone'));
    expect(daemonSet(node).metadata.annotations['cdk8s-production/host-access']).toBe('reads /var/log, port 2020, root');
    expect(Findings.of(node).map(({ id, message, acknowledgedBecause }) => [id, message.split(';')[0], acknowledgedBecause])).toEqual([
      ['keep-off-the-host', 'host access: reads /var/log', WHY],
      ['keep-off-the-host', 'host access: port 2020', 'each pod sends its traces to its node'],
      ['keep-off-the-host', 'host access: root', 'log files are readable for root alone'],
    ]);
  });

  test('a DNS policy of the team\'s own stays', () => {
    expect(podOf(agent({ hostAccess: [HostAccess.network('it watches the node\'s connections')], pod: { dns: { nameservers: ['10.0.0.53'], policy: 'None' as never } } })).dnsPolicy).toBe('None');
  });

  test.each<[what: string, access: HostAccess, code: string, property: string]>([
    ['no reason', HostAccess.network('needed'), 'MissingValue', 'hostAccess[0].network'],
    ['a relative path', HostAccess.readOnlyPath('var/log', WHY), 'InvalidValue', 'hostAccess[0].readOnlyPath'],
    ['a path upwards', HostAccess.writablePath('/var/../etc', WHY), 'InvalidValue', 'hostAccess[0].writablePath'],
    ['writing everywhere', HostAccess.writablePath('/', WHY, { mountPath: '/host' }), 'InvalidValue', 'hostAccess[0].writablePath'],
    ['the root over the image', HostAccess.readOnlyPath('/', WHY), 'InvalidValue', 'mounts'],
    ['a typo', HostAccess.readOnlyPath('/var/log', WHY, { path: '/log' } as object), 'UnknownProperty', 'hostAccess[0].readOnlyPath.path'],
    ['a port it has not', HostAccess.port(9090, WHY), 'PortConflict', 'hostAccess[0].port'],
    ['a capability with its prefix', HostAccess.capability('CAP_BPF', WHY), 'InvalidValue', 'hostAccess[0].capability'],
    ['all capabilities', HostAccess.capability('ALL', WHY), 'InvalidValue', 'hostAccess[0].capability'],
    ['the name of one', 'network' as unknown as HostAccess, 'InvalidValue', 'hostAccess[0]'],
  ])('refuses %s', (_, access, code, property) => {
    expect(errorOf(() => accessed(access))).toMatchObject({ code, property });
  });

  test('refuses the same twice', () => {
    expect(errorOf(() => accessed(HostAccess.network(WHY), HostAccess.network(WHY)))).toMatchObject({ code: 'ConflictingProperties', property: 'hostAccess[1].network' });
  });
});

test('covers the nodes that are asked for, and tolerates what placement adds', () => {
  const tolerations = (coverage: NodeCoverage) => podOf(agent({ coverage, placement: { nodeSelector: { gpu: 'yes' }, tolerations: [NodeTaintQuery.exists('gpu')] } })).tolerations;
  expect(tolerations(NodeCoverage.workers())).toEqual([{ key: 'gpu', operator: 'Exists' }]);
  expect(tolerations(NodeCoverage.withControlPlane())).toEqual([{ effect: 'NoSchedule', key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' }, { key: 'gpu', operator: 'Exists' }]);
});

test('connects as every workload, and lets in who is named', () => {
  const chart = testChart();
  const node = agent({ ports: [Port.http(2020), Port.tcp(4317, { name: 'otlp' })] }, chart);
  node.connectTo(web({}, chart));
  node.allowFrom(NetworkPeer.namespace('tracing'), { ports: ['otlp'] });

  expect(one(synth(chart), 'NetworkPolicy', 'web').spec.ingress[0].from).toEqual([{ podSelector: { matchLabels: SELECTOR } }]);
  expect(one(synth(chart), 'NetworkPolicy', 'agent').spec.ingress).toEqual([{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'tracing' } } }], ports: [{ port: 4317, protocol: 'TCP' }] }]);
  expect(errorOf(() => node.allowFrom(NetworkPeer.namespace('tracing'), { ports: ['nope'] }))).toMatchObject({ code: 'PortConflict', property: 'allowFrom.ports[0]' });
  expect(errorOf(() => node.allowFrom('tracing' as unknown as NetworkPeer))).toMatchObject({ code: 'InvalidValue', property: 'allowFrom' });
  expect(errorOf(() => agent().allowFrom(NetworkPeer.namespace('tracing')))).toMatchObject({ code: 'NetworkUnreachable', property: 'allowFrom' });
});

test('may be as critical as the node itself in kube-system, and nowhere else', () => {
  const critical = (namespace: string) => agent({ placement: { priorityClassName: 'system-node-critical' } }, new Chart(new App({ outdir: 'never-written' }), 'chart', { namespace }));
  expect(podOf(critical('kube-system')).priorityClassName).toBe('system-node-critical');
  expect(errorOf(() => critical('shop'))).toMatchObject({ code: 'InvalidValue', property: 'placement.priorityClassName' });
});

test('synthesizes the same twice, and two of them do not collide', () => {
  const chart = testChart();
  agent({}, chart);
  new NodeAgent(chart, 'other', LEAST);
  expect(synth(chart)).toEqual(synth(chart));
});

test('is patched like every object, but for its selector', () => {
  const node = agent();
  node.workload.patch({ spec: { template: { spec: { hostIPC: false } } } });
  node.workload.addJsonPatch(JsonPatch.replace('/spec/minReadySeconds', 3));
  node.networkPolicies[0]!.patch({ metadata: { annotations: { a: 'b' } } });
  node.serviceAccount!.patch({ metadata: { annotations: { a: 'b' } } });
  expect(daemonSet(node).spec).toMatchObject({ minReadySeconds: 3, template: { spec: { hostIPC: false } } });

  node.workload.patch({ spec: { template: { metadata: { labels: { 'app.kubernetes.io/name': null } } } } });
  expect(errorOf(() => node.workload.toJson())).toMatchObject({ code: 'InvalidPatch' });
});

test.each<[what: string, props: object, code: string, property: string]>([
  ['a prop it has not', { replicas: 3 }, 'UnknownProperty', 'replicas'],
  ['no health', { health: undefined }, 'InvalidValue', 'health'],
  ['health on a port it has not', { health: Health.http({ readiness: '/ready' }) }, 'PortConflict', 'health.port'],
  ['a port as a number', { ports: [8080] }, 'InvalidValue', 'ports[0]'],
  ['a port twice', { ports: [Port.http(8080), Port.http(8080, { name: 'b' })] }, 'PortConflict', 'ports'],
  ['a coverage in words', { coverage: 'all' }, 'InvalidValue', 'coverage'],
  ['a spread', { placement: { spread: Spread.onePodPerNode(3) } }, 'ConflictingProperties', 'placement.spread'],
  ['a surge beside a port of the node', { ports: [Port.http(2020)], hostAccess: [HostAccess.port(2020, WHY)], update: AgentUpdate.maxSurge(1) }, 'PortConflict', 'update.maxSurge'],
  ['an update in words', { update: 'RollingUpdate' }, 'InvalidValue', 'update'],
  ['half a second', { minReady: Duration.millis(500) }, 'InvalidValue', 'minReady'],
  ['no history', { revisionHistoryLimit: 0 }, 'InvalidValue', 'revisionHistoryLimit'],
  ['a name that leaves no room for its revisions', { name: 'a'.repeat(53) }, 'InvalidName', 'name'],
])('refuses %s', (_, props, code, property) => {
  expect(errorOf(() => agent(props))).toMatchObject({ code, property, constructPath: 'chart/agent' });
});
