import { setTimeout as sleep } from 'node:timers/promises';
import type { Kubectl } from './kubectl';
import type { Floor } from './pod-watch';
import type { Placed } from './snapshot';
import { Snapshot } from './snapshot';
import type { Staged } from './stage';
import { at, countAt } from '../shared/json';
import { nameOf } from '../shared/manifests';

/** A PodDisruptionBudget of a subject with every pod of it in good health. */
export interface Budget extends Floor {
  readonly staged: Staged;
  readonly manifest: Placed;
  /** How many pods the disruption controller would let go at once. */
  readonly allowed: number;
  /** How many pods it counts in. */
  readonly expected: number;
}

/** The budgets of every subject, once the disruption controller has counted every pod; or as they are after 20 seconds. */
export async function budgetsOf(kubectl: Kubectl, subjects: readonly Staged[]): Promise<{ readonly budgets: Budget[]; readonly snapshot: Snapshot }> {
  for (let left = 40; ; left--) {
    const snapshot = await Snapshot.take(kubectl);
    const live = subjects.flatMap(staged => snapshot.live(staged.manifests, 'PodDisruptionBudget').map(budget => ({ staged, ...budget })));
    if (left === 0 || live.every(({ object }) => isCounted(object))) {
      return { snapshot, budgets: live.map(({ staged, manifest, object }) => budgetOf(staged, manifest, object)) };
    }
    await sleep(500);
  }
}

function isCounted(object: unknown): boolean {
  return countAt(object, 'status', 'observedGeneration') >= countAt(object, 'metadata', 'generation')
    && countAt(object, 'status', 'currentHealthy') >= countAt(object, 'status', 'expectedPods');
}

function budgetOf(staged: Staged, manifest: Placed, object: unknown): Budget {
  return {
    staged,
    manifest,
    title: nameOf(manifest),
    namespace: manifest.namespace,
    selector: at(object, 'spec', 'selector'),
    atLeast: countAt(object, 'status', 'desiredHealthy'),
    allowed: countAt(object, 'status', 'disruptionsAllowed'),
    expected: countAt(object, 'status', 'expectedPods'),
  };
}
