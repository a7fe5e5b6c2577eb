import { replicasOf } from './snapshot';
import { at, countAt, listAt, textAt } from '../shared/json';

/** What should stand at a pause of a canary's steps. */
export interface ExpectedPause {
  /** The index of the pause among the steps. */
  readonly step: number;
  /** The share of traffic of the new revision, in percent. */
  readonly weight: number;
  /** Bounds for the pods of each revision; equal where the number is determined. */
  readonly canaryPods: Range;
  readonly stablePods: Range;
}

export interface Range {
  readonly least: number;
  readonly most: number;
}

/**
 * What the steps of a Rollout with that many replicas ask for. With a router by its documentation: the stable revision stays
 * whole, unless it is to shrink, and the new one has its share of the pods, rounded up, unless the steps scale it. Without one,
 * the share is only approached within the surge and what may be missing, which leaves a pod's width on both sides.
 */
export function expectedPauses(rollout: unknown): ExpectedPause[] {
  const canary = at(rollout, 'spec', 'strategy', 'canary');
  const replicas = replicasOf(rollout);
  let weight = 0;
  let scale: unknown;
  return listAt(canary, 'steps').flatMap((step, index) => {
    const set = at(step, 'setWeight');
    if (typeof set === 'number') weight = set;
    const scaled = at(step, 'setCanaryScale');
    if (scaled !== undefined) scale = at(scaled, 'matchTrafficWeight') === true ? undefined : scaled;
    if (at(step, 'pause') === undefined) return [];
    return [{ step: index, weight, ...at(canary, 'trafficRouting') === undefined ? traded(canary, replicas, weight) : routed(canary, replicas, weight, scale) }];
  });
}

function routed(canary: unknown, replicas: number, weight: number, scale: unknown): Pick<ExpectedPause, 'canaryPods' | 'stablePods'> {
  const least = Math.min(countAt(canary, 'minPodsPerReplicaSet'), replicas);
  const atLeast = (pods: number): number => (pods === 0 ? 0 : Math.max(pods, least));
  const share = (percent: number): number => atLeast(Math.ceil(replicas * percent / 100));
  const shrinks = at(canary, 'dynamicStableScale') === true;
  const stablePods = exactly(shrinks ? share(100 - weight) : replicas);
  // A number that the steps give is taken as it is, unless the stable revision depends on it.
  if (at(scale, 'replicas') !== undefined) return { canaryPods: exactly(shrinks ? atLeast(countAt(scale, 'replicas')) : countAt(scale, 'replicas')), stablePods };
  return { canaryPods: exactly(share(at(scale, 'weight') === undefined ? weight : countAt(scale, 'weight'))), stablePods };
}

/** Pods are the weights: a pod more than the share at most, none less than one, and all of them together within the bounds. */
function traded(canary: unknown, replicas: number, weight: number): Pick<ExpectedPause, 'canaryPods' | 'stablePods'> {
  const share = replicas * weight / 100;
  const surge = amount(at(canary, 'maxSurge') ?? '25%', replicas, Math.ceil);
  const missing = amount(at(canary, 'maxUnavailable') ?? '25%', replicas, Math.floor);
  const canaryPods = { least: Math.max(weight > 0 ? 1 : 0, Math.floor(share)), most: Math.ceil(share) };
  return { canaryPods, stablePods: { least: Math.max(0, replicas - missing - canaryPods.most), most: replicas + surge - canaryPods.least } };
}

function exactly(count: number): Range {
  return { least: count, most: count };
}

function amount(value: unknown, of: number, round: (share: number) => number): number {
  return typeof value === 'string' ? round(of * Number.parseInt(value, 10) / 100) : typeof value === 'number' ? value : 0;
}

/** Whether requests are divided by weights, and not by the number of pods. */
export function hasRouter(rollout: unknown): boolean {
  return at(rollout, 'spec', 'strategy', 'canary', 'trafficRouting') !== undefined;
}

/** How many steps there are that a person or a clock ends. */
export function pausesOf(rollout: unknown): number {
  return listAt(rollout, 'spec', 'strategy', 'canary', 'steps').filter(step => at(step, 'pause') !== undefined).length;
}

/** Names of the analysis templates that a Rollout runs while it releases, those of templates of templates left out. */
export function templatesOf(rollout: unknown): string[] {
  const strategy = at(rollout, 'spec', 'strategy');
  const analyses = [
    at(strategy, 'canary', 'analysis'), ...listAt(strategy, 'canary', 'steps').map(step => at(step, 'analysis')),
    at(strategy, 'blueGreen', 'prePromotionAnalysis'), at(strategy, 'blueGreen', 'postPromotionAnalysis'),
  ];
  return [...new Set(analyses.flatMap(analysis => listAt(analysis, 'templates')).flatMap(template => textAt(template, 'templateName') ?? []))];
}
