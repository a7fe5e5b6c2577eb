import type { DatabaseServer } from './database-server';
import type { Engine, EngineServer } from './engines/engine';
import type { DatabaseNames } from './stateful-database-props';
import { StatefulSetUpdate } from './stateful-set-update';
import { ApplicationPods } from '../blocks/application-pods';
import type { ClaimRequest } from '../blocks/claim-spec';
import { renderClaimSpec } from '../blocks/claim-spec';
import type { ConnectionsOwner } from '../blocks/connections';
import { PodDisruptionBudget } from '../blocks/disruption-budget';
import type { EnvironmentVariables } from '../blocks/environment-variables';
import { startupBudgetOf } from '../blocks/health';
import { checkPlacement, fixedPods } from '../blocks/placement';
import { checkRollout } from '../blocks/rolling-update';
import { ServiceExposure } from '../blocks/service-exposure';
import { Identity } from '../blocks/service-identity';
import type { ResolvedNames } from '../blocks/service-names';
import { ServiceObject } from '../blocks/service-object';
import type { SidecarProps } from '../blocks/sidecar';
import { WorkloadObject } from '../blocks/workload-object';
import type { PodProps } from '../blocks/workload-props';
import type { EffectiveEnvironment } from '../core/environment';
import type { KubernetesObject } from '../core/kubernetes-object';
import { NetworkPeer } from '../core/network-peer';
import type { Port } from '../core/port';
import { PropertyPath } from '../core/property-path';
import { mebibytes } from '../core/quantity';
import type { Resources } from '../core/resources';

/** @internal */
export interface StatefulSetServerProps {
  readonly pod: PodProps;
  readonly names: ResolvedNames & Required<Pick<DatabaseNames, 'headlessService' | 'claim'>>;
  readonly environment: EffectiveEnvironment;
  readonly engine: Engine;
  readonly server: EngineServer;
  /** The exporter beside it, where one is asked for. */
  readonly exporter?: SidecarProps;
  readonly env: EnvironmentVariables;
  readonly resources: Resources;
  readonly instances: number;
  /** What each claim asks for. */
  readonly storage: ClaimRequest;
  readonly claimRetention: { readonly whenDeleted: 'Retain' | 'Delete'; readonly whenScaled: 'Retain' };
}

/** The kubelet's own time to end what is left. */
const MARGIN_SECONDS = 10;

/**
 * A database that a StatefulSet runs: its pods with all that belongs to them, a Service that clients dial, and a headless one
 * that gives each pod a name.
 *
 * @internal
 */
export class StatefulSetServer implements DatabaseServer {
  public readonly workload: KubernetesObject;
  public readonly disruptionBudget?: KubernetesObject;
  public readonly service: KubernetesObject;
  public readonly headlessService: KubernetesObject;
  public readonly ports: readonly Port[];
  public readonly serviceName: string;
  public readonly podLabels: Readonly<Record<string, string>>;
  public readonly claimName: string;
  public readonly isBackedUp = false;
  private readonly pods: ApplicationPods;

  public constructor(owner: ConnectionsOwner, props: StatefulSetServerProps) {
    const { names, environment, engine, server, instances } = props;
    const peerPorts = engine.peerPorts ?? [];
    const at = new PropertyPath(owner, '');
    const exposure = ServiceExposure.clusterIp();
    const health = server.health._render(at.at('engine').at('health'), [engine.port]);
    const placementSubject = fixedPods(names.selectorLabels, instances);
    const update = new StatefulSetUpdate({
      persistentVolumeClaimRetentionPolicy: props.claimRetention,
      // A pod that need not wait for others does not: a broken one would else hold up its own repair.
      podManagementPolicy: engine.startsInOrder === true ? 'OrderedReady' : 'Parallel',
      serviceName: names.headlessService,
      volumeClaimTemplates: [{
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        // What never changes, and nothing else: a template cannot be changed, and a version in it would stop every upgrade.
        metadata: { labels: { ...names.selectorLabels }, name: names.claim },
        spec: renderClaimSpec(at.at('storage'), props.storage, environment.kubernetesVersion),
      }],
    });
    checkPlacement(at.at('placement'), props.pod.placement ?? {}, { ...placementSubject, revisionLabel: update.revisionLabel }, where => environment.kubernetesVersion.require('affinityMatchLabelKeys', where, 'Spread.onePodPerNode'));
    this.pods = new ApplicationPods(owner, {
      props: {
        ...props.pod,
        identity: props.pod.identity ?? Identity.own(),
        component: props.pod.component ?? engine.name,
        image: engine.image,
        ...server.command === undefined ? {} : { command: [...server.command] },
        ...server.args === undefined ? {} : { args: [...server.args] },
        env: { ...server.env, ...props.env },
        scratch: server.scratch,
        resources: props.resources,
        files: { ...server.files, ...props.pod.files },
        sidecars: [...props.pod.sidecars ?? [], ...props.exporter === undefined ? [] : [props.exporter]],
      },
      names,
      environment,
      ports: [engine.port],
      peerPorts,
      metricsPort: props.exporter === undefined ? false : 'metrics',
      exposure,
      health,
      shutdown: {
        ...server.preStop === undefined ? {} : { lifecycle: { preStop: { exec: { command: [...server.preStop] } } } },
        terminationGracePeriodSeconds: at.at('engine').at('shutdownTime').seconds(server.shutdownTime, 1, 3600, 'give whole seconds up to 1 hour', 'Duration.seconds(120)') + MARGIN_SECONDS,
      },
      placementSubject,
      claimMounts: [{ mountPath: server.dataPath, name: names.claim }],
      sharedMemory: server.sharedMemory === undefined ? undefined : mebibytes(at.at('engine').at('sharedMemory'), server.sharedMemory, 1),
    });
    const { labels, annotations, template, sidecarPorts } = this.pods;
    this.ports = this.pods.ports;
    this.serviceName = names.service;
    this.podLabels = names.selectorLabels;
    this.claimName = `${names.claim}-${names.workload}-0`;
    this.workload = new WorkloadObject(owner, 'Resource', {
      name: names.workload,
      labels,
      annotations,
      selectorLabels: names.selectorLabels,
      replicas: instances,
      pace: checkRollout(at.at('engine'), {}, startupBudgetOf(health)),
      template,
      update,
    });
    if (instances > 1) {
      // A majority keeps the data: two that are away at once may take it along, however many there are.
      this.disruptionBudget = new PodDisruptionBudget(owner, 'DisruptionBudget', { name: names.disruptionBudget, labels, selectorLabels: names.selectorLabels, limit: { maxUnavailable: 1 } });
      const [each, among] = [[NetworkPeer.pods(names.selectorLabels)], [engine.port, ...peerPorts]];
      this.pods.policy.allowFrom(each, among);
      this.pods.policy.allowTo(each, among);
    }
    const services = { labels, ports: { application: [engine.port], sidecars: sidecarPorts }, selector: () => names.selectorLabels, version: environment.kubernetesVersion };
    this.service = new ServiceObject(owner, 'Service', { ...services, name: names.service, exposure });
    this.headlessService = new ServiceObject(owner, 'HeadlessService', {
      ...services,
      name: names.headlessService,
      // An instance of its own: whoever scrapes by the labels of the Service would scrape each pod twice.
      labels: { ...labels, 'app.kubernetes.io/instance': names.headlessService },
      ports: { application: [engine.port, ...peerPorts], sidecars: sidecarPorts },
      exposure: ServiceExposure.headless({ publishNotReadyAddresses: true }),
    });
  }

  public get policy() { return this.pods.policy; }
  public get connections() { return this.pods.connections; }
  public get labels() { return this.pods.labels; }
  public get serviceAccount() { return this.pods.serviceAccount; }
  public get configMap() { return this.pods.configMap; }
  public get role() { return this.pods.role; }
  public get roleBinding() { return this.pods.roleBinding; }
}
