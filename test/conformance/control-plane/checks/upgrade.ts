import { mapLimited } from '../../shared/collections';
import type { CaseResult } from '../../shared/report';
import { complaints, result } from '../check';
import type { Staged } from '../stage';

/** What stands in a cluster since the last commit takes today's output: no field that may not change has changed. */
export async function upgrade(subjects: readonly Staged[], previousDir: (staged: Staged) => string | undefined): Promise<CaseResult[]> {
  return mapLimited(subjects, 3, async (staged) => {
    const previous = previousDir(staged);
    if (previous === undefined) return result(staged, [], ['the previous commit does not have it']);
    const before = await staged.kubectl.apply(previous);
    // Yesterday's output is not on trial: where it is not taken, there is nothing to upgrade from.
    if (before.code !== 0) return result(staged, [], [`the previous commit's output is not taken: ${complaints(before).join(' ')}`]);
    return result(staged, complaints(await staged.kubectl.ask('apply', '--dry-run=server', '--validate=strict', '--filename', staged.dir)));
  });
}
