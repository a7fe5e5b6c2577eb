import type { AppModel, ConnectionModel, HealthModel, HelperModel, PortModel, ReplicasModel, ServiceModel, TimingModel } from './model';
import { boundsOf, DEFAULT_NAMES, DEFAULT_SERVICE_PORTS, defaultVariable, namesOf, portName, portsOf, protocolOf, publishedPorts, serviceNameOf } from './model';

/** Mends what chance has put together and no user could: each rule here is one that the library states. */
export function valid(raw: AppModel): AppModel {
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
  const connections = raw.connections
    .map(c => ({ ...c, from: c.from % services.length, to: c.to % services.length }))
    .filter(c => c.from !== c.to && portsOf(services[c.to]!).length > 0)
    .map(c => ({ ...c, ...c.port === undefined ? {} : { port: c.port % publishedPorts(services[c.to]!).length } }));
  // Two targets may give the same names to a caller's variables: then it has to choose.
  const given = (c: ConnectionModel): string => `${c.from} ${defaultVariable(serviceNameOf(services[c.to]!, raw))}`;
  return {
    ...raw,
    services,
    connections: connections.map(c => (c.variables === 'default' && connections.filter(other => given(other) === given(c)).length > 1 ? { ...c, variables: 'own' } : c)),
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
    // A headless Service translates no port: there it is the container's.
    const wanted = kind === 'headless' ? number : port.servicePort ?? DEFAULT_SERVICE_PORTS[port.kind] ?? number;
    const given = free(used.servicePorts, wanted);
    const implied = port.servicePort === undefined && given === wanted;
    let name = portName(port);
    for (let i = 0; used.names.has(name); i++) { name = `${portName(port)}-${i}`; }
    used.names.add(name);
    const published = used.names.size === 1 || model.exposure.everyPort;
    let nodePort = (kind === 'nodePort' || kind === 'loadBalancer') && published ? port.nodePort : undefined;
    while (nodePort !== undefined && nodePorts.has(nodePort)) { nodePort++; }
    if (nodePort !== undefined) { nodePorts.add(nodePort); }
    return {
      kind: port.kind,
      number,
      ...name === DEFAULT_NAMES[port.kind] ? {} : { name },
      ...implied ? {} : { servicePort: given },
      ...nodePort === undefined ? {} : { nodePort },
    };
  };
  const ports = model.ports.map(mend);
  const helpers = <T extends HelperModel>(list: readonly T[], role: string): T[] => list.map((helperModel, i) => ({ ...helperModel, name: `${helperModel.name}-${role}${i}`, ports: helperModel.ports.map(mend) }));
  const sidecars = helpers(model.sidecars, 's');
  const replicas = validReplicas(model.replicas, app.environment.preset !== 'development');
  const [minimum, maximum] = boundsOf(replicas, app.environment.preset);
  const spread = model.spread.kind === 'zones' && minimum < 2 || model.spread.kind === 'nodes' && (app.minor < 31 || replicas.kind === 'external') ? 'preferred' : model.spread.kind;
  return {
    ...model,
    renamed: model.renamed && !model.named,
    ports,
    sidecars,
    initContainers: helpers(model.initContainers, 'i'),
    // Without the client's address nobody can tell who comes through a node's port; so ranges alone are refused there.
    exposure: { ...model.exposure, kind, ...kind === 'nodePort' && !model.exposure.options ? { ranges: [] } : {} },
    identity: { ...model.identity, permissions: model.identity.permissions && app.environment.kubernetesApi },
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
