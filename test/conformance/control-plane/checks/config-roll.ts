import { mapLimited } from '../../shared/collections';
import { at, labelsAt } from '../../shared/json';
import type { Manifest } from '../../shared/manifests';
import { nameOf } from '../../shared/manifests';
import type { Check, Scene } from '../check';
import { result } from '../check';
import { promoteFully } from '../full-promotion';
import { configurationOf } from '../pod-configuration';
import { PodWatch } from '../pod-watch';
import { settled } from '../readiness';
import type { Placed } from '../snapshot';
import { Snapshot } from '../snapshot';
import type { Staged } from '../stage';
import { manifestsIn } from '../stage';
import { floorsOf } from './rolling-update';

/**
 * A change of configuration rolls the pods, and `rollout undo` brings back pods whose old configuration is still there,
 * after a pruning deployer has removed what the new version no longer has. Comes after rolling-update, which applied the next version.
 */
export const configRoll: Check = {
  name: 'config-roll',
  needsSimulatedNodes: true,
  async judge(scene) {
    const changing = scene.subjects.filter(staged => changedConfiguration(staged).length > 0);
    const during = await Snapshot.take(scene.kubectl);
    const unrolled = new Map(changing.map(staged => [staged, notRolled(staged, during)]));

    const watch = await PodWatch.start(scene.kubectl, changing.flatMap(staged => floorsOf(staged, during)));
    const undone = new Map(await mapLimited(changing, 3, async (staged): Promise<[Staged, string[]]> => [staged, await pruneAndUndo(scene, staged)]));
    const missing = await settled(scene.kubectl, changing, 'available', 180);
    const broken = [...await watch.stop()];
    const after = await Snapshot.take(scene.kubectl);
    return changing.length === 0
      ? [{ subject: 'every subject', problems: [], notJudged: ['no subject has a next version with another configuration'] }]
      : changing.map(staged => result(staged, [
        ...unrolled.get(staged) ?? [], ...undone.get(staged) ?? [], ...missing.get(staged) ?? [], ...withoutOldConfiguration(staged, after),
        ...broken.filter(([floor]) => staged.manifests.some(manifest => nameOf(manifest) === floor.title)).map(([, problem]) => problem),
      ]));
  },
};

/** Workloads that keep what they were before, to go back to. */
function rolling(staged: Staged): Placed[] {
  return staged.manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'Rollout');
}

/** ConfigMaps of this version whose name or content is another one in the next version. */
function changedConfiguration(staged: Staged): Manifest[] {
  if (staged.next === undefined) return [];
  const next = manifestsIn(staged.next);
  return staged.manifests.filter(({ kind }) => kind === 'ConfigMap').filter(config => !next.some(other => nameOf(other) === nameOf(config) && sameContent(other, config)));
}

function sameContent(one: unknown, other: unknown): boolean {
  return ['data', 'binaryData'].every(field => JSON.stringify(at(one, field) ?? {}) === JSON.stringify(at(other, field) ?? {}));
}

/** Workloads of which a pod, now that the next version is applied, still uses a ConfigMap of the old version's content or name. */
function notRolled(staged: Staged, snapshot: Snapshot): string[] {
  const changed = changedConfiguration(staged);
  return rolling(staged).flatMap((manifest) => {
    const workload = snapshot.find(manifest.kind, manifest.namespace, manifest.metadata.name);
    const used = new Set(snapshot.podsUnder(workload)
      .flatMap(pod => configurationOf(at(pod.object, 'spec'))).map(({ kind, name }) => `${kind} ${name}`));
    return changed.filter(({ kind, metadata }) => used.has(`${kind} ${metadata.name}`))
      .map(config => `${nameOf(manifest)}: pods still use ${nameOf(config)}, whose content the next version changes`);
  });
}

/** Removes what a GitOps deployer with pruning would remove, then goes back one revision. */
async function pruneAndUndo(scene: Scene, staged: Staged): Promise<string[]> {
  const next = staged.next === undefined ? [] : manifestsIn(staged.next);
  const gone = staged.manifests.filter(old => !next.some(({ apiVersion, kind, metadata }) => apiVersion === old.apiVersion && kind === old.kind && metadata.name === old.metadata.name));
  const pruned = gone.filter(({ metadata }) => !(labelsAt(metadata, 'annotations')['argocd.argoproj.io/sync-options'] ?? '').includes('Prune=false'));
  for (const { kind, namespace, metadata } of pruned) await staged.kubectl.must('--namespace', namespace, 'delete', kind, metadata.name, '--ignore-not-found');
  const answers = await mapLimited(rolling(staged), 1, async ({ kind, namespace, metadata }) => (kind === 'Rollout'
    ? scene.simulated?.rollouts.undo(namespace, metadata.name)
    : staged.kubectl.rolloutUndo(namespace, `deployment/${metadata.name}`)));
  // kubectl warns of any undo after an apply, and rightly: it is an emergency exit, not how a release is taken back.
  return [...answers.flatMap(answer => (answer === undefined || answer.code === 0 ? [] : [answer.stderr.trim()])), ...await promoteFully(scene, staged)];
}

/** After the undo every pod asks for this version's configuration, and it is there with this version's content. */
function withoutOldConfiguration(staged: Staged, snapshot: Snapshot): string[] {
  const configs = staged.manifests.filter(({ kind }) => kind === 'ConfigMap');
  return rolling(staged).flatMap((manifest) => {
    const wanted = configurationOf(at(manifest, 'spec', 'template', 'spec')).filter(({ kind, name }) => configs.some(config => config.kind === kind && config.metadata.name === name));
    const pods = snapshot.podsUnder(snapshot.find(manifest.kind, manifest.namespace, manifest.metadata.name));
    return wanted.flatMap(({ kind, name }) => {
      const live = snapshot.find(kind, manifest.namespace, name);
      const rendered = configs.find(config => config.metadata.name === name);
      if (live === undefined) return [`${nameOf(manifest)}: after rollout undo its pods ask for ${kind} ${name}, which is gone`];
      if (!sameContent(live, rendered)) return [`${nameOf(manifest)}: after rollout undo its pods find another content in ${kind} ${name}`];
      const using = pods.filter(pod => configurationOf(at(pod.object, 'spec')).some(found => found.kind === kind && found.name === name));
      return using.length === pods.length ? [] : [`${nameOf(manifest)}: after rollout undo only ${using.length} of ${pods.length} pods ask for ${kind} ${name}`];
    });
  });
}
