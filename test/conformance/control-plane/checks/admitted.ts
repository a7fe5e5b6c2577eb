import { CaseResult } from '../../shared/report';
import { mapLimited } from '../../shared/collections';
import { complaints, result } from '../check';
import { Staged } from '../stage';

/** The API server takes every object under strict field validation, with no error and no warning. Nothing is stored. */
export async function admitted(subjects: readonly Staged[]): Promise<CaseResult[]> {
  return mapLimited(subjects, 3, async staged => result(staged, complaints(await staged.kubectl.dryRun(staged.dir)), staged.unserved));
}
