import { Duration } from 'cdk8s';
import { bindFlaggerAnalysis, NOTHING_JUDGED } from './flagger-metrics';
import { flaggerInterval, type FlaggerOptions } from './flagger-options';
import { renderGates, takeFlaggerTarget } from './flagger-target';
import { ApplicationMetrics } from '../analysis/application-metrics';
import { analysisContext } from '../release-context';
import type { BlueGreenRequest, BoundBlueGreen } from '../release-request';
import { inWords, type TimelineMoment } from '../timeline/release-timeline';

const DEFAULT_INTERVAL = 60;
const DEFAULT_COUNT = 5;

/**
 * A blue-green release by Flagger, without a router: the new version runs beside the primary pods and is judged, then the primary
 * pods are replaced. What has no requests cannot be judged by them: metrics need a test that sends some.
 *
 * @see https://docs.flagger.app/tutorials/kubernetes-blue-green
 * @internal
 */
export function bindFlaggerBlueGreen(request: BlueGreenRequest, given: FlaggerOptions): BoundBlueGreen {
  const { at } = request;
  const target = takeFlaggerTarget(request, given, 'what is switched is its Service', 'leave it a Deployment');
  const { options, primaryService, canaryService } = target;
  if (request.given.previewServiceName !== undefined && request.previewService !== canaryService) {
    at.at('previewServiceName').refuse('UnsupportedByController', { value: request.previewService, allowed: `${canaryService}: Flagger makes the Service, and names it`, fix: 'leave it out' });
  }
  const judged = request.prePromotionAnalysis === undefined ? NOTHING_JUDGED : bindFlaggerAnalysis(at.at('prePromotionAnalysis'), request.prePromotionAnalysis, analysisContext(request, {
    canaryService, stableService: primaryService, ingress: undefined, requestMetrics: ApplicationMetrics.http(), purpose: 'inline',
  }), options, undefined);
  const interval = judged.interval ?? DEFAULT_INTERVAL;
  // It looks as often as the metrics ask for, and at least as long as the promotion has to wait.
  const looks = judged.metrics.length === 0 ? 1 : judged.count ?? DEFAULT_COUNT;
  const iterations = Math.max(looks, Math.ceil((request.promotesAfter ?? 0) / interval));
  const canary = target.createCanary({
    provider: 'kubernetes',
    analysis: {
      interval: flaggerInterval(interval),
      iterations,
      ...judged.metrics.length === 0 ? {} : { metrics: judged.metrics },
      threshold: judged.threshold,
      ...renderGates(at.at('promotion'), options, { rollout: false, promotion: request.promotesAfter === undefined }),
    },
  });
  return {
    objects: { canary },
    routes: [],
    ignoredDifferences: target.ignoredDifferences,
    templates: judged.templates,
    prePromotion: judged.judged,
    postPromotion: [],
    moments: replicas => {
      const preview = { weight: 0, canaryPods: target.canaryPods(replicas), stablePods: replicas };
      const judging = judged.judged.map(metric => `${metric.name} ${metric.condition}`);
      return [
        { ...preview, says: `starts the new version; the Service ${canaryService} leads to it`, lasts: Duration.seconds(0), judged: [] },
        { ...preview, says: judging.length === 0 ? `waits ${inWords(iterations * interval)}` : 'judges the preview, and goes on only when it passes', lasts: Duration.seconds(iterations * interval), judged: judging },
        ...request.promotesAfter === undefined ? [{ ...preview, says: 'waits until a person promotes it', lasts: undefined, judged: judging }] : [],
        { ...preview, says: 'replaces the primary pods by those of the new version, some at a time', lasts: Duration.seconds(interval), judged: [] },
        { says: "the preview's pods go", lasts: Duration.seconds(0), weight: 100, canaryPods: replicas, stablePods: 0, judged: [] },
      ] satisfies TimelineMoment[];
    },
  };
}
