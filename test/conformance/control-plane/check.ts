import type { Kubectl } from './kubectl';
import type { SimulatedCluster } from './simulated-cluster';
import type { Staged } from './stage';
import { HOST_ACCESS, isExempt } from './stage';
import { textAt } from '../shared/json';
import type { CaseResult } from '../shared/report';

/** What a check of behaviour looks at: subjects that are applied to a cluster at the same time. */
export interface Scene {
  readonly kubectl: Kubectl;
  readonly subjects: readonly Staged[];
  /** The control plane that this suite started; undefined for one that was there before. */
  readonly simulated?: SimulatedCluster;
}

/** A question about the behaviour of applied subjects, answered for each of them. */
export interface Check {
  readonly name: string;
  /** A cluster that is not ours has no room for drained nodes, and cannot pull the images of examples. */
  readonly needsSimulatedNodes: boolean;
  judge(scene: Scene): Promise<CaseResult[]>;
}

/** A case of a subject. */
export function result(staged: Staged, problems: readonly string[], notJudged: readonly string[] = []): CaseResult {
  return { subject: staged.subject.name, problems, notJudged };
}

/**
 * What kubectl had to say when nothing should have been said: errors, and warnings, which are as good as errors here.
 *
 * @param staged the subject that was applied: of what declares access to its host, in a namespace that admits it, a warning is right
 */
export function complaints(answer: { readonly code: number; readonly errors: readonly string[]; readonly warnings: readonly string[] }, staged?: Staged): string[] {
  const errors = answer.code === 0 ? [] : [answer.errors.join(' ') || `exit code ${answer.code}`];
  const warnings = answer.warnings.filter(warning => staged === undefined || !(hasHostAccess(staged) && /^would violate PodSecurity "restricted:/.test(warning)));
  return [...errors, ...warnings.map(warning => `warning: ${warning}`)];
}

function hasHostAccess(staged: Staged): boolean {
  return staged.manifests.some(manifest => textAt(manifest, 'metadata', 'annotations', HOST_ACCESS) !== undefined && isExempt(staged, manifest.namespace));
}
