import type { Construct } from 'constructs';
import { NginxMetrics } from './nginx-metrics';
import { flaggerIngress, type NginxCanaryOptions, nginxCapabilities, renderCanaryOptions } from './nginx-options';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { checkNames } from '../../core/route-options';
import { gatewayPort } from '../../core/routed-port';
import type { FlaggerRouting, ITrafficRouting, TrafficBinding, TrafficContext } from '../../core/traffic-routing';

/** Ingresses of ingress-nginx, made elsewhere. */
export interface ExistingNginxOptions extends NginxCanaryOptions {
  /** Their names. Each needs a rule that leads to the stable Service. Requests are counted under the first one's name. */
  readonly ingresses: string[];
}

const KNOWN: KnownProperties<ExistingNginxOptions> = { ingresses: true, annotationPrefix: true, canaryAnnotations: true };

/**
 * Requests split by ingress-nginx, after Ingresses that are made elsewhere.
 *
 * @internal
 */
export class ExistingNginxRouting implements ITrafficRouting {
  public readonly description = 'ingress-nginx';
  public readonly capabilities = nginxCapabilities;
  public readonly requestMetrics = new NginxMetrics();

  public constructor(private readonly options: ExistingNginxOptions) {}

  public bind(release: Construct, context: TrafficContext): TrafficBinding {
    const at = new PropertyPath(release, 'traffic');
    const { ingresses } = at.onlyKnown(this.options, KNOWN);
    gatewayPort(at, this.description, context);
    checkNames(at.at('ingresses'), ingresses, 'Ingress');
    const canaryOptions = renderCanaryOptions(at, this.options);
    return {
      trafficRouting: { nginx: { ...canaryOptions, ...ingresses.length === 1 ? { stableIngress: ingresses[0] } : { stableIngresses: [...ingresses] } } },
      routes: [],
      ignoredDifferences: [],
      ingress: ingresses[0],
    };
  }

  public flagger(release: Construct, context: TrafficContext): FlaggerRouting {
    const at = new PropertyPath(release, 'traffic');
    const bound = this.bind(release, context);
    if (this.options.ingresses.length !== 1) {
      at.at('ingresses').refuse('UnsupportedByController', { value: this.options.ingresses, allowed: 'one Ingress, with a rule that leads to the Service itself', fix: 'make one Ingress of them' });
    }
    return flaggerIngress(at, this.options, bound);
  }
}
