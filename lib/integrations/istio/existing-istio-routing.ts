import type { Construct } from 'constructs';
import { destinationRuleDifference, istioCapabilities, virtualServiceDifference } from './istio-differences';
import { IstioMetrics } from './istio-metrics';
import { checkSubsetNames } from './istio-split';
import { checkLabelName } from '../../core/names';
import { type KnownProperties, PropertyPath } from '../../core/property-path';
import { checkName } from '../../core/route-options';
import { requireMesh } from '../../core/routed-port';
import type { ITrafficRouting, TrafficBinding, TrafficContext } from '../../core/traffic-routing';

/** A VirtualService that is made elsewhere. */
export interface ExistingVirtualService {
  /** Its name. */
  readonly name: string;

  /**
   * Its namespace.
   *
   * @default - the release's
   */
  readonly namespace?: string;

  /**
   * Names of the HTTP routes whose weights are set. Each needs a destination for the stable pods and one for the canary's, 100 and 0.
   *
   * @default - its only one
   */
  readonly routes?: string[];
}

/** A DestinationRule that is made elsewhere, with a subset for each of the two sets of pods. */
export interface ExistingDestinationRule {
  /** Its name. */
  readonly name: string;

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

/** Istio's objects, made elsewhere. */
export interface ExistingIstioOptions {
  /** The VirtualServices. */
  readonly virtualServices: ExistingVirtualService[];

  /**
   * The DestinationRule whose subsets the routes lead to.
   *
   * @default - none: the routes lead to the Services of the two sets of pods
   */
  readonly destinationRule?: ExistingDestinationRule;
}

const KNOWN: KnownProperties<ExistingIstioOptions> = { virtualServices: true, destinationRule: true };
const KNOWN_VIRTUAL_SERVICE: KnownProperties<ExistingVirtualService> = { name: true, namespace: true, routes: true };
const KNOWN_DESTINATION_RULE: KnownProperties<ExistingDestinationRule> = { name: true, stable: true, canary: true };

/**
 * Requests split by VirtualServices that are made elsewhere.
 *
 * @internal
 */
export class ExistingIstioRouting implements ITrafficRouting {
  public readonly description = 'Istio';
  public readonly capabilities = istioCapabilities;
  public readonly requestMetrics = new IstioMetrics();

  public constructor(private readonly options: ExistingIstioOptions) {}

  public bind(release: Construct, context: TrafficContext): TrafficBinding {
    const at = new PropertyPath(release, 'traffic');
    const { virtualServices, destinationRule } = at.onlyKnown(this.options, KNOWN);
    requireMesh(at, this.description, context, 'istio()');
    at.at('virtualServices').list(virtualServices).forEach((virtualService, i) => checkVirtualService(at.at('virtualServices').at(i), virtualService));
    if (virtualServices.length === 0) { at.at('virtualServices').refuse('MissingValue', { value: [], allowed: 'at least one VirtualService', fix: 'use TrafficRouting.istio(), which makes one' }); }
    const subsets = destinationRule === undefined ? undefined : checkDestinationRule(at.at('destinationRule'), destinationRule);
    // By name, and by namespace where it is another one: that is how the controller asks for it.
    const rendered = virtualServices.map(({ name, namespace, routes }) => ({
      name: namespace === undefined || namespace === context.namespace ? name : `${name}.${namespace}`, ...routes === undefined ? {} : { routes: [...routes] },
    }));
    return {
      trafficRouting: {
        istio: {
          ...subsets === undefined ? {} : { destinationRule: { canarySubsetName: subsets.canary, name: subsets.name, stableSubsetName: subsets.stable } },
          ...rendered.length === 1 ? { virtualService: rendered[0] } : { virtualServices: rendered },
        },
      },
      withoutServices: subsets !== undefined,
      routes: [],
      ignoredDifferences: [
        ...virtualServices.map(({ name, namespace }) => virtualServiceDifference({ name, namespace: namespace ?? context.namespace, managedRoutes: context.managedRoutes })),
        ...subsets === undefined ? [] : [destinationRuleDifference({ ...subsets, namespace: context.namespace, created: false })],
      ],
    };
  }
}

function checkVirtualService(at: PropertyPath, virtualService: ExistingVirtualService): void {
  const { name, namespace, routes } = at.onlyKnown(virtualService, KNOWN_VIRTUAL_SERVICE);
  checkLabelName(at.at('name'), 'the name of a VirtualService, whose namespace the controller tells from it by a dot', name);
  if (namespace !== undefined) { checkLabelName(at.at('namespace'), 'the name of a namespace', namespace); }
  if (routes !== undefined) {
    at.at('routes').list(routes).forEach((route, i) => at.at('routes').at(i).text(route, 'the name of a route'));
    if (routes.length === 0) { at.at('routes').refuse('MissingValue', { value: [], allowed: 'at least one route', fix: "leave 'routes' out where there is only one" }); }
  }
}

function checkDestinationRule(at: PropertyPath, rule: ExistingDestinationRule): { readonly name: string; readonly stable: string; readonly canary: string } {
  at.onlyKnown(rule, KNOWN_DESTINATION_RULE);
  return { name: checkName(at.at('name'), rule.name, 'DestinationRule'), ...checkSubsetNames(at, rule) };
}
