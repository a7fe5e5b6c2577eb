import { mapLimited } from '../../shared/collections';
import type { Manifest } from '../../shared/manifests';
import type { CaseResult } from '../../shared/report';
import { complaints, result } from '../check';
import { removeHooks } from '../deployer';
import { adapted, manifestsIn, writeFolder, type Staged } from '../stage';

/** What stands in a cluster since the last commit takes today's output: no field that may not change has changed. */
export async function upgrade(subjects: readonly Staged[], previousDir: (staged: Staged) => string | undefined): Promise<CaseResult[]> {
  // One after the other, and away with it again: two subjects may have an object of the same name.
  return mapLimited(subjects, 1, async (staged) => {
    const found = previousDir(staged);
    if (found === undefined) return result(staged, [], ['the previous commit does not have it']);
    const previous = adapted(found, manifest => (unserved(staged).has(kindOf(manifest)) ? undefined : manifest));
    const before = await staged.kubectl.apply(previous);
    await removeHooks(staged, previous);
    const after = await staged.kubectl.dryRun(staged.dir);
    const objects = writeFolder(manifestsIn(previous).filter(({ kind }) => kind !== 'Namespace'));
    await staged.kubectl.must('delete', '--ignore-not-found', '--wait=false', '--filename', objects);
    // Yesterday's output is not on trial: where it is not taken, there is nothing to upgrade from.
    return before.code === 0 ? result(staged, complaints(after, staged)) : result(staged, [], [`the previous commit's output is not taken: ${complaints(before).join(' ')}`]);
  });
}

/** Kinds of today's output that this cluster cannot know. */
function unserved({ subject, manifests }: Staged): Set<string> {
  const served = new Set(manifests.map(kindOf));
  return new Set(manifestsIn(subject.dir).map(kindOf).filter(kind => !served.has(kind)));
}

function kindOf({ apiVersion, kind }: Manifest): string {
  return `${apiVersion} ${kind}`;
}
