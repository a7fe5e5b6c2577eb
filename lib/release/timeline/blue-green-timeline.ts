import { Duration } from 'cdk8s';
import type { JudgedMetric } from '../analysis/analysis-context';
import type { BlueGreenRequest, BoundBlueGreen } from '../release-request';
import { inWords, placed, ReleaseTimeline, type TimelineMoment, type TimelineStep } from './release-timeline';

/** @internal */
export function blueGreenTimeline(name: string, request: BlueGreenRequest, bound: BoundBlueGreen, replicas: number): ReleaseTimeline {
  const { promotesAfter, scaleDownDelay = 60 } = request;
  const preview = request.previewReplicas ?? replicas;
  // The delay counts from when the preview's pods are there, as the analysis does: the longer of the two decides.
  const judged = Math.max(0, ...bound.prePromotion.map(metric => metric.lastMeasurement ?? 0));
  const waits = promotesAfter === undefined ? undefined : Math.max(0, promotesAfter - judged);
  const moments: readonly TimelineMoment[] = bound.moments?.(replicas) ?? [
    { says: 'starts the new version; the preview Service points at it', lasts: Duration.seconds(0), weight: 0, canaryPods: preview, stablePods: replicas, judged: [] },
    ...bound.prePromotion.length === 0 ? [] : [{ ...judging('judges the preview, and goes on only when it passes', bound.prePromotion), weight: 0, canaryPods: preview, stablePods: replicas }],
    ...waits === 0 ? [] : [{
      says: waits === undefined ? 'waits until a person promotes it' : `waits ${inWords(waits)}`,
      lasts: waits === undefined ? undefined : Duration.seconds(waits),
      weight: 0,
      canaryPods: preview,
      stablePods: replicas,
      judged: [],
    }],
    { says: 'switches all requests to the new version', lasts: Duration.seconds(0), weight: 100, canaryPods: replicas, stablePods: replicas, judged: [] },
    ...bound.postPromotion.length === 0 ? [] : [{ ...judging('judges the new version, and switches back when it fails', bound.postPromotion), weight: 100, canaryPods: replicas, stablePods: replicas }],
    { says: `keeps the old version for ${inWords(scaleDownDelay)}, then lets it go`, lasts: Duration.seconds(scaleDownDelay), weight: 100, canaryPods: replicas, stablePods: replicas, judged: [] },
  ];
  return new ReleaseTimeline(name, replicas, placed(moments));
}

function judging(says: string, metrics: readonly JudgedMetric[]): Pick<TimelineStep, 'says' | 'lasts' | 'judged'> {
  return {
    says,
    lasts: Duration.seconds(Math.max(0, ...metrics.map(metric => metric.lastMeasurement ?? 0))),
    judged: metrics.map(metric => `${metric.name} ${metric.condition}`),
  };
}
