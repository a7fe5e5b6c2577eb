import type { Construct } from 'constructs';
import type { IPodDisruptionBudgetSpec } from '../core/kubernetes';
import { KubernetesObject } from '../core/kubernetes-object';
import type { PropertyPath } from '../core/property-path';

/** How many pods may be away at once while nodes are drained. */
export class DisruptionBudget {
  /**
   * At most so many away. The safe form: it follows the number of pods and never rounds to a deadlock.
   *
   * @param pods a number from 1, or percent such as `10%` (rounded up)
   */
  public static maxUnavailable(pods: number | string): DisruptionBudget {
    return new DisruptionBudget('maxUnavailable', pods);
  }

  /**
   * At least so many there. Fewer than the fewest pods there will be, or no node could be drained.
   *
   * @param pods a number from 1
   */
  public static minAvailable(pods: number): DisruptionBudget {
    return new DisruptionBudget('minAvailable', pods);
  }

  /** No budget: a drain may take all pods at once. @param reason why that is right here, at least 10 characters */
  public static none(reason: string): DisruptionBudget {
    return new DisruptionBudget('none', 0, reason);
  }

  private constructor(
    private readonly kind: 'maxUnavailable' | 'minAvailable' | 'none',
    private readonly pods: number | string,
    private readonly reason?: string,
  ) {}

  /**
   * The budget in figures; nothing where there is none.
   *
   * @internal
   */
  public _render(at: PropertyPath, minReplicas: number): Pick<IPodDisruptionBudgetSpec, 'maxUnavailable' | 'minAvailable'> | undefined {
    const { kind, pods } = this;
    if (kind === 'none') {
      at.at('none').reason(this.reason);
      return undefined;
    }
    if (kind === 'minAvailable') {
      const count = at.at('minAvailable').integer(pods, 1, 5000, 'give a number of pods; percentages round up and block drains');
      if (count >= minReplicas) {
        at.at('minAvailable').refuse('DisruptionBudgetBlocksDrain', {
          value: count,
          allowed: `fewer than the fewest pods there will be, ${minReplicas}: else no pod may ever be evicted and no node drained`,
          fix: 'use DisruptionBudget.maxUnavailable(1), or raise the replicas',
        });
      }
      return { minAvailable: count };
    }
    if (typeof pods === 'string') {
      const percent = /^([1-9]\d?|100)%$/.test(pods);
      if (!percent) {
        at.at('maxUnavailable').refuse('DisruptionBudgetBlocksDrain', { value: pods, allowed: 'percent from "1%" to "100%"; "0%" blocks every drain', fix: 'write "10%", or a number of pods without quotes' });
      }
      return { maxUnavailable: pods };
    }
    if (pods === 0) {
      at.at('maxUnavailable').refuse('DisruptionBudgetBlocksDrain', { value: 0, allowed: 'at least 1: with 0 no pod may ever be evicted and no node drained', fix: 'write DisruptionBudget.maxUnavailable(1)' });
    }
    return { maxUnavailable: at.at('maxUnavailable').integer(pods, 1, 5000) };
  }
}

/**
 * One pod at a time; a tenth of them from ten on, or draining a large service would take hours.
 *
 * @internal
 */
export function defaultDisruptionBudget(minReplicas: number): DisruptionBudget {
  return DisruptionBudget.maxUnavailable(minReplicas >= 10 ? '10%' : 1);
}

/** @internal */
export interface PodDisruptionBudgetProps {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Read at each synthesis. */
  readonly selectorLabels: Readonly<Record<string, string>>;
  readonly limit: Pick<IPodDisruptionBudgetSpec, 'maxUnavailable' | 'minAvailable'>;
}

/**
 * A PodDisruptionBudget. Pods that are not ready do not count as protected: else a broken release would block every drain.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy
 * @internal
 */
export class PodDisruptionBudget extends KubernetesObject {
  public readonly limit: PodDisruptionBudgetProps['limit'];

  public constructor(scope: Construct, id: string, props: PodDisruptionBudgetProps) {
    super(scope, id, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      name: props.name,
      labels: props.labels,
      content: {
        spec: (): IPodDisruptionBudgetSpec => ({
          ...props.limit,
          selector: { matchLabels: { ...props.selectorLabels } },
          unhealthyPodEvictionPolicy: 'AlwaysAllow',
        }),
      },
    });
    this.limit = props.limit;
  }
}
