import type { PropertyPath } from '../core/property-path';

/** What happens to the claims of a StatefulSet when it goes. */
export class ClaimRetention {
  /** They stay: whoever deletes the database by a slip has lost no data. */
  public static retain(): ClaimRetention {
    return new ClaimRetention('Retain');
  }

  /** They go with the database, and the data with them. @param reason why nobody will miss it, at least 10 characters */
  public static deleteWithDatabase(reason: string): ClaimRetention {
    return new ClaimRetention('Delete', reason);
  }

  private constructor(private readonly whenDeleted: 'Retain' | 'Delete', private readonly reason?: string) {}

  /**
   * An instance that is taken away by scaling keeps its claim in any case: scaling back brings it back.
   *
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
   * @internal
   */
  public _render(at: PropertyPath): { readonly whenDeleted: 'Retain' | 'Delete'; readonly whenScaled: 'Retain' } {
    if (this.whenDeleted === 'Delete') { at.at('deleteWithDatabase').reason(this.reason); }
    return { whenDeleted: this.whenDeleted, whenScaled: 'Retain' };
  }
}
