import type { Construct } from 'constructs';
import { TRAEFIK, traefikCapabilities, traefikDifference } from './traefik-differences';
import type { IIngressRouteSpec, ITraefikServiceSpec } from './traefik-models';
import { KubernetesObject } from '../../core/kubernetes-object';
import { checkObjectName } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { checkHosts, checkName, checkUrlPath } from '../../core/route-options';
import { gatewayPort, type RequestProtocol } from '../../core/routed-port';
import type { FlaggerRouting, ITrafficRouting, TrafficBinding, TrafficContext } from '../../core/traffic-routing';

/** What the IngressRoute that is created is for. */
export interface TraefikRoutingOptions {
  /** Host names that callers use. */
  readonly hosts: string[];

  /**
   * What the paths of the requests begin with.
   *
   * @default - every path
   */
  readonly path?: string;

  /**
   * Names of Traefik's entry points.
   *
   * @default - Traefik's default ones
   */
  readonly entryPoints?: string[];

  /**
   * Name of the Secret with certificate and key. Needed where the entry points do not end TLS by themselves.
   *
   * @default - none
   */
  readonly tlsSecret?: string;

  /**
   * Name of the TraefikService and the IngressRoute.
   *
   * @default - the workload's name
   */
  readonly name?: string;
}

const KNOWN: KnownProperties<TraefikRoutingOptions> = { hosts: true, path: true, entryPoints: true, tlsSecret: true, name: true };

/** What Traefik calls it; HTTP/1.1 is understood. */
const SCHEMES: Readonly<Record<RequestProtocol, string | undefined>> = { http: undefined, https: 'https', grpc: 'h2c' };

/**
 * Requests split by Traefik: a weighted TraefikService and an IngressRoute that leads to it are created.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/traefik/
 * @internal
 */
export class TraefikRouting implements ITrafficRouting {
  public readonly description = 'Traefik';
  public readonly capabilities = traefikCapabilities;

  public constructor(private readonly options: TraefikRoutingOptions) {}

  public bind(release: Construct, context: TrafficContext): TrafficBinding {
    const at = new PropertyPath(release, 'traffic');
    const { name, port, protocol } = this.check(at, context);
    const scheme = SCHEMES[protocol];
    const weighted = (service: string, weight: number) => ({ name: service, port: port.servicePort, ...scheme === undefined ? {} : { scheme }, weight });
    const service = new KubernetesObject(release, 'TraefikService', {
      apiVersion: `${TRAEFIK}/v1alpha1`,
      kind: 'TraefikService',
      name,
      labels: context.labels,
      content: { spec: (): ITraefikServiceSpec => ({ weighted: { services: [weighted(context.stableService, 100), weighted(context.canaryService, 0)] } }) },
    });
    return {
      trafficRouting: { traefik: { weightedTraefikServiceName: name } },
      routes: [service, this.createRoute(release, context, name, name)],
      ignoredDifferences: [traefikDifference(name, context.namespace)],
    };
  }

  /** Flagger makes the TraefikService, of the Service's name; the IngressRoute that leads to it is created. */
  public flagger(release: Construct, context: TrafficContext): FlaggerRouting {
    const at = new PropertyPath(release, 'traffic');
    const { name, protocol } = this.check(at, context);
    if (protocol !== 'http') {
      at.refuse('UnsupportedByController', { value: protocol, allowed: 'HTTP/1.1: the TraefikService that Flagger makes names no other', fix: 'use TrafficRouting.nginx() or istio(), or ReleaseController.argoRollouts()' });
    }
    return {
      provider: 'traefik',
      headerMatches: [],
      mirrors: false,
      routes: [this.createRoute(release, context, name, context.rootService)],
      makes: [{ group: TRAEFIK, kind: 'TraefikService', name: context.rootService }],
    };
  }

  private check(at: PropertyPath, context: TrafficContext) {
    const { hosts, path, entryPoints, tlsSecret, name: given } = at.onlyKnown(this.options, KNOWN);
    const { port, protocol } = gatewayPort(at, this.description, context);
    checkHosts(at.at('hosts'), hosts, 'shop.example.com');
    const wildcard = hosts.findIndex(host => host.startsWith('*'));
    if (wildcard >= 0) { at.at('hosts').at(wildcard).refuse('InvalidValue', { value: hosts[wildcard], allowed: 'whole host names: a rule of Traefik compares nothing else', fix: 'write each name, or make the IngressRoute elsewhere: TrafficRouting.existingTraefik' }); }
    if (path !== undefined) { at.at('path').text(checkUrlPath(at.at('path'), path), 'a path without quotes', /^[^`"]*$/); }
    if (entryPoints !== undefined) { checkEntryPoints(at.at('entryPoints'), entryPoints); }
    if (tlsSecret !== undefined) { checkName(at.at('tlsSecret'), tlsSecret, 'Secret'); }
    return { name: checkObjectName(at.at('name'), 'TraefikService', given ?? context.workload), port, protocol };
  }

  private createRoute(release: Construct, context: TrafficContext, name: string, service: string): KubernetesObject {
    const { hosts, path, entryPoints, tlsSecret } = this.options;
    return new KubernetesObject(release, 'IngressRoute', {
      apiVersion: `${TRAEFIK}/v1alpha1`,
      kind: 'IngressRoute',
      name,
      labels: context.labels,
      content: {
        spec: (): IIngressRouteSpec => ({
          ...entryPoints === undefined ? {} : { entryPoints: [...entryPoints] },
          routes: [{ kind: 'Rule', match: ruleOf(hosts, path), services: [{ kind: 'TraefikService', name: service }] }],
          ...tlsSecret === undefined ? {} : { tls: { secretName: tlsSecret } },
        }),
      },
    });
  }
}

/** @see https://doc.traefik.io/traefik/reference/routing-configuration/http/router/rules-and-priority/ */
function ruleOf(hosts: readonly string[], path: string | undefined): string {
  const host = hosts.map(name => `Host(\`${name}\`)`).join(' || ');
  if (path === undefined) { return host; }
  return `${hosts.length === 1 ? host : `(${host})`} && PathPrefix(\`${path}\`)`;
}

function checkEntryPoints(at: PropertyPath, entryPoints: readonly string[]): void {
  at.list(entryPoints).forEach((entryPoint, i) => at.at(i).text(entryPoint, 'the name of an entry point, such as websecure', /^\S+$/));
  if (entryPoints.length === 0) { at.refuse('MissingValue', { value: [], allowed: 'at least one entry point', fix: 'leave "entryPoints" out for the default ones' }); }
}
