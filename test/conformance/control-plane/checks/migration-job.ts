import { at, conditionOf, listAt, mustText, textAt } from '../../shared/json';
import type { Manifest } from '../../shared/manifests';
import { nameOf } from '../../shared/manifests';
import type { Check } from '../check';
import { result } from '../check';
import { sync, wavesOf } from '../deployer';
import { Mirror } from '../mirror';
import type { Placed } from '../snapshot';
import { podOf, selects } from '../snapshot';
import type { Staged } from '../stage';
import { adapted, manifestsIn, writeFolder } from '../stage';

const WORKLOADS = ['Deployment', 'StatefulSet'];

/**
 * A deployer that heeds waves and hooks gives migrations their order, from an empty namespace on and for the next version: a Job
 * has succeeded before the first new pod of a workload in a later wave is made. Applied again it does not run again, with a
 * change it is another Job. Begins with the removal of everything that the subject has.
 */
export const migrationJob: Check = {
  name: 'migration-job',
  needsSimulatedNodes: true,
  async judge(scene) {
    const mirror = await Mirror.of(scene.kubectl, ['/apis/batch/v1/jobs', '/api/v1/pods']);
    try {
      return await Promise.all(scene.subjects.map(withoutAgents).map(async (staged) => {
        const migrations = orderedIn(staged, staged.dir);
        return result(staged, migrations.length === 0 ? [] : await migrate(mirror, staged), migrations.length === 0 ? ['has no Job before anything else'] : []);
      }));
    } finally {
      await mirror.stop();
    }
  },
};

/** Agents take their time on each node, and no Job comes before them. */
function withoutAgents(staged: Staged): Staged {
  const isOther = (manifest: Manifest): boolean => manifest.kind !== 'DaemonSet';
  const less = (dir: string): string => adapted(dir, manifest => (isOther(manifest) ? manifest : undefined));
  return { ...staged, manifests: staged.manifests.filter(isOther), dir: less(staged.dir), next: staged.next === undefined ? undefined : less(staged.next) };
}

/** A Job, and the workloads that come in later waves. */
interface Ordered {
  readonly job: Placed;
  readonly isHook: boolean;
  readonly later: readonly Placed[];
}

function orderedIn(staged: Staged, dir: string): Ordered[] {
  const waves = wavesOf(staged, dir);
  return waves.flatMap((wave, index) => {
    const later = waves.slice(index + 1).flatMap(({ manifests }) => manifests.filter(({ kind }) => WORKLOADS.includes(kind)));
    return later.length === 0 ? [] : wave.manifests.filter(({ kind }) => kind === 'Job').map(job => ({ job, isHook: wave.isHook, later }));
  });
}

async function migrate(mirror: Mirror, staged: Staged): Promise<string[]> {
  await staged.kubectl.must('delete', '--ignore-not-found', '--timeout=120s', '--filename', writeFolder(manifestsIn(staged.dir).filter(({ kind }) => kind !== 'Namespace')));
  const left = await mirror.until(60, () => (podsOf(mirror, staged).length === 0 ? true : undefined));
  if (left === undefined) return ['its pods stay when everything is deleted'];

  const problems = await inOrder(mirror, staged, staged.dir, 'the first version');
  if (problems.length > 0) return problems;
  const before = uidsOf(mirror, orderedIn(staged, staged.dir));
  const again = (await sync(staged, staged.dir)).map(problem => `the first version again: ${problem}`);
  for (const ordered of orderedIn(staged, staged.dir).filter(({ isHook }) => !isHook)) {
    if (before.get(nameOf(ordered.job)) !== uidOf(mirror, ordered.job)) again.push(`${nameOf(ordered.job)} runs again when the same is applied again`);
  }
  if (again.length > 0 || staged.next === undefined) return again;
  const changed = orderedIn(staged, staged.next).filter(({ isHook }) => !isHook);
  const same = changed.filter(({ job }) => before.has(nameOf(job)) && differs(job, staged));
  return [...same.map(({ job }) => `${nameOf(job)} has the same name in the next version, which runs something else`), ...await inOrder(mirror, staged, staged.next, 'the next version')];
}

/** Seconds are all that the server writes down: what is done in the second in which a pod is made was done before. */
async function inOrder(mirror: Mirror, staged: Staged, dir: string, version: string): Promise<string[]> {
  const known = new Set(podsOf(mirror, staged).map(pod => mustText(pod, 'metadata', 'uid')));
  const created = new Map<string, unknown>();
  const forget = mirror.onChange(() => {
    for (const pod of podsOf(mirror, staged)) if (!known.has(mustText(pod, 'metadata', 'uid'))) created.set(mustText(pod, 'metadata', 'uid'), pod);
  });
  const problems = await sync(staged, dir);
  forget();
  for (const { job, later } of orderedIn(staged, dir)) {
    const live = mirror.find('Job', job.namespace, job.metadata.name);
    const done = Date.parse(textAt(live, 'status', 'completionTime') ?? '');
    if (conditionOf(live, 'Complete') !== 'True') {
      problems.push(`${nameOf(job)} is not complete`);
      continue;
    }
    for (const workload of later) {
      const pods = [...created.values()].map(podOf).filter(pod => pod.namespace === workload.namespace && selects(at(workload, 'spec', 'selector'), pod.labels));
      const early = pods.filter(({ object }) => !(Date.parse(mustText(object, 'metadata', 'creationTimestamp')) >= done));
      if (pods.length === 0) problems.push(`${nameOf(workload)} got no new pod, so that nothing is shown`);
      if (early.length > 0) problems.push(`${nameOf(workload)}: ${early.length} new pods were made before ${nameOf(job)} was complete`);
    }
  }
  return problems.map(problem => `${version}: ${problem}`);
}

/** Whether the first version has a Job of this name that runs something else. */
function differs(job: Placed, staged: Staged): boolean {
  const other = manifestsIn(staged.dir).find(manifest => nameOf(manifest) === nameOf(job));
  return JSON.stringify(at(other, 'spec', 'template')) !== JSON.stringify(at(job, 'spec', 'template'));
}

function uidsOf(mirror: Mirror, ordered: readonly Ordered[]): Map<string, string | undefined> {
  return new Map(ordered.map(({ job }) => [nameOf(job), uidOf(mirror, job)]));
}

function uidOf(mirror: Mirror, { namespace, metadata }: Placed): string | undefined {
  return textAt(mirror.find('Job', namespace, metadata.name), 'metadata', 'uid');
}

function podsOf(mirror: Mirror, { manifests }: Staged): unknown[] {
  return [...new Set(manifests.map(({ namespace }) => namespace))].flatMap(namespace => mirror.of('Pod', namespace))
    .filter(pod => !listAt(pod, 'metadata', 'ownerReferences').some(owner => textAt(owner, 'kind') === 'DaemonSet'));
}
