import { Duration } from 'cdk8s';
import type { JudgedMetric } from '../analysis/analysis-context';
import type { BoundCanary } from '../release-request';
import { inWords, placed, ReleaseTimeline, type TimelineStep } from './release-timeline';
import type { PlannedStep } from '../steps/canary-plan';

/** The seconds that a step takes; nothing when a person ends it. @internal */
export function secondsOf({ action, index }: PlannedStep, inline: ReadonlyMap<number, readonly JudgedMetric[]>): number | undefined {
  const judged = Math.max(0, ...(inline.get(index) ?? []).map(metric => metric.lastMeasurement ?? 0));
  if (action.kind === 'pause') { return action.duration?.toSeconds(); }
  return action.kind === 'experiment' ? action.experiment.duration?.toSeconds() ?? judged : judged;
}

/** @internal */
export function canaryTimeline(name: string, bound: BoundCanary, replicas: number): ReleaseTimeline {
  let seconds = 0;
  const steps = bound.steps.map((step): TimelineStep => {
    const lasts = secondsOf(step, bound.inline);
    const startsAfter = Duration.seconds(seconds);
    seconds += lasts ?? 0;
    const background = bound.background !== undefined && step.index >= bound.background.startingStep ? bound.background.metrics : [];
    return {
      index: step.index,
      startsAfter,
      lasts: lasts === undefined ? undefined : Duration.seconds(lasts),
      says: says(step),
      ...bound.sizesAt(step, replicas),
      judged: [...background, ...bound.inline.get(step.index) ?? []].map(metric => `${metric.name} ${metric.condition}`),
    };
  });
  const ending = bound.ending?.(replicas) ?? [{
    lasts: Duration.seconds(0), says: 'the canary becomes the stable version; the pods before it go', weight: 100, canaryPods: replicas, stablePods: 0, judged: [],
  }];
  return new ReleaseTimeline(name, replicas, [...steps, ...placed(ending, steps.length, seconds)]);
}

function says({ action }: PlannedStep): string {
  switch (action.kind) {
    case 'setWeight': return `sends ${action.percent} % of the requests to the canary`;
    case 'pause': return action.duration === undefined ? 'waits until a person promotes it' : `waits ${inWords(action.duration.toSeconds())}`;
    case 'setCanaryScale': return scaleSays(action.scale._kind, action.scale._value);
    case 'analysis': return 'is judged, and goes on only when it passes';
    case 'experiment': return `compares ${action.experiment.pods.map(pods => pods.name).join(', ')} in an experiment`;
    case 'setHeaderRoute': return `sends requests with ${action.route.headers.map(header => header.name).join(' and ')} to the canary (${action.route.name})`;
    case 'setMirrorRoute': return `copies ${action.route.percent ?? 100} % of the matching requests to the canary (${action.route.name})`;
    case 'removeRoute': return `removes the route ${action.name}`;
  }
}

function scaleSays(kind: string, value: number | true): string {
  if (value === true) { return 'lets the canary grow with its share of requests'; }
  return kind === 'replicas' ? `gives the canary ${value} ${value === 1 ? 'pod' : 'pods'}` : `gives the canary ${value} % of the replicas`;
}
