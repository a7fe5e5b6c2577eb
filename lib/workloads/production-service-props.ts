import type { Handler } from 'cdk8s-plus-28';
import type { DisruptionBudget } from '../blocks/disruption-budget';
import type { Health } from '../blocks/health';
import type { RolloutOptions } from '../blocks/rolling-update';
import type { ServiceExposure } from '../blocks/service-exposure';
import type { ObjectNames } from '../blocks/service-names';
import type { WorkloadProps } from '../blocks/workload-props';
import { WORKLOAD_PROPS } from '../blocks/workload-props';
import type { Port } from '../core/port';
import type { KnownProperties } from '../core/property-path';
import type { Replicas } from '../core/replicas';
import type { Shutdown } from '../core/shutdown';

/** What a team says of its service. Everything but image and health has a default that production can live with. */
export interface ProductionServiceProps extends WorkloadProps {
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
   * Names of single objects, to take over what already runs.
   *
   * @default - `name`
   */
  readonly names?: ObjectNames;

  /**
   * Selector of a Deployment that already runs: it can never be changed, so it has to be kept.
   *
   * @default - `app.kubernetes.io/name` and `app.kubernetes.io/instance`
   */
  readonly selectorLabels?: { readonly [name: string]: string };
}

/** @internal */
export const PRODUCTION_SERVICE_PROPS: KnownProperties<ProductionServiceProps> = {
  ...WORKLOAD_PROPS,
  port: true,
  additionalPorts: true,
  metricsPort: true,
  health: true,
  replicas: true,
  rollout: true,
  disruptionBudget: true,
  shutdown: true,
  postStart: true,
  exposure: true,
  names: true,
  selectorLabels: true,
};
