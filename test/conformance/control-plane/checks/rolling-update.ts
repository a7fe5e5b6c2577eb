import { mapLimited } from '../../shared/collections';
import { at, labelsAt, textAt } from '../../shared/json';
import { nameOf } from '../../shared/manifests';
import type { Check } from '../check';
import { complaints, result } from '../check';
import { promoteFully } from '../full-promotion';
import { nextOf } from '../next-version';
import type { Floor } from '../pod-watch';
import { PodWatch } from '../pod-watch';
import { settled } from '../readiness';
import type { Placed } from '../snapshot';
import { replicasOf, Snapshot } from '../snapshot';
import type { Staged } from '../stage';

/**
 * From one version of an application to the next, never fewer pods are ready than its workload asks for. A Rollout is told to
 * go all the way at once, as in an emergency; how it goes step by step is a matter of `canary` and `blue-green`.
 */
export const rollingUpdate: Check = {
  name: 'rolling-update',
  needsSimulatedNodes: true,
  async judge(scene) {
    const before = await Snapshot.take(scene.kubectl);
    const floors = scene.subjects.flatMap(staged => floorsOf(staged, before));
    const watch = await PodWatch.start(scene.kubectl, floors);
    const applied = new Map(await mapLimited(scene.subjects, 3, async (staged): Promise<[Staged, string[]]> => {
      const next = nextOf(staged);
      return [staged, next === undefined ? [] : [...complaints(await staged.kubectl.apply(next)), ...await promoteFully(scene, staged)]];
    }));
    const missing = await settled(scene.kubectl, scene.subjects, 'available', 180);
    const broken = await watch.stop();
    const after = await Snapshot.take(scene.kubectl);
    return scene.subjects.map((staged) => {
      const own = floors.filter(floor => floor.staged === staged);
      return result(staged,
        [...applied.get(staged) ?? [], ...missing.get(staged) ?? [], ...own.flatMap(floor => broken.get(floor) ?? [])],
        own.length === 0 ? ['has no Deployment and no Rollout'] : own.filter(({ manifest }) => revision(before, manifest) === revision(after, manifest)).map(({ title }) => `${title} did not change`));
    });
  },
};

interface WorkloadFloor extends Floor {
  readonly staged: Staged;
  readonly manifest: Placed;
}

/** What every Deployment and Rollout keeps ready while it changes: its replicas, less those that it may miss. */
export function floorsOf(staged: Staged, snapshot: Snapshot): WorkloadFloor[] {
  return ['Deployment', 'Rollout'].flatMap(kind => snapshot.live(staged.manifests, kind)).filter(({ object }) => object !== undefined).map(({ manifest, object }) => ({
    staged,
    manifest,
    title: nameOf(manifest),
    namespace: manifest.namespace,
    selector: at(snapshot.podOwner(object), 'spec', 'selector'),
    // Several replicas are there so that one serves at any time, whatever else may be missing.
    atLeast: Math.max(replicasOf(object) - mayMiss(object), replicasOf(object) > 1 && !recreates(object) ? 1 : 0),
  }));
}

/** maxUnavailable, a share of the replicas rounded down, as the controllers do it. */
function mayMiss(workload: unknown): number {
  if (recreates(workload)) return replicasOf(workload);
  const value = textAt(workload, 'kind') === 'Rollout' ? maxUnavailableOf(workload) : at(workload, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable');
  if (typeof value === 'string') return Math.floor(replicasOf(workload) * Number.parseInt(value, 10) / 100);
  return typeof value === 'number' ? value : 0;
}

/** Of a canary without a router, which trades pods for pods. The others keep what serves until what follows is there. */
function maxUnavailableOf(rollout: unknown): unknown {
  const canary = at(rollout, 'spec', 'strategy', 'canary');
  return canary === undefined || at(canary, 'trafficRouting') !== undefined ? 0 : at(canary, 'maxUnavailable') ?? '25%';
}

function recreates(workload: unknown): boolean {
  return at(workload, 'spec', 'strategy', 'type') === 'Recreate';
}

function revision(snapshot: Snapshot, { kind, namespace, metadata }: Placed): string | undefined {
  const annotations = labelsAt(snapshot.find(kind, namespace, metadata.name), 'metadata', 'annotations');
  return annotations[kind === 'Rollout' ? 'rollout.argoproj.io/revision' : 'deployment.kubernetes.io/revision'];
}
