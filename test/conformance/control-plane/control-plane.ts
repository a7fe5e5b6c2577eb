import { join } from 'node:path';
import { type Binaries, buildBinaries, kubectlTool, NEWEST, OLDEST } from './binaries';
import type { Check, Scene } from './check';
import { temporaryFolder } from '../shared/cleanup';
import { mapLimited } from '../shared/collections';
import { CACHE } from '../shared/paths';
import type { CaseResult, Report } from '../shared/report';
import { admitted } from './checks/admitted';
import { analysis } from './checks/analysis';
import { appliedRestricted } from './checks/applied-restricted';
import { autoscalerTarget } from './checks/autoscaler-target';
import { autoscaling } from './checks/autoscaling';
import { blueGreen } from './checks/blue-green';
import { canary } from './checks/canary';
import { configRoll } from './checks/config-roll';
import { cronJobs } from './checks/cron-jobs';
import { daemonSet } from './checks/daemon-set';
import { drain } from './checks/drain';
import { eviction } from './checks/eviction';
import { idempotent } from './checks/idempotent';
import { jobs } from './checks/jobs';
import { lint } from './checks/lint';
import { isMigrating, migration } from './checks/migration';
import { migrationJob } from './checks/migration-job';
import { rollback } from './checks/rollback';
import { rollingUpdate } from './checks/rolling-update';
import { statefulSet } from './checks/stateful-set';
import { upgrade } from './checks/upgrade';
import type { Cluster } from './cluster';
import { startCluster } from './cluster';
import { defineKinds } from './definitions';
import { existingCluster } from './existing-cluster';
import { prerequisitesOf } from './prerequisites';
import { previousOutputs } from './previous-commit';
import { startSimulatedCluster } from './simulated-cluster';
import type { Staged } from './stage';
import { inGroups, manifestsIn, removeNamespaces, stageAll } from './stage';
import type { Subject } from './subjects';
import { readSubjects, synthesizeSubjects } from './subjects';

/** In this order: each check starts from what the one before it left, and what autoscaling raises is not taken back. */
const CHECKS: readonly Check[] = [appliedRestricted, idempotent, autoscalerTarget, drain, eviction, rollingUpdate, configRoll, autoscaling];

/** For subjects with a Rollout, on a control plane of their own. Each starts from what the one before it left, too: `canary` ends with the next version, `rollback` with this one. */
const RELEASE_CHECKS: readonly Check[] = [lint, appliedRestricted, canary, rollback, analysis, blueGreen];

const MIGRATION_CHECKS: readonly Check[] = [lint, migration];

/** Workloads that keep data, or end, or run on every node. */
const DATA_KINDS = ['CronJob', 'DaemonSet', 'Job', 'StatefulSet'];

/** For subjects with one of these, on a control plane of their own. Those of one step wait for clocks beside each other: each looks at another kind. */
const DATA_CHECKS: readonly Step[] = [appliedRestricted, [statefulSet, cronJobs, jobs, daemonSet], migrationJob];

/** Where control planes keep what they write while they run. */
const RUNS = join(CACHE, 'run');

/** A check, or several that do not get into each other's way. */
type Step = Check | readonly Check[];

export interface Options {
  /** Subjects by name. @default all */
  readonly names?: readonly string[];
  /** A folder of YAML to prove instead of what examples and fixtures make. @default none */
  readonly manifests?: string;
}

/** Adds the control plane's checks to a report. Whatever goes wrong on the way is a failed case, and nothing is left behind. */
export async function runControlPlane(report: Report, options: Options = {}): Promise<void> {
  const { KUBECONFIG } = process.env;
  try {
    if (KUBECONFIG === undefined || KUBECONFIG === '') await proveOnLoopback(report, options);
    else await proveOnExisting(report, options, KUBECONFIG);
  } catch (error) {
    fell(report, error);
  }
}

async function proveOnLoopback(report: Report, options: Options): Promise<void> {
  const { newest, oldestApiServer } = await buildBinaries();
  const oldSubjects = await subjectsOf(report, OLDEST, options);
  const newSubjects = await subjectsOf(report, NEWEST, options);
  const groups = inGroups(newSubjects);
  const releases = inGroups(newSubjects.filter(subject => has(subject, ['Rollout'])));
  const data = inGroups(newSubjects.filter(subject => has(subject, DATA_KINDS)));
  const parts = [
    ...releases.map((group, index) => async () => proveReleases(report, newest, group, releases.length === 1 ? ', releases' : `, releases ${index + 1} of ${releases.length}`)),
    ...data.map((group, index) => async () => proveData(report, newest, group, data.length === 1 ? ', data and jobs' : `, data and jobs ${index + 1} of ${data.length}`)),
    ...groups.map((group, index) => async () => proveBehaviour(report, newest, group, groups.length === 1 ? '' : `, group ${index + 1} of ${groups.length}`)),
    async () => proveOnOldest(report, { ...newest, apiServer: oldestApiServer }, oldSubjects),
  ];
  // Two control planes at a time: each waits for clocks far more than for a processor.
  await mapLimited(parts, 2, async part => part().catch((error: unknown) => fell(report, error)));
}

async function proveOnOldest(report: Report, binaries: Binaries, subjects: readonly Subject[]): Promise<void> {
  const cluster = await start(OLDEST, async () => startCluster(binaries, { nodes: 0, controllers: false, directory: RUNS }));
  try {
    await defineKinds(cluster.kubectl, binaries.definitions, subjects.flatMap(({ dir }) => manifestsIn(dir)));
    const staged = await stageAll(subjects, cluster.kubectl);
    await report.time(`admitted by ${OLDEST}`, async () => admitted(staged));
    await report.time('upgrade from the previous commit', async () => upgrade(staged, await previousOutputs(staged)));
  } finally {
    cluster.stop();
  }
}

/** Subjects that share a namespace are shown to a control plane each, as if they were installed in two clusters. */
async function proveBehaviour(report: Report, binaries: Binaries, subjects: readonly Subject[], suffix: string): Promise<void> {
  await inSimulatedCluster(binaries, subjects, suffix, async (scene) => {
    await report.time(`admitted by ${NEWEST}${suffix}`, async () => admitted(scene.subjects));
    await putPrerequisites(scene);
    await behave(report, scene, CHECKS, suffix);
  });
}

/** Goes through the releases of these subjects, which were admitted with all others. One that takes a Deployment over begins with the Deployment alone. */
async function proveReleases(report: Report, binaries: Binaries, subjects: readonly Subject[], suffix: string): Promise<void> {
  await inSimulatedCluster(binaries, subjects, suffix, async (scene) => {
    await putPrerequisites(scene);
    const migrating = scene.subjects.filter(({ manifests }) => isMigrating(manifests));
    const others = scene.subjects.filter(staged => !migrating.includes(staged));
    if (migrating.length > 0) await behave(report, { ...scene, subjects: migrating }, MIGRATION_CHECKS, suffix);
    if (others.length > 0) await behave(report, { ...scene, subjects: others }, RELEASE_CHECKS, suffix);
  });
}

/** Goes through what only workloads with data, jobs and node agents do. What is asked of every workload, they are asked with all others. */
async function proveData(report: Report, binaries: Binaries, subjects: readonly Subject[], suffix: string): Promise<void> {
  await inSimulatedCluster(binaries, subjects, suffix, async (scene) => {
    await putPrerequisites(scene);
    await behave(report, scene, DATA_CHECKS, suffix);
  });
}

function has({ dir }: Subject, kinds: readonly string[]): boolean {
  return manifestsIn(dir).some(({ kind }) => kinds.includes(kind));
}

async function inSimulatedCluster(binaries: Binaries, subjects: readonly Subject[], suffix: string, use: (scene: Scene) => Promise<void>): Promise<void> {
  const manifests = subjects.flatMap(({ dir, next }) => [...manifestsIn(dir), ...next === undefined ? [] : manifestsIn(next)]);
  // How soon an autoscaler looks at a new Rollout decides whether a migration dips: no sooner than where it is really done.
  const autoscalerSeconds = isMigrating(manifests) ? 15 : 1;
  const cluster = await start(`${NEWEST}${suffix}`, async () => startSimulatedCluster(binaries, manifests, { autoscalerSeconds, directory: RUNS }));
  try {
    const staged = await stageAll(subjects, cluster.kubectl, (manifest, subject) => cluster.measurements.pointed(manifest, subject));
    await use({ kubectl: cluster.kubectl, subjects: staged, simulated: cluster });
  } finally {
    cluster.stop();
  }
}

async function putPrerequisites({ kubectl, subjects }: Scene): Promise<void> {
  const prerequisites = subjects.flatMap(prerequisitesOf);
  if (prerequisites.length > 0) await kubectl.put(...prerequisites);
}

/** What kept a part of the suite from being run is a failure of the run. */
function fell(report: Report, error: unknown): void {
  report.add({ check: 'control plane', seconds: 0, cases: [{ subject: 'the suite itself', problems: [error instanceof Error ? error.message : String(error)] }] });
}

async function start<C extends Cluster>(name: string, begin: () => Promise<C>): Promise<C> {
  const started = Date.now();
  const cluster = await begin();
  console.log(`control plane ${name}: ready after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return cluster;
}

async function proveOnExisting(report: Report, options: Options, kubeconfig: string): Promise<void> {
  const { kubectl, version } = await existingCluster(await kubectlTool(), kubeconfig);
  console.log(`control plane ${version}: the cluster of KUBECONFIG`);
  const groups = inGroups(await subjectsOf(report, version, options));
  try {
    for (const [index, group] of groups.entries()) {
      const subjects: Staged[] = await stageAll(group, kubectl);
      const suffix = groups.length === 1 ? '' : `, group ${index + 1} of ${groups.length}`;
      await report.time(`admitted by ${version}${suffix}`, async () => admitted(subjects));
      await behave(report, { kubectl, subjects }, [...CHECKS, ...DATA_CHECKS.slice(1)], suffix);
      await removeNamespaces(kubectl);
    }
  } finally {
    await removeNamespaces(kubectl);
  }
}

/** What does not come up is judged no further: it would only make every later check wait until its time is up. */
async function behave(report: Report, scene: Scene, steps: readonly Step[], suffix: string): Promise<void> {
  let subjects = scene.subjects;
  const run = async (check: Check): Promise<void> => {
    const name = `${check.name}${suffix}`;
    if (scene.simulated === undefined && check.needsSimulatedNodes) {
      report.add({ check: name, seconds: 0, cases: [{ subject: 'every subject', problems: [], notJudged: ['not run: needs simulated nodes'] }] });
      return;
    }
    await report.time(name, async () => {
      const cases = await check.judge({ ...scene, subjects });
      if (check !== appliedRestricted) return cases;
      const up = new Set(cases.filter(({ problems }) => problems.length === 0).map(({ subject }) => subject));
      subjects = subjects.filter(({ subject }) => up.has(subject.name));
      return cases.map(judged => (up.has(judged.subject) ? judged : { ...judged, notJudged: [...judged.notJudged ?? [], 'the checks after this one were not run for it'] }));
    });
    console.log(`${name}: done`);
  };
  for (const step of steps) await Promise.all([step].flat().map(run));
}

async function subjectsOf(report: Report, version: string, { names = [], manifests }: Options): Promise<Subject[]> {
  const refused: CaseResult[] = [];
  const subjects = manifests === undefined
    ? await synthesizeSubjects(version, temporaryFolder(), names, (subject, message) => refused.push({ subject, problems: [message] }))
    : readSubjects(version, manifests, names);
  if (refused.length > 0) report.add({ check: `synthesized for ${version}`, seconds: 0, cases: refused });
  if (subjects.length === 0) throw new Error(`nothing to prove for ${version}`);
  return subjects;
}
