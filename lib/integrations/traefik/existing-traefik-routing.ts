import type { Construct } from 'constructs';
import { traefikCapabilities, traefikDifference } from './traefik-differences';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { checkName } from '../../core/route-options';
import { gatewayPort } from '../../core/routed-port';
import type { ITrafficRouting, TrafficBinding, TrafficContext } from '../../core/traffic-routing';

/** A weighted TraefikService, made elsewhere. */
export interface ExistingTraefikOptions {
  /** Its name. It needs both Services of the release, and 100 and 0 for weights; the controller keeps to its namespace. */
  readonly traefikService: string;
}

const KNOWN: KnownProperties<ExistingTraefikOptions> = { traefikService: true };

/**
 * Requests split by a TraefikService that is made elsewhere.
 *
 * @internal
 */
export class ExistingTraefikRouting implements ITrafficRouting {
  public readonly description = 'Traefik';
  public readonly capabilities = traefikCapabilities;

  public constructor(private readonly options: ExistingTraefikOptions) {}

  public bind(release: Construct, context: TrafficContext): TrafficBinding {
    const at = new PropertyPath(release, 'traffic');
    const { traefikService } = at.onlyKnown(this.options, KNOWN);
    gatewayPort(at, this.description, context);
    checkName(at.at('traefikService'), traefikService, 'TraefikService');
    return {
      trafficRouting: { traefik: { weightedTraefikServiceName: traefikService } },
      routes: [],
      ignoredDifferences: [traefikDifference(traefikService, context.namespace)],
    };
  }
}
