import { mustText } from '../../shared/json';
import type { Budget } from '../budgets';
import { budgetsOf } from '../budgets';
import type { Check, Scene } from '../check';
import { result } from '../check';
import { PodWatch } from '../pod-watch';
import { settled } from '../readiness';
import { Snapshot } from '../snapshot';
import type { Staged } from '../stage';

const SECONDS = 60;

/** A drained node is empty within a minute, and every budget is held at every moment until the pods stand elsewhere. */
export const drain: Check = {
  name: 'drain',
  needsSimulatedNodes: true,
  async judge(scene) {
    const problems = new Map<Staged, string[]>(scene.subjects.map(staged => [staged, []]));
    const { budgets } = await budgetsOf(scene.kubectl, scene.subjects);
    for (const budget of budgets.filter(({ expected }) => expected === 0)) problems.get(budget.staged)?.push(`${budget.title} selects no pod`);

    // Another node until every budget has lost a pod to one: which nodes have pods of whom is the scheduler's choice.
    let untouched = new Set(budgets.filter(({ expected }) => expected > 0));
    for (let snapshot = await Snapshot.take(scene.kubectl); untouched.size > 0; snapshot = await Snapshot.take(scene.kubectl)) {
      const { node, touched } = nodeWithMost(untouched, snapshot);
      if (touched.size === 0) break;
      for (const [staged, found] of await drainOne(scene, node, budgets)) problems.get(staged)?.push(...found);
      untouched = new Set([...untouched].filter(budget => !touched.has(budget)));
    }
    return scene.subjects.map(staged => result(staged, problems.get(staged) ?? [],
      budgets.some(budget => budget.staged === staged) ? [] : ['has no disruption budget']));
  },
};

/** The node whose drain touches the most budgets. */
export function nodeWithMost(budgets: ReadonlySet<Budget>, snapshot: Snapshot): { readonly node: string; readonly touched: ReadonlySet<Budget> } {
  const candidates = snapshot.of('Node').map((object) => {
    const node = mustText(object, 'metadata', 'name');
    return { node, touched: new Set([...budgets].filter(budget => podsOn(node, budget, snapshot) > 0)) };
  });
  return candidates.reduce((best, candidate) => (candidate.touched.size > best.touched.size ? candidate : best));
}

function podsOn(node: string, { namespace, selector }: Budget, snapshot: Snapshot): number {
  return snapshot.podsOf(namespace, selector).filter(pod => pod.node === node && pod.ready).length;
}

async function drainOne(scene: Scene, node: string, budgets: readonly Budget[]): Promise<Map<Staged, string[]>> {
  const watch = await PodWatch.start(scene.kubectl, budgets);
  const answer = await scene.kubectl.drain(node, SECONDS);
  const left = await Snapshot.take(scene.kubectl);
  await scene.kubectl.must('uncordon', node);
  const missing = await settled(scene.kubectl, scene.subjects, 'ready', 60);
  const broken = await watch.stop();
  return new Map(scene.subjects.map((staged) => {
    const own = budgets.filter(budget => budget.staged === staged);
    const blocked = own.filter(budget => answer.code !== 0 && podsOn(node, budget, left) > 0)
      .map(budget => `${budget.title} keeps ${node} from being drained within ${SECONDS} s: it allows ${budget.allowed} disruptions with every pod ready`);
    return [staged, [...blocked, ...own.flatMap(budget => broken.get(budget) ?? []), ...missing.get(staged) ?? []]];
  }));
}
