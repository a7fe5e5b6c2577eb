import { setTimeout as sleep } from 'node:timers/promises';
import type { Kubectl } from './kubectl';
import type { Placed } from './snapshot';
import { replicasOf, Snapshot } from './snapshot';
import type { Staged } from './stage';
import { at, conditionOf, countAt, listAt, mustText, textAt } from '../shared/json';
import { nameOf } from '../shared/manifests';

/** A pod is ready when it serves, and available when it has been ready for its workload's minReadySeconds. */
type Measure = 'ready' | 'available';

/** Waits until every workload of every subject runs as asked, or time is up; what is missing then, by subject. */
export async function settled(kubectl: Kubectl, subjects: readonly Staged[], measure: Measure, seconds: number): Promise<Map<Staged, string[]>> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const snapshot = await Snapshot.take(kubectl);
    const missing = new Map(subjects.map(staged => [staged, unfinished(staged, snapshot, measure)]));
    if (Date.now() > end || [...missing.values()].every(list => list.length === 0)) return missing;
    await sleep(500);
  }
}

/** What a subject still waits for. */
function unfinished({ manifests }: Staged, snapshot: Snapshot, measure: Measure): string[] {
  return [
    ...['Deployment', 'StatefulSet', 'DaemonSet'].flatMap(kind => snapshot.live(manifests, kind))
      .filter(({ manifest }) => !isTakenOver(manifest, snapshot)).flatMap(({ manifest, object }) => shortOf(snapshot, manifest, object, measure)),
    ...snapshot.live(manifests, 'Rollout').flatMap(({ manifest, object }) => unreleased(snapshot, manifest, object, measure)),
    ...snapshot.live(manifests, 'Job').filter(({ object }) => conditionOf(object, 'Complete') !== 'True').map(({ manifest }) => `${nameOf(manifest)} is not complete`),
  ];
}

function shortOf(snapshot: Snapshot, manifest: Placed, object: unknown, measure: Measure): string[] {
  if (object === undefined) return [`${nameOf(manifest)} is not there`];
  const { good, wanted, updated, total } = manifest.kind === 'DaemonSet' ? daemons(object, measure) : replicas(object, measure, minimumOf(manifest, snapshot));
  const observed = countAt(object, 'status', 'observedGeneration') >= countAt(object, 'metadata', 'generation');
  if (observed && good === wanted && updated === wanted && total === wanted) return [];
  const reasons = whyNot(snapshot, manifest.namespace, object);
  return [`${nameOf(manifest)}: ${good} of ${wanted} pods ${measure}, ${updated} of ${total} up to date${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`];
}

/** A Rollout is done with a release when its controller calls it healthy: one that pauses at a step, or has gone back, is not. */
function unreleased(snapshot: Snapshot, manifest: Placed, object: unknown, measure: Measure): string[] {
  if (object === undefined) return [`${nameOf(manifest)} is not there`];
  const { good, wanted, updated } = replicas(object, measure, minimumOf(manifest, snapshot));
  // Pods of the revision before may run on for a while, so that there are more than asked for is no sign of an unfinished release.
  if (isObserved(object) && textAt(object, 'status', 'phase') === 'Healthy' && good >= wanted && updated === wanted) return [];
  const reasons = [textAt(object, 'status', 'message') ?? '', ...whyNot(snapshot, manifest.namespace, object)].filter(reason => reason !== '');
  const step = at(object, 'status', 'currentStepIndex');
  return [`${nameOf(manifest)} is ${textAt(object, 'status', 'phase') ?? 'not looked at yet'}${typeof step === 'number' ? ` at step ${step}` : ''}: `
    + `${good} of ${wanted} pods ${measure}, ${updated} up to date${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`];
}

/** The Rollouts controller writes the generation that it has seen as a text. */
export function isObserved(rollout: unknown): boolean {
  return Number(textAt(rollout, 'status', 'observedGeneration')) >= countAt(rollout, 'metadata', 'generation');
}

/** A Deployment whose pods a Rollout runs: it keeps its template for the Rollout, and is scaled down by it. */
function isTakenOver({ kind, namespace, metadata }: Placed, snapshot: Snapshot): boolean {
  return snapshot.of('Rollout', namespace).some(rollout => textAt(rollout, 'spec', 'workloadRef', 'kind') === kind && textAt(rollout, 'spec', 'workloadRef', 'name') === metadata.name
    && textAt(rollout, 'spec', 'workloadRef', 'scaleDown') !== 'never');
}

interface Progress {
  readonly good: number;
  readonly wanted: number;
  readonly updated: number;
  readonly total: number;
}

function replicas(object: unknown, measure: Measure, minimum: number): Progress {
  const [good = 0, updated = 0, total = 0] = [`${measure}Replicas`, 'updatedReplicas', 'replicas'].map(field => countAt(object, 'status', field));
  return { good, wanted: Math.max(replicasOf(object), minimum), updated, total };
}

function daemons(object: unknown, measure: Measure): Progress {
  const [good = 0, updated = 0, total = 0] = [measure === 'ready' ? 'numberReady' : 'numberAvailable', 'updatedNumberScheduled', 'currentNumberScheduled'].map(field => countAt(object, 'status', field));
  return { good, wanted: Math.max(1, countAt(object, 'status', 'desiredNumberScheduled')), updated, total };
}

/** An autoscaler raises a workload to its minimum before it looks at any metric. */
function minimumOf(manifest: Placed, snapshot: Snapshot): number {
  const autoscaler = snapshot.of('HorizontalPodAutoscaler', manifest.namespace).find(candidate =>
    textAt(candidate, 'spec', 'scaleTargetRef', 'kind') === manifest.kind && textAt(candidate, 'spec', 'scaleTargetRef', 'name') === manifest.metadata.name);
  return countAt(autoscaler, 'spec', 'minReplicas');
}

/** What the controllers and the scheduler say about pods that are not there or not placed. */
function whyNot(snapshot: Snapshot, namespace: string, workload: unknown): string[] {
  const uid = mustText(workload, 'metadata', 'uid');
  const sets = snapshot.of('ReplicaSet', namespace).filter(set => listAt(set, 'metadata', 'ownerReferences').some(owner => textAt(owner, 'uid') === uid));
  const refused = [workload, ...sets].flatMap(object => listAt(object, 'status', 'conditions'))
    .filter(condition => textAt(condition, 'type') === 'ReplicaFailure' && textAt(condition, 'status') === 'True');
  const unplaced = snapshot.podsUnder(workload).flatMap(pod => listAt(pod.object, 'status', 'conditions'))
    .filter(condition => textAt(condition, 'type') === 'PodScheduled' && textAt(condition, 'status') === 'False');
  return [...new Set([...refused, ...unplaced].flatMap(condition => textAt(condition, 'message') ?? []))];
}
