import fc from 'fast-check';

/** An application as plain data: it can be printed, shrunk, built twice and built in another process. */
export interface AppModel {
  /** The 31 of 1.31. */
  readonly minor: number;
  readonly environment: EnvironmentModel;
  /** Whether one environment holds for the app, or one of the same name for each chart. */
  readonly attachTo: 'app' | 'charts';
  readonly charts: readonly ChartModel[];
  readonly services: readonly ServiceModel[];
  readonly connections: readonly ConnectionModel[];
  readonly externals: readonly ExternalModel[];
  readonly strangers: readonly StrangerModel[];
}

export interface EnvironmentModel {
  readonly preset: 'production' | 'staging' | 'development' | 'named';
  readonly registry?: string;
  readonly ifNotPresent?: boolean;
  readonly dns?: 'kubeDns' | 'nodeLocal' | 'openShift' | 'custom';
  readonly mesh?: 'istio' | 'linkerd' | 'custom';
  readonly monitoring: boolean;
  readonly gateways: boolean;
  readonly fqdn: boolean;
  readonly clusterDomain?: string;
  readonly team?: string;
  readonly partOf?: string;
}

export interface ChartModel {
  readonly namespace?: string;
  readonly prefix: string;
  readonly createsNamespace: boolean;
}

export interface PortModel {
  readonly kind: 'http' | 'https' | 'grpc' | 'tcp' | 'udp' | 'sctp';
  readonly number: number;
  /** Nothing for the default of its kind. */
  readonly name?: string;
  readonly servicePort?: number;
  readonly nodePort?: number;
}

export interface TimingModel { readonly period: number; readonly timeout: number; readonly failures: number }

export interface HealthModel {
  readonly kind: 'http' | 'grpc' | 'tcp' | 'exec' | 'probes' | 'none';
  /** Name of the port; nothing for the main one. */
  readonly port?: string;
  readonly liveness: boolean;
  readonly readinessTiming?: TimingModel;
  readonly livenessTiming?: TimingModel;
  readonly startupBudget?: number;
}

export interface ReplicasModel {
  readonly kind: 'unset' | 'autoscaled' | 'fixed' | 'external';
  readonly minimum: number;
  readonly maximum: number;
  readonly metrics: readonly ('cpu' | 'memory' | 'pods' | 'external' | 'object')[];
  readonly behavior: boolean;
}

export type EnvModel =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'secret' | 'configMap' | 'field' | 'resource' };

/** Something mounted: equal sources of one service are one volume. */
export interface MountModel { readonly source: 'secret' | 'configMap' | 'claim' | 'memory' | 'csi'; readonly number: number; readonly subPath: boolean }

export interface ContainerModel {
  readonly image: string;
  readonly command: boolean;
  readonly env: Readonly<Record<string, EnvModel>>;
  readonly envFrom: boolean;
  readonly mounts: readonly MountModel[];
  readonly scratch: readonly string[];
  readonly resources: 'unset' | 'of' | 'guaranteed' | 'withoutCpuLimit';
}

export interface HelperModel extends ContainerModel {
  readonly name: string;
  readonly ports: readonly PortModel[];
  readonly healthy: boolean;
}

export interface ServiceModel extends ContainerModel {
  readonly chart: number;
  readonly id: string;
  readonly adopted: boolean;
  readonly renamed: boolean;
  readonly named: boolean;
  readonly ownSelector: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly version?: string;
  readonly component?: string;
  readonly ports: readonly PortModel[];
  readonly metricsPort: boolean;
  readonly health: HealthModel;
  readonly replicas: ReplicasModel;
  readonly rollout?: { readonly strategy?: 'rolling' | 'recreate'; readonly minReady: number; readonly history: number; readonly slack: number };
  readonly budget: { readonly kind: 'unset' | 'maxUnavailable' | 'percent' | 'minAvailable' | 'none'; readonly pods: number };
  readonly spread: { readonly kind: 'unset' | 'preferred' | 'zones' | 'nodes' | 'none'; readonly zones: number };
  readonly placement: readonly ('nodeSelector' | 'requiredNodes' | 'preferredNodes' | 'tolerations' | 'pool' | 'colocation' | 'priority')[];
  readonly shutdown: 'unset' | 'graceful' | 'exec' | 'hook' | 'none';
  readonly postStart: boolean;
  readonly exposure: { readonly kind: 'unset' | 'clusterIp' | 'gateway' | 'nodePort' | 'loadBalancer' | 'headless'; readonly ranges: readonly string[]; readonly options: boolean };
  readonly identity: { readonly kind: 'unset' | 'own' | 'existing'; readonly cloud?: 'aws' | 'google' | 'azure'; readonly permissions: boolean };
  readonly files: Readonly<Record<string, string>>;
  readonly sidecars: readonly HelperModel[];
  readonly initContainers: readonly HelperModel[];
  readonly pod: { readonly user?: number; readonly pullSecret: boolean; readonly hostAlias: boolean; readonly nameserver: boolean; readonly search: boolean };
}

/** A connection between two services; which of the two says so does not matter. */
export interface ConnectionModel {
  readonly from: number;
  readonly to: number;
  /** Index of the target's port; nothing for the main one. */
  readonly port?: number;
  readonly declaredBy: 'caller' | 'target';
  readonly variables: 'own' | 'url' | 'none';
}

export interface ExternalModel {
  readonly from: number;
  readonly kind: 'cidr' | 'pods' | 'fqdn' | 'externalName';
  readonly cidr: string;
  readonly port: number;
  readonly udp: boolean;
  readonly namespace?: string;
}

/** Somebody of another application who is let in. */
export interface StrangerModel { readonly to: number; readonly kind: 'pods' | 'namespace' | 'cidr'; readonly everyPort: boolean }

const text = (first: string, middle: string, last: string, maxLength: number): fc.Arbitrary<string> => fc.oneof(
  { arbitrary: fc.tuple(fc.constantFrom(...first), fc.array(fc.constantFrom(...middle), { maxLength: Math.min(8, maxLength - 2) }), fc.constantFrom(...last)), weight: 6 },
  { arbitrary: fc.constantFrom(...first).map(letter => [letter, [], '']), weight: 1 },
  // The longest that is allowed: there suffixes, prefixes and cuts go wrong.
  { arbitrary: fc.tuple(fc.constantFrom(...first), fc.array(fc.constantFrom(...middle), { minLength: maxLength - 2, maxLength: maxLength - 2 }), fc.constantFrom(...last)), weight: 1 },
).map(([start, rest, end]) => [start, ...rest as string[], end].join(''));

// Letters that differ under other locales (i), double hyphens and digits at the end are what breaks naive code.
const id = text('abciz', 'abiz019-', 'aiz09', 30);
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
  command: rarely,
  env: fc.dictionary(fc.constantFrom('OWN_A', 'OWN_I', 'own.b', 'OWN_LONG_NAME', '_OWN-X'), variable, { maxKeys: 3 }),
  envFrom: rarely,
  mounts: fc.array(mount, { maxLength: 2 }),
  // Paths that read alike once they become names of volumes.
  scratch: fc.subarray(['/tmp', '/a/b', '/a-b', '/A.b', `/var/${'cache/'.repeat(12)}x`], { maxLength: 3 }),
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
  labels: fc.dictionary(fc.constantFrom('tier', 'example.com/cost', 'x'), fc.oneof(word, fc.constant('')), { maxKeys: 2 }),
  annotations: fc.dictionary(fc.constantFrom('note', 'example.com/link', 'y'), value, { maxKeys: 2 }),
  version: seldom(word),
  component: seldom(word),
  ports: fc.array(port, { maxLength: 4 }),
  metricsPort: rarely,
  health: fc.record({
    kind: fc.constantFrom<HealthModel['kind'][]>('http', 'http', 'grpc', 'tcp', 'exec', 'probes', 'none'),
    liveness: fc.boolean(), readinessTiming: seldom(timing), livenessTiming: seldom(timing), startupBudget: seldom(fc.integer({ min: 1, max: 3600 })),
  }, { requiredKeys: ['kind', 'liveness'] }),
  replicas: fc.record({
    kind: fc.constantFrom<ReplicasModel['kind'][]>('unset', 'autoscaled', 'autoscaled', 'fixed', 'fixed', 'external'),
    minimum: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(99, 100, 101)),
    maximum: fc.integer({ min: 1, max: 50 }),
    metrics: fc.subarray<ReplicasModel['metrics'][number]>(['cpu', 'memory', 'pods', 'external', 'object']),
    behavior: rarely,
  }),
  rollout: seldom(fc.record({
    strategy: fc.option(fc.constantFrom('rolling' as const, 'recreate' as const), { nil: undefined }), minReady: fc.integer({ min: 0, max: 60 }),
    history: fc.integer({ min: 1, max: 100 }), slack: fc.integer({ min: 1, max: 1000 }),
  })),
  budget: fc.record({ kind: fc.constantFrom<ServiceModel['budget']['kind'][]>('unset', 'unset', 'maxUnavailable', 'percent', 'minAvailable', 'none'), pods: fc.integer({ min: 1, max: 100 }) }),
  spread: fc.record({ kind: fc.constantFrom<ServiceModel['spread']['kind'][]>('unset', 'preferred', 'zones', 'nodes', 'none'), zones: fc.integer({ min: 2, max: 5 }) }),
  placement: fc.subarray<ServiceModel['placement'][number]>(['nodeSelector', 'requiredNodes', 'preferredNodes', 'tolerations', 'pool', 'colocation', 'priority'], { maxLength: 3 }),
  shutdown: fc.constantFrom<ServiceModel['shutdown'][]>('unset', 'unset', 'graceful', 'exec', 'hook', 'none'),
  postStart: rarely,
  exposure: fc.record({
    kind: fc.constantFrom<ServiceModel['exposure']['kind'][]>('unset', 'unset', 'clusterIp', 'gateway', 'nodePort', 'loadBalancer', 'headless'),
    ranges: fc.subarray(['198.51.100.0/24', '2001:db8:1::/48', '0.0.0.0/0']), options: fc.boolean(),
  }),
  identity: fc.record({
    kind: fc.constantFrom<ServiceModel['identity']['kind'][]>('unset', 'own', 'existing'), cloud: seldom(fc.constantFrom('aws' as const, 'google' as const, 'azure' as const)), permissions: fc.boolean(),
  }, { requiredKeys: ['kind', 'permissions'] }),
  files: fc.dictionary(fc.constantFrom('app.yaml', 'Ünï.conf', 'deep/er/x', '.hidden', 'a-b_c'), value, { maxKeys: 2 }),
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
  fqdn: fc.boolean(),
  clusterDomain: seldom(fc.constant('cluster.example')),
  team: seldom(word),
  partOf: seldom(word),
}, { requiredKeys: ['preset', 'monitoring', 'gateways', 'fqdn'] });

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
    from: fc.nat({ max: 5 }), to: fc.nat({ max: 5 }), port: fc.option(fc.nat({ max: 4 }), { nil: undefined }),
    declaredBy: fc.constantFrom('caller' as const, 'target' as const), variables: fc.constantFrom('own' as const, 'url' as const, 'none' as const),
  }, { requiredKeys: ['from', 'to', 'declaredBy', 'variables'] }), { maxLength: 6 }),
  externals: fc.array(fc.record({
    from: fc.nat({ max: 5 }), kind: fc.constantFrom('cidr' as const, 'pods' as const, 'fqdn' as const, 'externalName' as const),
    cidr: fc.constantFrom('203.0.113.0/24', '2001:db8:2::/48', '0.0.0.0/0', '::/0', '169.254.0.0/16', '10.0.0.0/8'), port: fc.integer({ min: 1, max: 65535 }), udp: fc.boolean(),
    namespace: seldom(fc.constant('elsewhere')),
  }, { requiredKeys: ['from', 'kind', 'cidr', 'port', 'udp'] }), { maxLength: 3 }),
  strangers: fc.array(fc.record({ to: fc.nat({ max: 5 }), kind: fc.constantFrom('pods' as const, 'namespace' as const, 'cidr' as const), everyPort: fc.boolean() }), { maxLength: 2 }),
}).map(({ namespaced, ...raw }) => valid({ ...raw, charts: raw.charts.map(chart => (namespaced ? chart : { prefix: chart.prefix, createsNamespace: false })) }));

/** The name all objects of a service get, and the part of it that is the same for every instance. */
export function namesOf(model: ServiceModel, prefix: string): { readonly base: string; readonly name: string } {
  const base = model.renamed ? `${model.id}-was` : model.id;
  return model.named ? { base: `${model.id}-named`, name: `${model.id}-named` } : { base, name: `${prefix}${base}` };
}

const DEFAULT_NAMES: Readonly<Record<PortModel['kind'], string>> = { http: 'http', https: 'https', grpc: 'grpc', tcp: 'tcp', udp: 'udp', sctp: 'sctp' };
const DEFAULT_SERVICE_PORTS: Readonly<Partial<Record<PortModel['kind'], number>>> = { http: 80, https: 443 };

export function portName(model: PortModel): string {
  return model.name ?? DEFAULT_NAMES[model.kind];
}

export function protocolOf(model: PortModel): 'TCP' | 'UDP' | 'SCTP' {
  return model.kind === 'udp' ? 'UDP' : model.kind === 'sctp' ? 'SCTP' : 'TCP';
}

/** Every port of a service, in the order in which the service has them. */
export function portsOf(model: ServiceModel): PortModel[] {
  return [...model.ports, ...model.sidecars.flatMap(sidecar => sidecar.ports)];
}

/** Mends what chance has put together and no user could: each rule here is one that the library states. */
function valid(raw: AppModel): AppModel {
  const taken = new Set<string>();
  const nodePorts = new Set<number>();
  const services = raw.services.map(model => {
    const chart = model.chart % raw.charts.length;
    const { namespace = '', prefix } = raw.charts[chart]!;
    let { id: unique } = model;
    const key = (candidate: string): string => `${namespace}/${namesOf({ ...model, id: candidate }, prefix).name}`;
    for (let i = 0; taken.has(key(unique)) || taken.has(`${chart}#${unique}`); i++) { unique = `${model.id.slice(0, 26)}x${i}`; }
    taken.add(key(unique)).add(`${chart}#${unique}`);
    return validService({ ...model, chart, id: unique }, raw, nodePorts);
  });
  return {
    ...raw,
    services,
    connections: raw.connections
      .map(c => ({ ...c, from: c.from % services.length, to: c.to % services.length }))
      .filter(c => c.from !== c.to && portsOf(services[c.to]!).length > 0)
      .map(c => ({ ...c, ...c.port === undefined ? {} : { port: c.port % portsOf(services[c.to]!).length } })),
    externals: raw.externals
      .map(e => ({ ...e, from: e.from % services.length }))
      .filter(e => raw.environment.fqdn || e.kind !== 'fqdn'),
    strangers: raw.strangers.map(s => ({ ...s, to: s.to % services.length })).filter(s => portsOf(services[s.to]!).length > 0),
  };
}

function validService(model: ServiceModel, app: AppModel, nodePorts: Set<number>): ServiceModel {
  const { kind: exposed } = model.exposure;
  const kind = model.ports.length + model.sidecars.flatMap(s => s.ports).length === 0 ? 'unset' : exposed === 'gateway' && !app.environment.gateways ? 'clusterIp' : exposed;
  const used = { names: new Set<string>(), numbers: new Set<string>(), servicePorts: new Set<string>() };
  const mend = (port: PortModel): PortModel => {
    const protocol = protocolOf(port);
    const free = (set: Set<string>, start: number): number => {
      let number = start;
      while (set.has(`${number}/${protocol}`)) { number++; }
      set.add(`${number}/${protocol}`);
      return number;
    };
    const number = free(used.numbers, port.number);
    const wanted = port.servicePort ?? DEFAULT_SERVICE_PORTS[port.kind] ?? number;
    const given = free(used.servicePorts, wanted);
    const implied = port.servicePort === undefined && given === wanted;
    let name = portName(port);
    for (let i = 0; used.names.has(name); i++) { name = `${portName(port)}-${i}`; }
    used.names.add(name);
    let nodePort = kind === 'nodePort' || kind === 'loadBalancer' ? port.nodePort : undefined;
    while (nodePort !== undefined && nodePorts.has(nodePort)) { nodePort++; }
    if (nodePort !== undefined) { nodePorts.add(nodePort); }
    return {
      kind: port.kind, number,
      ...name === DEFAULT_NAMES[port.kind] ? {} : { name },
      ...kind === 'headless' ? (implied ? {} : { servicePort: number }) : implied ? {} : { servicePort: given },
      ...nodePort === undefined ? {} : { nodePort },
    };
  };
  const ports = model.ports.map(mend);
  const helpers = <T extends HelperModel>(list: readonly T[], role: string): T[] => list.map((helperModel, i) => ({ ...helperModel, name: `${helperModel.name}-${role}${i}`, ports: helperModel.ports.map(mend) }));
  const sidecars = helpers(model.sidecars, 's');
  const replicas = validReplicas(model.replicas, app.environment.preset !== 'development');
  const [minimum, maximum] = boundsOf(replicas, app.environment.preset);
  const spread = model.spread.kind === 'zones' && minimum < 2 || model.spread.kind === 'nodes' && app.minor < 31 ? 'preferred' : model.spread.kind;
  return {
    ...model,
    renamed: model.renamed && !model.named,
    ports,
    sidecars,
    initContainers: helpers(model.initContainers, 'i'),
    exposure: { ...model.exposure, kind },
    health: validHealth(model.health, ports),
    replicas,
    budget: model.budget.kind !== 'minAvailable' ? model.budget : minimum === 1 ? { kind: 'unset', pods: 1 } : { kind: 'minAvailable', pods: 1 + model.budget.pods % (minimum - 1) },
    spread: { kind: spread, zones: spread === 'nodes' ? maximum + model.spread.zones : Math.min(model.spread.zones, minimum) },
    shutdown: app.minor < 30 && (model.shutdown === 'graceful' || model.shutdown === 'unset') ? 'exec' : model.shutdown,
  };
}

function validReplicas(model: ReplicasModel, highlyAvailable: boolean): ReplicasModel {
  const minimum = model.kind === 'autoscaled' && highlyAvailable ? Math.max(2, model.minimum) : model.minimum;
  return { ...model, minimum, maximum: minimum + model.maximum };
}

/** The fewest and the most pods a service will have. */
export function boundsOf(model: ReplicasModel, preset: EnvironmentModel['preset']): readonly [minimum: number, maximum: number] {
  switch (model.kind) {
    case 'autoscaled': return [model.minimum, model.maximum];
    case 'fixed':
    case 'external': return [model.minimum, model.minimum];
    case 'unset': return preset === 'development' ? [1, 1] : preset === 'staging' ? [3, 5] : [3, 10];
  }
}

function validHealth(model: HealthModel, ports: readonly PortModel[]): HealthModel {
  const tcp = ports.filter(port => protocolOf(port) === 'TCP');
  const kind = tcp.length === 0 && ['http', 'grpc', 'tcp', 'probes'].includes(model.kind) ? 'exec' : model.kind;
  const within = (timing: TimingModel | undefined): TimingModel | undefined => timing === undefined ? undefined : { ...timing, timeout: Math.min(timing.timeout, timing.period) };
  const readiness = within(model.readinessTiming);
  const liveness = within(model.livenessTiming);
  const patience = (timing: TimingModel | undefined, otherwise: number): number => timing === undefined ? otherwise : timing.period * timing.failures;
  const patient = liveness !== undefined && patience(liveness, 60) >= patience(readiness, 15) ? liveness : undefined;
  return {
    kind,
    // A check that is less patient than readiness is refused; so is timing without a check.
    liveness: model.liveness && kind !== 'tcp' && kind !== 'none' && (patient !== undefined || patience(readiness, 15) <= 60),
    ...tcp.length === 0 || kind === 'probes' ? {} : { port: portName(tcp[tcp.length - 1]!) },
    ...readiness === undefined ? {} : { readinessTiming: readiness },
    ...patient === undefined ? {} : { livenessTiming: patient },
    ...model.startupBudget === undefined ? {} : { startupBudget: model.startupBudget },
  };
}
