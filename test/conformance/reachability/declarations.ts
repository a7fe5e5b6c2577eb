import { ApiObject, Chart } from 'cdk8s';
import {
  type AllowOptions, BatchJob, type ClusterPeer, Environment, Migration, NetworkPeer, NodeAgent, type Port as ServicePort, ProductionService, type ProductionServiceProps, ScheduledJob,
  StatefulDatabase, type StatefulDatabaseProps,
} from 'cdk8s-production';
import type { IConstruct } from 'constructs';
import type { Peer } from './peers';
import { peerOf } from './peers';
import type { Port } from './ports';
import { podTemplate } from './world';
import { PropertyPath } from '../../../lib/core/property-path';
import { STATEFUL_DATABASE_PROPS } from '../../../lib/data/stateful-database-props';
import { BATCH_JOB_PROPS } from '../../../lib/workloads/batch-job-props';
import { MIGRATION_PROPS } from '../../../lib/workloads/migration-props';
import { NODE_AGENT_PROPS } from '../../../lib/workloads/node-agent-props';
import { PRODUCTION_SERVICE_PROPS } from '../../../lib/workloads/production-service-props';
import { SCHEDULED_JOB_PROPS } from '../../../lib/workloads/scheduled-job-props';
import { at, countAt, labelsAt, listAt, textAt } from '../shared/json';
import type { Manifest } from '../shared/manifests';
import { objectName } from '../shared/manifests';

/** Somebody who may connect, or be connected to, and where. */
export interface Rule {
  readonly peer: Peer;
  readonly ports: readonly Port[];
}

/** What a service's authors declared: everything else is denied, both ways. */
export interface DeclaredService {
  /** Its workload, as findings name it. */
  readonly id: string;
  readonly namespace: string;
  readonly egress: readonly Rule[];
  readonly ingress: readonly Rule[];
  /** Declarations that no NetworkPolicy can render. */
  readonly notJudged: readonly string[];
}

/** Whose pods are denied what nobody declared. */
export type Service = ProductionService | StatefulDatabase | ScheduledJob | BatchJob | Migration | NodeAgent;

type Source = Parameters<ProductionService['allowFrom']>[0];

/** What a service was told: its constructor's props, and every call of `allowFrom`. */
interface Told {
  readonly props: Partial<Pick<ProductionServiceProps, 'exposure' | 'metricsPort' | 'pod'> & Pick<StatefulDatabaseProps, 'instances'>>;
  readonly allowed: { readonly source: Source; readonly options?: AllowOptions }[];
}

/** What is said of a Service outside of the cluster. */
interface Published {
  readonly ports?: readonly string[];
  readonly sourceRanges?: readonly string[];
  readonly keepClientAddress?: boolean;
}

export type Declarations = ReadonlyMap<IConstruct, Told>;

/** Name servers answer on both, whatever a profile says: UDP first, TCP for what does not fit. */
const DNS: readonly Port[] = ['TCP', 'UDP'].map((protocol) => ({ protocol, number: 53 }));

/** https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy#network-policy-and-workload-identity */
const GKE_METADATA_SERVER: readonly Rule[] = [['169.254.169.252/32', 988] as const, ['169.254.169.254/32', 80] as const]
  .map(([cidr, number]) => ({ peer: { kind: 'range', cidr, except: [] }, ports: [{ protocol: 'TCP', number }] }));

const EVERYWHERE = ['0.0.0.0/0', '::/0'];

/** By its list of props each construct says that it has been told something. */
const PROPS: readonly unknown[] = [PRODUCTION_SERVICE_PROPS, STATEFUL_DATABASE_PROPS, SCHEDULED_JOB_PROPS, BATCH_JOB_PROPS, MIGRATION_PROPS, NODE_AGENT_PROPS];
const LETTING_IN = [ProductionService.prototype, StatefulDatabase.prototype, NodeAgent.prototype];

/** Whether a construct is one whose pods are in the manifests. Those of an operator's database are not. */
export function isService(construct: IConstruct): construct is Service {
  return construct instanceof StatefulDatabase ? construct.workload.kind === 'StatefulSet'
    : [ProductionService, ScheduledJob, BatchJob, Migration, NodeAgent].some((kind) => construct instanceof kind);
}

/** Writes down what services are told while `build` runs: constructs do not keep it, and what they made of it is on trial. */
export function recordDeclarations(build: () => void): Declarations {
  const told = new Map<IConstruct, Told>();
  const { onlyKnown } = PropertyPath.prototype;
  PropertyPath.prototype.onlyKnown = function <T extends object>(this: PropertyPath, value: T, known: Parameters<typeof onlyKnown<T>>[1]): T {
    if (PROPS.includes(known)) told.set(this.construct, { props: value, allowed: [] });
    return onlyKnown.call(this, value, known) as T;
  };
  const originals = LETTING_IN.map(({ allowFrom }) => allowFrom as (source: Source, options?: AllowOptions) => void);
  LETTING_IN.forEach((prototype, index) => {
    prototype.allowFrom = function (this: IConstruct, source: Source, options?: AllowOptions) {
      told.get(this)?.allowed.push({ source, options });
      originals[index]?.call(this, source, options);
    };
  });
  try {
    build();
  } finally {
    PropertyPath.prototype.onlyKnown = onlyKnown;
    LETTING_IN.forEach((prototype, index) => { prototype.allowFrom = originals[index]!; });
  }
  return told;
}

/** The services of a part of the tree, with both ends of each connection. */
export function declaredServices(services: readonly Service[], declarations: Declarations, manifests: readonly Manifest[]): DeclaredService[] {
  return services.map((service) => {
    const told = declarations.get(service);
    if (told === undefined) throw new Error(`nothing was recorded of ${service.node.path}: the record and the library no longer fit`);
    const environment = Environment.of(service);
    return {
      id: workloadOf(service),
      namespace: namespaceOf(service),
      egress: [
        ...service.edges.flatMap(({ to, port, peers }) => targets(service, to, peers).map((peer) => ({ peer, ports: [port] }))),
        ...[...environment.dns.peers, ...environment.mesh?.controlPlane ?? []].map(clusterRule),
        ...(told.props.pod?.dns?.nameservers ?? []).map((address): Rule => ({ peer: { kind: 'range', cidr: `${address}/${address.includes(':') ? 128 : 32}`, except: [] }, ports: DNS })),
        ...usesGoogleIdentity(service, manifests) ? GKE_METADATA_SERVER : [],
        ...holdsToken(service, manifests) ? environment.kubernetesApi.map(clusterRule) : [],
        ...amongInstances(service, told.props, manifests),
      ],
      ingress: [
        ...services.flatMap((caller) => caller.edges.filter(({ to }) => to === service.node.path).map(({ port }) => ({ peer: identity(caller), ports: [port] }))),
        ...told.allowed.flatMap(({ source, options }) => allowedSource(source).map((peer) => ({ peer, ports: portsNamed(service, options?.ports) }))),
        ...environment.monitoring.map((peer) => ({ peer: peerOf(peer), ports: metricsPort(service, told.props) })),
        ...environment.mesh === undefined ? [] : environment.monitoring.map((peer) => clusterRule({ peer, ports: [...environment.mesh!.scrapePorts] })),
        ...exposedTo(service, told.props, environment.gateways),
        ...amongInstances(service, told.props, manifests),
      ],
      notJudged: [
        ...service.edges.filter(({ peers }) => peers.length === 0).map(({ to, port }) => `${workloadOf(service)} connects to ${to} on ${describe(port)}: NetworkPolicies know no host names`),
        ...at(podTemplate(find(manifests, kindOf(service), objectOf(service).name, service)!), 'spec', 'hostNetwork') === true
          ? [`${workloadOf(service)} lives in the network of its node: many network plugins apply no policy to it`] : [],
      ],
    };
  });
}

/** An edge leads to a workload of the tree where there is one, else to the peers it names. */
function targets(service: Service, path: string, peers: readonly NetworkPeer[]): Peer[] {
  const target = service.node.root.node.findAll().find(({ node }) => node.path === path);
  const workload = target === undefined ? undefined : workloadIn(target);
  return workload === undefined ? peers.map(peerOf) : [{ kind: 'workload', workload }];
}

function allowedSource(source: Source): Peer[] {
  if (source instanceof NetworkPeer) return [peerOf(source)];
  if (isService(source)) return []; // an edge of the source
  const workload = workloadIn(source);
  if (workload === undefined) throw new Error(`${source.node.path} is let in, and this check does not know who that is`);
  return [{ kind: 'workload', workload }];
}

function exposedTo(service: Service, { exposure }: Told['props'], gateways: readonly NetworkPeer[]): Rule[] {
  const said: unknown = exposure === undefined ? {} : JSON.parse(JSON.stringify(exposure));
  const { _kind: kind, options = {} } = said as { readonly _kind?: string; readonly options?: Published };
  switch (kind) {
    case 'gateway': return gateways.map((peer) => ({ peer: peerOf(peer), ports: portsNamed(service) }));
    case 'nodePort':
    case 'loadBalancer': {
      // Where the client's address is lost on the way, pods see a node's, and a policy can tell nobody apart.
      const ranges = options.keepClientAddress === true ? options.sourceRanges : undefined;
      return (ranges ?? EVERYWHERE).map((cidr) => ({ peer: { kind: 'range', cidr, except: [] }, ports: portsNamed(service, options.ports) }));
    }
    default: return [];
  }
}

/** Several instances of a database share the data: on the port of its clients, and on those that its container has for its peers. */
function amongInstances(service: Service, { instances = 1 }: Told['props'], manifests: readonly Manifest[]): Rule[] {
  if (!(service instanceof StatefulDatabase) || instances === 1) return [];
  const workload = find(manifests, kindOf(service), objectOf(service).name, service);
  const peers = listAt(listAt(podTemplate(workload!), 'spec', 'containers')[0], 'ports').filter(port => textAt(port, 'name')?.startsWith('peer-'))
    .map(port => ({ number: countAt(port, 'containerPort'), protocol: 'TCP' }));
  return [{ peer: identity(service), ports: [...portsNamed(service), ...peers] }];
}

function clusterRule(known: ClusterPeer): Rule {
  const peer = peerOf(known.peer);
  const servesNames = peer.kind === 'pods' && peer.labels['k8s-app'] === 'kube-dns';
  return { peer, ports: servesNames ? DNS : known.ports.map(({ number, protocol }) => ({ number, protocol: protocol ?? 'TCP' })) };
}

function usesGoogleIdentity(service: Service, manifests: readonly Manifest[]): boolean {
  const account = find(manifests, 'ServiceAccount', accountOf(service), service);
  return labelsAt(account, 'metadata', 'annotations')['iam.gke.io/gcp-service-account'] !== undefined;
}

function holdsToken(service: Service, manifests: readonly Manifest[]): boolean {
  const workload = find(manifests, kindOf(service), objectOf(service).name, service);
  return workload !== undefined && at(podTemplate(workload), 'spec', 'automountServiceAccountToken') === true;
}

function find(manifests: readonly Manifest[], kind: string, name: string, service: Service): Manifest | undefined {
  return manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name && (manifest.metadata.namespace ?? 'default') === namespaceOf(service));
}

function portsNamed(service: Service, names?: readonly string[]): readonly ServicePort[] {
  const ports = portsOf(service);
  return names === undefined ? ports.slice(0, 1) : ports.filter(({ name }) => names.includes(name));
}

/** The port the author names, else one named metrics, else the first that a scraper can speak to. A database has none but its exporter's. */
function metricsPort(service: Service, { metricsPort: name }: Told['props']): readonly ServicePort[] {
  const ports = portsOf(service);
  const first = service instanceof StatefulDatabase ? undefined : ports.find(({ protocol }) => protocol === 'TCP');
  const port = ports.find((candidate) => candidate.name === (name ?? 'metrics')) ?? first;
  return port === undefined ? [] : [port];
}

/** What ends listens to nobody. */
function portsOf(service: Service): readonly ServicePort[] {
  return 'ports' in service ? service.ports : [];
}

function objectOf(service: Service): ApiObject {
  if (service instanceof ScheduledJob) return service.cronJob;
  return service instanceof BatchJob || service instanceof Migration ? service.job : service.workload;
}

function accountOf(service: Service): string {
  return service instanceof StatefulDatabase ? service.serviceAccount?.name ?? '' : service.serviceAccountName;
}

function identity(service: Service): Peer {
  return { kind: 'workload', workload: workloadOf(service) };
}

function workloadOf(service: Service): string {
  return objectName({ kind: kindOf(service), name: objectOf(service).name, namespace: namespaceOf(service) });
}

/** A Rollout that takes over from a Deployment has its pods described there. */
function kindOf(service: Service): string {
  const object = objectOf(service);
  return textAt(object.toJson(), 'spec', 'workloadRef', 'kind') ?? object.kind;
}

function workloadIn(construct: IConstruct): string | undefined {
  if (isService(construct)) return workloadOf(construct);
  const object = construct.node.defaultChild;
  if (object === undefined || !ApiObject.isApiObject(object) || at(object.toJson(), 'spec', 'template') === undefined) return undefined;
  return objectName({ kind: object.kind, name: object.name, namespace: object.metadata.namespace ?? namespaceOf(object) });
}

function namespaceOf(construct: IConstruct): string {
  return Chart.of(construct).namespace ?? 'default';
}

function describe({ protocol, number }: Port): string {
  return `${protocol} ${number}`;
}
