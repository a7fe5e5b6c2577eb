import type { Duration } from 'cdk8s';
import type { KnownProperties, PropertyPath } from './property-path';
import { ScalingMetric } from './scaling-metric';

/** How fast an autoscaler may move in one direction. */
export interface ScalingBehavior {
  /**
   * How long a recommendation must hold before it is followed, 0 s to 1 hour.
   *
   * @default - 0 s up, 5 minutes down
   */
  readonly stabilizationWindow?: Duration;

  /**
   * The most that the number of pods changes in one period, in percent of it.
   *
   * @default - 100 up, 20 down
   */
  readonly percent?: number;

  /**
   * The most pods that come or go in one period; the larger of this and `percent` counts.
   *
   * @default - 4 up, none down
   */
  readonly pods?: number;

  /**
   * Length of the period, 1 s to 30 minutes.
   *
   * @default - 15 s up, 60 s down
   */
  readonly period?: Duration;

  /**
   * How far the metric may be off, as a fraction (0.05 is 5 %), before anything moves. From Kubernetes 1.35.
   *
   * @default - the cluster's setting, as a rule 0.1
   */
  readonly tolerance?: number;
}

/** How a service scales by itself. */
export interface AutoscaledReplicasOptions {
  /**
   * The fewest pods; at least 2 where the environment's availability is high.
   *
   * @default 3
   */
  readonly minReplicas?: number;

  /**
   * The most pods.
   *
   * @default - 10, or three times `minReplicas` if that is more
   */
  readonly maxReplicas?: number;

  /**
   * CPU use to hold, in percent of the request of the application's container (sidecars do not count).
   *
   * @default - 70, unless `memoryUtilization` or `metrics` is given
   */
  readonly cpuUtilization?: number;

  /**
   * Memory use to hold, in percent of the request of the application's container.
   *
   * @default - memory is not watched: few runtimes give memory back, so such a service scales up and never down
   */
  readonly memoryUtilization?: number;

  /**
   * Other metrics to hold; the one that asks for the most pods counts.
   *
   * @default - none
   */
  readonly metrics?: ScalingMetric[];

  /**
   * How fast to grow.
   *
   * @default - at once, by the larger of 100 % and 4 pods each 15 s
   */
  readonly scaleUp?: ScalingBehavior;

  /**
   * How fast to shrink.
   *
   * @default - after 5 minutes, by 20 % each minute
   */
  readonly scaleDown?: ScalingBehavior;
}

const KNOWN: KnownProperties<AutoscaledReplicasOptions> = {
  minReplicas: true, maxReplicas: true, cpuUtilization: true, memoryUtilization: true, metrics: true, scaleUp: true, scaleDown: true,
};
const KNOWN_BEHAVIOR: KnownProperties<ScalingBehavior> = { stabilizationWindow: true, percent: true, pods: true, period: true, tolerance: true };

const MOST_REPLICAS = 5000;

/** How many pods a service has, and who decides. */
export class Replicas {
  /**
   * Between two bounds, by load: a HorizontalPodAutoscaler owns the number, and the manifest never states it.
   *
   * @param options what differs from the default: 3 to 10 pods at 70 % CPU
   */
  public static autoscaled(options: AutoscaledReplicasOptions = {}): Replicas {
    return new Replicas('autoscaled', undefined, options);
  }

  /** Always the same number. @param count number of pods, from 1 */
  public static fixed(count: number): Replicas {
    return new Replicas('fixed', count, {});
  }

  /**
   * By an autoscaler made elsewhere (KEDA, a `HorizontalPodAutoscaler` of cdk8s-plus): the manifest never states the number.
   *
   * @param minReplicas the fewest pods that autoscaler keeps; disruption budget and spread are worked out from it
   */
  public static external(minReplicas: number): Replicas {
    return new Replicas('external', minReplicas, {});
  }

  private constructor(
    /** Who decides. */
    public readonly owner: 'autoscaled' | 'fixed' | 'external',
    private readonly count: number | undefined,
    private readonly options: AutoscaledReplicasOptions,
  ) {}

  /** The fewest pods there will be. */
  public get minimum(): number {
    return this.count ?? this.options.minReplicas ?? 3;
  }

  /** The most pods there will be; infinite for an external owner, of whom nobody here knows. */
  public get maximum(): number {
    if (this.owner === 'external') { return Infinity; }
    return this.count ?? this.options.maxReplicas ?? Math.min(MOST_REPLICAS, Math.max(10, 3 * this.minimum));
  }

  /** @internal */
  public get _options(): AutoscaledReplicasOptions {
    return this.options;
  }

  /** @internal */
  public _check(at: PropertyPath, highAvailability: boolean): void {
    if (this.owner !== 'autoscaled') {
      at.integer(this.count, 1, MOST_REPLICAS, this.owner === 'fixed' ? 'write Replicas.fixed(3)' : 'write Replicas.external(3), the fewest pods that autoscaler keeps');
      return;
    }
    const { options } = this;
    at.onlyKnown(options, KNOWN);
    at.at('minReplicas').integer(this.minimum, highAvailability ? 2 : 1, MOST_REPLICAS,
      'give at least 2 (3 for three zones): a service that may shrink to one pod is down whenever that pod moves; or set the environment\'s availability to RELAXED');
    at.at('maxReplicas').integer(this.maximum, this.minimum, MOST_REPLICAS, `raise maxReplicas to at least minReplicas, ${this.minimum}, or lower minReplicas`);
    if (this.maximum === this.minimum) {
      at.at('maxReplicas').refuse('InvalidValue', { value: this.maximum, allowed: `more than minReplicas, ${this.minimum}`, fix: `write Replicas.fixed(${this.minimum}) for a number that never changes` });
    }
    if (options.cpuUtilization !== undefined) { at.at('cpuUtilization').integer(options.cpuUtilization, 1, 100, 'give percent of the request, such as 70; above 100 the autoscaler waits until pods starve'); }
    if (options.memoryUtilization !== undefined) { at.at('memoryUtilization').integer(options.memoryUtilization, 1, 100, 'give percent of the request, such as 80'); }
    if (options.metrics !== undefined) {
      at.at('metrics').list(options.metrics).forEach((metric, i) => at.at('metrics').at(i).instance(metric, ScalingMetric, 'ScalingMetric.pods(name, value) or ScalingMetric.external(name, value)'));
    }
    this.checkBehavior(at.at('scaleUp'), options.scaleUp);
    this.checkBehavior(at.at('scaleDown'), options.scaleDown);
  }

  private checkBehavior(at: PropertyPath, behavior: ScalingBehavior | undefined): void {
    if (behavior === undefined) { return; }
    at.onlyKnown(behavior, KNOWN_BEHAVIOR);
    if (behavior.stabilizationWindow !== undefined) { checkSeconds(at.at('stabilizationWindow'), behavior.stabilizationWindow, 0, 3600, 'give whole seconds, 0 s to 1 hour'); }
    if (behavior.period !== undefined) { checkSeconds(at.at('period'), behavior.period, 1, 1800, 'give whole seconds, 1 s to 30 minutes'); }
    if (behavior.percent !== undefined) { at.at('percent').integer(behavior.percent, 1, 1000); }
    if (behavior.pods !== undefined) { at.at('pods').integer(behavior.pods, 1, MOST_REPLICAS); }
    if (behavior.tolerance !== undefined && !(typeof behavior.tolerance === 'number' && behavior.tolerance >= 0 && behavior.tolerance < 1)) {
      at.at('tolerance').refuse('InvalidValue', { value: behavior.tolerance, allowed: 'a fraction from 0 to below 1', fix: 'write 0.05 for 5 %' });
    }
  }
}

function checkSeconds(at: PropertyPath, duration: Duration, min: number, max: number, fix: string): void {
  at.seconds(duration, min, max, fix, 'Duration.seconds(60)');
}
