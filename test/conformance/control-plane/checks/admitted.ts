import { mapLimited } from '../../shared/collections';
import type { CaseResult } from '../../shared/report';
import { complaints, result } from '../check';
import type { Staged } from '../stage';

/** The API server takes every object under strict field validation, with no error and no warning. Nothing is stored. */
export async function admitted(subjects: readonly Staged[]): Promise<CaseResult[]> {
  return mapLimited(subjects, 3, async staged => result(staged, complaints(await staged.kubectl.dryRun(staged.dir)), staged.unserved));
}
