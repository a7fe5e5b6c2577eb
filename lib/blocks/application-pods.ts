import { bindConfigFiles } from './config-files';
import type { ConnectionsOwner } from './connections';
import { Connections } from './connections';
import type { RenderedHealth } from './health';
import type { NetworkAccess } from './network-access';
import type { PlacementSubject } from './placement';
import type { PodSettings } from './pod-options';
import { bindPodOptions } from './pod-options';
import type { PodTemplateProps } from './pod-template';
import { PodTemplate } from './pod-template';
import type { ServiceExposure } from './service-exposure';
import { Identity } from './service-identity';
import type { ResolvedNames } from './service-names';
import { objectLabels } from './service-names';
import { createServicePolicy } from './service-policy';
import type { BoundShutdown } from './shutdown-hooks';
import { portsOfSidecars } from './sidecar';
import type { WorkloadProps } from './workload-props';
import type { EffectiveEnvironment } from '../core/environment';
import { ImageReference } from '../core/image-reference';
import type { KubernetesObject } from '../core/kubernetes-object';
import { checkAnnotations, checkLabelValue } from '../core/labels';
import { checkPorts, type Port } from '../core/port';
import { PropertyPath } from '../core/property-path';
import { Resources } from '../core/resources';

/** What the kinds of workloads say of their pods in different ways. @internal */
export interface ApplicationPodsProps extends Pick<PodTemplateProps, 'claimMounts' | 'hostAccess' | 'podSpec' | 'sharedMemory'> {
  readonly props: WorkloadProps;
  readonly names: ResolvedNames;
  readonly environment: EffectiveEnvironment;
  /** Ports of the application's container, the main one first. */
  readonly ports: readonly Port[];
  /** Further ones, on which the pods talk to each other alone. */
  readonly peerPorts?: readonly Port[];
  /** From which port monitoring scrapes; nothing to guess, false for none. */
  readonly metricsPort?: string | false;
  readonly exposure: ServiceExposure;
  readonly health: RenderedHealth;
  readonly shutdown: BoundShutdown;
  readonly placementSubject: Omit<PlacementSubject, 'revisionLabel'>;
}

/**
 * The pods of a workload with everything that belongs to them, whatever kind of object runs them: files, account,
 * permissions, policy, connections, and the template.
 *
 * @internal
 */
export class ApplicationPods {
  public readonly configMap?: KubernetesObject;
  public readonly serviceAccountName: string;
  public readonly serviceAccount?: KubernetesObject;
  public readonly role?: KubernetesObject;
  public readonly roleBinding?: KubernetesObject;
  public readonly policy: NetworkAccess;
  public readonly connections: Connections;
  public readonly template: PodTemplate;
  /** Of every object. */
  public readonly labels: Record<string, string>;
  /** Of the workload and its pods. */
  public readonly annotations: Readonly<Record<string, string>>;
  public readonly resources: Resources;
  public readonly sidecarPorts: readonly Port[];
  /** Ports of the application's container, the main one first, and those of its sidecars. */
  public readonly ports: readonly Port[];

  public constructor(owner: ConnectionsOwner, parts: ApplicationPodsProps) {
    const { props, names, environment, exposure } = parts;
    const at = new PropertyPath(owner, '');
    this.sidecarPorts = portsOfSidecars(at.at('sidecars'), props.sidecars ?? []);
    this.ports = [...parts.ports, ...this.sidecarPorts];
    checkPorts(at.at('sidecars'), [...this.ports, ...parts.peerPorts ?? []], exposure._isHeadless);
    this.resources = at.at('resources').instance(props.resources ?? environment.resources, Resources, 'Resources.of({ memory: Size.mebibytes(512) })');
    const identity = at.at('identity').instance(props.identity ?? Identity.own(), Identity, 'Identity.own()');
    exposure._check(at.at('exposure'), this.ports, environment.kubernetesVersion);
    if (props.version !== undefined) { checkLabelValue(at.at('version'), props.version); }
    this.labels = objectLabels(at, names, {
      version: props.version ?? ImageReference.parse(props.image)?.tag, component: props.component, partOf: environment.partOf, team: environment.team,
    }, props.labels ?? {});
    this.annotations = checkAnnotations(at.at('annotations'), props.annotations ?? {});
    const pod: PodSettings = bindPodOptions(at.at('pod'), props.pod ?? {});

    const files = bindConfigFiles(owner, at.at('files'), props.files ?? {}, names.name, this.labels);
    this.configMap = files?.configMap;
    const account = identity._bind(owner, at.at('identity'), names.serviceAccount, this.labels);
    this.serviceAccountName = account.name;
    this.serviceAccount = account.serviceAccount;
    this.role = account.role;
    this.roleBinding = account.roleBinding;
    this.policy = createServicePolicy(owner, at, {
      name: names.networkPolicy,
      labels: this.labels,
      selectorLabels: () => owner._podLabels,
      ports: this.ports,
      metricsPort: parts.metricsPort,
      environment,
      exposure,
      nameservers: pod.nameservers,
      usesKubernetesApi: identity._mountsToken,
      metadataEndpoints: identity._metadataEndpoints,
    });
    this.connections = new Connections(owner, this.policy, this.ports, exposure, this.labels, new Set(Object.keys(props.env ?? {})));
    this.template = new PodTemplate(owner, {
      at,
      environment,
      container: props,
      containerName: names.container,
      resources: this.resources,
      ports: [...parts.ports, ...parts.peerPorts ?? []],
      health: parts.health,
      shutdown: parts.shutdown,
      pod,
      sidecars: props.sidecars ?? [],
      initContainers: at.at('initContainers').list(props.initContainers ?? []),
      files,
      serviceAccountName: account.name,
      mountsToken: identity._mountsToken,
      labels: { ...this.labels, ...names.selectorLabels, ...identity._podLabels },
      annotations: this.annotations,
      placement: props.placement ?? {},
      placementSubject: parts.placementSubject,
      claimMounts: parts.claimMounts,
      hostAccess: parts.hostAccess,
      podSpec: parts.podSpec,
      sharedMemory: parts.sharedMemory,
      addedVariables: () => this.connections.variables,
    });
  }
}
