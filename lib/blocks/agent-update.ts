import type { IDaemonSetSpec } from '../core/kubernetes';
import type { JsonObject } from '../core/merge';
import type { PropertyPath } from '../core/property-path';
import type { IReleaseStrategy } from '../core/release';

/** A number of nodes, or a share of them such as `10%`. */
type Nodes = number | string;

/** How the agents of all nodes are replaced by those of the next version. */
export class AgentUpdate {
  /**
   * On each node the old one goes first. For a time the node has none.
   *
   * @param nodes how many at a time: a number from 1, or a share such as `10%`, rounded up
   */
  public static maxUnavailable(nodes: number | string): AgentUpdate {
    return new AgentUpdate('maxUnavailable', nodes);
  }

  /**
   * On each node the new one comes first: for a time the node has two, so neither may hold a port of the node.
   *
   * @param nodes how many at a time: a number from 1, or a share such as `10%`, rounded up
   */
  public static maxSurge(nodes: number | string): AgentUpdate {
    return new AgentUpdate('maxSurge', nodes);
  }

  /** Whoever deletes the old ones, node by node. @param reason why, at least 10 characters */
  public static onDelete(reason: string): AgentUpdate {
    return new AgentUpdate('onDelete', reason);
  }

  private constructor(private readonly kind: 'maxSurge' | 'maxUnavailable' | 'onDelete', private readonly value: Nodes) {}

  /** @internal */
  public _render(at: PropertyPath, takesPorts: boolean): NonNullable<IDaemonSetSpec['updateStrategy']> {
    const here = at.at(this.kind);
    if (this.kind === 'onDelete') {
      here.reason(this.value);
      return { type: 'OnDelete' };
    }
    if (this.kind === 'maxSurge' && takesPorts) {
      here.refuse('PortConflict', { value: this.value, allowed: 'AgentUpdate.maxUnavailable where the agent holds ports of its node: a second one could not have them', fix: "write AgentUpdate.maxUnavailable('10%')" });
    }
    const nodes = checkNodes(here, this.value);
    // The field that is not meant has to be 0, or the API server refuses both.
    return { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 0, [this.kind]: nodes } };
  }
}

function checkNodes(at: PropertyPath, nodes: Nodes): Nodes {
  if (typeof nodes === 'number') { return at.integer(nodes, 1, 10_000, "give a number of nodes, or a share such as '10%'"); }
  return at.text(nodes, 'a number of nodes, or a share from 1% to 100%', /^([1-9]\d?|100)%$/);
}

/** How a DaemonSet replaces its pods. @internal */
export class DaemonSetUpdate implements IReleaseStrategy {
  public readonly description = 'the rolling update of a DaemonSet';
  public readonly apiVersion = 'apps/v1';
  public readonly kind = 'DaemonSet';
  public readonly revisionLabel = 'controller-revision-hash';

  public constructor(private readonly strategy: NonNullable<IDaemonSetSpec['updateStrategy']>) {}

  public renderSpec(common: JsonObject): JsonObject {
    const { progressDeadlineSeconds: _, ...spec } = common; // its controller waits for ever
    return { ...spec, updateStrategy: this.strategy as unknown as JsonObject };
  }
}
