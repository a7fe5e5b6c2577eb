import { Duration } from 'cdk8s';
import { renderStep } from './argo-steps';
import { renderPodMetadata } from '../pod-metadata';
import { analysisContext, trafficContext } from '../release-context';
import type { BoundCanary, CanaryRequest } from '../release-request';
import { RolloutStrategy } from './rollout-strategy';
import { Availability } from '../../core/environment';
import type { IgnoredDifference } from '../../core/ignored-difference';
import type { KubernetesObject } from '../../core/kubernetes-object';
import type { PlainFields } from '../../core/measurement';
import type { PropertyPath } from '../../core/property-path';
import type { Analysis } from '../analysis/analysis';
import type { AnalysisContext, AnalysisPurpose, BoundAnalysis, JudgedMetric } from '../analysis/analysis-context';
import { ApplicationMetrics } from '../analysis/application-metrics';
import { CanaryPlan, isGiven } from '../steps/canary-plan';
import type { CanaryStep } from '../steps/canary-step';
import { CanarySteps } from '../steps/canary-steps';
import { routedSizes, unroutedSizes } from '../timeline/canary-sizes';

/** Proxies learn late where requests go from now on, and their controller does not wait for them. */
const SCALE_DOWN_DELAY = 60;

/**
 * A canary by Argo Rollouts: turns the service's Deployment into a Rollout, and makes what the Rollout refers to.
 *
 * @internal
 */
export function bindArgoCanary(request: CanaryRequest): BoundCanary {
  const { at, release, service, traffic } = request;
  const { facts } = service._release;
  const minReplicas = facts.replicas.minimum;
  const routed = traffic.capabilities.weights;
  const minPodsPerReplicaSet = request.minPodsPerReplicaSet ?? (facts.environment.availability === Availability.HIGH ? 2 : 1);
  checkDelays(at, request, routed);
  const sizesAt: BoundCanary['sizesAt'] = ({ weight, scale }, replicas) => (routed
    ? routedSizes(replicas, weight, scale, { minPodsPerReplicaSet, dynamicStableScale: request.dynamicStableScale })
    : unroutedSizes(replicas, weight));
  const plan = new CanaryPlan(at.at('steps'), {
    steps: request.steps ?? (routed ? CanarySteps.standard() : quartersOf(minReplicas)),
    capabilities: traffic.capabilities,
    router: traffic.description,
    sizesAt: weight => sizesAt({ weight, scale: undefined }, minReplicas),
    replicas: minReplicas,
  });

  const names = { stable: request.stableService, canary: request.canaryService };
  if (service.service === undefined && routed) {
    at.at('traffic').refuse('MissingValue', { value: traffic.description, allowed: 'a router in front of a service with a port; this is a worker', fix: 'leave "traffic" out: the number of pods is the weight' });
  }
  const route = traffic.bind(release, trafficContext(request, { stableService: names.stable, canaryService: names.canary, managedRoutes: plan.managedRoutes }));
  const services = service.service === undefined || route.withoutServices === true ? undefined : {
    stable: service._release.createService(release, 'StableService', names.stable),
    canary: service._release.createService(release, 'CanaryService', names.canary),
  };
  const context = (purpose: AnalysisPurpose): AnalysisContext => analysisContext(request, {
    canaryService: services === undefined ? undefined : names.canary,
    stableService: services === undefined ? undefined : names.stable,
    ingress: route.ingress,
    requestMetrics: traffic.requestMetrics ?? ApplicationMetrics._of(facts.applicationPorts),
    purpose,
  });
  const background = request.analysis === undefined ? undefined : bindBackground(at.at('analysis'), request.analysis, plan, context('background'));
  const inline = new Map(plan.analyses(at.at('steps')).map(({ analysis, at: where, index }): [number, BoundAnalysis] => [index, analysis._bind(where, context('inline'))]));

  const canaryMetadata = request.canaryMetadata === undefined ? undefined : renderPodMetadata(at.at('canaryMetadata'), request.canaryMetadata, service.selectorLabels);
  const stableMetadata = request.stableMetadata === undefined ? undefined : renderPodMetadata(at.at('stableMetadata'), request.stableMetadata, service.selectorLabels);
  const antiAffinity = request.antiAffinity?._render(at.at('antiAffinity'));
  const canary: PlainFields = {
    ...request.abortScaleDownDelay === undefined ? {} : { abortScaleDownDelaySeconds: request.abortScaleDownDelay },
    ...background === undefined ? {} : { analysis: { ...background.bound.fields, startingStep: background.startingStep } },
    ...antiAffinity === undefined ? {} : { antiAffinity },
    ...canaryMetadata === undefined ? {} : { canaryMetadata },
    ...services === undefined ? {} : { canaryService: names.canary },
    ...request.dynamicStableScale ? { dynamicStableScale: true } : {},
    // Only where pods are counted: a router leaves the stable set whole.
    ...routed ? { minPodsPerReplicaSet } : { maxSurge: minReplicas >= 10 ? '25%' : 1, maxUnavailable: 0 },
    ...routed && !request.dynamicStableScale ? { scaleDownDelaySeconds: request.scaleDownDelay ?? SCALE_DOWN_DELAY } : {},
    ...stableMetadata === undefined ? {} : { stableMetadata },
    ...services === undefined ? {} : { stableService: names.stable },
    steps: plan.steps.map(step => renderStep(step, inline.get(step.index)?.fields)),
    ...route.trafficRouting === undefined ? {} : {
      trafficRouting: { ...plan.managedRoutes.length === 0 ? {} : { managedRoutes: plan.managedRoutes.map(name => ({ name })) }, ...route.trafficRouting },
    },
  };
  service.releaseWith(new RolloutStrategy(`the canary '${release.node.path}'`, request, () => ({ canary }), request.migration === undefined
    ? undefined : { deployment: service.workload.name, by: request.migration }));
  return {
    objects: { stableService: services?.stable, canaryService: services?.canary },
    routes: route.routes,
    ignoredDifferences: [
      ...services === undefined ? [] : [names.stable, names.canary].map(name => selectedByController(name, service.namespace)),
      ...route.ignoredDifferences,
      ...request.migration?._ignoredDifferences(service.workload.name, service.namespace) ?? [],
    ],
    steps: plan.steps,
    sizesAt,
    templates: templatesOf([background?.bound, ...inline.values()]),
    background: background === undefined ? undefined : { startingStep: background.startingStep, metrics: background.bound.metrics },
    inline: new Map([...inline].map(([index, bound]): [number, readonly JudgedMetric[]] => [index, bound.metrics])),
  };
}

/** Those of a quarter, a half and three quarters that so many pods can give: one or two give a half alone. */
function quartersOf(replicas: number): CanaryStep[] {
  return CanarySteps.ramp([25, 50, 75].filter(weight => isGiven(weight, unroutedSizes(replicas, weight).weight)), Duration.minutes(5));
}

/** Each once: two analyses of the same metric share its template. @internal */
export function templatesOf(analyses: readonly (BoundAnalysis | undefined)[]): KubernetesObject[] {
  return [...new Set(analyses.flatMap(analysis => analysis?.templates ?? []))];
}

/** The controller adds the hash of the version to the selector of a Service. @internal */
export function selectedByController(name: string, namespace: string | undefined): IgnoredDifference {
  return {
    group: '', kind: 'Service', name, namespace, jqPathExpressions: ['.spec.selector["rollouts-pod-template-hash"]'], reason: 'Argo Rollouts points the Service at the pods of one version',
  };
}

function bindBackground(at: PropertyPath, analysis: Analysis, plan: CanaryPlan, context: AnalysisContext): { readonly startingStep: number; readonly bound: BoundAnalysis } {
  // By default once the canary has pods: before, there is nothing to judge.
  const first = plan.steps.find(step => step.weight > 0)?.index ?? 0;
  const startingStep = at.at('startingStep').integer(analysis.startingStep ?? Math.min(first + 1, plan.steps.length - 1), 0, plan.steps.length - 1, `name a step by its number, 0 to ${plan.steps.length - 1}`);
  return { startingStep, bound: analysis._bind(at, context) };
}

function checkDelays(at: PropertyPath, request: CanaryRequest, routed: boolean): void {
  const needsRouter = ([
    ['scaleDownDelay', request.scaleDownDelay], ['abortScaleDownDelay', request.abortScaleDownDelay], ['minPodsPerReplicaSet', request.minPodsPerReplicaSet],
    ['dynamicStableScale', request.dynamicStableScale || undefined],
  ] as const).find(([, value]) => value !== undefined);
  if (!routed && needsRouter !== undefined) {
    at.at(needsRouter[0]).refuse('UnsupportedByController', { value: needsRouter[1], allowed: 'a router: without one the controller has no use for it', fix: 'leave it out, or add traffic: TrafficRouting.istio() and others' });
  }
  if (request.dynamicStableScale && request.scaleDownDelay !== undefined) {
    at.at('scaleDownDelay').refuse('ConflictingProperties', {
      value: `${request.scaleDownDelay} s`, allowed: 'no delay beside dynamicStableScale: the old pods go while the new ones come', fix: 'leave one of the two out',
    });
  }
  if (request.dynamicStableScale && request.abortScaleDownDelay === undefined) {
    at.at('abortScaleDownDelay').refuse('MissingValue', {
      value: undefined, allowed: 'a delay beside dynamicStableScale: after an abort the canary has to serve until the stable pods are back', fix: 'add abortScaleDownDelay: Duration.minutes(5)',
    });
  }
}
