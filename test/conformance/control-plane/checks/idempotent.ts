import { mapLimited } from '../../shared/collections';
import { countAt, listAt, mustText } from '../../shared/json';
import type { Check } from '../check';
import { complaints, result } from '../check';
import type { Answer } from '../kubectl';
import type { Staged } from '../stage';

/** Applying the same output twice changes nothing: `kubectl diff` is empty, and no object gets a new generation. */
export const idempotent: Check = {
  name: 'idempotent',
  needsSimulatedNodes: false,
  async judge(scene) {
    return mapLimited(scene.subjects, 3, async (staged) => {
      const diff = await staged.kubectl.diff(staged.dir);
      const once = await applyAgain(staged);
      // An autoscaler may have been at work in between. What apply itself changes, it changes each time.
      const again = once.changed.length === 0 ? once : await applyAgain(staged);
      return result(staged, [
        ...diff.code === 1 ? [`kubectl diff: ${changedLines(diff.stdout)}`] : complaints(diff),
        ...complaints(again.answer),
        ...again.changed.map(name => `applied again, ${name} changed`),
      ]);
    });
  },
};

async function applyAgain(staged: Staged): Promise<{ readonly answer: Answer; readonly changed: readonly string[] }> {
  const before = await generations(staged);
  const answer = await staged.kubectl.apply(staged.dir);
  const after = await generations(staged);
  return { answer, changed: [...after].filter(([name, generation]) => before.get(name) !== generation).map(([name]) => name) };
}

/** kubectl's word does not count here: it calls every PodDisruptionBudget configured, since it replaces the selector by itself. */
async function generations({ kubectl, dir }: Staged): Promise<Map<string, number>> {
  const answer: unknown = JSON.parse(await kubectl.must('get', '--filename', dir, '--output=json'));
  const objects = listAt(answer, 'items');
  return new Map((objects.length === 0 ? [answer] : objects).map(object =>
    [`${mustText(object, 'kind')} ${mustText(object, 'metadata', 'name')}`, countAt(object, 'metadata', 'generation')]));
}

/** The lines of a diff that say something, short enough for a report. */
function changedLines(diff: string): string {
  return diff.split('\n').filter(line => /^[+-](?![+-]{2} )/.test(line)).slice(0, 12).join(' | ');
}
