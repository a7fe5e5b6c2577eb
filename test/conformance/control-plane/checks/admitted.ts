import { mapLimited } from '../../shared/collections';
import type { CaseResult } from '../../shared/report';
import { complaints, result } from '../check';
import { manifestsIn, writeFolder, type Staged } from '../stage';

/**
 * The API server takes every object under strict field validation, with no error and no warning, and stores nothing: as
 * `kubectl apply` sends it, and as server-side apply does, which checks every field against the schema once more.
 */
export async function admitted(subjects: readonly Staged[]): Promise<CaseResult[]> {
  return mapLimited(subjects, 3, async (staged) => {
    const asApplied = complaints(await staged.kubectl.dryRun(staged.dir), staged);
    // Namespaces stand already, put there by `kubectl apply`: server-side apply would warn that it cannot take them over.
    const others = manifestsIn(staged.dir).filter(({ kind }) => kind !== 'Namespace');
    const serverSide = others.length === 0 ? [] : complaints(await staged.kubectl.dryRun(writeFolder(others), '--server-side'), staged);
    return result(staged, [...asApplied, ...serverSide.filter(problem => !asApplied.includes(problem))], staged.unserved);
  });
}
