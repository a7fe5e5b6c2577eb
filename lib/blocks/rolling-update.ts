import type { Duration } from 'cdk8s';
import type { DeploymentStrategy } from 'cdk8s-plus-28';
import type { UpdateStrategy } from './kplus-values';
import { updateStrategyOf } from './kplus-values';
import type { IDeploymentSpec } from '../core/kubernetes';
import type { JsonObject } from '../core/merge';
import type { KnownProperties, PropertyPath } from '../core/property-path';
import type { IReleaseStrategy } from '../core/release';

/** How a new version takes the place of the old one. */
export interface RolloutOptions {
  /**
   * How the Deployment replaces its pods.
   *
   * @default - rolling: one pod more at a time (25 % from ten replicas on), none fewer
   */
  readonly strategy?: DeploymentStrategy;

  /**
   * How long a new pod must be ready before it counts as available, whole seconds.
   *
   * @default Duration.seconds(10)
   */
  readonly minReady?: Duration;

  /**
   * How long a rollout may stand still before it counts as failed, whole seconds. Longer than a pod may take to start.
   *
   * @default - 10 minutes, or one minute more than a pod may take to start
   */
  readonly progressDeadline?: Duration;

  /**
   * How many old revisions are kept for a rollback.
   *
   * @default 5
   */
  readonly revisionHistoryLimit?: number;
}

const KNOWN: KnownProperties<RolloutOptions> = { strategy: true, minReady: true, progressDeadline: true, revisionHistoryLimit: true };

/** What every controller that replaces pods has in common. @internal */
export type RolloutPace = Required<Pick<IDeploymentSpec, 'minReadySeconds' | 'progressDeadlineSeconds' | 'revisionHistoryLimit'>>;

/**
 * The pace of a rollout; refuses one that would be given up before a pod may have started.
 *
 * @param startupBudget how long a pod may take to start, in seconds
 * @internal
 */
export function checkRollout(at: PropertyPath, options: RolloutOptions, startupBudget: number): RolloutPace {
  at.onlyKnown(options, KNOWN);
  const seconds = (key: 'minReady' | 'progressDeadline', min: number): number | undefined => {
    const duration = options[key];
    return duration === undefined ? undefined : at.at(key).seconds(duration, min, 86_400, 'give whole seconds', 'Duration.seconds(10)');
  };
  const minReadySeconds = seconds('minReady', 0) ?? 10;
  const longestStart = startupBudget + minReadySeconds;
  const progressDeadlineSeconds = seconds('progressDeadline', 1) ?? Math.max(600, longestStart + 60);
  if (progressDeadlineSeconds <= longestStart) {
    at.at('progressDeadline').refuse('InvalidValue', {
      value: `${progressDeadlineSeconds} s`,
      allowed: `more than the ${longestStart} s a pod may take to start and be ready (startup budget and minReady)`,
      fix: 'raise progressDeadline, or lower the startup budget',
    });
  }
  return {
    minReadySeconds,
    progressDeadlineSeconds,
    revisionHistoryLimit: options.revisionHistoryLimit === undefined
      ? 5 : at.at('revisionHistoryLimit').integer(options.revisionHistoryLimit, 1, 100, 'keep at least 1, or nothing can be rolled back'),
  };
}

/**
 * The release strategy of a plain Deployment.
 *
 * @internal
 */
export class DeploymentUpdate implements IReleaseStrategy {
  public readonly description = 'the rolling update of a Deployment';
  public readonly apiVersion = 'apps/v1';
  public readonly kind = 'Deployment';
  public readonly revisionLabel = 'pod-template-hash';
  private readonly strategy: UpdateStrategy;

  public constructor(at: PropertyPath, strategy: DeploymentStrategy | undefined, private readonly minReplicas: number) {
    this.strategy = strategy === undefined
      // A pod more at a time and none fewer: capacity never drops. From ten pods on one at a time takes too long.
      ? { type: 'RollingUpdate', rollingUpdate: { maxSurge: minReplicas >= 10 ? '25%' : 1, maxUnavailable: 0 } }
      : updateStrategyOf(at.at('strategy'), strategy);
  }

  /** Whether some pods stay while others are replaced. */
  public get keepsPods(): boolean {
    const gone = this.strategy.rollingUpdate?.maxUnavailable ?? 0;
    const pods = typeof gone === 'string' ? Math.floor(this.minReplicas * Number.parseInt(gone, 10) / 100) : gone; // a rolling update rounds down
    return this.strategy.type === 'RollingUpdate' && pods < this.minReplicas;
  }

  public renderSpec(common: JsonObject): JsonObject {
    return { ...common, strategy: { ...this.strategy } as JsonObject };
  }
}
