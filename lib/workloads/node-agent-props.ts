import type { Duration } from 'cdk8s';
import type { AgentUpdate } from '../blocks/agent-update';
import type { Health } from '../blocks/health';
import type { HostAccess } from '../blocks/host-access';
import type { NodeCoverage } from '../blocks/node-coverage';
import type { WorkloadProps } from '../blocks/workload-props';
import { WORKLOAD_PROPS } from '../blocks/workload-props';
import type { Port } from '../core/port';
import type { KnownProperties } from '../core/property-path';
import type { Shutdown } from '../core/shutdown';

/** What a team says of an agent that runs once on each node. */
export interface NodeAgentProps extends WorkloadProps {
  /** How Kubernetes learns whether an agent works, and whether it must be restarted. `Health.none(reason)` is the way out. */
  readonly health: Health;

  /**
   * Ports of the container, the main one first. There is no Service: each agent is asked by itself.
   *
   * @default - none
   */
  readonly ports?: Port[];

  /**
   * Name of the port from which the environment's monitoring scrapes metrics.
   *
   * @default - the port named `metrics`, else the first TCP port
   */
  readonly metricsPort?: string;

  /**
   * On which nodes it runs; `placement` can narrow it, not widen it.
   *
   * @default NodeCoverage.workers()
   */
  readonly coverage?: NodeCoverage;

  /**
   * What it may do to its node. Each is known by its reason.
   *
   * @default - nothing: it passes Pod Security "restricted"
   */
  readonly hostAccess?: HostAccess[];

  /**
   * How the next version comes to the nodes.
   *
   * @default AgentUpdate.maxUnavailable('10%')
   */
  readonly update?: AgentUpdate;

  /**
   * How long a new agent must be ready before it counts as available and the next node is taken. Whole seconds, up to 1 day.
   *
   * @default Duration.seconds(10)
   */
  readonly minReady?: Duration;

  /**
   * How many old revisions are kept for a rollback.
   *
   * @default 5
   */
  readonly revisionHistoryLimit?: number;

  /**
   * How an agent goes. Nothing waits before SIGTERM, as no Service sends it requests.
   *
   * @default - the environment's: `Shutdown.graceful()`
   */
  readonly shutdown?: Shutdown;
}

/** @internal */
export const NODE_AGENT_PROPS: KnownProperties<NodeAgentProps> = {
  ...WORKLOAD_PROPS,
  health: true,
  ports: true,
  metricsPort: true,
  coverage: true,
  hostAccess: true,
  update: true,
  minReady: true,
  revisionHistoryLimit: true,
  shutdown: true,
};
