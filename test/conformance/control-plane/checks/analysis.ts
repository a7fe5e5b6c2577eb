import type { Outcome } from '../analysis-outcome';
import { endOf, patienceOf, sampleFor } from '../analysis-outcome';
import type { Sample } from '../prometheus-stand-in';
import type { Release, Stop } from '../release';
import { releaseCheck } from '../release-check';
import { hastened, withImageTag } from '../release-variant';
import type { JudgedMetric } from '../samples';
import { goodSample, judgedBy } from '../samples';

/**
 * What Prometheus finds decides a canary: with a bad sample of any metric it goes back and the stable revision serves all again,
 * with nothing found it does what the metric's conditions declare, and with good samples it goes on to the end.
 */
export const analysis = releaseCheck({
  name: 'analysis',
  strategy: 'canary',
  unasked: release => (judgedBy(release).length === 0 ? `${release.name} is not judged by Prometheus` : undefined),
  ask: async release => inTurn(release, judgedBy(release)),
});

async function inTurn(release: Release, metrics: readonly JudgedMetric[]): Promise<string[]> {
  const problems: string[] = [];
  for (const [index, judged] of metrics.entries()) {
    const bad = sampleFor(judged.metric, 'Failed');
    if (bad === undefined) problems.push(`${release.name}: no usual sample is bad for metric ${judged.asker.metric}: nothing it could find would stop a release`);
    else problems.push(...await released(release, metrics, `97.${index}.0`, judged, bad));
  }
  for (const [index, judged] of metrics.entries()) problems.push(...await released(release, metrics, `96.${index}.0`, judged, 'nothing'));
  return [...problems, ...await released(release, metrics, '95.0.0')];
}

/** One release in which all metrics find good samples, but for one that finds the given sample. */
async function released(release: Release, metrics: readonly JudgedMetric[], tag: string, odd?: JudgedMetric, sample?: Sample): Promise<string[]> {
  for (const judged of metrics) release.put(judged.asker, judged === odd && sample !== undefined ? sample : goodSample(judged.metric));
  const expected: Outcome = odd === undefined || sample === undefined ? 'Successful' : endOf(odd.metric, sample);
  const what = odd === undefined ? 'with good samples' : `with ${String(sample)} for ${odd.asker.metric}`;
  const stable = release.stable;
  const asked = metrics.map(({ asker }) => release.timesAsked(asker));

  const problems = await release.apply(hastened(withImageTag(release.staged.dir, tag)));
  if (problems.length > 0) return problems;
  const stop = await release.goThrough(Math.max(...metrics.map(({ metric }) => patienceOf(metric))));
  const wanted = { Successful: 'end', Failed: 'abort', Error: 'abort', Inconclusive: 'inconclusive' }[expected];
  if (stop.at !== wanted) problems.push(`${release.name} ${what} comes to ${described(stop)}, where ${expected} should bring it to ${wanted}: ${release.describe()}`);
  const unasked = metrics.filter(({ asker }, index) => release.timesAsked(asker) === asked[index]).map(({ asker }) => asker.metric);
  if (stop.at === 'end' && unasked.length > 0) problems.push(`${release.name} was released without asking for ${unasked.join(', ')}`);
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
