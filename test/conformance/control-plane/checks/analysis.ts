import type { Outcome } from '../analysis-outcome';
import { endOf, patienceOf, sampleFor } from '../analysis-outcome';
import type { Asker, Sample } from '../measurement-stand-in';
import type { Release, Stop } from '../release';
import { releaseCheck, sideBySide } from '../release-check';
import { hastened, withImageTag } from '../release-variant';
import type { JudgedMetric } from '../samples';
import { goodSample, judgedBy } from '../samples';

/**
 * What an analysis finds decides a canary: with a bad sample of any metric it goes back and the stable revision serves all again,
 * with nothing found it does what the metric's conditions declare, and with good samples it goes on to the end.
 */
export const analysis = releaseCheck({
  name: 'analysis',
  strategy: 'canary',
  unasked: release => (judgedBy(release).length === 0 ? `${release.name} is judged by nothing that is measured here` : undefined),
  ask: async releases => (await Promise.all(inGroups(releases).map(inTurn))).flat(),
});

/** Releases of a subject may be judged by the same templates. No two groups share one, so that what one finds is nothing to the other. */
function inGroups(releases: readonly Release[]): Release[][] {
  return releases.reduce<Release[][]>((groups, release) => {
    const shares = (other: Release): boolean => judgedBy(other).some(one => judgedBy(release).some(({ asker }) => isSame(asker, one.asker)));
    const [joined, rest] = [groups.filter(group => group.some(shares)), groups.filter(group => !group.some(shares))];
    return [...rest, [...joined.flat(), release]];
  }, []);
}

/** Each metric in turn finds something bad, then nothing, while all others find something good; at last all do. */
async function inTurn(releases: readonly Release[]): Promise<string[]> {
  const metrics = new Map(releases.flatMap(judgedBy).map(judged => [`${judged.asker.template} ${judged.asker.metric}`, judged]));
  const problems: string[] = [];
  for (const [index, odd] of [...metrics.values()].entries()) {
    const bad = sampleFor(odd.metric, 'Failed');
    if (bad === undefined) problems.push(`no usual sample is bad for metric ${odd.asker.metric}: nothing it could find would stop a release`);
    const judged = releases.filter(release => judgedBy(release).some(({ asker }) => isSame(asker, odd.asker)));
    // How a release goes back is its router's matter, and shown for each of them once; what a metric makes of a sample is the same for all.
    const some = index === 0 ? judged : judged.slice(0, 1);
    if (bad !== undefined) problems.push(...await sideBySide(some, async release => released(release, `97.0.${index}`, odd, bad)));
    problems.push(...await sideBySide(judged.slice(0, 1), async release => released(release, `97.1.${index}`, odd, 'nothing')));
  }
  return [...problems, ...await sideBySide(releases, async release => released(release, '96.0.0'))];
}

function isSame(one: Asker, other: Asker): boolean {
  return one.template === other.template && one.metric === other.metric;
}

/** One release in which all metrics find good samples, but for one that finds the given sample. */
async function released(release: Release, tag: string, odd?: JudgedMetric, sample: Sample = 'nothing'): Promise<string[]> {
  const metrics = judgedBy(release);
  for (const { asker, metric } of metrics) release.put(asker, odd !== undefined && isSame(asker, odd.asker) ? sample : goodSample(metric));
  const expected: Outcome = odd === undefined ? 'Successful' : endOf(odd.metric, sample);
  const what = odd === undefined ? 'with good samples' : `with ${String(sample)} for ${odd.asker.metric}`;
  const stable = release.stable;

  const problems = await release.apply(hastened(withImageTag(release.staged.dir, tag)));
  if (problems.length > 0) return problems;
  // One good measurement is as good as many; a verdict against the release may take all that is forgiven.
  const stop = await release.goThrough(expected === 'Successful' ? 1 : Math.max(...metrics.map(({ metric }) => patienceOf(metric))));
  const wanted = { Successful: 'end', Failed: 'abort', Error: 'abort', Inconclusive: 'inconclusive' }[expected];
  if (stop.at !== wanted) problems.push(`${release.name} ${what} comes to ${described(stop)}, where ${expected} should bring it to ${wanted}: ${release.describe()}`);
  const unmeasured = metrics.filter(({ asker }) => !release.hasMeasured(asker.metric)).map(({ asker }) => asker.metric);
  if (stop.at === 'end' && unmeasured.length > 0) problems.push(`${release.name} was released without a measurement of ${unmeasured.join(', ')}`);
  if (stop.at === 'abort') problems.push(...await goneBack(release, stable, what));
  if (stop.at !== 'end') problems.push(...await putRight(release, stable));
  return problems;
}

function described(stop: Stop): string {
  return stop.at === 'nowhere' ? `nowhere (${stop.message})` : stop.at;
}

/** After an abort the stable revision is whole, and gets all requests. */
async function goneBack(release: Release, stable: string, what: string): Promise<string[]> {
  const whole = await release.until(60, () => (release.sizeOf(stable).ready >= release.replicas ? true : undefined)) ?? false;
  if (release.stable !== stable) return [`${release.name} ${what} went back, but another revision counts as stable now`];
  return whole && await release.sendsAllToStable() ? [] : [`${release.name} ${what} went back, but ${release.sizeOf(stable).ready} of ${release.replicas} stable pods are ready, weights ${JSON.stringify(release.weights ?? 'none')}`];
}

/** The stable revision's manifests again, as a team would apply them after a release that failed. */
async function putRight(release: Release, stable: string): Promise<string[]> {
  const problems = await release.apply(hastened(release.staged.dir));
  const stop = await release.nextStop();
  return stop.at === 'end' && release.stable === stable ? problems : [...problems, `${release.name} does not recover when the stable version is applied again: ${described(stop)}, ${release.describe()}`];
}
