import type { Construct } from 'constructs';
import { checkObjectName } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { requireMesh } from '../../core/routed-port';
import { HeaderMatching, type ITrafficRouting, type TrafficBinding, type TrafficCapabilities, type TrafficContext } from '../../core/traffic-routing';

/** What differs from the default in the TrafficSplit. */
export interface SmiRoutingOptions {
  /**
   * Name of the TrafficSplit that the controller makes.
   *
   * @default - the workload's name
   */
  readonly trafficSplit?: string;
}

const KNOWN: KnownProperties<SmiRoutingOptions> = { trafficSplit: true };

/**
 * Requests split by a mesh that knows the Service Mesh Interface, after a TrafficSplit that the controller makes and owns.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/smi/
 * @internal
 */
export class SmiRouting implements ITrafficRouting {
  public readonly description = 'SMI';
  public readonly capabilities: TrafficCapabilities = { weights: true, headerRoutes: HeaderMatching.NONE, mirrorRoutes: false, experimentWeights: true };

  public constructor(private readonly options: SmiRoutingOptions) {}

  public bind(release: Construct, context: TrafficContext): TrafficBinding {
    const at = new PropertyPath(release, 'traffic');
    const { trafficSplit } = at.onlyKnown(this.options, KNOWN);
    requireMesh(at, this.description, context, 'linkerd()');
    if (trafficSplit !== undefined) { checkObjectName(at.at('trafficSplit'), 'TrafficSplit', trafficSplit); }
    return {
      trafficRouting: { smi: { rootService: context.rootService, ...trafficSplit === undefined ? {} : { trafficSplitName: trafficSplit } } },
      routes: [],
      ignoredDifferences: [],
    };
  }
}
