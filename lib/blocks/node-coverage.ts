import type { IToleration } from '../core/kubernetes';

/** On which nodes an agent runs, before placement narrows it. Nodes that are not ready or short of something are always among them. */
export class NodeCoverage {
  /** Those that no taint keeps for others: workers, not the control plane. */
  public static workers(): NodeCoverage {
    return new NodeCoverage([]);
  }

  /** Those of the control plane as well. */
  public static withControlPlane(): NodeCoverage {
    return new NodeCoverage([{ effect: 'NoSchedule', key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' }]);
  }

  /** Every node, whatever its taints: it stays, too, when a taint drives the other pods out. */
  public static allNodes(): NodeCoverage {
    return new NodeCoverage([{ operator: 'Exists' }]);
  }

  private constructor(
    /** @internal */
    public readonly _tolerations: readonly IToleration[],
  ) {}
}
