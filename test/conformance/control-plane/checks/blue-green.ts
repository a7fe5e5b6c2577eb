import { at, textAt } from '../../shared/json';
import { patienceOf, sampleFor } from '../analysis-outcome';
import type { Release } from '../release';
import { releaseCheck } from '../release-check';
import { hastened, withImageTag } from '../release-variant';
import { judgedBy, putGoodSamples } from '../samples';

/**
 * The active Service turns to the new revision in one moment: when as many of its pods are ready as asked for, and what is judged
 * before the promotion has succeeded. Where that fails, it never turns.
 */
export const blueGreen = releaseCheck({
  name: 'blue-green',
  strategy: 'blueGreen',
  unasked: ({ name, staged }) => (staged.next === undefined ? `${name} has no next version` : undefined),
  ask: async (releases) => {
    const problems: string[] = [];
    // One after the other: they may be judged by the same templates.
    for (const release of releases) problems.push(...await refused(release), ...await switched(release));
    return problems;
  },
});

/** A release whose pre-promotion analysis finds something bad, for each of the metrics that can. */
async function refused(release: Release): Promise<string[]> {
  const problems: string[] = [];
  for (const [index, { asker, metric }] of judgedBy(release).filter(judged => isPrePromotion(release, judged.asker.template)).entries()) {
    const stable = release.stable;
    putGoodSamples(release);
    const bad = sampleFor(metric, 'Failed');
    if (bad === undefined) problems.push(`${release.name}: no usual sample is bad for metric ${asker.metric}: nothing it could find would stop a release`);
    else release.put(asker, bad);
    const seen = watchActive(release);
    problems.push(...await release.apply(hastened(withImageTag(release.staged.dir, `94.${index}.0`))));
    const stop = await release.goThrough(patienceOf(metric));
    if (stop.at !== 'abort') problems.push(`${release.name} comes to ${stop.at} with ${String(bad)} for ${asker.metric}, which should abort it: ${release.describe()}`);
    if (seen().some(target => target.revision !== stable)) problems.push(`${release.name}: the active Service turned to a revision that failed its analysis`);
    problems.push(...await release.apply(hastened(release.staged.dir)));
    const recovered = await release.nextStop();
    if (recovered.at !== 'end' || release.stable !== stable) problems.push(`${release.name} does not recover when the version that serves is applied again: ${release.describe()}`);
  }
  return problems;
}

/** The next version, with nothing wrong. */
async function switched(release: Release): Promise<string[]> {
  const stable = release.stable;
  putGoodSamples(release);
  const seen = watchActive(release);
  const problems = await release.apply(hastened(release.staged.next ?? release.staged.dir));
  if (problems.length > 0) return problems;
  const stop = await release.goThrough(1);
  if (stop.at !== 'end') problems.push(`${release.name} comes to ${stop.at} although nothing was wrong: ${release.describe()}`);
  const turns = seen();
  const turn = turns.find(({ revision }) => revision !== stable);
  if (turn === undefined) return [...problems, `${release.name}: the active Service never turned to the next version`];
  if (turns.slice(turns.indexOf(turn)).some(({ revision }) => revision !== turn.revision)) problems.push(`${release.name}: the active Service turned more than once`);
  if (turn.ready < release.replicas) problems.push(`${release.name}: the active Service turned with ${turn.ready} of ${release.replicas} pods of the next version ready`);
  if (turn.unfinished.length > 0) problems.push(`${release.name}: the active Service turned while its analysis was ${turn.unfinished.join(', ')}`);
  return problems;
}

interface Target {
  readonly revision: string;
  readonly ready: number;
  /** Phases of analyses before the promotion that had not succeeded at that moment. */
  readonly unfinished: readonly string[];
}

/** Every revision that the active Service sends to, from now until the function that it returns is called. */
function watchActive(release: Release): () => readonly Target[] {
  const service = textAt(release.live, 'spec', 'strategy', 'blueGreen', 'activeService') ?? '';
  const targets: Target[] = [];
  const stop = release.onChange(() => {
    const revision = release.targetOf(service);
    if (revision === undefined || targets.at(-1)?.revision === revision) return;
    const before = at(release.live, 'spec', 'strategy', 'blueGreen', 'prePromotionAnalysis') === undefined ? [] : release.analyses.slice(0, 1);
    targets.push({ revision, ready: release.sizeOf(revision).ready, unfinished: before.map(run => textAt(run, 'status', 'phase') ?? 'not begun').filter(phase => phase !== 'Successful') });
  });
  return () => {
    stop();
    return targets;
  };
}

function isPrePromotion(release: Release, template: string): boolean {
  const templates = at(release.live, 'spec', 'strategy', 'blueGreen', 'prePromotionAnalysis', 'templates');
  return Array.isArray(templates) && templates.some(one => textAt(one, 'templateName') === template);
}

