import { type FlaggerIdentity, identityOf, refuseStrangers } from './flagger-identity';
import { type CheckedFlaggerOptions, checkFlaggerOptions, type FlaggerOptions } from './flagger-options';
import { renderFlaggerService } from './flagger-service';
import type { PodDisruptionBudget } from '../../blocks/disruption-budget';
import type { IgnoredDifference } from '../../core/ignored-difference';
import { KubernetesObject } from '../../core/kubernetes-object';
import type { PlainFields } from '../../core/measurement';
import type { JsonObject } from '../../core/merge';
import { isSubdomain } from '../../core/names';
import type { PropertyPath } from '../../core/property-path';
import type { IReleaseStrategy } from '../../core/release';
import type { MadeObject } from '../../core/traffic-routing';
import { claimIdentity } from '../../core/unique-identities';
import type { ProductionService } from '../../workloads/production-service';
import type { ReleaseRequest } from '../release-request';

/** Props of a release that Flagger has no word for: what there is instead, and what to do. */
const UNKNOWN: Readonly<Record<string, readonly [allowed: string, fix: string]>> = {
  scaleDownDelay: ['no delay: the canary\'s pods go one interval after the primary ones have taken over', 'leave it out'],
  abortScaleDownDelay: ['no delay: after an abort the canary\'s pods go at once', 'leave it out'],
  rollbackWindow: ['nothing: only a way back to the version before skips the steps, and does so always', 'leave it out'],
  antiAffinity: ['the spread of the service itself, over both sets of pods', 'leave it out, or set the placement of the service'],
  migration: ['a Deployment that stays one: Flagger copies it, and takes over when the copy is ready', 'leave it out'],
  minPodsPerReplicaSet: ['a canary as large as the fewest replicas of the service', 'leave it out, or raise the replicas of the service'],
  dynamicStableScale: ['primary pods that their own autoscaler counts', 'leave it out'],
  canaryMetadata: ['one template for all pods', 'leave it out'],
  stableMetadata: ['one template for all pods', 'leave it out'],
  previewMetadata: ['one template for all pods', 'leave it out'],
  activeMetadata: ['one template for all pods', 'leave it out'],
  previewReplicas: ['a preview as large as the fewest replicas of the service', 'leave it out'],
  postPromotionAnalysis: ['a judgement before the promotion alone', 'judge before: prePromotionAnalysis'],
};

/** Pods of its Deployment are `<name>-primary-<10 characters>-<5 characters>`, cut at 63; a cut name could not be told apart. */
const LONGEST_WORKLOAD = 38;

/** A service that Flagger releases. @internal */
export interface FlaggerTarget {
  readonly options: CheckedFlaggerOptions;
  /** Of the Services that Flagger makes. */
  readonly primaryService: string;
  readonly canaryService: string;
  readonly ignoredDifferences: readonly IgnoredDifference[];
  /** How many pods the canary has when it has any, of so many replicas. */
  readonly canaryPods: (replicas: number) => number;
  readonly createCanary: (fields: CanaryFields) => KubernetesObject;
}

/**
 * Hands a service to Flagger: its Deployment stays, its Service is left to Flagger, and what selects its pods selects those of
 * Flagger's copy as well.
 *
 * @internal
 */
export function takeFlaggerTarget(request: ReleaseRequest, options: FlaggerOptions, router: string, fix: string): FlaggerTarget {
  const { at, release, service } = request;
  const { facts } = service._release;
  const checked = checkFlaggerOptions(at.at('controller'), options);
  for (const [key, [allowed, what]] of Object.entries(UNKNOWN)) {
    if (request.given[key] !== undefined && request.given[key] !== false) { at.at(key).refuse('UnsupportedByController', { value: request.given[key], allowed: `with Flagger, ${allowed}`, fix: what }); }
  }
  if (!request.progressDeadlineAbort) {
    at.at('progressDeadlineAbort').refuse('UnsupportedByController', { value: false, allowed: 'an abort, which Flagger makes in any case', fix: 'leave it out' });
  }
  const exposed = service.service;
  if (exposed === undefined) {
    return at.at('service').refuse('UnsupportedByController', { value: service.node.path, allowed: `a service with a port: ${router}; this is a worker`, fix });
  }
  checkSubject(at.at('service'), service);
  const identity = identityOf(at.at('service'), service, checked);
  service.releaseWith(new FlaggerDeployment(`the release '${release.node.path}' by Flagger`, facts.workload.update, identity));
  const read = exposed._leaveTo(`Flagger, for the release '${release.node.path}'`);
  const renderService = (): PlainFields => renderFlaggerService(at.at('service'), read(), service.workload.toJson() as JsonObject, service.selectorLabels);
  renderService(); // what is known to be wrong by now is refused here, where the caller is
  refuseStrangers(release, service, identity);
  const names = { primary: `${service.name}-primary`, canary: `${service.name}-canary` };
  return {
    options: checked,
    primaryService: names.primary,
    canaryService: names.canary,
    ignoredDifferences: facts.replicas.owner !== 'fixed' ? [] : [{
      group: 'apps', kind: 'Deployment', name: service.workload.name, namespace: service.namespace, jqPathExpressions: ['.spec.replicas'], reason: 'Flagger scales the Deployment down to none between two releases',
    }],
    canaryPods: replicas => (facts.replicas.owner === 'autoscaled' ? Math.min(facts.replicas.minimum, replicas) : replicas),
    createCanary: ({ service: routed = {}, makes = [], analysis, ...fields }) => {
      const canary = new KubernetesObject(release, 'Canary', {
        apiVersion: 'flagger.app/v1beta1',
        kind: 'Canary',
        name: service.workload.name,
        labels: facts.labels,
        content: {
          spec: () => ({
            ...fields,
            analysis: { ...analysis },
            ...service.autoscaler === undefined ? {} : { autoscalerRef: { apiVersion: service.autoscaler.apiVersion, kind: service.autoscaler.kind, name: service.autoscaler.name } },
            progressDeadlineSeconds: facts.workload.pace.progressDeadlineSeconds,
            ...checked.revertOnDeletion === true ? { revertOnDeletion: true } : {},
            service: { ...renderService(), ...routed },
            targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: service.workload.name },
          }),
        },
      });
      for (const { group, kind, name } of [
        { group: 'apps', kind: 'Deployment', name: `${service.workload.name}-primary` },
        ...service.autoscaler === undefined ? [] : [{ group: 'autoscaling', kind: 'HorizontalPodAutoscaler', name: `${service.autoscaler.name}-primary` }],
        ...[service.name, names.primary, names.canary].map(made => ({ group: '', kind: 'Service', name: made })),
        ...makes,
      ]) { claimIdentity(canary, group === '' ? 'core' : group, kind, name); }
      return canary;
    },
  };
}

/** What a strategy adds to the Canary. @internal */
export interface CanaryFields {
  readonly provider: string;
  readonly analysis: PlainFields;
  readonly service?: PlainFields;
  readonly ingressRef?: PlainFields;
  readonly makes?: readonly MadeObject[];
}

/** The gates where a person is waited for. @internal */
export function renderGates(at: PropertyPath, options: CheckedFlaggerOptions, waits: { readonly rollout: boolean; readonly promotion: boolean }): PlainFields {
  const webhooks = ([['rollout', 'confirm-rollout', 'rolloutGate'], ['promotion', 'confirm-promotion', 'promotionGate']] as const).filter(([when]) => waits[when]).map(([name, type, gate]) => {
    if (options[gate] === undefined) {
      at.refuse('UnsupportedByController', {
        value: 'a person',
        allowed: 'an address that says when a person has agreed: Flagger has no promotion of its own',
        fix: `write ReleaseController.flagger({ ${gate}: 'http://flagger-loadtester.flagger/gate/check' }), and open it with POST …/gate/open`,
      });
    }
    return { name, type, url: options[gate] };
  });
  return webhooks.length === 0 ? {} : { webhooks };
}

function checkSubject(at: PropertyPath, service: ProductionService): void {
  const { replicas } = service._release.facts;
  if (replicas.owner === 'external') {
    at.refuse('UnsupportedByController', {
      value: `Replicas.external(${replicas.minimum})`, allowed: 'an autoscaler of the service itself, which Flagger copies for the primary pods', fix: 'set replicas: Replicas.autoscaled({ … }) or Replicas.fixed(3); or use ReleaseController.argoRollouts()',
    });
  }
  const limit = (service.disruptionBudget as PodDisruptionBudget | undefined)?.limit;
  if (limit?.minAvailable !== undefined) {
    at.refuse('UnsupportedByController', {
      value: `DisruptionBudget.minAvailable(${String(limit.minAvailable)})`, allowed: 'a budget of pods that may be away: during a release the canary\'s pods would count as available, and all that serve might go', fix: 'set disruptionBudget: DisruptionBudget.maxUnavailable(1)',
    });
  }
  const { name } = service.workload;
  if (name.length > LONGEST_WORKLOAD) {
    at.refuse('InvalidName', { value: name, allowed: `a workload's name of at most ${LONGEST_WORKLOAD} characters: Flagger's is called ${name}-primary, and its pods after it`, fix: `shorten it by ${name.length - LONGEST_WORKLOAD} characters` });
  }
  const copy = `${service.name}-primary`;
  if (copy.length > 63 || !isSubdomain(copy)) {
    at.refuse('InvalidName', { value: service.name, allowed: `a Service's name of at most 55 characters: Flagger makes one called ${copy}`, fix: `shorten it by ${copy.length - 63} characters` });
  }
}

/** The service's Deployment, which Flagger copies: what runs between two releases is the copy. */
class FlaggerDeployment implements IReleaseStrategy {
  public readonly apiVersion: string;
  public readonly kind: string;
  public readonly revisionLabel: string;
  public readonly sharedLabels: Readonly<Record<string, string>>;

  public constructor(public readonly description: string, private readonly update: IReleaseStrategy, identity: FlaggerIdentity) {
    this.apiVersion = update.apiVersion;
    this.kind = update.kind;
    this.revisionLabel = update.revisionLabel;
    this.sharedLabels = identity.sharedLabels;
  }

  public renderSpec(common: JsonObject): JsonObject {
    return this.update.renderSpec(common);
  }
}
