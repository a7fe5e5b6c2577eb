import type { Scene } from './check';
import { isObserved } from './readiness';
import { Snapshot } from './snapshot';
import type { Staged } from './stage';
import { mapLimited } from '../shared/collections';
import { textAt } from '../shared/json';
import { nameOf } from '../shared/manifests';

/** Lets every Rollout of a subject go to its newest template at once, without steps, pauses and analyses. What went wrong. */
export async function promoteFully({ kubectl, simulated }: Scene, { manifests }: Staged): Promise<string[]> {
  const rollouts = manifests.filter(({ kind }) => kind === 'Rollout');
  if (rollouts.length === 0 || simulated === undefined) return [];
  const problems = await mapLimited(rollouts, 3, async (manifest) => {
    const { namespace, metadata: { name } } = manifest;
    let rollout: unknown;
    // Before the controller has seen the new template, there is nothing to promote.
    await simulated.processes.until(`a Rollouts controller that has seen ${nameOf(manifest)}`, 30, async () => {
      rollout = (await Snapshot.take(kubectl)).find('Rollout', namespace, name);
      return isObserved(rollout);
    });
    if (textAt(rollout, 'status', 'currentPodHash') === textAt(rollout, 'status', 'stableRS')) return [];
    const answer = await simulated.rollouts.promote(namespace, name, true);
    return answer.code === 0 ? [] : [`${nameOf(manifest)}: ${answer.stderr.trim()}`];
  });
  return problems.flat();
}
