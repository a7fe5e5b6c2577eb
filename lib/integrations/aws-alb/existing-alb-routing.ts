import type { Construct } from 'constructs';
import { albCapabilities, albDifference, type AlbTrafficOptions, checkAlbTraffic } from './alb-options';
import { checkObjectName } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { checkNames } from '../../core/route-options';
import { gatewayPort } from '../../core/routed-port';
import type { ITrafficRouting, TrafficBinding, TrafficContext } from '../../core/traffic-routing';

/** Ingresses of an Application Load Balancer, made elsewhere. */
export interface ExistingAlbOptions extends AlbTrafficOptions {
  /**
   * Their names. Each needs a path whose backend is the root Service with the port name `use-annotation`; where there are
   * header routes, of type ImplementationSpecific.
   */
  readonly ingresses: string[];

  /**
   * The Service that the Ingresses name.
   *
   * @default - the one in front of all pods
   */
  readonly rootService?: string;
}

const KNOWN: KnownProperties<ExistingAlbOptions> = { ingresses: true, rootService: true, stickiness: true, annotationPrefix: true };

/**
 * Requests split by an Application Load Balancer of AWS, after Ingresses that are made elsewhere.
 *
 * @internal
 */
export class ExistingAlbRouting implements ITrafficRouting {
  public readonly description = 'ALB';
  public readonly capabilities = albCapabilities;

  public constructor(private readonly options: ExistingAlbOptions) {}

  public bind(release: Construct, context: TrafficContext): TrafficBinding {
    const at = new PropertyPath(release, 'traffic');
    const { ingresses, ...options } = at.onlyKnown(this.options, KNOWN);
    const { port } = gatewayPort(at, this.description, context);
    checkNames(at.at('ingresses'), ingresses, 'Ingress');
    const rootService = checkObjectName(at.at('rootService'), 'Service', options.rootService ?? context.rootService);
    const { prefix, fields } = checkAlbTraffic(at, options);
    return {
      trafficRouting: {
        alb: { ...fields, ...ingresses.length === 1 ? { ingress: ingresses[0] } : { ingresses: [...ingresses] }, rootService, servicePort: port.servicePort },
      },
      routes: [],
      ignoredDifferences: ingresses.map(name => albDifference(name, rootService, prefix, context)),
    };
  }
}
