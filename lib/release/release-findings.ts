import type { JudgedMetric } from './analysis/analysis-context';
import type { BoundCanary } from './release-request';
import { secondsOf } from './timeline/canary-timeline';
import type { ReleaseSubjectProps } from '../blocks/release-subject';
import { Availability } from '../core/environment';
import type { Finding } from '../core/findings';
import type { PropertyPath } from '../core/property-path';

type FindingText = Pick<Finding, 'id' | 'message' | 'fix'>;

/**
 * What a canary may be, and whoever is on call should know. Refuses an analysis that would end before it could fail.
 *
 * @internal
 */
export function canaryFindings(at: PropertyPath, bound: BoundCanary, facts: ReleaseSubjectProps, stableStaysWhole: boolean): FindingText[] {
  refuseUnmeasured(at.at('analysis'), bound);
  const judged = [...bound.background?.metrics ?? [], ...[...bound.inline.values()].flat()];
  return [
    ...judged.length > 0 || facts.environment.availability !== Availability.HIGH ? [] : [{
      id: 'judge-the-canary',
      message: 'nothing judges the canary: it goes on, whatever its users see',
      fix: 'add an analysis: Analysis.background({ metrics: [Metric.successRate({ … })] }); or acknowledge it with the reason why people look instead',
    }],
    ...unscraped(judged, facts),
    ...autoscaled(facts, stableStaysWhole),
  ];
}

/** @internal */
export function unscraped(judged: readonly JudgedMetric[], facts: ReleaseSubjectProps): FindingText[] {
  const metric = judged.find(({ scrapesPods }) => scrapesPods);
  return metric === undefined || facts.environment.monitoring.length > 0 ? [] : [{
    id: 'let-the-canary-be-scraped',
    message: `the metric ${metric.name} comes from the pods, and nobody may scrape them: the environment has no monitoring, and by default nothing reaches a pod`,
    fix: "set monitoring on the environment: Environment.production({ monitoring: [NetworkPeer.namespace('monitoring')] }); or acknowledge it where the metric comes from elsewhere",
  }];
}

/** A preview that nobody calls has nothing to be judged by. @internal */
export function previewed(judged: readonly JudgedMetric[]): FindingText[] {
  const metric = judged.find(({ needsRequests }) => needsRequests);
  return metric === undefined ? [] : [{
    id: 'send-requests-to-the-preview',
    message: `the metric ${metric.name} judges requests before the promotion, and a preview gets none by itself: without an answer it fails, and the release is aborted`,
    fix: 'judge the preview by what asks it (Metric.of with Web.get or JobRun.of), and requests after the promotion; or acknowledge it where something sends requests to the preview',
  }];
}

/** Both versions count into one average, while the target counts the pods of both: seen to scale the stable set to its most. */
function autoscaled(facts: ReleaseSubjectProps, whole: boolean): FindingText[] {
  const metrics = facts.replicas.owner === 'autoscaled' ? facts.replicas._options.metrics ?? [] : [];
  return metrics.length === 0 || !whole ? [] : [{
    id: 'scale-a-canary-by-its-load',
    message: 'the autoscaler holds a metric for all pods together, and during a canary there are more of them: it may raise the stable version to its most',
    fix: 'scale by CPU or memory, or set dynamicStableScale; or acknowledge it with the reason why it holds',
  }];
}

/** A background analysis ends with the steps. */
function refuseUnmeasured(at: PropertyPath, bound: BoundCanary): void {
  const { background } = bound;
  if (background === undefined) { return; }
  const remaining = bound.steps.slice(background.startingStep).map(step => secondsOf(step, bound.inline));
  if (remaining.includes(undefined)) { return; } // a person ends it
  const seconds = remaining.reduce<number>((sum, one) => sum + one!, 0);
  const late = background.metrics.find(metric => metric.earliestFailure >= seconds);
  if (late !== undefined) {
    at.refuse('ReleaseTooThin', {
      value: `${late.name}, first measured after ${late.firstMeasurement} s; it can have failed after ${late.earliestFailure} s at the earliest`,
      allowed: `a verdict within the ${seconds} s from step ${background.startingStep} to the end: the release would be through before it`,
      fix: 'let the steps take longer, start earlier (startingStep), or lower initialDelay, interval or failureLimit',
    });
  }
}
