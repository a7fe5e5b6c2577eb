import { App, Chart, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  CiliumFqdnEgress, CloudIdentity, ConnectionVariables, type ContainerProps, DisruptionBudget, DnsProfile, Environment, ExternalEndpoint, ExternalNameService, Health,
  type HealthTiming, Identity, type IEnvValue, ImagePullPolicy, type InitContainerProps, KubernetesVersion, MeshProfile, type Mount, NamePrefix, Namespace, NetworkPeer,
  type PlacementOptions, Port, ProductionService, type ProductionServiceProps, Protocol, Replicas, Resources, type RolloutOptions, ScalingMetric, ServiceExposure,
  type ServiceOptions, Shutdown, type SidecarProps, Spread, TrafficDistribution,
} from 'cdk8s-production';
import { Construct } from 'constructs';
import type { AppModel, ContainerModel, EnvironmentModel, HealthModel, HelperModel, PortModel, ServiceModel, TimingModel } from './model';
import { boundsOf, namesOf, portName, portsOf, protocolOf, PROXY_METRICS } from './model';

export interface Built {
  readonly app: App;
  readonly services: readonly ProductionService[];
}

export const MONITORING = NetworkPeer.pods({ app: 'prometheus' }, { namespace: 'monitoring' });
export const KUBERNETES_API = { peer: NetworkPeer.cidr('10.0.0.10/32'), ports: [{ number: 6443 }] };
export const GATEWAYS = NetworkPeer.namespace('edge');
/** A name server of some pods' own. */
export const NAMESERVER = '192.0.2.53';

/** Builds an application; `reversed` declares its connections in the opposite order. */
export function build(model: AppModel, outdir: string, reversed = false): Built {
  const app = new App({ outdir });
  if (model.attachTo === 'app') { environmentOf(model).attachTo(app); }
  const created = new Set<string>();
  const charts = model.charts.map(({ namespace, prefix, createsNamespace }, i) => {
    const chart = new Chart(app, `chart-${i}`, namespace === undefined ? {} : { namespace });
    if (model.attachTo === 'charts') { environmentOf(model).attachTo(chart); }
    if (prefix !== '') { NamePrefix.on(chart, prefix); }
    if (createsNamespace && namespace !== undefined && !created.has(namespace)) {
      created.add(namespace);
      new Namespace(chart, 'namespace', { name: namespace });
    }
    return chart;
  });
  const services = model.services.map((service, i) => {
    const chart = charts[service.chart]!;
    // Somewhere down in the tree: names must not depend on it.
    const scope = i % 2 === 0 ? chart : new Construct(chart, `group-${i}`);
    return new ProductionService(scope, service.id, propsOf(service, model, new Construct(chart, `references-${i}`), model.charts[service.chart]!.prefix));
  });
  const outside = new Map(model.externals.flatMap((external, i) => (external.kind !== 'externalName' ? [] : [[i, new ExternalNameService(charts[0]!, `named-${i}`, {
    hostName: 'ledger.example.com', port: external.port, name: `outside-${i}`, ...model.environment.fqdn ? {} : { cidrs: ['203.0.113.0/24'] },
  })] as const])));
  const inOrder = <T>(list: readonly T[]): T[] => (reversed ? [...list].reverse() : [...list]);
  for (const [i, connection] of inOrder([...model.connections.entries()])) {
    const [from, to] = [services[connection.from]!, services[connection.to]!];
    const target = portsOf(model.services[connection.to]!);
    const port = connection.port === undefined ? undefined : portName(target[connection.port]!);
    if (connection.declaredBy === 'target') {
      to.allowFrom(from, port === undefined ? {} : { ports: [port] });
    } else {
      const variables = variablesOf(connection.variables, i);
      from.connectTo(to, { ...port === undefined ? {} : { port }, ...variables === undefined ? {} : { variables } });
    }
  }
  for (const [i, external] of inOrder([...model.externals.entries()])) {
    const from = services[external.from]!;
    const options = { name: `external-${i}`, ...external.udp ? { protocol: Protocol.UDP } : {} };
    const peers = { labels: { app: `external-${i}` }, ...external.namespace === undefined ? {} : { namespace: external.namespace } };
    switch (external.kind) {
      case 'cidr': from.connectTo(ExternalEndpoint.cidr(external.cidr, external.port, { ...options, host: '203.0.113.7' })); break;
      case 'pods': from.connectTo(ExternalEndpoint.pods(peers.labels, external.port, { ...options, namespace: external.namespace })); break;
      case 'fqdn': from.connectTo(ExternalEndpoint.fqdn(i % 2 === 0 ? 'api.example.com' : '*.example.org', external.port, options)); break;
      case 'externalName':
        from.connectTo(outside.get(i)!);
        break;
    }
  }
  for (const { to, kind, everyPort } of inOrder(model.strangers)) {
    services[to]!.allowFrom(strangerPeer(kind), everyPort ? { ports: portsOf(model.services[to]!).map(portName) } : {});
  }
  return { app, services };
}

export function strangerPeer(kind: AppModel['strangers'][number]['kind']): NetworkPeer {
  switch (kind) {
    case 'pods': return NetworkPeer.pods({ app: 'stranger' }, { namespace: 'strangers' });
    case 'namespace': return NetworkPeer.namespace('strangers');
    case 'cidr': return NetworkPeer.cidr('198.51.100.0/24', { except: ['198.51.100.128/25'] });
  }
}

function variablesOf(wanted: AppModel['connections'][number]['variables'], i: number): ConnectionVariables | undefined {
  switch (wanted) {
    case 'default': return undefined;
    case 'own': return ConnectionVariables.prefix(`TARGET_${i}`);
    case 'url': return ConnectionVariables.named({ url: `TARGET_${i}_URL`, scheme: 'grpc' });
    case 'none': return ConnectionVariables.none();
  }
}

function environmentOf({ minor, environment }: AppModel): Environment {
  const { registry, clusterDomain, team, partOf } = environment;
  const props = {
    kubernetesVersion: KubernetesVersion.of(`1.${minor}`),
    ...registry === undefined ? {} : { registry },
    ...clusterDomain === undefined ? {} : { clusterDomain },
    ...team === undefined ? {} : { team },
    ...partOf === undefined ? {} : { partOf },
    ...environment.ifNotPresent === true ? { imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT } : {},
    ...environment.dns === undefined ? {} : { dns: dnsOf(environment.dns) },
    ...environment.mesh === undefined ? {} : { mesh: meshOf(environment.mesh) },
    ...environment.monitoring ? { monitoring: [MONITORING] } : {},
    ...environment.gateways ? { gateways: [GATEWAYS] } : {},
    ...environment.kubernetesApi ? { kubernetesApi: [KUBERNETES_API] } : {},
    ...environment.fqdn ? { fqdnEgress: new CiliumFqdnEgress() } : {},
  };
  return environment.preset === 'named' ? Environment.named('production-eu', props) : Environment[environment.preset](props);
}

function dnsOf(dns: NonNullable<EnvironmentModel['dns']>): DnsProfile {
  return dns === 'custom'
    ? DnsProfile.custom([{ peer: NetworkPeer.pods({ app: 'resolver' }, { namespace: 'dns' }), ports: [{ number: 5300, protocol: Protocol.UDP }, { number: 5300, protocol: Protocol.TCP }] }])
    : DnsProfile[dns]();
}

function meshOf(mesh: NonNullable<EnvironmentModel['mesh']>): MeshProfile {
  return mesh === 'custom' ? MeshProfile.custom([{ peer: NetworkPeer.pods({ app: 'control' }, { namespace: 'mesh' }), ports: [{ number: 4444 }] }], { scrapePorts: [{ number: PROXY_METRICS.custom }] }) : MeshProfile[mesh]();
}

function portOf(model: PortModel): Port {
  const { name, servicePort, nodePort } = model;
  return Port[model.kind](model.number, { ...name === undefined ? {} : { name }, ...servicePort === undefined ? {} : { servicePort }, ...nodePort === undefined ? {} : { nodePort } });
}

function propsOf(model: ServiceModel, app: AppModel, references: Construct, prefix: string): ProductionServiceProps {
  const { name } = namesOf(model, prefix);
  const [main, ...additionalPorts] = model.ports.map(portOf);
  const { version, component } = model;
  const metricsPort = model.ports.find(port => protocolOf(port) === 'TCP');
  return {
    ...containerProps(model, references),
    ...main === undefined ? {} : { port: model.ports[0]!.kind === 'http' && Object.keys(model.ports[0]!).length === 2 ? main.number : main },
    ...additionalPorts.length === 0 ? {} : { additionalPorts },
    ...model.metricsPort && metricsPort !== undefined ? { metricsPort: portName(metricsPort) } : {},
    health: healthOf(model.health, model.ports),
    ...model.replicas.kind === 'unset' ? {} : { replicas: replicasOf(model, app) },
    ...model.rollout === undefined ? {} : { rollout: rolloutOf(model) },
    ...model.budget.kind === 'unset' ? {} : { disruptionBudget: budgetOf(model) },
    placement: placementOf(model),
    ...model.shutdown === 'unset' ? {} : { shutdown: shutdownOf(model.shutdown) },
    ...model.postStart ? { postStart: kplus.Handler.fromCommand(['/bin/warm-up']) } : {},
    ...model.exposure.kind === 'unset' ? {} : { exposure: exposureOf(model, app.minor) },
    ...model.identity.kind === 'unset' ? {} : { identity: identityOf(model) },
    files: Object.fromEntries(Object.entries(model.files).map(([path, content]) => [`/etc/app/${path}`, content])),
    sidecars: model.sidecars.map((sidecar): SidecarProps => ({
      ...helperProps(sidecar, references),
      ports: sidecar.ports.map(portOf),
      ...sidecar.healthy ? { health: Health.exec({ readiness: ['/bin/ready'], liveness: ['/bin/live'] }) } : {},
    })),
    initContainers: model.initContainers.map((init): InitContainerProps => helperProps(init, references)),
    pod: podOf(model),
    ...model.named ? { name } : model.renamed ? { renamedFrom: `${model.id}-was` } : {},
    ...model.adopted ? { names: { workload: `${name}-old`, service: `${name}-old`, autoscaler: `${name}.old`, disruptionBudget: `${name}.old`, networkPolicy: `${name}.old`, serviceAccount: `${name}.old` } } : {},
    ...model.ownSelector ? { selectorLabels: { app: name, release: 'stable' } } : {},
    labels: model.labels,
    annotations: model.annotations,
    ...version === undefined ? {} : { version },
    ...component === undefined ? {} : { component },
  };
}

function helperProps(model: HelperModel, references: Construct): ContainerProps & { name: string } {
  return { ...containerProps(model, references), name: model.name };
}

function containerProps(model: ContainerModel, references: Construct): ContainerProps {
  // Each use makes its own constructs, as a user's code does; equal sources have to become one volume.
  const scope = new Construct(references, `use-${references.node.children.length}`);
  return {
    image: model.image,
    ...model.pullIfAbsent && model.image.includes('@') ? { imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT } : {},
    ...model.command ? { command: ['/bin/app', ''], args: ['--flag', '$(OWN_A)'] } : {},
    env: Object.fromEntries(Object.entries(model.env).map(([name, variable]) => [name, variable.kind === 'literal' ? variable.value : referenceOf(variable.kind, new Construct(scope, `env-${name}`))])),
    ...model.envFrom ? { envFrom: [kplus.Env.fromSecret(kplus.Secret.fromSecretName(scope, 'from', 'their-secret')), kplus.Env.fromConfigMap(kplus.ConfigMap.fromConfigMapName(scope, 'map', 'their-map'), 'P_')] } : {},
    mounts: model.mounts.map((mount, i): Mount => ({
      path: `/mnt/${i}`, volume: volumeOf(mount.source, mount.number, new Construct(scope, `mount-${i}`)), ...mount.subPath ? { subPath: 'sub/path' } : {},
    })),
    scratch: Object.fromEntries(model.scratch.map(path => [path, Size.mebibytes(20)])),
    ...model.resources === 'unset' ? {} : { resources: resourcesOf(model.resources) },
  };
}

function referenceOf(kind: 'secret' | 'configMap' | 'field' | 'resource', scope: Construct): IEnvValue {
  switch (kind) {
    case 'secret': return kplus.EnvValue.fromSecretValue({ secret: kplus.Secret.fromSecretName(scope, 'secret', 'their-secret'), key: 'url' });
    case 'configMap': return kplus.EnvValue.fromConfigMap(kplus.ConfigMap.fromConfigMapName(scope, 'map', 'their-map'), 'key', { optional: true });
    case 'field': return kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_LABEL, { key: 'app.kubernetes.io/name' });
    case 'resource': return kplus.EnvValue.fromResource(kplus.ResourceFieldPaths.MEMORY_LIMIT, { divisor: '1Mi' });
  }
}

function volumeOf(source: ContainerModel['mounts'][number]['source'], number: number, scope: Construct): kplus.Volume {
  switch (source) {
    case 'secret': return kplus.Volume.fromSecret(scope, 'volume', kplus.Secret.fromSecretName(scope, 'secret', `their-secret-${number}`));
    case 'configMap': return kplus.Volume.fromConfigMap(scope, 'volume', kplus.ConfigMap.fromConfigMapName(scope, 'map', `their-map-${number}`), { items: { key: { path: 'path', mode: 0o440 } } });
    case 'claim': return kplus.Volume.fromPersistentVolumeClaim(scope, 'volume', kplus.PersistentVolumeClaim.fromClaimName(scope, 'claim', `their-claim-${number}`), { readOnly: false });
    case 'memory': return kplus.Volume.fromEmptyDir(scope, 'volume', `memory-${number}`, { medium: kplus.EmptyDirMedium.MEMORY, sizeLimit: Size.mebibytes(16) });
    case 'csi': return kplus.Volume.fromCsi(scope, 'volume', 'csi.example.com', { name: `csi-${number}`, attributes: { a: 'b' } });
  }
}

function resourcesOf(kind: Exclude<ContainerModel['resources'], 'unset'>): Resources {
  const amounts = { cpu: kplus.Cpu.millis(750), memory: Size.mebibytes(300), ephemeralStorage: Size.gibibytes(1) };
  switch (kind) {
    case 'of': return Resources.of({ ...amounts, cpuLimit: kplus.Cpu.units(1.5), memoryLimit: Size.gibibytes(1) });
    case 'guaranteed': return Resources.guaranteed(amounts);
    case 'withoutCpuLimit': return Resources.withoutCpuLimit('latency counts, and the nodes are ours', amounts);
  }
}

function healthOf(model: HealthModel, ports: readonly PortModel[]): Health {
  const timing = (given: TimingModel) => ({ period: Duration.seconds(given.period), timeout: Duration.seconds(given.timeout), failureThreshold: given.failures });
  const readiness = model.readinessTiming === undefined ? {} : { readinessTiming: timing(model.readinessTiming) };
  const times: HealthTiming = {
    ...readiness,
    ...model.liveness && model.livenessTiming !== undefined ? { livenessTiming: timing(model.livenessTiming) } : {},
    ...model.liveness && model.startupBudget !== undefined ? { startupBudget: Duration.seconds(model.startupBudget) } : {},
  };
  const port = model.port === undefined ? {} : { port: model.port };
  switch (model.kind) {
    case 'http': return Health.http({ readiness: '/ready', ...model.liveness ? { liveness: '/live' } : {}, ...times, ...port });
    case 'grpc': return Health.grpc({ readiness: 'app.v1.Ready', ...model.liveness ? { liveness: 'app.v1.Live' } : {}, ...times, ...port });
    case 'tcp': return Health.tcp({ ...readiness, ...port });
    case 'exec': return Health.exec({ readiness: ['/bin/ready'], ...model.liveness ? { liveness: ['/bin/live'] } : {}, ...times });
    case 'probes': return Health.probes({
      readiness: kplus.Probe.fromHttpGet('/ready', { port: ports.find(p => protocolOf(p) === 'TCP')!.number, periodSeconds: Duration.seconds(5) }),
      ...model.liveness ? { liveness: kplus.Probe.fromCommand(['/bin/live'], { failureThreshold: 10 }) } : {},
    });
    case 'none': return Health.none('nothing here can be asked');
  }
}

function replicasOf({ replicas }: ServiceModel, { minor }: AppModel): Replicas {
  if (replicas.kind === 'fixed') { return Replicas.fixed(replicas.minimum); }
  if (replicas.kind === 'external') { return Replicas.external(replicas.minimum); }
  const has = (metric: ServiceModel['replicas']['metrics'][number]): boolean => replicas.metrics.includes(metric);
  const metrics = [
    ...has('pods') ? [ScalingMetric.pods('requests_per_second', 100)] : [],
    ...has('external') ? [ScalingMetric.external('queue_depth', '30', { labels: { queue: 'orders' } })] : [],
    ...has('object') ? [ScalingMetric.object('latency', { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'web' }, '250m')] : [],
  ];
  return Replicas.autoscaled({
    minReplicas: replicas.minimum,
    maxReplicas: replicas.maximum,
    ...has('cpu') ? { cpuUtilization: 65 } : {},
    ...has('memory') ? { memoryUtilization: 80 } : {},
    ...metrics.length === 0 ? {} : { metrics },
    ...replicas.behavior ? { scaleUp: { pods: 2, ...minor < 35 ? {} : { tolerance: 0.05 } }, scaleDown: { percent: 10, stabilizationWindow: Duration.minutes(10) } } : {},
  });
}

function rolloutOf({ rollout, health }: ServiceModel): RolloutOptions {
  const { strategy, minReady, history, slack } = rollout!;
  const said = health.kind === 'probes' ? undefined : health.startupBudget;
  const budget = health.liveness ? Math.ceil((said ?? 300) / 5) * 5 : 0; // a check each 5 s
  return {
    ...strategy === undefined ? {} : {
      strategy: strategy === 'recreate' ? kplus.DeploymentStrategy.recreate()
        : kplus.DeploymentStrategy.rollingUpdate({ maxSurge: kplus.PercentOrAbsolute.percent(50), maxUnavailable: kplus.PercentOrAbsolute.absolute(1) }),
    },
    minReady: Duration.seconds(minReady),
    progressDeadline: Duration.seconds(budget + minReady + slack),
    revisionHistoryLimit: history,
  };
}

function budgetOf({ budget }: ServiceModel): DisruptionBudget {
  switch (budget.kind) {
    case 'percent': return DisruptionBudget.maxUnavailable(`${budget.pods}%`);
    case 'minAvailable': return DisruptionBudget.minAvailable(budget.pods);
    case 'none': return DisruptionBudget.none('it may be away for a while');
    default: return DisruptionBudget.maxUnavailable(budget.pods);
  }
}

function placementOf({ spread, placement }: ServiceModel): PlacementOptions {
  const has = (part: ServiceModel['placement'][number]): boolean => placement.includes(part);
  const spreads = {
    preferred: () => Spread.preferred(), zones: () => Spread.overZones(spread.zones), nodes: () => Spread.onePodPerNode(spread.zones), none: () => Spread.none('there is one node anyway'),
  };
  return {
    ...spread.kind === 'unset' ? {} : { spread: spreads[spread.kind]() },
    ...has('nodeSelector') ? { nodeSelector: { 'kubernetes.io/arch': 'arm64' } } : {},
    ...has('requiredNodes') ? { requiredNodes: [kplus.NodeLabelQuery.in('node-type', ['high-cpu']), kplus.NodeLabelQuery.exists('disk')] } : {},
    ...has('preferredNodes') ? { preferredNodes: [kplus.NodeLabelQuery.gt('cores', ['8'])] } : {},
    ...has('tolerations') ? { tolerations: [kplus.NodeTaintQuery.exists('spot', { effect: kplus.TaintEffect.NO_SCHEDULE })] } : {},
    ...has('pool') ? { pool: { label: 'pool', value: 'payments' } } : {},
    ...has('colocation') ? { colocation: [{ labels: { app: 'cache' }, topology: kplus.Topology.ZONE }, { labels: { app: 'disk' }, topology: kplus.Topology.HOSTNAME, required: true }] } : {},
    ...has('priority') ? { priorityClassName: 'business-critical' } : {},
  };
}

function shutdownOf(kind: Exclude<ServiceModel['shutdown'], 'unset'>): Shutdown {
  switch (kind) {
    case 'graceful': return Shutdown.graceful({ delay: Duration.seconds(7), drain: Duration.minutes(2) });
    case 'exec': return Shutdown.exec(['/bin/sleep', '8'], { delay: Duration.seconds(9) });
    case 'hook': return Shutdown.hook(kplus.Handler.fromHttpGet('/drain', { port: 9999 }));
    case 'none': return Shutdown.none('it serves on after SIGTERM');
  }
}

function exposureOf(model: ServiceModel, minor: number): ServiceExposure {
  const { exposure } = model;
  const options: ServiceOptions = exposure.options ? {
    annotations: { 'example.com/internal': 'true' },
    clientAffinity: true,
    ...minor < 31 ? {} : { trafficDistribution: minor < 34 ? TrafficDistribution.PREFER_SAME_ZONE : TrafficDistribution.PREFER_SAME_NODE },
  } : {};
  const published = exposure.everyPort ? { ports: portsOf(model).map(portName) } : {};
  const external = { ...options, ...published, ...exposure.ranges.length === 0 ? {} : { sourceRanges: [...exposure.ranges] }, keepClientAddress: exposure.options };
  switch (exposure.kind) {
    case 'gateway': return ServiceExposure.gateway(options);
    case 'nodePort': return ServiceExposure.nodePort(external);
    case 'loadBalancer': return ServiceExposure.loadBalancer({ ...external, ...exposure.options ? { loadBalancerClass: 'example.com/nlb' } : {} });
    case 'headless': return ServiceExposure.headless({ publishNotReadyAddresses: exposure.options });
    default: return ServiceExposure.clusterIp(options);
  }
}

function identityOf({ identity }: ServiceModel): Identity {
  const clouds = {
    aws: () => CloudIdentity.aws('arn:aws:iam::123456789012:role/web'),
    google: () => CloudIdentity.google('web@project.iam.gserviceaccount.com'),
    azure: () => CloudIdentity.azure('11111111-2222-3333-4444-555555555555'),
  };
  const cloud = identity.cloud === undefined ? {} : { cloud: clouds[identity.cloud]() };
  if (identity.kind === 'existing') { return Identity.existing({ name: 'their-account' }, { mountToken: identity.permissions, ...cloud }); }
  return Identity.own({
    ...cloud,
    ...identity.permissions ? { permissions: [{ verbs: ['get', 'list'], resources: ['configmaps'] }, { verbs: ['get'], resources: ['secrets'], resourceNames: ['tls'] }] } : {},
  });
}

function podOf({ pod }: ServiceModel): NonNullable<ProductionServiceProps['pod']> {
  return {
    ...pod.user === undefined ? {} : { user: pod.user },
    ...pod.pullSecret ? { imagePullSecrets: [{ name: 'registry-login' }] } : {},
    ...pod.hostAlias ? { hostAliases: [{ ip: '10.1.2.3', hostnames: ['legacy', 'legacy.example.com'] }] } : {},
    ...pod.nameserver || pod.search ? { dns: { ...pod.nameserver ? { nameservers: [NAMESERVER] } : {}, ...pod.search ? { searches: ['example.com'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] } : {} } } : {},
  };
}

/** The fewest pods a service keeps, by what the model says. */
export function minimumOf(model: ServiceModel, app: AppModel): number {
  return boundsOf(model.replicas, app.environment.preset)[0];
}
