import { selectedByController, templatesOf } from './argo-canary';
import type { Analysis } from '../analysis/analysis';
import type { BoundAnalysis } from '../analysis/analysis-context';
import { ApplicationMetrics } from '../analysis/application-metrics';
import { renderPodMetadata } from '../pod-metadata';
import { analysisContext } from '../release-context';
import type { BlueGreenRequest, BoundBlueGreen } from '../release-request';
import { RolloutStrategy } from './rollout-strategy';
import type { PlainFields } from '../../core/measurement';
import type { PropertyPath } from '../../core/property-path';

/** kube-proxies, gateways and meshes learn late that a Service has other pods. */
const SCALE_DOWN_DELAY = 60;

/**
 * A blue-green release by Argo Rollouts: turns the service's Deployment into a Rollout that switches the service's own
 * Service, and makes the Service for a preview.
 *
 * @internal
 */
export function bindArgoBlueGreen(request: BlueGreenRequest): BoundBlueGreen {
  const { at, release, service } = request;
  const { facts } = service._release;
  const preview = service._release.createService(release, 'PreviewService', request.previewService);
  const bind = (where: PropertyPath, analysis: Analysis | undefined): BoundAnalysis | undefined => analysis?._bind(where, analysisContext(request, {
    canaryService: request.previewService,
    stableService: service.name,
    ingress: undefined,
    requestMetrics: ApplicationMetrics._of(facts.applicationPorts),
    purpose: 'inline',
  }));
  const prePromotion = bind(at.at('prePromotionAnalysis'), request.prePromotionAnalysis);
  const postPromotion = bind(at.at('postPromotionAnalysis'), request.postPromotionAnalysis);
  const previewMetadata = request.previewMetadata === undefined ? undefined : renderPodMetadata(at.at('previewMetadata'), request.previewMetadata, service.selectorLabels);
  const activeMetadata = request.activeMetadata === undefined ? undefined : renderPodMetadata(at.at('activeMetadata'), request.activeMetadata, service.selectorLabels);
  const antiAffinity = request.antiAffinity?._render(at.at('antiAffinity'));
  const blueGreen: PlainFields = {
    ...request.abortScaleDownDelay === undefined ? {} : { abortScaleDownDelaySeconds: request.abortScaleDownDelay },
    ...activeMetadata === undefined ? {} : { activeMetadata },
    activeService: service.name,
    ...antiAffinity === undefined ? {} : { antiAffinity },
    autoPromotionEnabled: request.promotesAfter !== undefined,
    ...request.promotesAfter === undefined || request.promotesAfter === 0 ? {} : { autoPromotionSeconds: request.promotesAfter },
    ...postPromotion === undefined ? {} : { postPromotionAnalysis: postPromotion.fields },
    ...prePromotion === undefined ? {} : { prePromotionAnalysis: prePromotion.fields },
    ...previewMetadata === undefined ? {} : { previewMetadata },
    ...request.previewReplicas === undefined ? {} : { previewReplicaCount: request.previewReplicas },
    previewService: request.previewService,
    scaleDownDelaySeconds: request.scaleDownDelay ?? SCALE_DOWN_DELAY,
  };
  service.releaseWith(new RolloutStrategy(`the blue-green release '${release.node.path}'`, request, () => ({ blueGreen }), request.migration === undefined
    ? undefined : { deployment: service.workload.name, by: request.migration }));
  return {
    objects: { previewService: preview },
    routes: [],
    ignoredDifferences: [
      ...[service.name, request.previewService].map(name => selectedByController(name, service.namespace)),
      ...request.migration?._ignoredDifferences(service.workload.name, service.namespace) ?? [],
    ],
    templates: templatesOf([prePromotion, postPromotion]),
    prePromotion: prePromotion?.metrics ?? [],
    postPromotion: postPromotion?.metrics ?? [],
  };
}
