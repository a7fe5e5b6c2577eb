import type { Construct } from 'constructs';
import { type AlbTraffic, albCapabilities, albDifference, type AlbTrafficOptions, checkAlbTraffic } from './alb-options';
import { createIngress } from '../../core/ingress-object';
import { checkAnnotations } from '../../core/labels';
import { checkObjectName } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { checkHosts, checkName, checkUrlPath, PathType } from '../../core/route-options';
import { gatewayPort, type RequestProtocol } from '../../core/routed-port';
import type { ITrafficRouting, TrafficBinding, TrafficContext } from '../../core/traffic-routing';

/** What differs from the default in the Ingress that is created. */
export interface AlbRoutingOptions extends AlbTrafficOptions {
  /**
   * Host names that callers use.
   *
   * @default - all
   */
  readonly hosts?: string[];

  /**
   * Path of the requests; `*` and `?` stand for others, unless another type of path is asked for.
   *
   * @default - every path: `/*`, or `/` for PathType.PREFIX
   */
  readonly path?: string;

  /**
   * How the path is compared. Header routes need the default: the controller adds a path of that type for each, and the load
   * balancer looks at other types first.
   *
   * @default PathType.IMPLEMENTATION_SPECIFIC
   */
  readonly pathType?: PathType;

  /**
   * Class of the Ingress. Argo Rollouts has to be told of others than `alb` by `--alb-ingress-classes`.
   *
   * @default alb
   */
  readonly className?: string;

  /**
   * Annotations of the Ingress, such as `alb.ingress.kubernetes.io/scheme` and `alb.ingress.kubernetes.io/healthcheck-path`.
   *
   * @default - `target-type: ip`, without which the load balancer needs Services on the nodes' ports; and what is spoken where that is gRPC or HTTPS
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
   */
  readonly annotations?: { readonly [name: string]: string };

  /**
   * Name of the Ingress.
   *
   * @default - the workload's name
   */
  readonly name?: string;
}

const KNOWN: KnownProperties<AlbRoutingOptions> = {
  hosts: true, path: true, pathType: true, className: true, annotations: true, name: true, stickiness: true, annotationPrefix: true,
};

/** Instead of a port: the action stands in an annotation. */
const USE_ANNOTATION = { name: 'use-annotation' };

/** What is said of it beside `target-type`; HTTP/1.1 is understood. */
const PROTOCOL_ANNOTATIONS: Readonly<Record<RequestProtocol, Readonly<Record<string, string>>>> = {
  http: {}, https: { 'backend-protocol': 'HTTPS' }, grpc: { 'backend-protocol-version': 'GRPC' },
};

/**
 * Requests split by an Application Load Balancer of AWS, after an Ingress that is created.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/alb/
 * @internal
 */
export class AlbRouting implements ITrafficRouting {
  public readonly description = 'ALB';
  public readonly capabilities = albCapabilities;

  public constructor(private readonly options: AlbRoutingOptions) {}

  public bind(release: Construct, context: TrafficContext): TrafficBinding {
    const at = new PropertyPath(release, 'traffic');
    const options = at.onlyKnown(this.options, KNOWN);
    const { pathType = PathType.IMPLEMENTATION_SPECIFIC, annotations = {} } = options;
    const { port, protocol } = gatewayPort(at, this.description, context);
    if (options.hosts !== undefined) { checkHosts(at.at('hosts'), options.hosts, 'shop.example.com'); }
    checkPathType(at.at('pathType'), pathType, context);
    const traffic = checkAlbTraffic(at, options);
    const name = checkObjectName(at.at('name'), 'Ingress', options.name ?? context.workload);
    const actionKey = `${traffic.prefix}/actions.${context.rootService}`;
    if (Object.hasOwn(checkAnnotations(at.at('annotations'), annotations), actionKey)) {
      at.at('annotations').at(actionKey).refuse('ConflictingProperties', { value: annotations[actionKey], allowed: 'other annotations: the weights are in this one', fix: 'leave it out' });
    }
    const ingress = createIngress(release, context, {
      name,
      className: checkName(at.at('className'), options.className ?? 'alb', 'IngressClass'),
      annotations: {
        ...Object.fromEntries(Object.entries({ 'target-type': 'ip', ...PROTOCOL_ANNOTATIONS[protocol] }).map(([key, value]) => [`${traffic.prefix}/${key}`, value])),
        ...annotations,
        // Until the controller writes it, the load balancer would answer 503 for an action that is not there.
        [actionKey]: initialAction(context, port.servicePort, traffic),
      },
      hosts: options.hosts ?? [],
      path: checkUrlPath(at.at('path'), options.path ?? (pathType === PathType.IMPLEMENTATION_SPECIFIC ? '/*' : '/')),
      pathType,
      service: context.rootService,
      port: USE_ANNOTATION,
    });
    return {
      trafficRouting: { alb: { ...traffic.fields, ingress: name, rootService: context.rootService, servicePort: port.servicePort } },
      routes: [ingress],
      ignoredDifferences: [albDifference(name, context.rootService, traffic.prefix, context)],
    };
  }
}

function checkPathType(at: PropertyPath, pathType: PathType, context: TrafficContext): void {
  at.member(pathType, PathType, 'PathType');
  if (pathType !== PathType.IMPLEMENTATION_SPECIFIC && context.managedRoutes.length > 0) {
    at.refuse('ConflictingProperties', {
      value: pathType,
      allowed: 'PathType.IMPLEMENTATION_SPECIFIC beside header routes: the load balancer looks at other paths first, and at those of header routes never',
      fix: 'leave "pathType" out, and write the path with a star: /*',
    });
  }
}

/** The action as the controller writes it while there is no canary, down to the order of its fields. */
function initialAction(context: TrafficContext, port: number, { stickySeconds }: AlbTraffic): string {
  const group = (service: string, weight: number) => ({ ServiceName: service, ServicePort: String(port), Weight: weight });
  return JSON.stringify({
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: [group(context.canaryService, 0), group(context.stableService, 100)],
      ...stickySeconds === undefined ? {} : { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: stickySeconds } },
    },
  });
}
