import { mapLimited } from '../../shared/collections';
import { mustText } from '../../shared/json';
import type { CaseResult } from '../../shared/report';
import type { Budget } from '../budgets';
import { budgetsOf } from '../budgets';
import type { Check, Scene } from '../check';
import { complaints, result } from '../check';
import { settled } from '../readiness';
import type { Snapshot } from '../snapshot';

/** A budget lets as many pods go as it says, and refuses one eviction more. */
export const eviction: Check = {
  name: 'eviction',
  needsSimulatedNodes: true,
  async judge(scene) {
    const { budgets, snapshot } = await budgetsOf(scene.kubectl, scene.subjects);
    const nodes = snapshot.of('Node').map(node => mustText(node, 'metadata', 'name'));
    // No room for replacements: what was evicted stays missing, however slowly the questions follow each other.
    await scene.kubectl.must('cordon', ...nodes);
    const found = new Map<Budget, string[]>();
    try {
      await mapLimited(budgets, 3, async budget => found.set(budget, await evictOneTooMany(scene, budget, snapshot)));
    } finally {
      await scene.kubectl.must('uncordon', ...nodes);
    }
    const missing = await settled(scene.kubectl, scene.subjects, 'ready', 60);
    return scene.subjects.map((staged): CaseResult => {
      const own = budgets.filter(budget => budget.staged === staged);
      return result(staged, [...own.flatMap(budget => found.get(budget) ?? []), ...missing.get(staged) ?? []], own.length > 0 ? [] : ['has no disruption budget']);
    });
  },
};

async function evictOneTooMany({ kubectl }: Scene, budget: Budget, snapshot: Snapshot): Promise<string[]> {
  const pods = snapshot.podsOf(budget.namespace, budget.selector).filter(pod => pod.ready);
  if (budget.allowed === 0) return [`${budget.title} lets no pod go although all ${pods.length} are ready: no node under them can be drained`];
  // One pod alone has none to be kept for, and its drain must be possible.
  if (pods.length > 1 && pods.length <= budget.allowed) return [`${budget.title} lets all ${pods.length} pods go at once`];
  for (const pod of pods.slice(0, budget.allowed)) {
    const answer = await kubectl.evict(budget.namespace, pod.name);
    if (answer.code !== 0) return [`${budget.title} allows ${budget.allowed} disruptions and refused one of them: ${complaints(answer).join(' ')}`];
  }
  for (const pod of pods.slice(budget.allowed, budget.allowed + 1)) {
    const answer = await kubectl.evict(budget.namespace, pod.name);
    if (answer.code === 0) return [`${budget.title} let ${budget.allowed + 1} of ${pods.length} pods go at once`];
    // The API says 429 with this reason; any other refusal is another fault.
    if (!/TooManyRequests/.test(answer.stderr)) return [`${budget.title}: an eviction too many failed for another reason: ${complaints(answer).join(' ')}`];
  }
  return [];
}
