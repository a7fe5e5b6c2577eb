import { mapLimited } from '../../shared/collections';
import type { CaseResult } from '../../shared/report';
import { budgetsOf } from '../budgets';
import type { ExpectedPause, Range } from '../canary-steps';
import { expectedPauses, hasRouter, pausesOf } from '../canary-steps';
import type { Check, Scene } from '../check';
import { result } from '../check';
import { PodWatch } from '../pod-watch';
import type { PromisedStep } from '../promised-steps';
import { promisedSteps } from '../promised-steps';
import type { Release } from '../release';
import { inReleases } from '../release';
import { hastened } from '../release-variant';
import { putGoodSamples } from '../samples';
import { Snapshot } from '../snapshot';
import { nodeWithMost } from './drain';
import { floorsOf } from './rolling-update';

/**
 * A canary goes through its steps as its author was told: at each pause the pods of both revisions and the weights are as
 * expected. From beginning to end never fewer pods are ready than asked for, but for those that a drain at the first pause takes
 * within the budget. What the timeline of the release says holds, too. Pauses are ended by `kubectl argo rollouts promote`, not by the clock.
 */
export const canary: Check = {
  name: 'canary',
  needsSimulatedNodes: true,
  async judge(scene) {
    return inReleases(scene, 'canary', async (releases) => {
      const runs = releases.filter(release => release.staged.next !== undefined && pausesOf(release.manifest) > 0).map(release => new Run(release));
      await inPhases(scene, runs);
      return scene.subjects.map((staged): CaseResult => {
        const own = releases.filter(release => release.staged === staged);
        const unjudged = own.filter(release => !runs.some(run => run.release === release));
        return result(staged, runs.filter(({ release }) => release.staged === staged).flatMap(run => run.problems),
          own.length === 0 ? ['has no canary'] : unjudged.map(({ name }) => `${name} has no pause, or no next version`));
      });
    });
  },
};

/** One canary on its way. */
class Run {
  public readonly problems: string[] = [];
  public stop: number | undefined;
  private readonly expected: readonly ExpectedPause[];
  private promised: readonly PromisedStep[] = [];

  public constructor(public readonly release: Release) {
    this.expected = expectedPauses(release.live);
  }

  /** Applies the next version and goes as far as the first pause. */
  public async begin(): Promise<void> {
    const { staged } = this.release;
    this.promised = await promisedSteps(this.release) ?? [];
    putGoodSamples(this.release);
    this.problems.push(...await this.release.apply(hastened(staged.next ?? staged.dir)));
    if (this.problems.length === 0) await this.goOn();
  }

  /** From one pause to the next until the end. */
  public async finish(): Promise<void> {
    const { release } = this;
    const seen = new Set<number>();
    while (this.stop !== undefined) {
      seen.add(this.stop);
      await this.compare(this.stop);
      await release.promote();
      await this.goOn();
    }
    if (this.problems.length > 0) return;
    this.problems.push(...this.expected.filter(({ step }) => !seen.has(step)).map(({ step }) => `${release.name} did not stop at the pause of step ${step}`));
    if (!await release.sendsAllToStable()) this.problems.push(`${release.name}: at the end the weights are not 0 and 100, but ${JSON.stringify(release.weights)}`);
    const { asked, ready } = release.sizeOf(release.stable);
    if (ready !== release.replicas) this.problems.push(`${release.name}: at the end ${ready} of ${asked} pods of the new revision are ready, ${release.replicas} asked for`);
  }

  private async goOn(): Promise<void> {
    const stop = await this.release.nextStop(this.stop);
    this.stop = stop.at === 'pause' ? stop.step : undefined;
    if (stop.at === 'nowhere') this.problems.push(`${this.release.name} does not get on: ${stop.message}`);
    if (stop.at === 'abort' || stop.at === 'inconclusive') this.problems.push(`${this.release.name} came to ${stop.at} although nothing was wrong: ${this.release.describe()}`);
  }

  private async compare(step: number): Promise<void> {
    const { release } = this;
    await release.isComplete(); // pods that are on their way out are counted as ready for a moment
    const wanted = this.expected.find(pause => pause.step === step);
    if (wanted === undefined) return;
    const at = `${release.name}, pause at step ${step}`;
    const promise = this.promised.find(({ index }) => index === step);
    const [canaryPods, stablePods] = [release.sizeOf(release.current).asked, release.sizeOf(release.stable).asked];
    if (promise !== undefined && (promise.canaryPods !== canaryPods || promise.stablePods !== stablePods || (hasRouter(release.live) && promise.weight !== release.weights?.canary))) {
      this.problems.push(`${at}: ${canaryPods} new and ${stablePods} old pods at ${release.weights?.canary ?? 'no'} % of the requests,`
        + ` where the timeline says ${promise.canaryPods} and ${promise.stablePods} at ${promise.weight} %`);
    }
    for (const [what, revision, range] of [['new', release.current, wanted.canaryPods], ['old', release.stable, wanted.stablePods]] as const) {
      const { asked, ready } = release.sizeOf(revision);
      if (!within(asked, range) || ready !== asked) this.problems.push(`${at}: ${ready} of ${asked} ${what} pods ready, ${described(range)} expected`);
    }
    if (!hasRouter(release.live)) return;
    const weights = release.weights;
    if (weights?.canary !== wanted.weight || weights.stable !== 100 - wanted.weight) {
      this.problems.push(`${at}: weights ${weights === undefined ? 'unknown' : `${weights.canary} and ${weights.stable}`}, ${wanted.weight} and ${100 - wanted.weight} expected`);
    }
  }
}

function within(count: number, { least, most }: Range): boolean {
  return least <= count && count <= most;
}

function described({ least, most }: Range): string {
  return least === most ? String(least) : `${least} to ${most}`;
}

/** All canaries side by side up to their first pause; then a node goes; then each goes on by itself. */
async function inPhases(scene: Scene, runs: readonly Run[]): Promise<void> {
  const before = await Snapshot.take(scene.kubectl);
  const floors = [...new Set(runs.map(({ release }) => release.staged))].flatMap(staged => floorsOf(staged, before));
  const problemsOf = (broken: ReadonlyMap<{ readonly title: string; readonly namespace: string }, string>): void => {
    for (const [floor, problem] of broken) runs.find(({ release }) => release.name === floor.title)?.problems.push(problem);
  };
  const first = await PodWatch.start(scene.kubectl, floors);
  await Promise.all(runs.map(async run => run.begin()));
  problemsOf(await first.stop());

  await drainDuring(scene, runs.filter(({ stop }) => stop !== undefined));

  const rest = await PodWatch.start(scene.kubectl, floors);
  await Promise.all(runs.map(async run => run.finish()));
  problemsOf(await rest.stop());
}

const SECONDS = 60;

/** Drains a node under pods of as many canaries as possible: the budgets of their subjects are held, and what went comes back in the same numbers. */
async function drainDuring(scene: Scene, runs: readonly Run[]): Promise<void> {
  const { budgets, snapshot } = await budgetsOf(scene.kubectl, [...new Set(runs.map(({ release }) => release.staged))]);
  const { node, touched } = nodeWithMost(new Set(budgets.filter(({ expected }) => expected > 0)), snapshot);
  if (touched.size === 0) return;
  const watch = await PodWatch.start(scene.kubectl, budgets);
  const answer = await scene.kubectl.drain(node, SECONDS);
  await scene.kubectl.must('uncordon', node);
  await mapLimited(runs, runs.length, async ({ release, problems }) => {
    if (!await release.isComplete()) problems.push(`${release.name}: a minute after a drain during a pause, not every pod is back: ${release.describe()}`);
  });
  const broken = await watch.stop();
  for (const { release, problems } of runs) {
    problems.push(...budgets.filter(budget => budget.staged === release.staged).flatMap(budget => broken.get(budget) ?? []).map(problem => `during a pause, ${problem}`));
    if (answer.code !== 0 && [...touched].some(budget => budget.staged === release.staged)) problems.push(`during a pause, ${node} is not drained within ${SECONDS} s: ${answer.errors.at(-1) ?? ''}`);
  }
}
