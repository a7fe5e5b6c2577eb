import { complaints } from './check';
import { settled } from './readiness';
import type { Placed } from './snapshot';
import type { Staged } from './stage';
import { manifestsIn, writeFolder } from './stage';
import { groupBy } from '../shared/collections';
import { labelsAt } from '../shared/json';
import type { Manifest } from '../shared/manifests';

const HOOK = 'argocd.argoproj.io/hook';

/** Hooks of Helm, which Argo CD runs before a sync: they come before everything in both of them. */
const HELM_HOOK = 'helm.sh/hook';

/** What a deployer applies at a time, before it waits. */
export interface Wave {
  /** Whether it is applied before everything else, and at each sync anew. */
  readonly isHook: boolean;
  readonly number: number;
  readonly manifests: readonly Placed[];
}

/**
 * The waves of a subject's manifests in the order in which Argo CD applies them: its hooks before a sync, then the rest, each by
 * its wave; of a hook of Helm the weight is the wave.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 */
export function wavesOf({ manifests: known }: Staged, dir: string): Wave[] {
  const placed = manifestsIn(dir).map(manifest => ({ ...manifest, namespace: manifest.metadata.namespace ?? known[0]?.namespace ?? 'default' }));
  const waves = groupBy(placed, manifest => JSON.stringify([isHook(manifest) ? 0 : 1, waveOf(manifest)]));
  return [...waves.values()].map((manifests): Wave => ({ isHook: isHook(manifests[0]!), number: waveOf(manifests[0]!), manifests }))
    .sort((one, other) => Number(other.isHook) - Number(one.isHook) || one.number - other.number);
}

/** Applies a version as Argo CD does: wave by wave, each when the one before is healthy. What is wrong on the way ends it. */
export async function sync(staged: Staged, dir: string): Promise<string[]> {
  for (const wave of wavesOf(staged, dir)) {
    const folder = writeFolder(wave.manifests.map(({ namespace: _, ...manifest }): Manifest => manifest as Manifest));
    if (wave.isHook) await removeHooks(staged, folder);
    const problems = complaints(await staged.kubectl.apply(folder), staged);
    const part = { ...staged, manifests: wave.manifests };
    const missing = (await settled(staged.kubectl, [part], 'available', 120)).get(part) ?? [];
    if (problems.length + missing.length > 0) return [...problems, ...missing].map(problem => `wave ${wave.number}${wave.isHook ? ' before the sync' : ''}: ${problem}`);
  }
  return [];
}

/** What the last run of hooks left goes before the next begins: their policy is BeforeHookCreation, and a Job cannot be changed. */
export async function removeHooks({ kubectl }: Staged, dir: string): Promise<void> {
  const hooks = manifestsIn(dir).filter(isHook);
  if (hooks.length > 0) await kubectl.must('delete', '--ignore-not-found', '--filename', writeFolder(hooks));
}

function isHook(manifest: Manifest): boolean {
  const annotations = labelsAt(manifest, 'metadata', 'annotations');
  return annotations[HOOK] === 'PreSync' || (annotations[HELM_HOOK] ?? '').includes('pre-install');
}

function waveOf(manifest: Manifest): number {
  const annotations = labelsAt(manifest, 'metadata', 'annotations');
  return Number(annotations['argocd.argoproj.io/sync-wave'] ?? annotations['helm.sh/hook-weight'] ?? 0);
}
