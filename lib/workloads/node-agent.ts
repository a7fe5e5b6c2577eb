import type { Construct } from 'constructs';
import type { NodeAgentProps } from './node-agent-props';
import { NODE_AGENT_PROPS } from './node-agent-props';
import { AgentUpdate, DaemonSetUpdate } from '../blocks/agent-update';
import { ApplicationPods } from '../blocks/application-pods';
import type { AllowOptions } from '../blocks/connections';
import { Health } from '../blocks/health';
import { bindHostAccess, type HostAccess, hostAccessFinding } from '../blocks/host-access';
import { NodeCoverage } from '../blocks/node-coverage';
import { checkPlacement, Spread } from '../blocks/placement';
import { checkRollout } from '../blocks/rolling-update';
import { ServiceExposure } from '../blocks/service-exposure';
import { resolveNames } from '../blocks/service-names';
import { bindShutdown } from '../blocks/shutdown-hooks';
import { Workload } from '../blocks/workload';
import { WorkloadObject } from '../blocks/workload-object';
import { Environment } from '../core/environment';
import { Findings } from '../core/findings';
import type { KubernetesObject } from '../core/kubernetes-object';
import { NetworkPeer } from '../core/network-peer';
import { checkPorts, Port } from '../core/port';
import { PropertyPath } from '../core/property-path';

/** Where the classes of the system belong: many clusters refuse them elsewhere. */
const SYSTEM_NAMESPACE = 'kube-system';

/** Tells whoever looks at the object what it may do to its node. */
const HOST_ACCESS = 'cdk8s-production/host-access';

/**
 * An agent that runs once on each node: it collects logs or metrics, watches, or serves what is on the node.
 *
 * Creates a DaemonSet with its ServiceAccount and NetworkPolicy, and what props ask for. Without host access its pods pass Pod Security
 * "restricted". There is no budget and no autoscaler: a drain leaves DaemonSets alone, and the nodes are their number.
 *
 * @example
 *
 * new NodeAgent(chart, 'log-agent', {
 *   image: 'registry.example.com/platform/log-agent:3.1.0',
 *   ports: [Port.http(2020, { name: 'metrics' })],
 *   health: Health.http({ readiness: '/ready', liveness: '/live' }),
 *   hostAccess: [HostAccess.readOnlyPath('/var/log', 'the logs of all containers lie there')],
 * });
 */
export class NodeAgent extends Workload {
  /** The DaemonSet. */
  public readonly workload: KubernetesObject;
  /** Name of its objects. */
  public readonly name: string;
  /** The selector of its pods. It never changes. */
  public readonly selectorLabels: Readonly<Record<string, string>>;
  /** Ports of the application's container, the main one first, and those of its sidecars. */
  public readonly ports: readonly Port[];
  /** @internal */
  protected readonly _pods: ApplicationPods;

  /**
   * @param scope any construct below a Chart
   * @param id name of the agent, at most 52 characters with its prefixes
   * @param props what the team says of it
   * @throws ConfigurationError with code, path, property, value, what is allowed and what to do
   */
  public constructor(scope: Construct, id: string, props: NodeAgentProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    at.onlyKnown(props, NODE_AGENT_PROPS);
    const environment = Environment.of(this);
    const names = resolveNames(this, props, 'DaemonSet');
    this.name = names.name;
    this.selectorLabels = names.selectorLabels;
    const ports = at.at('ports').list(props.ports ?? []).map((port, i) => {
      at.at('ports').at(i).instance(port, Port, 'Port.http(8080)')._check(at.at('ports').at(i));
      return port;
    });
    checkPorts(at.at('ports'), ports);
    const health = at.at('health').instance(props.health, Health, "Health.http({ readiness: '/ready' }), or Health.none(reason)")._render(at.at('health'), ports);
    const coverage = at.at('coverage').instance(props.coverage ?? NodeCoverage.workers(), NodeCoverage, 'NodeCoverage.workers()');
    const hostAccess = bindHostAccess(at.at('hostAccess'), props.hostAccess ?? [], ports);
    const strategy = at.at('update').instance(props.update ?? AgentUpdate.maxUnavailable('10%'), AgentUpdate, "AgentUpdate.maxUnavailable('10%')")._render(at.at('update'), hostAccess.takesPorts);
    const update = new DaemonSetUpdate(strategy);
    const { minReady, revisionHistoryLimit } = props;
    const pace = checkRollout(at, { ...minReady === undefined ? {} : { minReady }, ...revisionHistoryLimit === undefined ? {} : { revisionHistoryLimit } }, 0);
    const placementSubject = {
      selectorLabels: this.selectorLabels,
      minReplicas: 1,
      maxReplicas: Infinity, // as many as there are nodes
      defaultSpread: Spread.none('one on each node is what a DaemonSet does'),
      mayBeCritical: this.namespace === SYSTEM_NAMESPACE,
      addedTolerations: coverage._tolerations,
    };
    if (props.placement?.spread !== undefined) {
      at.at('placement').at('spread').refuse('ConflictingProperties', { value: 'a spread', allowed: 'no spread: there is one on each node', fix: 'leave it out' });
    }
    checkPlacement(at.at('placement'), props.placement ?? {}, { ...placementSubject, revisionLabel: update.revisionLabel }, () => undefined);
    const shutdown = bindShutdown(at.at('shutdown'), props.shutdown ?? environment.shutdown, {
      servesRequests: false, isOwn: props.shutdown !== undefined, behindLoadBalancer: false, mainPort: ports.find(port => port.protocol === 'TCP')?.number, postStart: undefined,
    }, environment.kubernetesVersion);

    this._pods = new ApplicationPods(this, {
      props, names, environment, ports, metricsPort: props.metricsPort, exposure: ServiceExposure.clusterIp(), health, shutdown, placementSubject, podSpec: hostAccess.podSpec, hostAccess,
    });
    this.ports = this._pods.ports;
    const { labels, annotations, template } = this._pods;
    this.workload = new WorkloadObject(this, 'Resource', {
      name: this.name,
      labels,
      annotations: { 'kubernetes.io/change-cause': `image ${props.image}`, ...hostAccessAnnotation(props.hostAccess ?? []), ...annotations },
      selectorLabels: this.selectorLabels,
      replicas: undefined,
      pace,
      template,
      update,
    });
    for (const access of props.hostAccess ?? []) { Findings.add(this, hostAccessFinding(access), access._reason); }
  }

  /**
   * Lets somebody in.
   *
   * @param source such as `NetworkPeer.namespace('tracing')`
   * @param options on which ports
   * @throws ConfigurationError `PortConflict`, `NetworkUnreachable`
   */
  public allowFrom(source: NetworkPeer, options: AllowOptions = {}): void {
    new PropertyPath(this, 'allowFrom').instance(source, NetworkPeer, "NetworkPeer.namespace('tracing')");
    this._pods.connections.allowFromPeer(source, options);
  }
}

function hostAccessAnnotation(list: readonly HostAccess[]): Record<string, string> {
  return list.length === 0 ? {} : { [HOST_ACCESS]: list.map(access => access._says).join(', ') };
}
