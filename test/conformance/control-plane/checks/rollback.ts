import { at } from '../../shared/json';
import { pausesOf } from '../canary-steps';
import type { Release } from '../release';
import { releaseCheck, sideBySide } from '../release-check';
import { hastened, withImageTag } from '../release-variant';
import { putGoodSamples } from '../samples';

/**
 * The manifests of the version before, applied again, bring its pods back: after a canary has ended, without its steps where a
 * rollback window says so, and while one is under way. Comes after `canary`, which released the next version.
 */
export const rollback = releaseCheck({
  name: 'rollback',
  strategy: 'canary',
  unasked: ({ name, staged }) => (staged.next === undefined ? `${name} has no next version to come back from` : undefined),
  ask: async releases => sideBySide(releases, async release => [...await afterwards(release), ...await underWay(release)]),
});

/** Back from the next version. */
async function afterwards(release: Release): Promise<string[]> {
  const known = new Set(release.revisions);
  putGoodSamples(release);
  const problems = await release.apply(hastened(release.staged.dir));
  if (problems.length > 0) return problems;
  const stop = await release.nextStop();
  if (stop.at === 'pause' && skipsSteps(release)) problems.push(`${release.name}: the version before pauses at step ${stop.step} although it is within the rollback window`);
  const end = stop.at === 'pause' ? await release.goThrough() : stop;
  if (end.at !== 'end') return [...problems, `${release.name} does not go back to the version before: ${release.describe()}`];
  if (!known.has(release.stable)) problems.push(`${release.name}: the manifests of the version before made a new revision instead of going back to the old one`);
  return problems;
}

/** Back from a release that has not ended, to the revision that serves. */
async function underWay(release: Release): Promise<string[]> {
  const stable = release.stable;
  const problems = await release.apply(hastened(withImageTag(release.staged.dir, '98.0.0')));
  if (problems.length > 0) return problems;
  if (pausesOf(release.live) > 0) {
    const stop = await release.nextStop();
    if (stop.at !== 'pause') return [`${release.name} does not come to its first pause: ${release.describe()}`];
  }
  problems.push(...await release.apply(hastened(release.staged.dir)));
  const end = await release.nextStop();
  if (end.at !== 'end' || release.stable !== stable) problems.push(`${release.name}: the manifests of the version that serves, applied during a release, do not end it: ${end.at}, ${release.describe()}`);
  const { ready } = release.sizeOf(stable);
  if (ready < release.replicas) problems.push(`${release.name}: after a release was taken back, ${ready} of ${release.replicas} pods are ready`);
  if (!await release.sendsAllToStable()) problems.push(`${release.name}: after a release was taken back, the weights are not 0 and 100, but ${JSON.stringify(release.weights)}`);
  return problems;
}

function skipsSteps(release: Release): boolean {
  return at(release.live, 'spec', 'rollbackWindow') !== undefined;
}
