import { mapLimited } from '../../shared/collections';
import { countAt, listAt, mustText, textAt } from '../../shared/json';
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
      const shared = sharedWithRollouts(staged);
      const changed = again.changed.filter(name => !shared.has(name));
      const lines = diff.code === 1 ? changedLines(diff.stdout, [...shared.values()]) : [];
      return {
        ...result(staged, [
          ...lines.length > 0 ? [`kubectl diff: ${lines.slice(0, 12).join(' | ')}`] : [],
          ...diff.code === 1 ? [] : complaints(diff, staged),
          ...complaints(again.answer, staged),
          ...changed.map(name => `applied again, ${name} changed`),
        ]),
        acknowledged: again.changed.filter(name => shared.has(name))
          .map(name => `${name}: kubectl writes ${shared.get(name) ?? ''}, which the Rollouts controller puts right again; a deployer has to leave it alone`),
      };
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

/**
 * Objects in which the Rollouts controller writes what no manifest can leave to it, and the field. `kubectl apply` replaces a list
 * of a custom resource as a whole, and a Deployment that is taken over from has to keep the number that it had. Lists in which
 * weights stand are the same again when no release is under way.
 */
function sharedWithRollouts({ manifests }: Staged): Map<string, string> {
  const named = (kind: string, field: string, ...path: string[]): [string, string][] =>
    manifests.flatMap(manifest => (manifest.kind === 'Rollout' ? textAt(manifest, 'spec', ...path) ?? [] : [])).map(name => [`${kind} ${name}`, field]);
  return new Map([
    ...named('DestinationRule', 'rollouts-pod-template-hash', 'strategy', 'canary', 'trafficRouting', 'istio', 'destinationRule', 'name'),
    ...named('Deployment', 'replicas', 'workloadRef', 'name'),
  ]);
}

/**
 * The lines of a diff that say something, and say it of other fields than these. With the controller's label goes the `labels:` that
 * holds nothing else, and the dash of the list's item moves on to the next line: the same words on both sides are no change.
 */
function changedLines(diff: string, shared: readonly string[]): string[] {
  const lines = diff.split('\n').filter(line => /^[+-](?![+-]{2} )/.test(line));
  if (shared.length === 0) return lines;
  const words = (line: string): string => line.slice(1).replace(/^[\s-]+/, '');
  const said = (sign: string): Set<string> => new Set(lines.filter(line => line.startsWith(sign)).map(words));
  const [removed, added] = [said('-'), said('+')];
  return lines.filter(line => words(line) !== 'labels:'
    && ![...shared, 'generation'].some(field => words(line).startsWith(`${field}: `))
    && !(line.startsWith('-') ? added : removed).has(words(line)));
}
