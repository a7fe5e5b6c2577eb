import type { Construct } from 'constructs';
import type { ContainerProps } from './container';
import { bindContainer } from './container';
import { renderPodSecurity } from './container-security';
import type { RenderedHealth } from './health';
import type { BoundHostAccess } from './host-access';
import type { PlacementOptions, PlacementSubject } from './placement';
import { renderPlacement } from './placement';
import type { PodSettings } from './pod-options';
import { DEFAULT_SCRATCH, type Mount, PodVolumes, type ScratchDirectories } from './pod-volumes';
import type { BoundShutdown } from './shutdown-hooks';
import type { InitContainerProps, SidecarProps } from './sidecar';
import { bindInitContainer, bindSidecar } from './sidecar';
import type { EffectiveEnvironment } from '../core/environment';
import type { IContainer, IEnvVar, IPodSpec, IPodTemplateSpec, IVolume, IVolumeMount } from '../core/kubernetes';
import type { Port } from '../core/port';
import { PropertyPath } from '../core/property-path';
import { renderMebibytes } from '../core/quantity';
import type { Resources } from '../core/resources';

/** @internal */
export interface PodTemplateProps {
  readonly at: PropertyPath;
  readonly environment: EffectiveEnvironment;
  readonly container: ContainerProps;
  readonly containerName: string;
  readonly resources: Resources;
  readonly ports: readonly Port[];
  readonly health: RenderedHealth;
  readonly shutdown: BoundShutdown;
  readonly pod: PodSettings;
  readonly sidecars: readonly SidecarProps[];
  readonly initContainers: readonly InitContainerProps[];
  readonly files?: { readonly volume: IVolume; readonly mounts: readonly IVolumeMount[] };
  readonly serviceAccountName: string;
  readonly mountsToken: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly placement: PlacementOptions;
  readonly placementSubject: Omit<PlacementSubject, 'revisionLabel'>;
  /** Where the application's container finds volumes that are not the template's own, such as those of claim templates. */
  readonly claimMounts?: readonly IVolumeMount[];
  /** How large /dev/shm may get, in MiB; a part of the container's memory. */
  readonly sharedMemory?: number;
  readonly addedVariables: () => readonly IEnvVar[];
  /**
   * What the kind of workload says of its pods.
   *
   * @default - nothing
   */
  readonly podSpec?: Pick<IPodSpec, 'dnsPolicy' | 'hostNetwork' | 'hostPID' | 'restartPolicy'>;
  /** What the application's container may do to its node. */
  readonly hostAccess?: Pick<BoundHostAccess, 'hostPorts' | 'mounts' | 'security' | 'volumes'>;
}

const SHARED_MEMORY = 'shared-memory';

/**
 * The pods of a workload, described once, whatever kind of object runs them.
 *
 * @internal
 */
export class PodTemplate {
  private readonly main: () => IContainer;
  private readonly inits: readonly (() => IContainer)[];
  private readonly sidecars: readonly (() => IContainer)[];
  private readonly volumes = new PodVolumes();

  public constructor(construct: Construct, private readonly props: PodTemplateProps) {
    const { at, environment, pod } = props;
    const root = new PropertyPath(construct, '');
    const context = (where: PropertyPath) => ({ at: where, environment, volumes: this.volumes, user: pod.user, group: pod.group, guaranteed: props.resources._isGuaranteed });
    if (props.files !== undefined) { this.volumes.add(at.at('files'), props.files.volume); }
    if (props.sharedMemory !== undefined) { this.volumes.add(at, { name: SHARED_MEMORY, emptyDir: { medium: 'Memory', sizeLimit: renderMebibytes(props.sharedMemory) } }); }
    for (const volume of props.hostAccess?.volumes ?? []) { this.volumes.add(at.at('hostAccess'), volume); }
    this.inits = props.initContainers.map((init, i) => bindInitContainer(init, context(root.at('initContainers').at(i))));
    this.sidecars = props.sidecars.map((sidecar, i) => bindSidecar(sidecar, context(root.at('sidecars').at(i))));
    this.main = bindContainer(props.container, {
      name: props.containerName,
      resources: props.resources,
      scratch: { ...this.defaultScratch(at), ...at.at('scratch').record(props.container.scratch ?? {}, 'sizes by the paths of directories', "{ '/var/cache': Size.mebibytes(100) }") },
      ports: props.ports,
      health: props.health,
      lifecycle: props.shutdown.lifecycle,
      fileMounts: [
        ...props.files?.mounts ?? [], ...props.claimMounts ?? [], ...props.hostAccess?.mounts ?? [], ...props.sharedMemory === undefined ? [] : [{ mountPath: '/dev/shm', name: SHARED_MEMORY }],
      ],
      addedVariables: props.addedVariables,
      host: props.hostAccess,
    }, context(at));
    this.refuseSameNames(root);
  }

  /** Labels of the pods, as the service states them. */
  public get labels(): Readonly<Record<string, string>> {
    return this.props.labels;
  }

  /** The most pods there will be at once, those of a release left out. */
  public get mostReplicas(): number {
    return this.props.placementSubject.maxReplicas;
  }

  /**
   * @param revisionLabel the label by which the pods' controller tells revisions apart
   * @param selectorLabels what selects all pods that are to be kept apart
   */
  public render(revisionLabel: string, selectorLabels: Readonly<Record<string, string>>): IPodTemplateSpec {
    const { props } = this;
    const sidecars = this.sidecars.map(render => render());
    const native = props.environment.kubernetesVersion.supports('nativeSidecars');
    // Native sidecars first: an init container may need them, such as a proxy to reach the network.
    const initContainers = [...native ? sidecars : [], ...this.inits.map(render => render())];
    const volumes = this.volumes.render();
    const annotations = { ...sidecars.length === 0 ? {} : { 'kubectl.kubernetes.io/default-container': props.containerName }, ...props.annotations };
    return {
      metadata: { ...Object.keys(annotations).length === 0 ? {} : { annotations }, labels: { ...props.labels } },
      spec: {
        ...props.podSpec,
        ...props.pod.spec,
        ...renderPlacement(props.at.at('placement'), props.placement, { ...props.placementSubject, selectorLabels, revisionLabel }),
        automountServiceAccountToken: props.mountsToken,
        containers: [this.main(), ...native ? [] : sidecars],
        enableServiceLinks: false, // a variable for each Service of the namespace: with thousands of them no process starts
        ...initContainers.length === 0 ? {} : { initContainers },
        securityContext: renderPodSecurity(props.pod.user, props.pod.group),
        serviceAccountName: props.serviceAccountName,
        terminationGracePeriodSeconds: props.shutdown.terminationGracePeriodSeconds,
        ...volumes.length === 0 ? {} : { volumes },
      },
    };
  }

  /** What every program expects to be writable, unless something else is mounted there. */
  private defaultScratch(at: PropertyPath): ScratchDirectories {
    const taken = [...at.at('mounts').list(this.props.container.mounts ?? []).map(mount => (mount as Mount | null)?.path), ...this.props.files?.mounts.map(mount => mount.mountPath) ?? []];
    return Object.fromEntries(Object.entries(DEFAULT_SCRATCH).filter(([path]) => !taken.includes(path)));
  }

  private refuseSameNames(root: PropertyPath): void {
    const seen = new Set([this.props.containerName]);
    for (const [list, containers] of [['initContainers', this.props.initContainers], ['sidecars', this.props.sidecars]] as const) {
      containers.forEach((container, i) => {
        if (seen.has(container.name)) {
          root.at(list).at(i).at('name').refuse('InvalidName', { value: container.name, allowed: `a name that no other container of the pod has: ${[...seen].join(', ')}`, fix: 'rename it' });
        }
        seen.add(container.name);
      });
    }
  }
}
