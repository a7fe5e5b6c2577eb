import { type Chart, Duration, Size } from 'cdk8s';
import {
  ConfigMap, Cpu, DeploymentStrategy, DnsPolicy, EnvFrom, EnvValue, Handler, NodeLabelQuery, NodeTaintQuery, PercentOrAbsolute, Secret, TaintEffect, Topology, Volume,
} from 'cdk8s-plus-28';
import {
  CloudIdentity, DisruptionBudget, Environment, Health, Identity, ImagePullPolicy, type InitContainerProps, KubernetesVersion, NetworkPeer, type ObjectNames, type PlacementOptions,
  type PodOptions, Port, ProductionService, type ProductionServiceProps, Replicas, Resources, type RolloutOptions, ScalingMetric, ServiceExposure, Shutdown,
  type SidecarProps, Spread, TrafficDistribution,
} from 'cdk8s-production';
import { PRODUCTION_SERVICE_PROPS } from '../../lib/workloads/production-service-props';
import { identities, type Manifest, one, synth } from '../helpers/manifests';
import { chartIn, KUBERNETES_API } from '../helpers/service';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** Every prop at once; one that is added to a struct and not here does not compile. */
type All = Required<Omit<ProductionServiceProps, 'renamedFrom'>>; // the name is given, so no former one

function everything(chart: Chart): All {
  const vault = Secret.fromSecretName(chart, 'vault', 'vault');
  const settings = ConfigMap.fromConfigMapName(chart, 'settings', 'settings');
  const rollout: Required<RolloutOptions> = {
    strategy: DeploymentStrategy.rollingUpdate({ maxSurge: PercentOrAbsolute.absolute(3), maxUnavailable: PercentOrAbsolute.percent(10) }),
    minReady: Duration.seconds(21),
    progressDeadline: Duration.seconds(901),
    revisionHistoryLimit: 7,
  };
  const placement: Required<PlacementOptions> = {
    spread: Spread.overZones(3),
    nodeSelector: { disk: 'ssd' },
    requiredNodes: [NodeLabelQuery.in('node-type', ['high-cpu'])],
    preferredNodes: [NodeLabelQuery.exists('fast')],
    tolerations: [NodeTaintQuery.is('spot', 'true', { effect: TaintEffect.NO_SCHEDULE })],
    pool: { label: 'pool', value: 'shop', taint: 'dedicated' },
    colocation: [{ labels: { app: 'cache' }, topology: Topology.ZONE, required: true }],
    priorityClassName: 'business',
  };
  const pod: Required<PodOptions> = {
    user: 20001,
    group: 20002,
    imagePullSecrets: [Secret.fromSecretName(chart, 'registry', 'registry')],
    hostAliases: [{ ip: '10.0.0.10', hostnames: ['legacy.example.com'] }],
    dns: { nameservers: ['10.0.0.53'], searches: ['example.com'], options: [{ name: 'ndots', value: '2' }], policy: DnsPolicy.NONE, hostname: 'box', subdomain: 'sub', hostnameAsFQDN: true },
  };
  const initContainer: Required<InitContainerProps> = {
    name: 'warm-up',
    image: `warm@${DIGEST}`,
    imagePullPolicy: ImagePullPolicy.ALWAYS,
    command: ['/warm'],
    args: ['--up'],
    env: { WARM: 'yes' },
    envFrom: [new EnvFrom(settings)],
    notSecret: ['NOTHING'],
    mounts: [{ path: '/init-vault', volume: Volume.fromSecret(chart, 'init-vault', vault, { name: 'init-vault' }) }],
    scratch: { '/warm': Size.mebibytes(5) },
    resources: Resources.of({ cpu: Cpu.millis(11), memory: Size.mebibytes(12) }),
  };
  const sidecar: Required<SidecarProps> = {
    name: 'proxy',
    image: 'registry.example.com/shop/proxy:3.2.1',
    imagePullPolicy: ImagePullPolicy.ALWAYS,
    command: ['/proxy'],
    args: ['--side'],
    env: { PROXY_TOKEN: 'none-at-all' },
    envFrom: [new EnvFrom(undefined, 'P_', vault)],
    notSecret: ['PROXY_TOKEN'],
    mounts: [{ path: '/proxy-vault', volume: Volume.fromSecret(chart, 'proxy-vault', vault, { name: 'proxy-vault' }) }],
    scratch: { '/cache': Size.mebibytes(6) },
    resources: Resources.guaranteed({ cpu: Cpu.millis(13), memory: Size.mebibytes(14) }),
    ports: [Port.http(15000, { name: 'admin', servicePort: 15000 })],
    health: Health.http({ readiness: '/proxy-ready' }),
  };
  const names: Required<ObjectNames> = {
    workload: 'n-workload', container: 'shop-front', service: 'n-service', autoscaler: 'n-autoscaler', disruptionBudget: 'n-budget', networkPolicy: 'n-policy', serviceAccount: 'n-account',
  };
  return {
    image: `shop/web:1.4.2@${DIGEST}`,
    imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
    command: ['/web'],
    args: ['--verbose'],
    env: { LOG_LEVEL: 'debug', DB_PASSWORD: EnvValue.fromSecretValue({ secret: vault, key: 'password' }), CSRF_TOKEN: 'header' },
    envFrom: [new EnvFrom(settings, 'S_')],
    notSecret: ['CSRF_TOKEN'],
    mounts: [{ path: '/vault', volume: Volume.fromSecret(chart, 'main-vault', vault, { name: 'main-vault' }), readOnly: true, subPath: 'certificates' }],
    scratch: { '/var/cache': Size.mebibytes(64) },
    resources: Resources.of({ cpu: Cpu.millis(101), cpuLimit: Cpu.millis(303), memory: Size.mebibytes(102), memoryLimit: Size.mebibytes(304), ephemeralStorage: Size.mebibytes(305) }),
    port: Port.http(8080, { name: 'web', servicePort: 8000, nodePort: 30080, appProtocol: 'kubernetes.io/ws' }),
    additionalPorts: [Port.udp(8125, { name: 'statsd' })],
    metricsPort: 'admin',
    health: Health.http({ readiness: '/ready', liveness: '/live', startupBudget: Duration.seconds(62) }),
    replicas: Replicas.autoscaled({ minReplicas: 4, maxReplicas: 17, memoryUtilization: 81, metrics: [ScalingMetric.pods('requests', 30)] }),
    rollout,
    disruptionBudget: DisruptionBudget.minAvailable(3),
    placement,
    shutdown: Shutdown.graceful({ delay: Duration.seconds(17), drain: Duration.seconds(43) }),
    postStart: Handler.fromCommand(['/started']),
    exposure: ServiceExposure.loadBalancer({
      ports: ['web', 'statsd', 'admin'],
      annotations: { 'example.com/lb': 'internal' },
      trafficDistribution: TrafficDistribution.PREFER_SAME_NODE,
      clientAffinity: true,
      sourceRanges: ['203.0.113.0/24'],
      keepClientAddress: true,
      loadBalancerClass: 'example.com/lb',
    }),
    identity: Identity.own({
      annotations: { 'example.com/account': 'yes' },
      permissions: [{ verbs: ['get'], resources: ['leases'], apiGroup: 'coordination.k8s.io', resourceNames: ['leader'] }],
      mountToken: true,
      cloud: CloudIdentity.azure('00000000-1111-2222-3333-444444444444'),
    }),
    files: { '/etc/web/a.yaml': 'a: 1\n' },
    sidecars: [sidecar],
    initContainers: [initContainer],
    pod,
    name: 'shop-front',
    names,
    selectorLabels: { app: 'old-front' },
    labels: { tier: 'gold' },
    annotations: { 'example.com/note': 'hello' },
    version: '1.4-blue',
    component: 'frontend',
  };
}

const chart = chartIn(Environment.production({ kubernetesVersion: KubernetesVersion.V1_34, kubernetesApi: KUBERNETES_API, registry: 'mirror.example.com', team: 'shop-team', partOf: 'shop', monitoring: [NetworkPeer.namespace('monitoring')] }));
const all = everything(chart);
const service = new ProductionService(chart, 'web', all);
const manifests = synth(chart);
const object = (kind: string): Manifest => one(manifests, kind);
const { spec } = object('Deployment');
const pod = spec.template.spec;

const LABELS = {
  'app.kubernetes.io/component': 'frontend',
  'app.kubernetes.io/instance': 'shop-front',
  'app.kubernetes.io/managed-by': 'cdk8s-production',
  'app.kubernetes.io/name': 'shop-front',
  'app.kubernetes.io/part-of': 'shop',
  'app.kubernetes.io/version': '1.4-blue',
  'team': 'shop-team',
  'tier': 'gold',
};
const SECURITY = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsGroup: 20002,
  runAsNonRoot: true,
  runAsUser: 20001,
  seccompProfile: { type: 'RuntimeDefault' },
};

test('no prop is left out here', () => {
  expect([...Object.keys(all), 'renamedFrom'].sort()).toEqual(Object.keys(PRODUCTION_SERVICE_PROPS).sort());
});

test('names, labels and annotations reach the objects', () => {
  expect(identities(manifests)).toEqual([
    expect.stringMatching(/^ConfigMap\/shop-front-files-[a-z0-9]{10}$/), 'Deployment/n-workload', 'HorizontalPodAutoscaler/n-autoscaler', 'NetworkPolicy/n-policy',
    'PodDisruptionBudget/n-budget', 'Role/n-account', 'RoleBinding/n-account', 'Service/n-service', 'ServiceAccount/n-account',
  ]);
  for (const manifest of manifests) { expect(manifest.metadata.labels).toEqual(LABELS); }
  expect(object('Deployment').metadata.annotations).toEqual({ 'example.com/note': 'hello', 'kubernetes.io/change-cause': `image shop/web:1.4.2@${DIGEST}` });
  expect(spec.template.metadata).toEqual({
    annotations: { 'example.com/note': 'hello', 'kubectl.kubernetes.io/default-container': 'shop-front' },
    labels: { ...LABELS, 'app': 'old-front', 'azure.workload.identity/use': 'true' },
  });
  expect(service.name).toBe('n-service');
});

test('the workload', () => {
  const { template: _, ...rest } = spec;
  expect(rest).toEqual({
    minReadySeconds: 21,
    progressDeadlineSeconds: 901,
    revisionHistoryLimit: 7,
    selector: { matchLabels: { app: 'old-front' } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: '10%' } },
  });
});

test('the pod', () => {
  const { containers: _c, initContainers: _i, volumes: _v, affinity: _a, topologySpreadConstraints: _t, ...rest } = pod;
  expect(rest).toEqual({
    automountServiceAccountToken: true,
    dnsConfig: { nameservers: ['10.0.0.53'], options: [{ name: 'ndots', value: '2' }], searches: ['example.com'] },
    dnsPolicy: 'None',
    enableServiceLinks: false,
    hostAliases: [{ hostnames: ['legacy.example.com'], ip: '10.0.0.10' }],
    hostname: 'box',
    imagePullSecrets: [{ name: 'registry' }],
    nodeSelector: { disk: 'ssd', pool: 'shop' },
    priorityClassName: 'business',
    securityContext: {
      fsGroup: 20002, fsGroupChangePolicy: 'OnRootMismatch', runAsGroup: 20002, runAsNonRoot: true, runAsUser: 20001, seccompProfile: { type: 'RuntimeDefault' },
    },
    serviceAccountName: 'n-account',
    setHostnameAsFQDN: true,
    subdomain: 'sub',
    terminationGracePeriodSeconds: 65,
    tolerations: [{ effect: 'NoSchedule', key: 'spot', operator: 'Equal', value: 'true' }, { key: 'dedicated', operator: 'Equal', value: 'shop' }],
  });
});

test('its placement', () => {
  const selector = { matchLabels: { app: 'old-front' } };
  expect(pod.affinity).toEqual({
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [{ preference: { matchExpressions: [{ key: 'fast', operator: 'Exists' }] }, weight: 50 }],
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'node-type', operator: 'In', values: ['high-cpu'] }] }] },
    },
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: 'cache' } }, topologyKey: 'topology.kubernetes.io/zone' }] },
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: { labelSelector: selector, topologyKey: 'kubernetes.io/hostname' }, weight: 100 }],
    },
  });
  expect(pod.topologySpreadConstraints).toEqual([
    {
      labelSelector: selector,
      matchLabelKeys: ['pod-template-hash'],
      maxSkew: 1,
      nodeTaintsPolicy: 'Honor',
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable: 'DoNotSchedule',
    },
    { labelSelector: selector, matchLabelKeys: ['pod-template-hash'], maxSkew: 1, nodeTaintsPolicy: 'Honor', topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
  ]);
});

test('the application\'s container', () => {
  expect(pod.containers).toEqual([{
    args: ['--verbose'],
    command: ['/web'],
    env: [
      { name: 'LOG_LEVEL', value: 'debug' }, { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { key: 'password', name: 'vault' } } }, { name: 'CSRF_TOKEN', value: 'header' },
    ],
    envFrom: [{ configMapRef: { name: 'settings' }, prefix: 'S_' }],
    image: `mirror.example.com/shop/web:1.4.2@${DIGEST}`,
    imagePullPolicy: 'IfNotPresent',
    lifecycle: { postStart: { exec: { command: ['/started'] } }, preStop: { sleep: { seconds: 17 } } },
    livenessProbe: { failureThreshold: 6, httpGet: { path: '/live', port: 'web' }, periodSeconds: 10, timeoutSeconds: 5 },
    name: 'shop-front',
    ports: [{ containerPort: 8080, name: 'web', protocol: 'TCP' }, { containerPort: 8125, name: 'statsd', protocol: 'UDP' }],
    readinessProbe: { failureThreshold: 3, httpGet: { path: '/ready', port: 'web' }, periodSeconds: 5, timeoutSeconds: 2 },
    resources: {
      limits: { 'cpu': '303m', 'ephemeral-storage': '305Mi', 'memory': '304Mi' }, requests: { 'cpu': '101m', 'ephemeral-storage': '305Mi', 'memory': '102Mi' },
    },
    securityContext: SECURITY,
    startupProbe: { failureThreshold: 13, httpGet: { path: '/live', port: 'web' }, periodSeconds: 5, timeoutSeconds: 2 },
    volumeMounts: [
      { mountPath: '/etc/web/a.yaml', name: 'files', readOnly: true, subPath: 'etc_web_a.yaml' },
      { mountPath: '/tmp', name: 'shop-front-tmp' },
      { mountPath: '/var/cache', name: 'shop-front-var-cache' },
      { mountPath: '/vault', name: 'main-vault', readOnly: true, subPath: 'certificates' },
    ],
  }]);
});

test('the sidecar, then the init container', () => {
  expect(pod.initContainers).toEqual([
    {
      args: ['--side'],
      command: ['/proxy'],
      env: [{ name: 'PROXY_TOKEN', value: 'none-at-all' }],
      envFrom: [{ prefix: 'P_', secretRef: { name: 'vault' } }],
      image: 'registry.example.com/shop/proxy:3.2.1',
      imagePullPolicy: 'Always',
      name: 'proxy',
      ports: [{ containerPort: 15000, name: 'admin', protocol: 'TCP' }],
      readinessProbe: { failureThreshold: 3, httpGet: { path: '/proxy-ready', port: 'admin' }, periodSeconds: 5, timeoutSeconds: 2 },
      resources: { limits: { 'cpu': '13m', 'ephemeral-storage': '512Mi', 'memory': '14Mi' }, requests: { 'cpu': '13m', 'ephemeral-storage': '512Mi', 'memory': '14Mi' } },
      restartPolicy: 'Always',
      securityContext: SECURITY,
      volumeMounts: [{ mountPath: '/cache', name: 'proxy-cache' }, { mountPath: '/proxy-vault', name: 'proxy-vault', readOnly: true }],
    },
    {
      args: ['--up'],
      command: ['/warm'],
      env: [{ name: 'WARM', value: 'yes' }],
      envFrom: [{ configMapRef: { name: 'settings' } }],
      image: `mirror.example.com/warm@${DIGEST}`,
      imagePullPolicy: 'Always',
      name: 'warm-up',
      resources: { limits: { 'cpu': '22m', 'ephemeral-storage': '512Mi', 'memory': '24Mi' }, requests: { 'cpu': '11m', 'ephemeral-storage': '512Mi', 'memory': '12Mi' } },
      securityContext: SECURITY,
      volumeMounts: [{ mountPath: '/init-vault', name: 'init-vault', readOnly: true }, { mountPath: '/warm', name: 'warm-up-warm' }],
    },
  ]);
});

test('the volumes', () => {
  expect(pod.volumes).toEqual([
    { configMap: { name: service.configMap!.name }, name: 'files' },
    { name: 'init-vault', secret: { secretName: 'vault' } },
    { name: 'main-vault', secret: { secretName: 'vault' } },
    { emptyDir: { sizeLimit: '6Mi' }, name: 'proxy-cache' },
    { name: 'proxy-vault', secret: { secretName: 'vault' } },
    { emptyDir: { sizeLimit: '128Mi' }, name: 'shop-front-tmp' },
    { emptyDir: { sizeLimit: '64Mi' }, name: 'shop-front-var-cache' },
    { emptyDir: { sizeLimit: '5Mi' }, name: 'warm-up-warm' },
  ]);
  expect(object('ConfigMap')).toMatchObject({ data: { 'etc_web_a.yaml': 'a: 1\n' }, immutable: true });
});

test('the Service', () => {
  expect(object('Service').metadata.annotations).toEqual({ 'example.com/lb': 'internal' });
  expect(object('Service').spec).toEqual({
    externalTrafficPolicy: 'Local',
    loadBalancerClass: 'example.com/lb',
    loadBalancerSourceRanges: ['203.0.113.0/24'],
    ports: [
      { appProtocol: 'kubernetes.io/ws', name: 'web', nodePort: 30080, port: 8000, protocol: 'TCP', targetPort: 'web' },
      { name: 'statsd', port: 8125, protocol: 'UDP', targetPort: 'statsd' },
      { appProtocol: 'http', name: 'admin', port: 15000, protocol: 'TCP', targetPort: 15000 },
    ],
    selector: { app: 'old-front' },
    sessionAffinity: 'ClientIP',
    trafficDistribution: 'PreferSameNode',
    type: 'LoadBalancer',
  });
});

test('the autoscaler and the budget', () => {
  expect(object('HorizontalPodAutoscaler').spec).toMatchObject({
    minReplicas: 4,
    maxReplicas: 17,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'n-workload' },
    metrics: [
      { type: 'ContainerResource', containerResource: { container: 'shop-front', name: 'memory', target: { averageUtilization: 81, type: 'Utilization' } } },
      { type: 'Pods', pods: { metric: { name: 'requests' }, target: { averageValue: '30', type: 'AverageValue' } } },
    ],
  });
  expect(object('PodDisruptionBudget').spec).toEqual({ minAvailable: 3, selector: { matchLabels: { app: 'old-front' } }, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
});

test('the account, the role and its binding', () => {
  expect(object('ServiceAccount')).toMatchObject({
    automountServiceAccountToken: false,
    metadata: { annotations: { 'example.com/account': 'yes', 'azure.workload.identity/client-id': '00000000-1111-2222-3333-444444444444' } },
  });
  expect(object('Role').rules).toEqual([{ apiGroups: ['coordination.k8s.io'], resourceNames: ['leader'], resources: ['leases'], verbs: ['get'] }]);
  expect(object('RoleBinding')).toMatchObject({
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'n-account' }, subjects: [{ kind: 'ServiceAccount', name: 'n-account', namespace: 'shop' }],
  });
});

test('the policy lets in whom the exposure and the environment name, and out to the name server and the API', () => {
  const { spec: policy } = object('NetworkPolicy');
  expect(policy.podSelector).toEqual({ matchLabels: { app: 'old-front' } });
  expect(policy.ingress).toEqual([
    { from: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: [{ port: 15000, protocol: 'TCP' }, { port: 8080, protocol: 'TCP' }, { port: 8125, protocol: 'UDP' }] },
    { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }], ports: [{ port: 15000, protocol: 'TCP' }] },
  ]);
  expect(policy.egress).toEqual([
    { ports: [{ port: 6443, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '10.0.0.10/32' } }] },
    {
      ports: [{ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }],
      to: [
        { ipBlock: { cidr: '10.0.0.53/32' } },
        { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } },
      ],
    },
  ]);
});
