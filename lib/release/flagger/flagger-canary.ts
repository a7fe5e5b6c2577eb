import { Duration } from 'cdk8s';
import { bindFlaggerAnalysis, NOTHING_JUDGED } from './flagger-metrics';
import { flaggerInterval, type FlaggerOptions } from './flagger-options';
import { FlaggerPlan } from './flagger-plan';
import { renderGates, takeFlaggerTarget } from './flagger-target';
import type { PropertyPath } from '../../core/property-path';
import type { ITrafficRouting } from '../../core/traffic-routing';
import { ApplicationMetrics } from '../analysis/application-metrics';
import { analysisContext, trafficContext } from '../release-context';
import type { BoundCanary, CanaryRequest } from '../release-request';
import { CanarySteps } from '../steps/canary-steps';
import type { TimelineMoment } from '../timeline/release-timeline';

/** From 5 % to 75 %, in half an hour. Flagger looks once at each weight, so many small ones let it see a fault soon. */
const STANDARD_WEIGHTS = Array.from({ length: 15 }, (_, i) => 5 * (i + 1));

/** Primary pods have been scaled down while the canary had the requests. See https://github.com/fluxcd/flagger/issues/1600 */
const PROMOTION_STEP = 25;

/**
 * A canary by Flagger: leaves the service its Deployment, and makes the Canary that says how it is released. Flagger itself
 * makes the Services, the primary Deployment with its autoscaler, and the route.
 *
 * @see https://docs.flagger.app/usage/how-it-works
 * @internal
 */
export function bindFlaggerCanary(request: CanaryRequest, given: FlaggerOptions): BoundCanary {
  const { at, release, service, traffic } = request;
  const { facts } = service._release;
  refuseUndriven(at.at('traffic'), traffic);
  const target = takeFlaggerTarget(request, given, 'what it splits are the requests of a Service', 'use ReleaseController.argoRollouts(), which splits by the number of pods');
  const { options, primaryService, canaryService } = target;
  refuseOtherNames(at.at('serviceNames'), request, { stable: primaryService, canary: canaryService });
  const routing = traffic.flagger!(release, trafficContext(request, { stableService: primaryService, canaryService, managedRoutes: [] }));
  const plan = new FlaggerPlan(at.at('steps'), request.steps ?? CanarySteps.ramp(STANDARD_WEIGHTS, Duration.minutes(2)), routing, traffic.description);
  const judged = request.analysis === undefined ? NOTHING_JUDGED : bindFlaggerAnalysis(at.at('analysis'), request.analysis, analysisContext(request, {
    canaryService,
    stableService: primaryService,
    ingress: routing.ingress,
    requestMetrics: traffic.requestMetrics ?? ApplicationMetrics.http(),
    purpose: 'background',
  }), options, plan.interval);
  const promotionStep = plan.lastWeight === undefined ? undefined : options.promotionStep ?? (facts.replicas.owner === 'autoscaled' ? PROMOTION_STEP : undefined);
  const canary = target.createCanary({
    provider: routing.provider,
    service: routing.service,
    makes: routing.makes,
    ...routing.ingress === undefined ? {} : { ingressRef: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: routing.ingress } },
    analysis: {
      interval: flaggerInterval(plan.interval),
      ...plan.fields,
      ...judged.metrics.length === 0 ? {} : { metrics: judged.metrics },
      ...promotionStep === undefined ? {} : { stepWeightPromotion: promotionStep },
      threshold: judged.threshold,
      ...renderGates(at.at('steps'), options, { rollout: plan.waitsForRollout, promotion: plan.waitsForPromotion }),
    },
  });
  return {
    objects: { canary },
    routes: routing.routes,
    ignoredDifferences: target.ignoredDifferences,
    templates: judged.templates,
    steps: plan.steps,
    sizesAt: ({ weight }, replicas) => ({ canaryPods: target.canaryPods(replicas), stablePods: replicas, weight }),
    background: judged.judged.length === 0 ? undefined : { startingStep: plan.steps.findIndex(step => step.action.kind === 'setWeight' || step.action.kind === 'setHeaderRoute'), metrics: judged.judged },
    inline: new Map(),
    ending: replicas => endingOf(plan, promotionStep, { replicas, canaryPods: target.canaryPods(replicas) }),
  };
}

function refuseUndriven(at: PropertyPath, traffic: ITrafficRouting): void {
  if (traffic.flagger !== undefined) { return; }
  at.refuse('UnsupportedByController', traffic.capabilities.weights ? {
    value: traffic.description, allowed: 'a router that Flagger drives and makes the routes of: Istio, the Gateway API, Linkerd, ingress-nginx or Traefik', fix: 'use TrafficRouting.istio(), gatewayApi, linkerd, nginx or traefik; or ReleaseController.argoRollouts()',
  } : {
    value: traffic.description, allowed: 'a router: Flagger splits requests, not pods', fix: 'add traffic: TrafficRouting.istio() and others; or use BlueGreenRelease, or ReleaseController.argoRollouts()',
  });
}

function refuseOtherNames(at: PropertyPath, { given }: CanaryRequest, made: { readonly stable: string; readonly canary: string }): void {
  const names = given.serviceNames as { readonly stable?: string; readonly canary?: string } | undefined;
  for (const key of ['stable', 'canary'] as const) {
    const name = names?.[key];
    if (name !== undefined && name !== made[key]) { at.at(key).refuse('UnsupportedByController', { value: name, allowed: `${made[key]}: Flagger makes the Service, and names it`, fix: 'leave it out' }); }
  }
}

/** After the last weight: the primary pods get the new version, then the requests back. All pods that serve are new by then. */
function endingOf({ interval, lastWeight }: FlaggerPlan, promotionStep: number | undefined, pods: { readonly replicas: number; readonly canaryPods: number }): TimelineMoment[] {
  const { replicas, canaryPods } = pods;
  const lasts = Duration.seconds(interval);
  const both = { weight: 100, canaryPods: canaryPods + replicas, stablePods: 0, judged: [] };
  const back: TimelineMoment[] = [];
  for (let left = lastWeight ?? 0; promotionStep !== undefined && left > promotionStep; left -= promotionStep) {
    back.push({ ...both, says: `leaves ${left - promotionStep} % of the requests to the canary; the primary pods have the new version, too`, lasts });
  }
  return [
    { says: 'the primary pods get the new version', lasts, weight: lastWeight ?? 0, canaryPods, stablePods: replicas, judged: [] },
    ...back,
    { ...both, says: 'the primary pods, which have the new version, get all requests', lasts },
    { says: "the canary's pods go", lasts: Duration.seconds(0), weight: 100, canaryPods: replicas, stablePods: 0, judged: [] },
  ];
}
