import { groupBy, mapLimited } from '../../shared/collections';
import { at, conditionOf, countAt, listAt, mustText, textAt } from '../../shared/json';
import type { Manifest } from '../../shared/manifests';
import { nameOf } from '../../shared/manifests';
import type { Check, Scene } from '../check';
import { complaints, result } from '../check';
import { copyOf, fatalCodesOf, isPerIndex, jobSpecOf } from '../job-copies';
import type { Answer } from '../kubectl';
import { Mirror } from '../mirror';
import type { Placed } from '../snapshot';
import type { Staged } from '../stage';
import { writeFolder } from '../stage';

/** No code of these stands for a signal, or is one that a policy names here. */
const ORDINARY_CODE = 7;

/**
 * Work that ends: what was applied has completed, every index of it; `kubectl create job --from` makes a run of each CronJob that
 * completes, of a suspended one, too; a pod on a node that is drained is replaced and counts as no failure; an exit code after
 * which no retry would help ends the Job at once, any other is tried again; and what asks for it is cleaned up.
 */
export const jobs: Check = {
  name: 'jobs',
  needsSimulatedNodes: true,
  async judge(scene) {
    const mirror = await Mirror.of(scene.kubectl, ['/apis/batch/v1/jobs', '/api/v1/pods', '/api/v1/persistentvolumeclaims']);
    try {
      const trials = scene.subjects.map(staged => ({ staged, work: staged.manifests.filter(({ kind }) => kind === 'Job' || kind === 'CronJob').map(manifest => new Trial(scene, mirror, staged, manifest)) }));
      const all = trials.flatMap(({ work }) => work);
      await Promise.all(all.map(async trial => trial.begin()));
      await drainUnder(scene, mirror, all);
      await Promise.all(all.map(async trial => trial.end()));
      return trials.map(({ staged, work }) => result(staged, work.flatMap(({ problems }) => problems), work.length === 0 ? ['has no Job and no CronJob'] : []));
    } finally {
      await mirror.stop();
    }
  },
};

const EVICTED = 'evicted';

/**
 * Drains nodes until each copy has lost pods to one, and of these copies alone: other checks use the nodes at the same time. No copy
 * twice: the controller waits twice as long after each pod that is lost, whether it counts as a failure or not.
 */
async function drainUnder(scene: Scene, mirror: Mirror, trials: readonly Trial[]): Promise<void> {
  let untouched = trials.filter(trial => trial.nodes.size > 0);
  while (untouched.length > 0) {
    const nodes = [...groupBy(untouched.flatMap(trial => [...trial.nodes]), node => node)].sort(([, one], [, other]) => other.length - one.length);
    const node = nodes[0]?.[0] ?? '';
    const touched = untouched.filter(trial => trial.nodes.has(node));
    const names = touched.map(trial => trial.evicted.metadata.name).join(', ');
    const answer = await scene.kubectl.ask('drain', node, `--pod-selector=batch.kubernetes.io/job-name in (${names})`, '--delete-emptydir-data', '--timeout=60s');
    // Not before the pods stand elsewhere, as in life: a node that is drained is soon gone.
    if (answer.code === 0) await mirror.until(40, () => (touched.every(trial => trial.isWhole()) ? true : undefined));
    await scene.kubectl.must('uncordon', node);
    for (const trial of touched) trial.noteDrained(node, answer);
    untouched = untouched.filter(trial => !touched.includes(trial));
  }
}

class Trial {
  public readonly problems: string[] = [];
  private readonly title: string;
  private readonly namespace: string;
  private readonly spec: unknown;
  public readonly evicted: Manifest;

  public constructor(private readonly scene: Scene, private readonly mirror: Mirror, private readonly staged: Staged, private readonly manifest: Placed) {
    this.title = nameOf(manifest);
    this.namespace = manifest.namespace;
    this.spec = jobSpecOf(manifest);
    this.evicted = copyOf(manifest, EVICTED, { 'conformance.invalid/keeps-running': 'true' }, 0);
  }

  public async begin(): Promise<void> {
    await this.create(this.evicted);
    const running = await this.mirror.until(60, () => (this.isWhole() ? true : undefined));
    if (running === undefined) this.problems.push(`${this.title}: the pods of a copy do not run within 60 s`);
  }

  /** Whether every pod of the copy runs that can at a time. */
  public isWhole(): boolean {
    const wanted = typeof at(this.spec, 'parallelism') === 'number' ? countAt(this.spec, 'parallelism') : 1;
    return this.podsOf(this.evicted.metadata.name).filter(pod => textAt(pod, 'status', 'phase') === 'Running' && at(pod, 'metadata', 'deletionTimestamp') === undefined).length >= wanted;
  }

  /** Where the pods of the copy run. */
  public get nodes(): ReadonlySet<string> {
    return new Set(this.podsOf(this.evicted.metadata.name).filter(pod => at(pod, 'metadata', 'deletionTimestamp') === undefined).flatMap(pod => textAt(pod, 'spec', 'nodeName') ?? []));
  }

  public noteDrained(node: string, answer: Answer): void {
    if (answer.code !== 0) this.problems.push(`${this.title}: ${node} is not drained within 60 s: ${complaints(answer).join(' ')}`);
    else if (!this.isWhole()) this.problems.push(`${this.title}: no other pods run 40 s after ${node} was drained: ${JSON.stringify(at(this.mirror.find('Job', this.namespace, this.evicted.metadata.name), 'status'))}`);
  }

  public async end(): Promise<void> {
    await this.judgeEvicted();
    await Promise.all([this.judgeApplied(), this.judgeByHand(), this.judgeFailures()]);
    await this.judgeCleanUp();
  }

  /** No try is left for the copy: had the eviction counted as a failure, the Job would have failed. */
  private async judgeEvicted(): Promise<void> {
    const { name } = this.evicted.metadata;
    // Work of which not everything runs at once makes further pods, with the annotation.
    const letGo = async (): Promise<void> => { await this.scene.kubectl.ask('--namespace', this.namespace, 'annotate', 'pods', '--selector', `batch.kubernetes.io/job-name=${name}`, 'conformance.invalid/keeps-running-'); };
    const end = Date.now() + 60_000;
    do await letGo(); while (await this.mirror.until(4, () => this.endOf(name)) === undefined && Date.now() < end);
    const job = this.mirror.find('Job', this.namespace, name);
    if (this.endOf(name) !== 'Complete' || countAt(job, 'status', 'failed') > 0) this.problems.push(`${this.title}: pods on drained nodes count as failures, or are not replaced: ${JSON.stringify(at(job, 'status'))}`);
    await this.remove(name);
  }

  /** What was applied as a Job has completed when this check begins; of indexed work every index. */
  private async judgeApplied(): Promise<void> {
    if (this.manifest.kind !== 'Job') return;
    const job = this.mirror.find('Job', this.namespace, this.manifest.metadata.name);
    const completions = countAt(this.manifest, 'spec', 'completions') || 1;
    if (conditionOf(job, 'Complete') !== 'True') this.problems.push(`${this.title} is not complete: ${JSON.stringify(at(job, 'status'))}`);
    if (textAt(this.spec, 'completionMode') !== 'Indexed' || at(this.spec, 'successPolicy') !== undefined) return;
    const wanted = completions === 1 ? '0' : `0-${completions - 1}`;
    if (textAt(job, 'status', 'completedIndexes') !== wanted) this.problems.push(`${this.title}: indexes ${textAt(job, 'status', 'completedIndexes') ?? 'none'} have completed, and not ${wanted}`);
  }

  /** What a person does who wants a run now: of the restore there is no other. */
  private async judgeByHand(): Promise<void> {
    if (this.manifest.kind !== 'CronJob') return;
    const name = `${this.manifest.metadata.name}-1`;
    const answer = await this.staged.kubectl.ask('--namespace', this.namespace, 'create', 'job', name, `--from=cronjob/${this.manifest.metadata.name}`);
    this.problems.push(...complaints(answer).map(problem => `${this.title}: kubectl create job --from: ${problem}`));
    if (answer.code !== 0) return;
    let claims: unknown[] = [];
    await this.mirror.until(60, () => {
      const now = this.podsOf(name).flatMap(pod => this.claimsOf(pod));
      if (now.length > 0 && now.every(claim => textAt(claim, 'status', 'phase') === 'Bound')) claims = now;
      return this.endOf(name);
    });
    if (this.endOf(name) !== 'Complete') this.problems.push(`${this.title}: a run by hand is not complete within 60 s: ${JSON.stringify(at(this.mirror.find('Job', this.namespace, name), 'status'))}`);
    const wanted = listAt(this.spec, 'template', 'spec', 'volumes').filter(volume => at(volume, 'ephemeral') !== undefined).length;
    if (claims.length < wanted) this.problems.push(`${this.title}: ${claims.length} of ${wanted} volumes that come with the pod were bound`);
    const before = this.podsOf(name).flatMap(pod => listAt(pod, 'status', 'initContainerStatuses')).filter(container => at(container, 'state', 'terminated') === undefined && at(container, 'state', 'running') === undefined);
    if (before.length > 0) this.problems.push(`${this.title}: containers before the main one did not run: ${before.map(container => textAt(container, 'name')).join(', ')}`);
    await this.remove(name);
  }

  private async judgeFailures(): Promise<void> {
    const [code] = fatalCodesOf(this.spec);
    if (code === undefined) return;
    const [fatal, ordinary] = [[EXIT_FATAL, code], [EXIT_ORDINARY, ORDINARY_CODE]].map(([suffix, exit]) => copyOf(this.manifest, String(suffix), { 'conformance.invalid/exit-code': String(exit) })) as [Manifest, Manifest];
    await mapLimited([fatal, ordinary], 1, async job => this.create(job));
    await this.mirror.until(60, () => this.endOf(fatal.metadata.name));
    const failed = this.mirror.find('Job', this.namespace, fatal.metadata.name);
    const reason = listAt(failed, 'status', 'conditions').map(condition => textAt(condition, 'reason') ?? '').join(' ');
    if (this.endOf(fatal.metadata.name) !== 'Failed' || !/PodFailurePolicy|FailedIndexes/.test(reason)) this.problems.push(`${this.title}: exit code ${code} does not end the Job at once: ${JSON.stringify(at(failed, 'status'))}`);
    // Where all pods fail at once there may be no try left. Else the second one comes after ten seconds.
    const [pods, retries] = [countAt(this.spec, 'parallelism') || 1, countAt(this.spec, isPerIndex(this.spec) ? 'backoffLimitPerIndex' : 'backoffLimit')];
    const tries = retries < pods ? true : await this.mirror.until(40, () => (this.podsOf(ordinary.metadata.name).length > pods ? true : undefined));
    if (tries === undefined) this.problems.push(`${this.title}: exit code ${ORDINARY_CODE} is not tried again`);
    await this.remove(fatal.metadata.name);
    await this.remove(ordinary.metadata.name);
  }

  /** The time is cut short, which the API server lets be changed; that there is one is the manifest's. */
  private async judgeCleanUp(): Promise<void> {
    if (this.manifest.kind !== 'Job') return;
    const { name } = this.manifest.metadata;
    if (at(this.spec, 'ttlSecondsAfterFinished') === undefined) {
      if (this.mirror.find('Job', this.namespace, name) === undefined) this.problems.push(`${this.title} is gone, and has not asked for it`);
      return;
    }
    await this.scene.kubectl.must('--namespace', this.namespace, 'patch', 'job', name, '--type=merge', '--patch', JSON.stringify({ spec: { ttlSecondsAfterFinished: 1 } }));
    const gone = await this.mirror.until(40, () => (this.mirror.find('Job', this.namespace, name) === undefined && this.podsOf(name).length === 0 ? true : undefined));
    if (gone === undefined) this.problems.push(`${this.title} stays, although it asks to be removed after it has ended`);
  }

  private endOf(name: string): 'Complete' | 'Failed' | undefined {
    const job = this.mirror.find('Job', this.namespace, name);
    return (['Complete', 'Failed'] as const).find(end => conditionOf(job, end) === 'True');
  }

  private podsOf(job: string): unknown[] {
    return this.mirror.of('Pod', this.namespace).filter(pod => textAt(pod, 'metadata', 'labels', 'batch.kubernetes.io/job-name') === job);
  }

  private claimsOf(pod: unknown): unknown[] {
    return this.mirror.of('PersistentVolumeClaim', this.namespace).filter(claim => listAt(claim, 'metadata', 'ownerReferences').some(owner => textAt(owner, 'uid') === mustText(pod, 'metadata', 'uid')));
  }

  private async create(job: Manifest): Promise<void> {
    const answer = await this.staged.kubectl.ask('create', '--filename', writeFolder([job]));
    this.problems.push(...complaints(answer).map(problem => `${this.title}: ${problem}`));
  }

  private async remove(name: string): Promise<void> {
    await this.scene.kubectl.must('--namespace', this.namespace, 'delete', 'job', name, '--ignore-not-found', '--wait=false');
  }
}

const EXIT_FATAL = 'fatal';
const EXIT_ORDINARY = 'ordinary';
