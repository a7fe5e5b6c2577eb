import { Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { ProductionServiceProps } from './production-service-props';
import { PRODUCTION_SERVICE_PROPS } from './production-service-props';
import { ApplicationPods } from '../blocks/application-pods';
import { Autoscaler } from '../blocks/autoscaler';
import type { AllowOptions } from '../blocks/connections';
import { defaultDisruptionBudget, DisruptionBudget, PodDisruptionBudget } from '../blocks/disruption-budget';
import { Health, startupBudgetOf } from '../blocks/health';
import { checkPlacement } from '../blocks/placement';
import { ReleaseSubject } from '../blocks/release-subject';
import { checkRollout, DeploymentUpdate } from '../blocks/rolling-update';
import { ServiceExposure } from '../blocks/service-exposure';
import { serviceFindings } from '../blocks/service-findings';
import type { ResolvedNames } from '../blocks/service-names';
import { resolveNames } from '../blocks/service-names';
import { ServiceObject } from '../blocks/service-object';
import { bindShutdown } from '../blocks/shutdown-hooks';
import { Workload } from '../blocks/workload';
import { WorkloadObject } from '../blocks/workload-object';
import type { Connection, ConnectionCaller, IConnectable } from '../core/connection';
import { Availability, Environment } from '../core/environment';
import { Findings } from '../core/findings';
import type { KubernetesObject } from '../core/kubernetes-object';
import type { NetworkPeer } from '../core/network-peer';
import { checkPorts, Port } from '../core/port';
import { PropertyPath } from '../core/property-path';
import type { IReleaseStrategy } from '../core/release';
import { Replicas } from '../core/replicas';

/**
 * A service as production needs it, from an image, a port and the way to ask for its health.
 *
 * Creates a Deployment and its ServiceAccount, a Service (unless it is a worker), a HorizontalPodAutoscaler (unless the
 * replicas are fixed), a PodDisruptionBudget (from two replicas on), a NetworkPolicy, and what props ask for: an immutable
 * ConfigMap for files, a Role and RoleBinding for permissions. Each is a member and can be patched.
 *
 * @example
 *
 * const payments = new ProductionService(chart, 'payment-service', {
 *   image: 'registry.example.com/payments/payment-service:1.4.2',
 *   port: 8080,
 *   health: Health.http({ readiness: '/health/ready', liveness: '/health/live' }),
 * });
 */
export class ProductionService extends Workload implements IConnectable, kplus.IScalable {
  /** The Deployment, or what a release strategy makes of it. */
  public readonly workload: KubernetesObject;
  /** The Service; none for a worker. */
  public readonly service?: KubernetesObject;
  /** The HorizontalPodAutoscaler; none with fixed or externally owned replicas. */
  public readonly autoscaler?: KubernetesObject;
  /** The PodDisruptionBudget; none at one replica, or with `DisruptionBudget.none`. */
  public readonly disruptionBudget?: KubernetesObject;
  /** Name of the service's objects, and the host name that others dial. */
  public readonly name: string;
  /** The selector of its pods. It never changes. */
  public readonly selectorLabels: Readonly<Record<string, string>>;
  /** Ports of the application's container, the main one first, and those of its sidecars. */
  public readonly ports: readonly Port[];
  /** What a release has to know of it. @internal */
  public readonly _release: ReleaseSubject;
  /** @internal */
  protected readonly _pods: ApplicationPods;
  private readonly names: ResolvedNames;
  private readonly replicas: Replicas;
  private readonly image: string;
  private readonly workloadObject: WorkloadObject;
  private takenByAutoscaler = false;
  private podsWereAskedFor = false;

  /**
   * @param scope any construct below a Chart
   * @param id name of the service
   * @param props what the team says of it
   * @throws ConfigurationError with code, path, property, value, what is allowed and what to do
   */
  public constructor(scope: Construct, id: string, props: ProductionServiceProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    at.onlyKnown(props, PRODUCTION_SERVICE_PROPS);
    const environment = Environment.of(this);
    const version = environment.kubernetesVersion;
    const highlyAvailable = environment.availability === Availability.HIGH;
    this.names = resolveNames(this, props);
    this.name = this.names.service;
    this.selectorLabels = this.names.selectorLabels;
    this.image = props.image;
    const ownPorts = resolvePorts(at, props);
    const exposure = at.at('exposure').instance(props.exposure ?? ServiceExposure.clusterIp(), ServiceExposure, 'ServiceExposure.clusterIp()');
    checkPorts(at.at('additionalPorts'), ownPorts, exposure._isHeadless);
    this.replicas = at.at('replicas').instance(props.replicas ?? environment.replicas, Replicas, 'Replicas.fixed(3), or Replicas.autoscaled({ minReplicas: 3, maxReplicas: 10 })');
    this.replicas._check(at.at('replicas'), highlyAvailable);
    const health = at.at('health').instance(props.health, Health, "Health.http({ readiness: '/ready' }), or Health.none(reason)")._render(at.at('health'), ownPorts);
    const pace = checkRollout(at.at('rollout'), props.rollout ?? {}, startupBudgetOf(health));
    const minReplicas = this.replicas.minimum;
    const placementSubject = { selectorLabels: this.selectorLabels, minReplicas, maxReplicas: this.replicas.maximum };
    const update = new DeploymentUpdate(at.at('rollout'), props.rollout?.strategy, minReplicas);
    checkPlacement(at.at('placement'), props.placement ?? {}, { ...placementSubject, revisionLabel: update.revisionLabel }, where => version.require('affinityMatchLabelKeys', where, 'Spread.onePodPerNode'));
    const shutdown = bindShutdown(at.at('shutdown'), props.shutdown ?? environment.shutdown, {
      servesRequests: ownPorts.length > 0 || hasPorts(props.sidecars),
      isOwn: props.shutdown !== undefined,
      behindLoadBalancer: exposure._isBehindLoadBalancer,
      mainPort: ownPorts.find(port => port.protocol === 'TCP')?.number,
      postStart: props.postStart,
    }, version);

    this._pods = new ApplicationPods(this, {
      props, names: this.names, environment, ports: ownPorts, metricsPort: props.metricsPort, exposure, health, shutdown, placementSubject,
    });
    const { labels, annotations, sidecarPorts, template } = this._pods;
    this.ports = this._pods.ports;
    const workload = {
      name: this.names.workload,
      labels,
      annotations: { 'kubernetes.io/change-cause': `image ${props.image}`, ...annotations },
      selectorLabels: this.selectorLabels,
      replicas: this.replicas.owner === 'fixed' ? minReplicas : undefined,
      pace,
      template,
      update,
    };
    this.workloadObject = new WorkloadObject(this, 'Resource', workload);
    this.workload = this.workloadObject;
    this.service = this.ports.length === 0 ? undefined : new ServiceObject(this, 'Service', {
      name: this.names.service,
      labels,
      exposure,
      ports: { application: ownPorts, sidecars: sidecarPorts },
      selector: () => ({ ...this.selectorLabels, ...this._release.servedLabels }),
      version,
    });
    const autoscaler = this.replicas.owner !== 'autoscaled' ? undefined : {
      name: this.names.autoscaler,
      labels,
      target: () => this.workloadObject.reference,
      container: this.names.container,
      replicas: this.replicas,
      kubernetesVersion: version,
      at: at.at('replicas'),
      leastReplicas: () => this._release.leastReplicas,
    };
    this.autoscaler = autoscaler === undefined ? undefined : new Autoscaler(this, 'Autoscaler', autoscaler);
    this._release = new ReleaseSubject({
      environment,
      labels,
      selectorLabels: this.selectorLabels,
      replicas: this.replicas,
      exposure,
      applicationPorts: ownPorts,
      sidecarPorts,
      containerName: this.names.container,
      image: props.image,
      workload,
      autoscaler,
      hasOwnStrategy: props.rollout?.strategy !== undefined,
    });
    const budget = this.createBudget(at.at('disruptionBudget'), props.disruptionBudget, labels);
    this.disruptionBudget = budget;
    for (const finding of serviceFindings({
      highlyAvailable, minReplicas, health, update, budget, version, hasSidecars: (props.sidecars ?? []).length > 0,
    })) { Findings.add(this, finding); }
  }

  /** What selects all its pods, those of its release included. @internal */
  public override get _podLabels(): Readonly<Record<string, string>> {
    // A service that was refused half-way, its error caught, has no workload; what it has made is still rendered.
    return (this.workloadObject as WorkloadObject | undefined)?.sharedLabels ?? this.selectorLabels;
  }

  /** Whether an autoscaler made elsewhere has taken the service. */
  public get hasAutoscaler(): boolean {
    return this.takenByAutoscaler;
  }

  /**
   * Lets somebody in. A service that is named here is let out as well, without variables.
   *
   * @param source a `NetworkPeer`, a service, or a workload of cdk8s-plus
   * @param options on which ports
   * @throws ConfigurationError `PortConflict`, `NetworkUnreachable`
   */
  public allowFrom(source: NetworkPeer | ProductionService | kplus.INetworkPolicyPeer, options: AllowOptions = {}): void {
    this._pods.connections.allowFrom(source, this, options);
  }

  /** @see IConnectable.acceptConnection */
  public acceptConnection(caller: ConnectionCaller, portName?: string): Connection {
    return this._pods.connections.accept(caller, portName);
  }

  /**
   * Hands the workload to a release strategy, once: its kind changes, everything that refers to it follows, patches stay.
   *
   * @param strategy such as a canary's
   * @throws ConfigurationError `ReleaseConflict` when there is one already
   */
  public releaseWith(strategy: IReleaseStrategy): void {
    this.workloadObject.releaseWith(strategy);
    if (this.podsWereAskedFor && strategy.sharedLabels !== undefined) {
      new PropertyPath(this, 'releaseWith').refuse('ReleaseConflict', {
        value: strategy.description,
        allowed: 'a release before anything of cdk8s-plus has asked what selects the pods: its policies would not see those that the release adds',
        fix: 'make the release first, then what selects the service',
      });
    }
  }

  /** @see kplus.IPodSelector */
  public override toPodSelectorConfig(): kplus.PodSelectorConfig {
    this.podsWereAskedFor = true; // what it answers is kept
    return super.toPodSelectorConfig();
  }

  /** @see kplus.IScalable */
  public toScalingTarget(): kplus.ScalingTarget {
    const { cpu, memory } = this._pods.resources._amounts(new PropertyPath(this, 'resources'));
    const container = new kplus.Container({
      name: this.names.container, image: this.image, resources: { cpu: { request: kplus.Cpu.millis(cpu) }, memory: { request: Size.mebibytes(memory) } },
    });
    return { ...this.workloadObject.reference, containers: [container] };
  }

  /** @see kplus.IScalable */
  public markHasAutoscaler(): void {
    if (this.replicas.owner !== 'external' || this.takenByAutoscaler) {
      new PropertyPath(this, 'replicas').refuse('AutoscalerConflict', {
        value: this.takenByAutoscaler ? 'a second autoscaler' : `an autoscaler beside Replicas.${this.replicas.owner}`,
        allowed: 'one owner of the number of pods: two would undo each other',
        fix: 'set replicas: Replicas.external(minReplicas), and keep one autoscaler',
      });
    }
    this.takenByAutoscaler = true;
  }

  private createBudget(at: PropertyPath, budget: DisruptionBudget | undefined, labels: Record<string, string>): PodDisruptionBudget | undefined {
    const minReplicas = this.replicas.minimum;
    if (budget === undefined && minReplicas === 1) { return undefined; } // it would block every drain, or protect nothing
    const limit = at.instance(budget ?? defaultDisruptionBudget(minReplicas), DisruptionBudget, 'DisruptionBudget.maxUnavailable(1)')._render(at, minReplicas);
    const podLabels = (): Readonly<Record<string, string>> => this._podLabels;
    return limit === undefined ? undefined : new PodDisruptionBudget(this, 'DisruptionBudget', {
      name: this.names.disruptionBudget, labels, get selectorLabels() { return podLabels(); }, limit,
    });
  }
}

/** Before the sidecars are checked one by one. */
function hasPorts(sidecars: ProductionServiceProps['sidecars']): boolean {
  return Array.isArray(sidecars) && sidecars.some(sidecar => (sidecar?.ports ?? []).length > 0);
}

function resolvePorts(at: PropertyPath, props: ProductionServiceProps): Port[] {
  const main = typeof props.port === 'number' ? Port.http(props.port) : props.port;
  const additional = at.at('additionalPorts').list(props.additionalPorts ?? []);
  if (main === undefined && additional.length > 0) {
    at.at('port').refuse('MissingValue', { value: undefined, allowed: 'a main port where there are additional ones', fix: 'move the first of additionalPorts to port' });
  }
  if (main !== undefined) { at.at('port').instance(main, Port, 'the number 8080 for HTTP, or Port.grpc(9090)')._check(at.at('port')); }
  additional.forEach((port, i) => at.at('additionalPorts').at(i).instance(port, Port, 'Port.http(9090)')._check(at.at('additionalPorts').at(i)));
  return [...main === undefined ? [] : [main], ...additional];
}
