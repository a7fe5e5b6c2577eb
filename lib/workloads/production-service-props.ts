import type { Handler } from 'cdk8s-plus-28';
import type { ConfigFiles } from '../blocks/config-files';
import type { ContainerProps } from '../blocks/container';
import { CONTAINER_PROPS } from '../blocks/container';
import type { DisruptionBudget } from '../blocks/disruption-budget';
import type { Health } from '../blocks/health';
import type { PlacementOptions } from '../blocks/placement';
import type { PodOptions } from '../blocks/pod-options';
import type { RolloutOptions } from '../blocks/rolling-update';
import type { ServiceExposure } from '../blocks/service-exposure';
import type { Identity } from '../blocks/service-identity';
import type { ObjectNames } from '../blocks/service-names';
import type { InitContainerProps, SidecarProps } from '../blocks/sidecar';
import type { Port } from '../core/port';
import type { KnownProperties } from '../core/property-path';
import type { Replicas } from '../core/replicas';
import type { Shutdown } from '../core/shutdown';

/** What a team says of its service. Everything but image and health has a default that production can live with. */
export interface ProductionServiceProps extends ContainerProps {
  /**
   * Main port of the container: a number for HTTP, or a `Port` of any kind.
   *
   * @default - none: the service is a worker, without Service object
   */
  readonly port?: number | Port;

  /**
   * Further ports of the container and the Service.
   *
   * @default - none
   */
  readonly additionalPorts?: Port[];

  /**
   * Name of the port from which the environment's monitoring scrapes metrics.
   *
   * @default - the port named `metrics`, else the first TCP port
   */
  readonly metricsPort?: string;

  /** How Kubernetes learns whether a pod can serve, and whether it must be restarted. `Health.none(reason)` is the way out. */
  readonly health: Health;

  /**
   * How many pods, and who decides.
   *
   * @default - the environment's: `Replicas.autoscaled()`, 3 to 10 at 70 % CPU, in production
   */
  readonly replicas?: Replicas;

  /**
   * How a new version takes the place of the old one.
   *
   * @default - rolling, without losing capacity
   */
  readonly rollout?: RolloutOptions;

  /**
   * How many pods may be away while nodes are drained.
   *
   * @default - one; 10 % from ten replicas on; no budget at one replica, and a finding
   */
  readonly disruptionBudget?: DisruptionBudget;

  /**
   * Where pods run, and how they are kept apart.
   *
   * @default - spread over zones and nodes as well as possible
   */
  readonly placement?: PlacementOptions;

  /**
   * How a pod goes without dropping a request.
   *
   * @default - the environment's: `Shutdown.graceful()`
   */
  readonly shutdown?: Shutdown;

  /**
   * What runs in the container right after its start; the container is not ready before it has ended.
   *
   * @default - nothing
   */
  readonly postStart?: Handler;

  /**
   * Who can reach the service.
   *
   * @default ServiceExposure.clusterIp()
   */
  readonly exposure?: ServiceExposure;

  /**
   * Who the service is, for the Kubernetes API and for clouds.
   *
   * @default Identity.own()
   */
  readonly identity?: Identity;

  /**
   * Files in the application's container, by absolute path: configuration without secrets. A change rolls the pods.
   *
   * @default - none
   */
  readonly files?: ConfigFiles;

  /**
   * Containers beside the application.
   *
   * @default - none
   */
  readonly sidecars?: SidecarProps[];

  /**
   * Containers that run to their end before the application starts, one after the other.
   *
   * @default - none
   */
  readonly initContainers?: InitContainerProps[];

  /**
   * User, group, pull secrets, host aliases and DNS settings of the pod.
   *
   * @default - an ordinary user, 10001
   */
  readonly pod?: PodOptions;

  /**
   * Name of every object.
   *
   * @default - the construct's id, after the prefixes of `NamePrefix`
   */
  readonly name?: string;

  /**
   * Names of single objects, to take over what already runs.
   *
   * @default - `name`
   */
  readonly names?: ObjectNames;

  /**
   * The id this construct had before: names and selectors stay as they were.
   *
   * @default - it was never renamed
   */
  readonly renamedFrom?: string;

  /**
   * Selector of a Deployment that already runs: it can never be changed, so it has to be kept.
   *
   * @default - `app.kubernetes.io/name` and `app.kubernetes.io/instance`
   */
  readonly selectorLabels?: { readonly [name: string]: string };

  /**
   * Labels of every object and pod, beside the standard ones.
   *
   * @default - none
   */
  readonly labels?: { readonly [name: string]: string };

  /**
   * Annotations of the workload and its pods.
   *
   * @default - none
   */
  readonly annotations?: { readonly [name: string]: string };

  /**
   * Version of the application: label `app.kubernetes.io/version`.
   *
   * @default - the image's tag
   */
  readonly version?: string;

  /**
   * Role in the application, such as `frontend`: label `app.kubernetes.io/component`.
   *
   * @default - no label
   */
  readonly component?: string;
}

/** @internal */
export const PRODUCTION_SERVICE_PROPS: KnownProperties<ProductionServiceProps> = {
  ...CONTAINER_PROPS,
  port: true,
  additionalPorts: true,
  metricsPort: true,
  health: true,
  replicas: true,
  rollout: true,
  disruptionBudget: true,
  placement: true,
  shutdown: true,
  postStart: true,
  exposure: true,
  identity: true,
  files: true,
  sidecars: true,
  initContainers: true,
  pod: true,
  name: true,
  names: true,
  renamedFrom: true,
  selectorLabels: true,
  labels: true,
  annotations: true,
  version: true,
  component: true,
};
