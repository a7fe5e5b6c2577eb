import { setTimeout as sleep } from 'node:timers/promises';
import { at, conditionOf, countAt, listAt, mustText, textAt } from '../../shared/json';
import type { Manifest } from '../../shared/manifests';
import { isRecord, nameOf } from '../../shared/manifests';
import type { Check } from '../check';
import { complaints, result } from '../check';
import { copyOf } from '../job-copies';
import { Mirror } from '../mirror';
import type { Placed } from '../snapshot';
import type { Staged } from '../stage';
import { writeFolder } from '../stage';

const MINUTE = 60_000;

/** Enough for a controller that looks once a minute, and for a busy machine. */
const LATE = 20_000;

/**
 * CronJobs begin runs when they are due: of each a copy is due every minute, all else as rendered, and its first run lasts until
 * another was due. With Forbid none begins meanwhile, with Replace another takes its place, with Allow it runs beside; a run that
 * ends well is written into the status; and what is suspended never runs by itself.
 */
export const cronJobs: Check = {
  name: 'cron-jobs',
  needsSimulatedNodes: true,
  async judge(scene) {
    const mirror = await Mirror.of(scene.kubectl, ['/apis/batch/v1/cronjobs', '/apis/batch/v1/jobs', '/api/v1/pods']);
    try {
      return await Promise.all(scene.subjects.map(async (staged) => {
        const trials = staged.manifests.filter(({ kind }) => kind === 'CronJob').map(manifest => new Trial(mirror, staged, manifest));
        return result(staged, (await Promise.all(trials.map(async trial => trial.run()))).flat(), trials.length === 0 ? ['has no CronJob'] : []);
      }));
    } finally {
      await mirror.stop();
    }
  },
};

class Trial {
  private readonly title: string;
  private readonly namespace: string;
  private readonly copy: Manifest;

  public constructor(private readonly mirror: Mirror, private readonly staged: Staged, private readonly manifest: Placed) {
    this.title = nameOf(manifest);
    this.namespace = manifest.namespace;
    this.copy = everyMinute(manifest);
  }

  public async run(): Promise<string[]> {
    const refused = complaints(await this.staged.kubectl.ask('create', '--filename', writeFolder([this.copy])));
    if (refused.length > 0) return refused.map(problem => `${this.title}: ${problem}`);
    try {
      return await (at(this.manifest, 'spec', 'suspend') === true ? this.suspended() : this.due());
    } finally {
      await this.kubectl('delete', 'cronjob', this.copy.metadata.name, '--wait=false');
    }
  }

  private async suspended(): Promise<string[]> {
    await sleep(MINUTE + LATE);
    return this.runs().length === 0 ? [] : [`${this.title} is suspended, and has begun a run all the same`];
  }

  private async due(): Promise<string[]> {
    const first = await this.mirror.until((MINUTE + LATE) / 1000, () => this.running()[0]);
    if (first === undefined) return [`${this.title} begins no run within ${(MINUTE + LATE) / 1000} s although one is due every minute: ${JSON.stringify(at(this.live, 'status'))}`];
    await sleep(MINUTE - Date.now() % MINUTE + LATE / 2);
    const problems = await this.judgeSecond(mustText(first, 'metadata', 'uid'));
    return [...problems, ...await this.judgeEnd()];
  }

  /** A minute later another run was due, while the first was not done. */
  private async judgeSecond(first: string): Promise<string[]> {
    const active = this.running().map(job => mustText(job, 'metadata', 'uid'));
    switch (textAt(this.manifest, 'spec', 'concurrencyPolicy')) {
      case 'Forbid': {
        if (active.length !== 1 || active[0] !== first) return [`${this.title}: Forbid, and ${active.length} runs are active at a time, ${active.includes(first) ? 'the first among them' : 'without the first'}`];
        // That there is no second one counts only where one was due.
        const events = await this.staged.kubectl.list('events', this.namespace);
        const noticed = events.some(event => textAt(event, 'reason') === 'JobAlreadyActive' && textAt(event, 'involvedObject', 'uid') === mustText(this.live, 'metadata', 'uid'));
        return noticed ? [] : [`${this.title}: no second run begins while the first is active, but the controller does not say that one was due`];
      }
      case 'Replace':
        return active.length === 1 && active[0] !== first ? [] : [`${this.title}: Replace, and ${active.length} runs are active at a time, ${active.includes(first) ? 'the first among them' : 'without the first'}`];
      default:
        return active.length > 1 && active.includes(first) ? [] : [`${this.title}: Allow, and only ${active.length} runs are active when a second one is due`];
    }
  }

  /** What was active ends well, and the status says when: alerts and people go by that. */
  private async judgeEnd(): Promise<string[]> {
    const ending = new Set(this.running().map(job => mustText(job, 'metadata', 'uid')));
    await this.kubectl('patch', 'cronjob', this.copy.metadata.name, '--type=merge', '--patch', JSON.stringify({ spec: { suspend: true } }));
    for (const job of this.running()) await this.kubectl('annotate', 'pods', '--selector', `batch.kubernetes.io/job-name=${mustText(job, 'metadata', 'name')}`, 'conformance.invalid/keeps-running-');
    const ended = await this.mirror.until(60, () => {
      const left = this.runs().filter(job => ending.has(mustText(job, 'metadata', 'uid')) && conditionOf(job, 'Complete') !== 'True');
      return left.length === 0 && textAt(this.live, 'status', 'lastSuccessfulTime') !== undefined ? true : undefined;
    });
    return ended === true ? [] : [`${this.title}: its runs do not end well within 60 s: ${JSON.stringify(this.runs().map(job => at(job, 'status')))}, ${JSON.stringify(at(this.live, 'status'))}`];
  }

  private get live(): unknown {
    return this.mirror.find('CronJob', this.namespace, this.copy.metadata.name);
  }

  private runs(): unknown[] {
    return this.mirror.of('Job', this.namespace).filter(job => at(job, 'metadata', 'deletionTimestamp') === undefined
      && listAt(job, 'metadata', 'ownerReferences').some(owner => textAt(owner, 'kind') === 'CronJob' && textAt(owner, 'name') === this.copy.metadata.name));
  }

  private running(): unknown[] {
    return this.runs().filter(job => countAt(job, 'status', 'active') > 0 && conditionOf(job, 'Complete') === undefined && conditionOf(job, 'Failed') === undefined);
  }

  private async kubectl(...args: string[]): Promise<void> {
    await this.staged.kubectl.must('--namespace', this.namespace, ...args);
  }
}

/** As rendered, but for the name, the schedule, and pods that run until they are told otherwise. */
function everyMinute({ namespace, ...manifest }: Placed): Manifest {
  const { spec: job } = copyOf({ ...manifest, namespace }, 'due', { 'conformance.invalid/keeps-running': 'true' });
  const spec = isRecord(manifest.spec) ? manifest.spec : {};
  return { ...manifest, metadata: { name: `${manifest.metadata.name.slice(0, 48)}-due`, namespace }, spec: { ...spec, schedule: '* * * * *', jobTemplate: { spec: job } } };
}
