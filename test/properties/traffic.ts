import type { ProductionService } from 'cdk8s-production';
import { NAMESERVER } from './build';
import { runningContainers } from './checks';
import type { AppModel, PortModel } from './model';
import { defaultVariable, portName, portsOf, protocolOf, PROXY_METRICS, publishedPorts, usesKubernetesApi } from './model';
import type { Endpoint, Pod } from './network';
import { contains, Network } from './network';
import type { Manifest } from '../helpers/manifests';

const outside = (...ips: string[]): Endpoint => ({ ips });
const foreign = (namespace: string, labels: Record<string, string>, ip = '10.250.0.1'): Pod => ({ namespace, labels, ips: [ip] });

/** Who answers names under each profile, on which port. */
const RESOLVERS: Readonly<Record<NonNullable<AppModel['environment']['dns']>, readonly (readonly [Endpoint, number])[]>> = {
  kubeDns: [[foreign('kube-system', { 'k8s-app': 'kube-dns' }), 53]],
  nodeLocal: [[outside('169.254.20.10'), 53], [foreign('kube-system', { 'k8s-app': 'kube-dns' }), 53]],
  openShift: [[foreign('openshift-dns', { 'dns.operator.openshift.io/daemonset-dns': 'default' }), 5353]],
  custom: [[foreign('dns', { app: 'resolver' }), 5300]],
};
const MESHES: Readonly<Record<NonNullable<AppModel['environment']['mesh']>, readonly (readonly [Endpoint, number])[]>> = {
  istio: [[foreign('istio-system', { app: 'istiod' }), 15012]],
  linkerd: [
    [foreign('linkerd', { 'linkerd.io/control-plane-component': 'identity' }), 8080],
    [foreign('linkerd', { 'linkerd.io/control-plane-component': 'destination' }), 8086],
  ],
  custom: [[foreign('mesh', { app: 'control' }), 4444]],
};
const PROMETHEUS = foreign('monitoring', { app: 'prometheus' });
const GATEWAY = foreign('edge', { app: 'envoy' });
const METADATA = outside('169.254.169.254', 'fd00:ec2::254');
/** Addresses that are nobody's, that are in the ranges which exposures name, and that are in those which are let in. */
const SOMEBODY = outside('192.0.2.200');
const CUSTOMER = outside('198.51.100.77');
const EXCEPTED = outside('198.51.100.200');

/** An address in each range that applications connect to. */
const INSIDE: Readonly<Record<string, string>> = {
  '203.0.113.0/24': '203.0.113.7', '2001:db8:2::/48': '2001:db8:2::1', '0.0.0.0/0': '192.0.2.44', '::/0': '2001:db8:ffff::1', '169.254.0.0/16': '169.254.1.1', '10.0.0.0/8': '10.1.2.3',
};

/**
 * Says where what the policies let through is not what the application declared: what is missing, and what is too much.
 *
 * @param objects the manifests of the application
 */
export function trafficProblems(model: AppModel, services: readonly ProductionService[], objects: readonly Manifest[]): string[] {
  const network = new Network(objects.filter(object => object.kind === 'NetworkPolicy'));
  const pods = services.map((service, i): Pod => {
    const workload = find(objects, 'Deployment', service.workload.name, service.namespace);
    return {
      namespace: service.namespace ?? '',
      labels: workload.spec.template.metadata.labels,
      ips: [`10.244.0.${i + 1}`, `fd00:10::${i + 1}`],
      ports: runningContainers(workload).flatMap(container => container.ports ?? []),
    };
  });
  const problems: string[] = [];
  const demand = (expected: boolean, from: Endpoint, to: Endpoint, port: number, protocol: string, what: string): void => {
    if (network.allows(from, to, port, protocol) !== expected) {
      const half = `egress ${network.allowsEgress(from, to, port, protocol)}, ingress ${network.allowsIngress(from, to, port, protocol)}`;
      problems.push(`${what} ${port}/${protocol} should ${expected ? '' : 'not '}be possible: ${half}`);
    }
  };

  services.forEach((service, i) => {
    const pod = pods[i]!;
    const path = service.node.path;
    const serviceModel = model.services[i]!;
    const ports = portsOf(serviceModel);

    services.forEach((caller, j) => ports.forEach((port, k) => {
      demand(isDeclared(model, j, i, k) || meetOutside(model, pods, j, i, port), pods[j]!, pod, port.number, protocolOf(port), `${caller.node.path} to ${path}`);
    }));
    demand(meetOutside(model, pods, (i + 1) % services.length, i, { kind: 'tcp', number: 65500 }), pods[(i + 1) % services.length]!, pod, 65500, 'TCP', `a neighbour to ${path}`);

    ports.forEach((port, k) => {
      const { number } = port;
      const protocol = protocolOf(port);
      const strangers = model.strangers.filter(s => s.to === i && (s.everyPort || k === 0)).map(s => s.kind);
      const open = (ip: string): boolean => isOpenTo(model, i, ip, port);
      const metrics = model.environment.monitoring && port === metricsPortOf(ports, serviceModel.metricsPort, serviceModel.ports);
      const gateway = model.environment.gateways && serviceModel.exposure.kind === 'gateway' && k === 0;
      demand(metrics || open('10.250.0.1'), PROMETHEUS, pod, number, protocol, `monitoring to ${path}`);
      demand(gateway || open('10.250.0.1'), GATEWAY, pod, number, protocol, `the gateway to ${path}`);
      demand(open('10.250.0.1'), foreign(pod.namespace, { app: 'intruder' }), pod, number, protocol, `an intruder to ${path}`);
      demand(strangers.includes('pods') || strangers.includes('namespace') || open('10.250.0.1'), foreign('strangers', { app: 'stranger' }), pod, number, protocol, `a stranger to ${path}`);
      demand(strangers.includes('namespace') || open('10.250.0.1'), foreign('strangers', { app: 'other' }), pod, number, protocol, `another of the strangers to ${path}`);
      demand(open('192.0.2.200'), SOMEBODY, pod, number, protocol, `somebody to ${path}`);
      demand(strangers.includes('cidr') || open('198.51.100.77'), CUSTOMER, pod, number, protocol, `a customer to ${path}`);
      demand(open('198.51.100.200'), EXCEPTED, pod, number, protocol, `an excepted customer to ${path}`);
    });

    for (const [resolver, port] of RESOLVERS[model.environment.dns ?? 'kubeDns']) {
      for (const protocol of ['UDP', 'TCP']) { demand(true, pod, resolver, port, protocol, `${path} to its resolver`); }
    }
    for (const protocol of ['UDP', 'TCP']) { demand(serviceModel.pod.nameserver || wide(model, i, NAMESERVER, 53, protocol), pod, outside(NAMESERVER), 53, protocol, `${path} to its own name server`); }
    for (const [control, port] of model.environment.mesh === undefined ? [] : MESHES[model.environment.mesh]) { demand(true, pod, control, port, 'TCP', `${path} to its mesh`); }
    if (model.environment.mesh !== undefined) {
      const port = PROXY_METRICS[model.environment.mesh];
      demand(model.environment.monitoring, PROMETHEUS, pod, port, 'TCP', `monitoring to the proxy of ${path}`);
      demand(false, foreign(pod.namespace, { app: 'intruder' }), pod, port, 'TCP', `an intruder to the proxy of ${path}`);
    }
    const google = serviceModel.identity.kind !== 'unset' && serviceModel.identity.cloud === 'google';
    demand(google, pod, METADATA, 80, 'TCP', `${path} to the metadata endpoint`);
    demand(usesKubernetesApi(serviceModel) || wide(model, i, '10.0.0.10', 6443, 'TCP'), pod, outside('10.0.0.10'), 6443, 'TCP', `${path} to the Kubernetes API`);
    demand(wide(model, i, '192.0.2.99', 443, 'TCP'), pod, outside('192.0.2.99'), 443, 'TCP', `${path} to the world`);
  });

  model.externals.forEach((external, i) => {
    const pod = pods[external.from]!;
    const what = `${services[external.from]!.node.path} to external ${i}`;
    const protocol = external.udp && external.kind !== 'externalName' ? 'UDP' : 'TCP';
    const byName = external.kind === 'fqdn' || (external.kind === 'externalName' && model.environment.fqdn);
    if (byName) {
      const name = external.kind === 'externalName' ? { matchName: 'ledger.example.com' } : i % 2 === 0 ? { matchName: 'api.example.com' } : { matchPattern: '*.example.org' };
      const policy = find(objects, 'CiliumNetworkPolicy', `${services[external.from]!.name}-fqdn`, services[external.from]!.namespace);
      const port = { port: String(external.port), protocol };
      if (!policy.spec.egress.some((rule: Manifest) => JSON.stringify(rule.toFQDNs) === JSON.stringify([name]) && JSON.stringify(rule.toPorts) === JSON.stringify([{ ports: [port] }]))) { problems.push(`${what}: no rule for ${JSON.stringify(name)}`); }
      return;
    }
    const target = external.kind === 'pods' ? foreign(external.namespace ?? pod.namespace, { app: `external-${i}` }) : outside(external.kind === 'cidr' ? INSIDE[external.cidr]! : '203.0.113.7');
    demand(true, pod, target, external.port, protocol, what);
    // Whatever range is named, the clouds' credentials are not in it.
    const { identity } = model.services[external.from]!;
    demand(identity.kind !== 'unset' && identity.cloud === 'google' && protocol === 'TCP' && external.port === 80, pod, METADATA, external.port, protocol, `${what}: the metadata endpoint`);
  });

  model.connections.forEach((connection, i) => {
    const [caller, target] = [services[connection.from]!, services[connection.to]!];
    if (connection.declaredBy === 'target' || connection.variables === 'none') { return; }
    const port = portsOf(model.services[connection.to]!)[connection.port ?? 0]!;
    const service = find(objects, 'Service', target.service!.name, target.namespace);
    const servicePort = service.spec.ports.find((p: Manifest) => p.name === portName(port)).port;
    const near = caller.namespace === target.namespace;
    const host = near ? service.metadata.name : `${service.metadata.name}.${target.namespace}.svc.${model.environment.clusterDomain ?? 'cluster.local'}`;
    const env: Manifest[] = find(objects, 'Deployment', caller.workload.name, caller.namespace).spec.template.spec.containers[0].env;
    const prefix = connection.variables === 'default' ? defaultVariable(service.metadata.name) : `TARGET_${i}`;
    const expected = connection.variables === 'url' ? { [`${prefix}_URL`]: `grpc://${host}:${servicePort}` } : { [`${prefix}_HOST`]: host, [`${prefix}_PORT`]: String(servicePort) };
    for (const [name, value] of Object.entries(expected)) {
      const given = env.find(variable => variable.name === name)?.value;
      if (given !== value) { problems.push(`${caller.node.path}: ${name} is ${given}, not ${value}`); }
    }
  });
  return problems;
}

function find(objects: readonly Manifest[], kind: string, name: string, namespace: string | undefined): Manifest {
  const found = objects.find(object => object.kind === kind && object.metadata.name === name && object.metadata.namespace === namespace);
  if (found === undefined) { throw new Error(`there is no ${kind} ${namespace}/${name}`); }
  return found;
}

function isDeclared(model: AppModel, from: number, to: number, port: number): boolean {
  return model.connections.some(c => c.from === from && c.to === to && (c.port ?? 0) === port);
}

/** Whether a service's exposure lets an address in: on the ports for the outside; from its ranges alone where the pods see who comes. */
function isOpenTo(model: AppModel, service: number, ip: string, port: PortModel): boolean {
  const { kind, ranges, options: seen } = model.services[service]!.exposure;
  const published = publishedPorts(model.services[service]!).some(p => p.number === port.number && protocolOf(p) === protocolOf(port));
  return published && (kind === 'nodePort' || kind === 'loadBalancer') && (ranges.length === 0 || !seen || ranges.some(range => contains(range, ip)));
}

/** Whether a service may go to an address because it declared a range around it. */
function wide(model: AppModel, service: number, ip: string, port: number, protocol: string): boolean {
  return model.externals.some(e => e.from === service && e.kind === 'cidr' && e.port === port && (e.udp ? 'UDP' : 'TCP') === protocol && contains(e.cidr, ip));
}

/** Two services that never heard of each other: one may go everywhere, the other is open to everybody. */
function meetOutside(model: AppModel, pods: readonly Pod[], from: number, to: number, port: PortModel): boolean {
  return pods[to]!.ips.some(ip => wide(model, from, ip, port.number, protocolOf(port))) && pods[from]!.ips.some(ip => isOpenTo(model, to, ip, port));
}

/** The port that is scraped: the one that was named, else the one named metrics, else the first for TCP. */
function metricsPortOf(ports: readonly PortModel[], named: boolean, own: readonly PortModel[]): PortModel | undefined {
  const first = own.find(port => protocolOf(port) === 'TCP');
  if (named && first !== undefined) { return first; }
  return ports.find(port => portName(port) === 'metrics') ?? ports.find(port => protocolOf(port) === 'TCP');
}
