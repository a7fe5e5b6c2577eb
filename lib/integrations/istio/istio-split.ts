import { checkLabelName } from '../../core/names';
import type { KnownProperties, PropertyPath } from '../../core/property-path';

/** Names of a DestinationRule and its subsets. */
export interface IstioSubsetsOptions {
  /**
   * Name of the DestinationRule.
   *
   * @default - the workload's name
   */
  readonly destinationRule?: string;

  /**
   * Name of the subset of the stable pods.
   *
   * @default stable
   */
  readonly stable?: string;

  /**
   * Name of the subset of the canary's pods.
   *
   * @default canary
   */
  readonly canary?: string;
}

const STABLE_SUBSET = 'stable';
const CANARY_SUBSET = 'canary';

const KNOWN: KnownProperties<IstioSubsetsOptions> = { destinationRule: true, stable: true, canary: true };

/** By what Istio tells the two sets of pods apart. */
export class IstioSplit {
  /** By a Service for each: right for requests from outside, and for everything that is measured by Service. */
  public static hosts(): IstioSplit {
    return new IstioSplit(undefined);
  }

  /**
   * By subsets of one Service, in a DestinationRule: callers and metrics know one host. A DestinationRule is created.
   *
   * @param options its name, and those of the subsets
   */
  public static subsets(options: IstioSubsetsOptions = {}): IstioSplit {
    return new IstioSplit(options);
  }

  private constructor(
    /** The DestinationRule; nothing for a Service each. @internal */
    public readonly _subsets: IstioSubsetsOptions | undefined,
  ) {}

  /** @internal */
  public _check(at: PropertyPath): void {
    if (this._subsets !== undefined) {
      at.onlyKnown(this._subsets, KNOWN);
      checkSubsetNames(at, this._subsets);
    }
  }
}

/** Refuses names that no subset may have, and two that are one. @internal */
export function checkSubsetNames(at: PropertyPath, { stable = STABLE_SUBSET, canary = CANARY_SUBSET }: Pick<IstioSubsetsOptions, 'stable' | 'canary'>): { readonly stable: string; readonly canary: string } {
  checkLabelName(at.at('stable'), 'the name of a subset', stable);
  checkLabelName(at.at('canary'), 'the name of a subset', canary);
  if (stable === canary) { at.at('canary').refuse('ConflictingProperties', { value: canary, allowed: 'two subsets of different names', fix: 'give one of them another name' }); }
  return { stable, canary };
}
