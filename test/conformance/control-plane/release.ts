import type { Scene } from './check';
import { complaints } from './check';
import type { Asker, Sample } from './measurement-stand-in';
import { isAnalysisTemplate } from './measurement-stand-in';
import { Mirror } from './mirror';
import { isObserved } from './readiness';
import type { SimulatedCluster } from './simulated-cluster';
import type { Placed } from './snapshot';
import { replicasOf } from './snapshot';
import type { Staged } from './stage';
import { adapted } from './stage';
import { at, countAt, labelsAt, listAt, textAt } from '../shared/json';
import type { Manifest } from '../shared/manifests';
import { nameOf } from '../shared/manifests';

/** The collections that a release shows itself in. */
const COLLECTIONS = ['/apis/argoproj.io/v1alpha1/rollouts', '/apis/apps/v1/replicasets', '/apis/argoproj.io/v1alpha1/analysisruns', '/api/v1/services'];

/** How many pods of a revision are asked for, and how many serve. */
export interface Size {
  readonly asked: number;
  readonly ready: number;
}

/** Where a release stands when nothing moves any more: at a pause of its steps, done, gone back, or unable to judge. */
export type Stop = { readonly at: 'pause'; readonly step: number } | { readonly at: 'end' | 'abort' | 'inconclusive' } | { readonly at: 'nowhere'; readonly message: string };

const PATIENCE = 120;

export type Strategy = 'canary' | 'blueGreen';

/** A Rollout of a subject, as it goes from one template to another. */
export class Release {
  public readonly name: string;
  public readonly namespace: string;

  public constructor(public readonly staged: Staged, public readonly manifest: Placed, private readonly mirror: Mirror, private readonly cluster: SimulatedCluster) {
    this.name = nameOf(manifest);
    this.namespace = manifest.namespace;
  }

  public get live(): unknown {
    return this.mirror.find('Rollout', this.namespace, this.manifest.metadata.name);
  }

  public get replicas(): number {
    return replicasOf(this.live);
  }

  /** The revision that is being released, by the hash of its template; the stable one where none is. */
  public get current(): string {
    return textAt(this.live, 'status', 'currentPodHash') ?? '';
  }

  /** The revision that serves, and is gone back to. */
  public get stable(): string {
    return textAt(this.live, 'status', 'stableRS') ?? '';
  }

  public get step(): number {
    return countAt(this.live, 'status', 'currentStepIndex');
  }

  /** How traffic is divided, as the controller has told the router; undefined without a router. */
  public get weights(): { readonly canary: number; readonly stable: number } | undefined {
    const weights = at(this.live, 'status', 'canary', 'weights');
    return weights === undefined ? undefined : { canary: countAt(weights, 'canary', 'weight'), stable: countAt(weights, 'stable', 'weight') };
  }

  /** Names of the revisions that the Rollout keeps, by the hash of their template. */
  public get revisions(): string[] {
    return this.sets.flatMap(set => labelsAt(set, 'metadata', 'labels')['rollouts-pod-template-hash'] ?? []);
  }

  public sizeOf(revision: string): Size {
    const set = this.sets.find(candidate => labelsAt(candidate, 'metadata', 'labels')['rollouts-pod-template-hash'] === revision);
    return { asked: replicasOf(set), ready: countAt(set, 'status', 'readyReplicas') };
  }

  /** Analyses of the revision that is being released, newest last. */
  public get analyses(): unknown[] {
    return this.mirror.of('AnalysisRun', this.namespace).filter(run => owns(this.live, run) && labelsAt(run, 'metadata', 'labels')['rollouts-pod-template-hash'] === this.current)
      .sort((one, other) => (textAt(one, 'metadata', 'creationTimestamp') ?? '').localeCompare(textAt(other, 'metadata', 'creationTimestamp') ?? ''));
  }

  /** Which revision a Service sends to. */
  public targetOf(service: string): string | undefined {
    return labelsAt(this.mirror.find('Service', this.namespace, service), 'spec', 'selector')['rollouts-pod-template-hash'];
  }

  /** Waits until the controller has seen a template other than that of `revision`. False when it does not within reason. */
  public async leaves(revision: string): Promise<boolean> {
    return await this.mirror.until(30, () => (isObserved(this.live) && this.current !== revision ? true : undefined)) ?? false;
  }

  /** The next place where the release stops by itself, after the pause at a step if it stands at one. */
  public async nextStop(after?: number): Promise<Stop> {
    return await this.mirror.until(PATIENCE, () => this.stop(after)) ?? { at: 'nowhere', message: this.describe() };
  }

  /** Whether all requests go to the stable revision, now or within reason: the controller tells the router after it has called the release done. */
  public async sendsAllToStable(): Promise<boolean> {
    return await this.mirror.until(20, () => (this.weights === undefined || (this.weights.canary === 0 && this.weights.stable === 100) ? true : undefined)) ?? false;
  }

  /** The pods that are asked for serve, in every revision. False when they do not within reason. */
  public async isComplete(): Promise<boolean> {
    return await this.mirror.until(60, () => (this.revisions.every((revision) => this.sizeOf(revision).ready === this.sizeOf(revision).asked) ? true : undefined)) ?? false;
  }

  public async until<T>(seconds: number, read: () => T | undefined): Promise<T | undefined> {
    return this.mirror.until(seconds, read);
  }

  /**
   * Applies manifests that have another template than the revision that serves or is being released. What went wrong. Of a
   * subject with several Rollouts only what is this one's alone, or the same for all: they are released at different times.
   */
  public async apply(dir: string): Promise<string[]> {
    const before = this.current;
    const several = this.staged.manifests.filter(({ kind }) => kind === 'Rollout').length > 1;
    const own = several ? adapted(dir, manifest => (this.needs(manifest) ? manifest : undefined)) : dir;
    const problems = complaints(await this.staged.kubectl.apply(own));
    if (problems.length === 0 && !await this.leaves(before)) problems.push(`${this.name} does not take the template that it was given: ${this.describe()}`);
    return problems;
  }

  /**
   * Past every pause until it stops for good. At each, an analysis that runs beside the steps gets time for as many measurements,
   * and with them for a verdict.
   */
  public async goThrough(measurements = 0): Promise<Stop> {
    let stop = await this.nextStop();
    while (stop.at === 'pause') {
      const { step } = stop;
      const judged = (): true | undefined => {
        const running = this.analyses.filter(run => textAt(run, 'status', 'phase') === 'Running');
        return this.isStopped || running.every(run => measuredBy(run) >= measurements) ? true : undefined;
      };
      await this.mirror.until(60, judged);
      if (!this.isStopped) await this.promote();
      stop = await this.nextStop(step);
    }
    return stop;
  }

  /** Calls back when anything of the cluster's releases changes, until the function that it returns is called. */
  public onChange(look: () => void): () => void {
    return this.mirror.onChange(look);
  }

  /** Past the pause that it stands at. */
  public async promote(): Promise<void> {
    const answer = await this.cluster.rollouts.promote(this.namespace, this.manifest.metadata.name);
    if (answer.code !== 0) throw new Error(`kubectl argo rollouts promote ${this.manifest.metadata.name}: ${answer.stderr.trim()}`);
  }

  /** What a metric of its analyses finds from now on. */
  public put(asker: Asker, sample: Sample): void {
    this.cluster.measurements.put(asker, sample);
  }

  /** Whether an analysis of the revision that is being released has measured this. */
  public hasMeasured(metric: string): boolean {
    return this.analyses.flatMap(run => listAt(run, 'status', 'metricResults')).some(measured => textAt(measured, 'name') === metric && countAt(measured, 'count') > 0);
  }

  /** Where it stands, for a report. */
  public describe(): string {
    const { asked, ready } = this.sizeOf(this.current);
    return `${textAt(this.live, 'status', 'phase') ?? 'no phase'} at step ${this.step}, ${ready} of ${asked} new pods ready, ${this.sizeOf(this.stable).ready} old: ${textAt(this.live, 'status', 'message') ?? 'no message'}`;
  }

  private needs(manifest: Manifest): boolean {
    return manifest.kind === 'Rollout' ? manifest.metadata.name === this.manifest.metadata.name : ['ConfigMap', 'Secret'].includes(manifest.kind) || isAnalysisTemplate(manifest);
  }

  private get isStopped(): boolean {
    const stop = this.stop(undefined);
    return stop !== undefined && stop.at !== 'pause';
  }

  private stop(after: number | undefined): Stop | undefined {
    const rollout = this.live;
    if (!isObserved(rollout)) return undefined;
    if (at(rollout, 'status', 'abort') === true) return { at: 'abort' };
    const reasons = listAt(rollout, 'status', 'pauseConditions').map(condition => textAt(condition, 'reason'));
    if (reasons.includes('InconclusiveAnalysisRun')) return { at: 'inconclusive' };
    if (reasons.includes('CanaryPauseStep') && this.step !== after) return { at: 'pause', step: this.step };
    if (reasons.includes('BlueGreenPause') && after === undefined) return { at: 'pause', step: 0 };
    return textAt(rollout, 'status', 'phase') === 'Healthy' && this.current === this.stable ? { at: 'end' } : undefined;
  }

  private get sets(): unknown[] {
    return this.mirror.of('ReplicaSet', this.namespace).filter(set => owns(this.live, set));
  }
}

/** Shows every Rollout of that strategy to `look`, through one mirror. */
export async function inReleases<T>(scene: Scene, strategy: Strategy, look: (releases: readonly Release[]) => Promise<T>): Promise<T> {
  const { simulated } = scene;
  if (simulated === undefined) throw new Error('a release can only be shown on a control plane of our own');
  const mirror = await Mirror.of(scene.kubectl, COLLECTIONS);
  try {
    return await look(scene.subjects.flatMap(staged => staged.manifests.filter(manifest => manifest.kind === 'Rollout' && at(manifest, 'spec', 'strategy', strategy) !== undefined)
      .map(manifest => new Release(staged, manifest, mirror, simulated))));
  } finally {
    await mirror.stop();
  }
}

/** How often each metric of an analysis has been measured, errors included; that of the slowest one. */
function measuredBy(run: unknown): number {
  const counts = listAt(run, 'status', 'metricResults').map(metric => countAt(metric, 'count') + countAt(metric, 'error'));
  return counts.length === 0 ? 0 : Math.min(...counts);
}

function owns(owner: unknown, object: unknown): boolean {
  return listAt(object, 'metadata', 'ownerReferences').some(reference => textAt(reference, 'uid') === textAt(owner, 'metadata', 'uid'));
}
