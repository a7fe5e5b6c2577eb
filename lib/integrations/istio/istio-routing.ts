import type { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { istioCapabilities, virtualServiceDifference, destinationRuleDifference } from './istio-differences';
import { IstioMetrics } from './istio-metrics';
import { type DestinationRuleSpec, type HttpRoute, ISTIO_NETWORKING, type VirtualServiceSpec } from './istio-models';
import { checkSubsetNames, IstioSplit } from './istio-split';
import { KubernetesObject } from '../../core/kubernetes-object';
import { checkLabelName, checkObjectName } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { checkHosts, proxySeconds } from '../../core/route-options';
import { meshPort, requireGateway } from '../../core/routed-port';
import type { FlaggerRouting, ITrafficRouting, TrafficBinding, TrafficContext } from '../../core/traffic-routing';

/** How often a request is tried again that failed. */
export interface IstioRetries {
  /** How often, at most. */
  readonly attempts: number;

  /**
   * How long one attempt may take.
   *
   * @default - as long as the request may
   */
  readonly perTryTimeout?: Duration;

  /**
   * After which failures, such as `connect-failure,refused-stream,503`.
   *
   * @default - Istio's: those after which the request has not been worked on
   * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on
   */
  readonly retryOn?: string;
}

/** What differs from the default in the VirtualService that is created. */
export interface IstioRoutingOptions {
  /**
   * Name of the VirtualService.
   *
   * @default - the workload's name
   */
  readonly virtualService?: string;

  /**
   * Name of the route whose weights are set.
   *
   * @default primary
   */
  readonly route?: string;

  /**
   * Host names that callers use. Callers in the mesh use the name of the Service.
   *
   * @default - the name of the Service in front of all pods
   */
  readonly hosts?: string[];

  /**
   * Gateways that the route is for, such as `istio-system/public`, and `mesh` for callers in the mesh. With a gateway of
   * Istio's the service has to be exposed: `ServiceExposure.gateway()`.
   *
   * @default - callers in the mesh alone
   */
  readonly gateways?: string[];

  /**
   * By what the two sets of pods are told apart.
   *
   * @default IstioSplit.hosts()
   */
  readonly split?: IstioSplit;

  /**
   * How long a request may take, retries included.
   *
   * @default - no limit
   */
  readonly timeout?: Duration;

  /**
   * How often a failed request is tried again.
   *
   * @default - Istio's: twice, where nothing has been worked on
   */
  readonly retries?: IstioRetries;
}

const KNOWN: KnownProperties<IstioRoutingOptions> = { virtualService: true, route: true, hosts: true, gateways: true, split: true, timeout: true, retries: true };
const KNOWN_RETRIES: KnownProperties<IstioRetries> = { attempts: true, perTryTimeout: true, retryOn: true };

/** What Istio calls its proxies beside the pods, among gateways. */
const MESH = 'mesh';

/**
 * Requests split by a VirtualService, which is created, with a DestinationRule where subsets are asked for.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/
 * @internal
 */
export class IstioRouting implements ITrafficRouting {
  public readonly description = 'Istio';
  public readonly capabilities = istioCapabilities;
  public readonly requestMetrics = new IstioMetrics();

  public constructor(private readonly options: IstioRoutingOptions) {}

  public bind(release: Construct, context: TrafficContext): TrafficBinding {
    const at = new PropertyPath(release, 'traffic');
    const { route, split, options, port, gateways, hosts, name, settings } = this.check(at, context);
    if (context.managedRoutes.includes(route)) {
      at.at('route').refuse('ConflictingProperties', { value: route, allowed: 'another name than those of the steps\' routes: the controller removes them when they are over', fix: 'rename the route of the step' });
    }
    const subsets = split._subsets === undefined ? undefined : { name: split._subsets.destinationRule ?? context.workload, ...checkSubsetNames(at.at('split'), split._subsets) };
    if (subsets !== undefined) { checkObjectName(at.at('split').at('destinationRule'), 'DestinationRule', subsets.name); }

    // A gateway's port says nothing of the Service's; a proxy's does, and leads to the same port of either version.
    const destinationPort = gateways.some(gateway => gateway !== MESH) ? { port: { number: port.servicePort } } : {};
    const destination = (set: 'stable' | 'canary') => (subsets === undefined
      ? { host: set === 'stable' ? context.stableService : context.canaryService, ...destinationPort }
      : { host: context.rootService, subset: subsets[set], ...destinationPort });
    const http: HttpRoute = { name: route, ...settings, route: [{ destination: destination('stable'), weight: 100 }, { destination: destination('canary'), weight: 0 }] };
    const virtualService = new KubernetesObject(release, 'VirtualService', {
      apiVersion: `${ISTIO_NETWORKING}/v1`,
      kind: 'VirtualService',
      name,
      labels: context.labels,
      content: { spec: (): VirtualServiceSpec => ({ ...options.gateways === undefined ? {} : { gateways: [...gateways] }, hosts: [...hosts], http: [structuredClone(http)] }) },
    });
    const destinationRule = subsets === undefined ? undefined : new KubernetesObject(release, 'DestinationRule', {
      apiVersion: `${ISTIO_NETWORKING}/v1`,
      kind: 'DestinationRule',
      name: subsets.name,
      labels: context.labels,
      // The controller adds the labels: before it has, either subset is every pod of the Service, as the Service is.
      content: { spec: (): DestinationRuleSpec => ({ host: context.rootService, subsets: [{ name: subsets.stable }, { name: subsets.canary }] }) },
    });
    const destinations = subsets === undefined ? [context.stableService, context.canaryService] : [context.rootService];
    return {
      trafficRouting: {
        istio: {
          ...subsets === undefined ? {} : { destinationRule: { canarySubsetName: subsets.canary, name: subsets.name, stableSubsetName: subsets.stable } },
          virtualService: { name, routes: [route] },
        },
      },
      withoutServices: subsets !== undefined,
      routes: destinationRule === undefined ? [virtualService] : [virtualService, destinationRule],
      ignoredDifferences: [
        virtualServiceDifference({ name, namespace: context.namespace, managedRoutes: context.managedRoutes, destinations }),
        ...subsets === undefined ? [] : [destinationRuleDifference({ ...subsets, namespace: context.namespace, created: true })],
      ],
    };
  }

  /** Flagger makes a VirtualService whose route has no name, and a DestinationRule for each of the two Services. */
  public flagger(release: Construct, context: TrafficContext): FlaggerRouting {
    const at = new PropertyPath(release, 'traffic');
    const { split, options, gateways, hosts, settings } = this.check(at, context);
    if (options.virtualService !== undefined) { refuseNames(at.at('virtualService'), options.virtualService, context); }
    if (split._subsets !== undefined) {
      at.at('split').refuse('UnsupportedByController', { value: 'IstioSplit.subsets()', allowed: 'a Service for each of the two versions, as Flagger makes them', fix: 'leave it out' });
    }
    return {
      provider: 'istio',
      service: { ...options.gateways === undefined ? {} : { gateways: [...gateways] }, ...options.hosts === undefined ? {} : { hosts: [...hosts] }, ...settings },
      headerMatches: ['exact', 'prefix', 'regex'],
      mirrors: true,
      routes: [],
      makes: [
        { group: ISTIO_NETWORKING, kind: 'VirtualService', name: context.rootService },
        ...[context.stableService, context.canaryService].map(name => ({ group: ISTIO_NETWORKING, kind: 'DestinationRule', name })),
      ],
    };
  }

  private check(at: PropertyPath, context: TrafficContext) {
    const { route = 'primary', split = IstioSplit.hosts(), ...options } = at.onlyKnown(this.options, KNOWN);
    at.at('split').instance(split, IstioSplit, 'IstioSplit.subsets()')._check(at.at('split'));
    const { port } = meshPort(at, this.description, context, 'istio()');
    checkLabelName(at.at('route'), 'the name of a route', route);
    const gateways = checkGateways(at, options.gateways ?? [MESH], context);
    const hosts = checkReach(at, gateways, options.hosts, context);
    const name = checkObjectName(at.at('virtualService'), 'VirtualService', options.virtualService ?? context.workload);
    return { route, split, options, port, gateways, hosts, name, settings: renderSettings(at, options) };
  }
}

function refuseNames(at: PropertyPath, name: string, context: TrafficContext): void {
  if (name !== context.rootService) { at.refuse('UnsupportedByController', { value: name, allowed: `${context.rootService}: Flagger makes the VirtualService, and names it for the Service`, fix: 'leave it out' }); }
}

function checkGateways(at: PropertyPath, gateways: readonly string[], context: TrafficContext): readonly string[] {
  at.at('gateways').list(gateways).forEach((gateway, i) => {
    at.at('gateways').at(i).text(gateway, 'a gateway such as istio-system/public, or mesh for callers in the mesh', /^([a-z0-9]([-a-z0-9]*[a-z0-9])?\/)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
  });
  if (gateways.length === 0) { at.at('gateways').refuse('MissingValue', { value: [], allowed: 'at least one gateway', fix: "leave 'gateways' out for callers in the mesh" }); }
  if (gateways.some(gateway => gateway !== MESH)) { requireGateway(at, "Istio's gateway", context); }
  return gateways;
}

/** The hosts, none of which may be one that callers do not use: the split would pass them by. */
function checkReach(at: PropertyPath, gateways: readonly string[], hosts: readonly string[] | undefined, context: TrafficContext): readonly string[] {
  const { rootService } = context;
  if (hosts === undefined) {
    if (gateways.some(gateway => gateway !== MESH)) {
      at.at('hosts').refuse('MissingValue', { value: undefined, allowed: 'the host names that callers outside use', fix: `write hosts: ['shop.example.com']${gateways.includes(MESH) ? `, and '${rootService}' beside it` : ''}` });
    }
    return [rootService];
  }
  checkHosts(at.at('hosts'), hosts, 'shop.example.com');
  if (gateways.includes(MESH) && !hosts.some(host => host === rootService || host.startsWith(`${rootService}.`))) {
    at.at('hosts').refuse('ConflictingProperties', {
      value: hosts,
      allowed: `the name of the Service among them: callers in the mesh dial '${rootService}', and would get any pod of either version`,
      fix: `add '${rootService}', or name the gateways that the route is for`,
    });
  }
  return hosts;
}

function renderSettings(at: PropertyPath, { timeout, retries }: IstioRoutingOptions): Pick<HttpRoute, 'timeout' | 'retries'> {
  if (retries !== undefined) {
    const here = at.at('retries');
    here.at('attempts').integer(here.onlyKnown(retries, KNOWN_RETRIES).attempts, 0, 100);
    if (retries.attempts === 0 && (retries.perTryTimeout !== undefined || retries.retryOn !== undefined)) {
      here.at('attempts').refuse('ConflictingProperties', { value: 0, allowed: 'no attempts, or a word on how they are made', fix: 'write { attempts: 0 } alone' });
    }
    if (retries.retryOn !== undefined) { here.at('retryOn').text(retries.retryOn, 'failures, separated by commas, such as connect-failure,503', /^[a-z0-9-]+(,[a-z0-9-]+)*$/); }
  }
  return {
    ...retries === undefined ? {} : {
      retries: {
        attempts: retries.attempts,
        ...retries.perTryTimeout === undefined ? {} : { perTryTimeout: proxySeconds(at.at('retries').at('perTryTimeout'), retries.perTryTimeout) },
        ...retries.retryOn === undefined ? {} : { retryOn: retries.retryOn },
      },
    },
    ...timeout === undefined ? {} : { timeout: proxySeconds(at.at('timeout'), timeout) },
  };
}
