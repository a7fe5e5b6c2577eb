import type { Construct } from 'constructs';
import { NginxMetrics } from './nginx-metrics';
import { flaggerIngress, NGINX_PREFIX, type NginxCanaryOptions, nginxCapabilities, renderCanaryOptions } from './nginx-options';
import { createIngress } from '../../core/ingress-object';
import { checkAnnotations } from '../../core/labels';
import { checkObjectName } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { checkHosts, checkName, checkUrlPath, PathType } from '../../core/route-options';
import { gatewayPort, type RequestProtocol } from '../../core/routed-port';
import type { FlaggerRouting, ITrafficRouting, TrafficBinding, TrafficContext } from '../../core/traffic-routing';

/** What the Ingress that is created is for. */
export interface NginxRoutingOptions extends NginxCanaryOptions {
  /** Host names that callers use. */
  readonly hosts: string[];

  /**
   * Path of the requests.
   *
   * @default - every path: `/`
   */
  readonly path?: string;

  /**
   * How the path is compared.
   *
   * @default PathType.PREFIX
   */
  readonly pathType?: PathType;

  /**
   * Name of the Secret with certificate and key for the hosts.
   *
   * @default - none: ingress-nginx' own certificate, or none
   */
  readonly tlsSecret?: string;

  /**
   * Class of the Ingress. Argo Rollouts has to be told of others than `nginx` by `--nginx-ingress-classes`.
   *
   * @default nginx
   */
  readonly className?: string;

  /**
   * Annotations of the Ingress.
   *
   * @default - none, but what is spoken where that is gRPC or HTTPS
   */
  readonly annotations?: { readonly [name: string]: string };

  /**
   * Name of the Ingress.
   *
   * @default - the workload's name
   */
  readonly name?: string;
}

const KNOWN: KnownProperties<NginxRoutingOptions> = {
  hosts: true, path: true, pathType: true, tlsSecret: true, className: true, annotations: true, name: true, annotationPrefix: true, canaryAnnotations: true,
};

/** What ingress-nginx calls it; HTTP is understood. */
const BACKEND_PROTOCOLS: Readonly<Record<RequestProtocol, string | undefined>> = { http: undefined, https: 'HTTPS', grpc: 'GRPC' };

/**
 * Requests split by ingress-nginx: an Ingress for the stable Service is created, the controller makes one for the canary.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/nginx/
 * @internal
 */
export class NginxRouting implements ITrafficRouting {
  public readonly description = 'ingress-nginx';
  public readonly capabilities = nginxCapabilities;
  public readonly requestMetrics = new NginxMetrics();

  public constructor(private readonly options: NginxRoutingOptions) {}

  public bind(release: Construct, context: TrafficContext): TrafficBinding {
    const at = new PropertyPath(release, 'traffic');
    const options = at.onlyKnown(this.options, KNOWN);
    const { hosts, tlsSecret, pathType = PathType.PREFIX, annotations = {} } = options;
    const { port, protocol } = gatewayPort(at, this.description, context);
    checkHosts(at.at('hosts'), hosts, 'shop.example.com');
    if (tlsSecret !== undefined) { checkName(at.at('tlsSecret'), tlsSecret, 'Secret'); }
    const name = checkObjectName(at.at('name'), 'Ingress', options.name ?? context.workload);
    const canaryOptions = renderCanaryOptions(at, options);
    const backendProtocol = BACKEND_PROTOCOLS[protocol];
    const ingress = createIngress(release, context, {
      name,
      className: checkName(at.at('className'), options.className ?? 'nginx', 'IngressClass'),
      annotations: {
        ...backendProtocol === undefined ? {} : { [`${options.annotationPrefix ?? NGINX_PREFIX}/backend-protocol`]: backendProtocol },
        ...checkAnnotations(at.at('annotations'), annotations),
      },
      hosts,
      path: checkUrlPath(at.at('path'), options.path ?? '/'),
      pathType: at.at('pathType').member(pathType, PathType, 'PathType'),
      service: context.stableService,
      port: { number: port.servicePort },
      tlsSecret,
    });
    return { trafficRouting: { nginx: { ...canaryOptions, stableIngress: name } }, routes: [ingress], ignoredDifferences: [], ingress: name };
  }

  public flagger(release: Construct, context: TrafficContext): FlaggerRouting {
    // Its Ingress leads to the Service that callers dial: there Flagger looks for what it has to copy.
    return flaggerIngress(new PropertyPath(release, 'traffic'), this.options, this.bind(release, { ...context, stableService: context.rootService }));
  }
}
