import fc from 'fast-check';
import type { AppModel, ConnectionModel, ContainerModel, EnvModel, EnvironmentModel, HealthModel, HelperModel, MountModel, PortModel, ReplicasModel, ServiceModel, TimingModel } from './model';
import { valid } from './valid';

const text = (first: string, middle: string, last: string, maxLength: number): fc.Arbitrary<string> => fc.oneof(
  { arbitrary: fc.tuple(fc.constantFrom(...first), fc.array(fc.constantFrom(...middle), { maxLength: Math.min(8, maxLength - 2) }), fc.constantFrom(...last)), weight: 6 },
  { arbitrary: fc.constantFrom(...first).map(letter => [letter, [], '']), weight: 1 },
  // The longest that is allowed: there suffixes, prefixes and cuts go wrong.
  { arbitrary: fc.tuple(fc.constantFrom(...first), fc.array(fc.constantFrom(...middle), { minLength: maxLength - 2, maxLength: maxLength - 2 }), fc.constantFrom(...last)), weight: 1 },
).map(([start, rest, end]) => [start, ...rest as string[], end].join(''));

// Letters that other locales sort or write in another way (aa, i), double hyphens and digits at the end are what breaks naive code;
// a few names come back, in other namespaces and after other prefixes.
const id = fc.oneof(text('abciz', 'abiz019-', 'aiz09', 30), fc.constantFrom('web', 'aa', 'az'));
const word = text('abciZ', 'abiZ019-_.', 'aiZ09', 63);
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined, freq: 2 });
const often = fc.integer({ min: 0, max: 3 }).map(n => n > 0);
const rarely = fc.integer({ min: 0, max: 3 }).map(n => n === 0);

const CONTENT = ['', 'debug: true\n', '---\na: [1, 2]\n...\n', 'ı İ ß 日本 🚀', '{{ .Values }} $(HOME) ${HOME}', ' leading and trailing \n\n', 'yes', '0123', '1e3', '"quoted" \'twice\'', '\t\r\n#x', 'null', '~', '- \u2028'];
const value = fc.oneof(fc.constantFrom(...CONTENT), fc.string({ maxLength: 20 }).filter(s => !/undefined|NaN|\[object|:\/\/|\0/.test(s)));

const image = fc.constantFrom(
  'registry.example.com/shop/web:1.4.2', 'shop/web:v2.0.0-rc.1', 'web:20261121-1432', 'localhost:5000/a/b/c:build-4711', 'ghcr.io/x/y:main-9f8e7d6', `shop/web@sha256:${'ab12'.repeat(16)}`,
  `registry.example.com/web:1.2.3@sha256:${'0'.repeat(64)}`,
);

const mount: fc.Arbitrary<MountModel> = fc.record({
  source: fc.constantFrom('secret', 'configMap', 'claim', 'memory', 'csi'), number: fc.integer({ min: 0, max: 1 }), subPath: rarely,
});

const variable: fc.Arbitrary<EnvModel> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('literal' as const), value }), weight: 3 },
  { arbitrary: fc.record({ kind: fc.constantFrom('secret' as const, 'configMap' as const, 'field' as const, 'resource' as const) }), weight: 1 },
);

const container = {
  image,
  pullIfAbsent: rarely,
  command: rarely,
  env: fc.dictionary(fc.constantFrom('OWN_A', 'OWN_I', 'own.b', 'OWN_LONG_NAME', '_OWN-X'), variable, { maxKeys: 3 }),
  envFrom: rarely,
  mounts: fc.array(mount, { maxLength: 2 }),
  // Paths that read alike once they become names of volumes.
  scratch: fc.subarray(['/tmp', '/a/b', '/a-b', '/A.b', '/aa', '/az', `/var/${'cache/'.repeat(12)}x`], { maxLength: 3 }),
  resources: fc.constantFrom<ContainerModel['resources'][]>('unset', 'unset', 'of', 'guaranteed', 'withoutCpuLimit'),
};

const port: fc.Arbitrary<PortModel> = fc.record({
  kind: fc.constantFrom<PortModel['kind'][]>('http', 'http', 'https', 'grpc', 'tcp', 'udp', 'sctp'),
  number: fc.integer({ min: 1024, max: 65000 }),
  name: seldom(text('abciz', 'abiz019', 'aiz', 12)),
  servicePort: seldom(fc.integer({ min: 1, max: 1000 })),
  nodePort: seldom(fc.integer({ min: 30000, max: 32000 })),
}, { requiredKeys: ['kind', 'number'] });

const helper = (ports: fc.Arbitrary<PortModel[]>): fc.Arbitrary<HelperModel> => fc.record({
  ...container, name: text('abciz', 'abiz019-', 'aiz09', 58), ports, healthy: fc.boolean(),
});

const timing: fc.Arbitrary<TimingModel> = fc.record({ period: fc.integer({ min: 1, max: 30 }), timeout: fc.integer({ min: 1, max: 30 }), failures: fc.integer({ min: 1, max: 10 }) });

const service: fc.Arbitrary<ServiceModel> = fc.record({
  ...container,
  chart: fc.nat({ max: 2 }),
  id,
  adopted: rarely,
  renamed: rarely,
  named: rarely,
  ownSelector: rarely,
  labels: fc.dictionary(fc.constantFrom('tier', 'example.com/cost', 'aa', 'az'), fc.oneof(word, fc.constant('')), { maxKeys: 2 }),
  annotations: fc.dictionary(fc.constantFrom('note', 'example.com/link', 'y'), value, { maxKeys: 2 }),
  version: seldom(word),
  component: seldom(word),
  ports: fc.array(port, { maxLength: 4 }),
  metricsPort: rarely,
  health: fc.record({
    kind: fc.constantFrom<HealthModel['kind'][]>('http', 'http', 'grpc', 'tcp', 'exec', 'probes', 'none'),
    liveness: fc.boolean(),
    readinessTiming: seldom(timing),
    livenessTiming: seldom(timing),
    startupBudget: seldom(fc.integer({ min: 1, max: 3600 })),
  }, { requiredKeys: ['kind', 'liveness'] }),
  replicas: fc.record({
    kind: fc.constantFrom<ReplicasModel['kind'][]>('unset', 'autoscaled', 'autoscaled', 'fixed', 'fixed', 'external'),
    minimum: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(99, 100, 101)),
    maximum: fc.integer({ min: 1, max: 50 }),
    metrics: fc.subarray<ReplicasModel['metrics'][number]>(['cpu', 'memory', 'pods', 'external', 'object']),
    behavior: rarely,
  }),
  rollout: seldom(fc.record({
    strategy: fc.option(fc.constantFrom('rolling' as const, 'recreate' as const), { nil: undefined }),
    minReady: fc.integer({ min: 0, max: 60 }),
    history: fc.integer({ min: 1, max: 100 }),
    slack: fc.integer({ min: 1, max: 1000 }),
  })),
  budget: fc.record({ kind: fc.constantFrom<ServiceModel['budget']['kind'][]>('unset', 'unset', 'maxUnavailable', 'percent', 'minAvailable', 'none'), pods: fc.integer({ min: 1, max: 100 }) }),
  spread: fc.record({ kind: fc.constantFrom<ServiceModel['spread']['kind'][]>('unset', 'preferred', 'zones', 'nodes', 'none'), zones: fc.integer({ min: 2, max: 5 }) }),
  placement: fc.subarray<ServiceModel['placement'][number]>(['nodeSelector', 'requiredNodes', 'preferredNodes', 'tolerations', 'pool', 'colocation', 'priority'], { maxLength: 3 }),
  shutdown: fc.constantFrom<ServiceModel['shutdown'][]>('unset', 'unset', 'graceful', 'exec', 'hook', 'none'),
  postStart: rarely,
  exposure: fc.record({
    kind: fc.constantFrom<ServiceModel['exposure']['kind'][]>('unset', 'unset', 'clusterIp', 'gateway', 'nodePort', 'loadBalancer', 'headless'),
    ranges: fc.subarray(['198.51.100.0/24', '2001:db8:1::/48', '0.0.0.0/0']),
    everyPort: fc.boolean(),
    options: fc.boolean(),
  }),
  identity: fc.record({
    kind: fc.constantFrom<ServiceModel['identity']['kind'][]>('unset', 'own', 'existing'), cloud: seldom(fc.constantFrom('aws' as const, 'google' as const, 'azure' as const)), permissions: fc.boolean(),
  }, { requiredKeys: ['kind', 'permissions'] }),
  files: fc.dictionary(fc.constantFrom('app.yaml', 'Ünï.conf', 'deep/er/x', '.hidden', 'a-b_c', 'aa', 'az'), value, { maxKeys: 2 }),
  sidecars: fc.array(helper(fc.array(port, { maxLength: 1 })), { maxLength: 2 }),
  initContainers: fc.array(helper(fc.constant([])), { maxLength: 2 }),
  pod: fc.record({ user: seldom(fc.integer({ min: 1, max: 2 ** 31 - 1 })), pullSecret: rarely, hostAlias: rarely, nameserver: rarely, search: rarely }, { requiredKeys: ['pullSecret', 'hostAlias', 'nameserver', 'search'] }),
}, { noNullPrototype: true }) as fc.Arbitrary<ServiceModel>;

const environment: fc.Arbitrary<EnvironmentModel> = fc.record({
  preset: fc.constantFrom('production', 'staging', 'development', 'named'),
  registry: seldom(fc.constantFrom('registry.example.com', 'registry.example.com:5000/mirror')),
  ifNotPresent: fc.boolean(),
  dns: seldom(fc.constantFrom('kubeDns', 'nodeLocal', 'openShift', 'custom')),
  mesh: seldom(fc.constantFrom('istio', 'linkerd', 'custom')),
  monitoring: fc.boolean(),
  gateways: fc.boolean(),
  kubernetesApi: fc.boolean(),
  fqdn: fc.boolean(),
  clusterDomain: seldom(fc.constant('cluster.example')),
  team: seldom(word),
  partOf: seldom(word),
}, { requiredKeys: ['preset', 'monitoring', 'gateways', 'kubernetesApi', 'fqdn'] });

/** Random applications that are valid. */
export const applications: fc.Arbitrary<AppModel> = fc.record({
  minor: fc.integer({ min: 28, max: 37 }),
  environment,
  attachTo: fc.constantFrom('app' as const, 'charts' as const),
  namespaced: often,
  charts: fc.array(fc.record({
    namespace: fc.constantFrom('shop', 'payments', 'data-1'), prefix: fc.constantFrom('', '', 'eu-', 'a-very-long-'), createsNamespace: fc.boolean(),
  }), { minLength: 1, maxLength: 3 }),
  services: fc.array(service, { minLength: 1, maxLength: 6 }),
  connections: fc.array(fc.record({
    from: fc.nat({ max: 5 }),
    to: fc.nat({ max: 5 }),
    port: fc.option(fc.nat({ max: 4 }), { nil: undefined }),
    declaredBy: fc.constantFrom('caller' as const, 'target' as const),
    variables: fc.constantFrom<ConnectionModel['variables'][]>('default', 'own', 'url', 'none'),
  }, { requiredKeys: ['from', 'to', 'declaredBy', 'variables'] }), { maxLength: 6 }),
  externals: fc.array(fc.record({
    from: fc.nat({ max: 5 }),
    kind: fc.constantFrom('cidr' as const, 'pods' as const, 'fqdn' as const, 'externalName' as const),
    cidr: fc.constantFrom('203.0.113.0/24', '2001:db8:2::/48', '0.0.0.0/0', '::/0', '169.254.0.0/16', '10.0.0.0/8'),
    port: fc.integer({ min: 1, max: 65535 }),
    udp: fc.boolean(),
    namespace: seldom(fc.constant('elsewhere')),
  }, { requiredKeys: ['from', 'kind', 'cidr', 'port', 'udp'] }), { maxLength: 3 }),
  strangers: fc.array(fc.record({ to: fc.nat({ max: 5 }), kind: fc.constantFrom('pods' as const, 'namespace' as const, 'cidr' as const), everyPort: fc.boolean() }), { maxLength: 2 }),
}).map(({ namespaced, ...raw }) => valid({ ...raw, charts: raw.charts.map(chart => (namespaced ? chart : { prefix: chart.prefix, createsNamespace: false })) }));
