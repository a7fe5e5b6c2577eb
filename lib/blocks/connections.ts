import { ApiObject, Chart } from 'cdk8s';
import type { INetworkPolicyPeer } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { AddedVariable } from './connection-variables';
import { ConnectionVariables, defaultVariables } from './connection-variables';
import { peersOf, podLabelsOf, portsOf } from './kplus-values';
import { NetworkAccess } from './network-access';
import type { ServiceExposure } from './service-exposure';
import type { Connection, ConnectionCaller, ConnectionEdge, ConnectionPort, FqdnEgressRule, IConnectable } from '../core/connection';
import { Environment } from '../core/environment';
import { describeConfigurationError } from '../core/errors';
import type { IEnvVar } from '../core/kubernetes';
import { isObject } from '../core/merge';
import { NetworkPeer } from '../core/network-peer';
import type { Port } from '../core/port';
import { Protocol } from '../core/port';
import type { KnownProperties } from '../core/property-path';
import { PropertyPath } from '../core/property-path';

/** How a service connects. */
export interface ConnectOptions {
  /**
   * Name of the target's port.
   *
   * @default - its main port
   */
  readonly port?: string;

  /**
   * Under which names the service finds the address.
   *
   * @default - `<TARGET>_HOST` and `<TARGET>_PORT`, the target's name in capitals; for a database its name, user and password, too
   */
  readonly variables?: ConnectionVariables;
}

/** Who may connect, and where. */
export interface AllowOptions {
  /**
   * Names of the ports.
   *
   * @default - the main port
   */
  readonly ports?: string[];
}

const KNOWN_CONNECT: KnownProperties<ConnectOptions> = { port: true, variables: true };
const KNOWN_ALLOW: KnownProperties<AllowOptions> = { ports: true };

/** What connections have to know of their service. @internal */
export interface ConnectionsOwner extends Construct {
  readonly name: string;
  /** What others dial, where it is not the name. */
  readonly host?: string;
  readonly namespace: string | undefined;
  /** What selects all its pods. */
  readonly _podLabels: Readonly<Record<string, string>>;
}

/**
 * The connections of one service: the one place where a dependency becomes egress here, ingress there,
 * variables for the application and an edge of its graph.
 *
 * @internal
 */
export class Connections {
  private readonly added = new Map<string, AddedVariable & { readonly target: string }>();
  private readonly edgeList: ConnectionEdge[] = [];
  private readonly hostNameRules: FqdnEgressRule[] = [];

  public constructor(
    private readonly owner: ConnectionsOwner,
    private readonly policy: NetworkAccess,
    private readonly ports: readonly Port[],
    private readonly exposure: ServiceExposure,
    private readonly labels: Readonly<Record<string, string>>,
    private readonly ownVariables: ReadonlySet<string>,
  ) {}

  /** Declared edges, sorted, so that the order of the calls does not show. */
  public get edges(): ConnectionEdge[] {
    return [...this.edgeList].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }

  /** Variables that connections add, sorted by name for the same reason; those that are made of others last. */
  public get variables(): IEnvVar[] {
    const sorted = [...this.added.values()].sort((a, b) => (a.variable.name < b.variable.name ? -1 : 1));
    return [...sorted.filter(({ isComposed }) => !isComposed), ...sorted.filter(({ isComposed }) => isComposed)].map(({ variable }) => variable);
  }

  public connectTo(target: IConnectable | INetworkPolicyPeer, options: ConnectOptions = {}): void {
    const at = new PropertyPath(this.owner, 'connectTo');
    at.onlyKnown(options, KNOWN_CONNECT);
    const connection = isConnectable(target) ? target.acceptConnection(this.caller(), options.port) : this.connectToForeign(at, target, options.port);
    const { port } = connection;
    this.policy.allowTo(connection.peers, [port]);
    if (connection.hostNames !== undefined) { this.allowHostNames(at, { hostNames: connection.hostNames, ports: [port] }); }
    const to = connection.path ?? (connection.name || connection.peers.map(peer => JSON.stringify(peer._render(undefined))).join());
    const edge: ConnectionEdge = { from: this.owner.node.path, to, port, peers: connection.peers };
    if (!this.edgeList.some(known => JSON.stringify(known) === JSON.stringify(edge))) { this.edgeList.push(edge); }
    this.addVariables(at.at('variables'), connection, options.variables ?? defaultVariables(connection));
  }

  public allowFrom(source: NetworkPeer | INetworkPolicyPeer | { connectTo(target: IConnectable, options?: ConnectOptions): void }, target: IConnectable, options: AllowOptions = {}): void {
    const at = new PropertyPath(this.owner, 'allowFrom');
    at.onlyKnown(options, KNOWN_ALLOW);
    const ports = this.portsOf(at, options);
    if (source instanceof NetworkPeer) {
      this.allowFromPeer(source, options);
    } else if (typeof source === 'object' && 'connectTo' in source && typeof source.connectTo === 'function') {
      for (const port of ports) { source.connectTo(target, { port: port.name, variables: ConnectionVariables.none() }); }
    } else if (isForeignPeer(source)) {
      const peers = peersOf(source);
      peers.forEach(peer => peer._check(at)); // cdk8s-plus takes ranges that the API server does not
      this.policy.allowFrom(peers, ports);
      this.openForeignEnd(at, source, 'Egress', ports);
    } else {
      at.refuse('InvalidValue', { value: source, allowed: 'a NetworkPeer, a service, or a workload of cdk8s-plus', fix: "write NetworkPeer.pods({ app: 'api-gateway' })" });
    }
  }

  /** Lets somebody in who is known by address or labels alone. */
  public allowFromPeer(source: NetworkPeer, options: AllowOptions = {}): void {
    const at = new PropertyPath(this.owner, 'allowFrom');
    at.onlyKnown(options, KNOWN_ALLOW);
    const ports = this.portsOf(at, options);
    source._check(at);
    this.policy.allowFrom([source], ports);
  }

  /** Lets a caller in on the port it asked for. */
  public accept(caller: ConnectionCaller, portName: string | undefined): Connection {
    const at = new PropertyPath(caller.construct, 'connectTo');
    const [own, theirs] = [Environment.of(this.owner).name, Environment.of(caller.construct).name];
    if (own !== theirs) {
      at.refuse('NetworkUnreachable', { value: this.owner.node.path, allowed: `targets in the same environment, '${theirs}'; it is in '${own}'`, fix: 'connect to the target of the same environment, or to an ExternalEndpoint' });
    }
    if ((caller.namespace === undefined) !== (this.owner.namespace === undefined)) { refuseUnknownNamespace(at, caller.namespace, this.owner.namespace); }
    const port = portName === undefined ? this.mainPort(at)[0]! : this.portNamed(at.at('port'), portName);
    if (!this.exposure._published(this.ports).includes(port)) {
      at.at('port').refuse('PortConflict', { value: port.name, allowed: `a port that the Service of '${this.owner.node.path}' publishes`, fix: `name it in its exposure: { ports: [..., '${port.name}'] }` });
    }
    this.policy.allowFrom([caller.peer], [port]);
    const sameNamespace = caller.namespace === this.owner.namespace;
    const host = this.owner.host ?? this.owner.name;
    return {
      name: this.owner.name,
      path: this.owner.node.path,
      host: sameNamespace ? host : `${host}.${this.owner.namespace!}.svc.${Environment.of(caller.construct).clusterDomain}`,
      port: this.connectionPort(port),
      peers: [this.pods()],
    };
  }

  private caller(): ConnectionCaller {
    return { construct: this.owner, namespace: this.owner.namespace, peer: this.pods() };
  }

  private pods(): NetworkPeer {
    return NetworkPeer._podsBy(() => this.owner._podLabels, this.owner.namespace);
  }

  private connectionPort(port: Port): ConnectionPort {
    return { name: port.name, number: port.number, servicePort: port._servicePort(this.exposure._isHeadless), protocol: port.protocol };
  }

  private portsOf(at: PropertyPath, options: AllowOptions): readonly Port[] {
    return options.ports === undefined ? this.mainPort(at) : at.at('ports').list(options.ports).map((name, i) => this.portNamed(at.at('ports').at(i), name));
  }

  private mainPort(at: PropertyPath): readonly Port[] {
    if (this.ports[0] === undefined) {
      at.refuse('NetworkUnreachable', { value: this.owner.node.path, allowed: 'a service with a port; this is a worker', fix: 'give it a port, or turn the connection around' });
    }
    return [this.ports[0]];
  }

  private portNamed(at: PropertyPath, name: string): Port {
    const port = this.ports.find(p => p.name === name);
    return port ?? at.refuse('PortConflict', { value: name, allowed: `one of the ports ${this.ports.map(p => p.name).join(', ') || '(there is none)'} of '${this.owner.node.path}'`, fix: 'name a port the target has' });
  }

  private addVariables(at: PropertyPath, connection: Connection, variables: ConnectionVariables): void {
    for (const added of at.instance(variables, ConnectionVariables, "ConnectionVariables.prefix('DB')")._render(at, connection, this.owner.namespace)) {
      const { name, ...value } = added.variable;
      const known = this.added.get(name);
      if (this.ownVariables.has(name) || (known !== undefined && JSON.stringify(known.variable) !== JSON.stringify(added.variable))) {
        at.at(name).refuse('EnvironmentVariableConflict', {
          value: value.value ?? value,
          allowed: `a name that is not taken: ${known === undefined ? 'the workload sets it in "env"' : `the connection to '${known.target}' sets it to ${known.variable.value ?? 'another Secret'}`}`,
          fix: "choose other names: { variables: ConnectionVariables.prefix('OTHER') }",
        });
      }
      this.added.set(name, { ...added, target: connection.name });
    }
  }

  private allowHostNames(at: PropertyPath, rule: FqdnEgressRule): void {
    const { fqdnEgress } = Environment.of(this.owner);
    if (fqdnEgress === undefined) {
      return at.at('hostName').refuse('NetworkUnreachable', {
        value: rule.hostNames,
        allowed: 'host names only where the environment says how its network knows them: Kubernetes\' NetworkPolicy takes addresses',
        fix: 'set fqdnEgress on the environment (CiliumFqdnEgress for Cilium), or use ExternalEndpoint.cidr with the addresses',
      });
    }
    if (this.hostNameRules.some(known => JSON.stringify(known) === JSON.stringify(rule))) { return; }
    this.hostNameRules.push(rule);
    if (this.hostNameRules.length === 1) {
      const { owner } = this;
      fqdnEgress.allow(owner, {
        name: owner.name,
        get podLabels() { return owner._podLabels; },
        labels: this.labels,
        dns: Environment.of(owner).dns.peers,
        rules: () => [...this.hostNameRules].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
      });
    }
  }

  private connectToForeign(at: PropertyPath, target: INetworkPolicyPeer, portName: string | undefined): Connection {
    if (!isForeignPeer(target)) {
      at.refuse('InvalidValue', { value: target, allowed: 'a service, a database, an ExternalEndpoint, or a workload of cdk8s-plus', fix: 'pass the construct itself, or ExternalEndpoint.pods(labels, port) and the like' });
    }
    const ports = portsOf(target).map((port): ConnectionPort => ({
      name: port.name ?? String(port.number), number: port.number, servicePort: port.number, protocol: (port.protocol as Protocol | undefined) ?? Protocol.TCP,
    }));
    const port = portName === undefined ? ports[0] : ports.find(p => p.name === portName || String(p.number) === portName);
    if (port === undefined) {
      return at.at('port').refuse('PortConflict', { value: portName, allowed: `a port of the target: ${ports.map(p => p.name).join(', ') || '(it declares none)'}`, fix: 'declare the port on the target\'s container' });
    }
    this.openForeignEnd(at, target, 'Ingress', [port]);
    return { name: ApiObject.isApiObject(target.node.defaultChild) ? ApiObject.of(target).name : target.node.id, path: target.node.path, port, peers: peersOf(target) };
  }

  /**
   * Writes a policy on the other end only where that end is isolated: the first policy that selects a pod isolates it,
   * and would cut off everybody else.
   */
  private openForeignEnd(at: PropertyPath, other: INetworkPolicyPeer, direction: 'Ingress' | 'Egress', ports: readonly (Port | ConnectionPort)[]): void {
    const selector = other.toPodSelector();
    const labels = selectorLabelsOf(other);
    if (selector === undefined || labels === undefined) { return; }
    const theirs = namespaceOf(other);
    if ((theirs === undefined) !== (this.owner.namespace === undefined)) { refuseUnknownNamespace(at, this.owner.namespace, theirs); }
    const id = `${direction === 'Ingress' ? 'To' : 'From'}-${other.node.addr}`;
    const policies = this.owner.node;
    if (isIsolated(other, direction)) {
      const existing = policies.tryFindChild(id) as NetworkAccess | undefined;
      const otherName = ApiObject.isApiObject(other.node.defaultChild) ? ApiObject.of(other).name : other.node.id;
      // A name of its own in the other's namespace: services of one name in two namespaces may connect to the same workload.
      const ownName = theirs === this.owner.namespace ? this.owner.name : `${this.owner.namespace!}-${this.owner.name}`;
      const policy = existing ?? new NetworkAccess(this.owner, id, {
        name: `${ownName}-${direction === 'Ingress' ? 'to' : 'from'}-${otherName}`, labels: this.labels, selectorLabels: labels, namespace: theirs, directions: [direction],
      });
      if (direction === 'Ingress') {
        policy.allowFrom([this.caller().peer], ports);
      } else {
        policy.allowTo([this.caller().peer], ports);
      }
    } else {
      this.owner.node.addValidation({
        validate: () => (policies.tryFindChild(id) === undefined && isIsolated(other, direction) ? [describeConfigurationError({
          code: 'NetworkUnreachable',
          constructPath: this.owner.node.path,
          property: at.property,
          value: other.node.path,
          allowed: 'a workload whose isolation does not change after the connection was declared',
          fix: 'isolate it first, then connect: the policy that lets this service in was not written',
        })] : []),
      });
    }
  }
}

function isConnectable(target: unknown): target is IConnectable {
  return typeof (target as Partial<IConnectable> | undefined)?.acceptConnection === 'function';
}

function isForeignPeer(peer: unknown): peer is INetworkPolicyPeer {
  return typeof (peer as Partial<INetworkPolicyPeer> | undefined)?.toNetworkPolicyPeerConfig === 'function';
}

function selectorLabelsOf(peer: INetworkPolicyPeer): Record<string, string> | undefined {
  const rendered = peersOf(peer)[0]?._render(undefined);
  return rendered?.podSelector?.matchLabels as Record<string, string> | undefined;
}

function refuseUnknownNamespace(at: PropertyPath, from: string | undefined, to: string | undefined): never {
  at.refuse('NetworkUnreachable', {
    value: `from namespace ${from ?? '(unknown)'} to ${to ?? '(unknown)'}`,
    allowed: 'another end whose namespace is known if this one\'s is: a policy has to name it',
    fix: 'give both charts a namespace: new Chart(app, id, { namespace })',
  });
}

function namespaceOf(workload: INetworkPolicyPeer): string | undefined {
  return workload.toPodSelector()?.toPodSelectorConfig().namespaces?.names?.[0] ?? Chart.of(workload).namespace;
}

function isIsolated(workload: INetworkPolicyPeer, direction: string): boolean {
  const [namespace, labels] = [namespaceOf(workload), { ...selectorLabelsOf(workload), ...podLabelsOf(workload) }];
  return workload.node.root.node.findAll().some(construct => {
    if (!ApiObject.isApiObject(construct) || (construct as ApiObject).kind !== 'NetworkPolicy' || construct instanceof NetworkAccess) { return false; }
    const policy = construct as ApiObject;
    const spec: unknown = policy.metadata.namespace === namespace ? policy.toJson().spec : undefined;
    if (!isObject(spec)) { return false; }
    const types = spec.policyTypes as readonly string[] | undefined ?? ['Ingress', ...spec.egress === undefined ? [] : ['Egress']];
    return types.includes(direction) && selects(spec.podSelector, labels);
  });
}

/** Whether a label selector takes a pod, as the API server understands it. */
function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  const { matchLabels = {}, matchExpressions = [] } = (isObject(selector) ? selector : {}) as unknown as {
    matchLabels?: Record<string, string>; matchExpressions?: { key: string; operator: string; values?: string[] }[];
  };
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && matchExpressions.every(({ key, operator, values = [] }) => {
    switch (operator) {
      case 'In': return labels[key] !== undefined && values.includes(labels[key]);
      case 'NotIn': return labels[key] === undefined || !values.includes(labels[key]);
      case 'Exists': return labels[key] !== undefined;
      default: return labels[key] === undefined;
    }
  });
}
