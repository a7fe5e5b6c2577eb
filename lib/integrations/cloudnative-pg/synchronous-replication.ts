import type { ISynchronousReplicaConfiguration } from './cloudnative-pg-models';
import type { KnownProperties, PropertyPath } from '../../core/property-path';

/** How many standbys a commit waits for. */
export interface SynchronousReplicationOptions {
  /**
   * Standbys that must have a commit before the client is told.
   *
   * @default 1
   */
  readonly standbys?: number;
}

const KNOWN: KnownProperties<SynchronousReplicationOptions> = { standbys: true };

/** Whether a commit is on a standby, too, before the client hears of it. */
export class SynchronousReplication {
  /**
   * Always: when too few standbys are there, writes wait. A failover never loses what a client was told: a standby that may lack
   * it is not promoted.
   *
   * @param options how many
   */
  public static required(options: SynchronousReplicationOptions = {}): SynchronousReplication {
    return new SynchronousReplication('required', options);
  }

  /**
   * As long as there are standbys: without them writes go on, and a failover may lose the last ones.
   *
   * @param options how many
   */
  public static preferred(options: SynchronousReplicationOptions = {}): SynchronousReplication {
    return new SynchronousReplication('preferred', options);
  }

  /** Never: a failover may lose the last commits. The fastest. */
  public static none(): SynchronousReplication {
    return new SynchronousReplication('none', {});
  }

  private constructor(private readonly durability: 'required' | 'preferred' | 'none', private readonly options: SynchronousReplicationOptions) {}

  /** @internal */
  public _render(at: PropertyPath, instances: number): ISynchronousReplicaConfiguration | undefined {
    const { standbys = 1 } = at.onlyKnown(this.options, KNOWN);
    if (this.durability === 'none') { return undefined; }
    at.at('standbys').integer(standbys, 1, 100);
    // With as many as there are, the loss of any one of them stops the writes, and each rolling update would.
    const most = this.durability === 'required' ? instances - 2 : instances - 1;
    if (standbys > most) {
      at.at('standbys').refuse('UnsatisfiablePlacement', {
        value: standbys,
        allowed: `at most ${most} of the ${instances - 1} standbys: otherwise ${this.durability === 'required' ? 'writes stop whenever one of them is away' : 'there are not as many'}`,
        fix: this.durability === 'required' ? `raise the instances to ${standbys + 2}, or use SynchronousReplication.preferred()` : 'lower the number, or raise the instances',
      });
    }
    // `failoverQuorum` from CloudNativePG 1.28: see https://cloudnative-pg.io/documentation/current/failover/#failover-quorum-quorum-based-failover
    return { dataDurability: this.durability, ...this.durability === 'required' ? { failoverQuorum: true } : {}, method: 'any', number: standbys };
  }
}
