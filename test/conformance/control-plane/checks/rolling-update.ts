import { mapLimited } from '../../shared/collections';
import { at, countAt, labelsAt } from '../../shared/json';
import { nameOf } from '../../shared/manifests';
import type { Check } from '../check';
import { complaints, result } from '../check';
import { nextOf } from '../next-version';
import type { Floor } from '../pod-watch';
import { PodWatch } from '../pod-watch';
import { settled } from '../readiness';
import type { Placed } from '../snapshot';
import { replicasOf, Snapshot } from '../snapshot';
import type { Staged } from '../stage';

/** From one version of an application to the next, never fewer pods are ready than the Deployment asks for. */
export const rollingUpdate: Check = {
  name: 'rolling-update',
  needsSimulatedNodes: true,
  async judge(scene) {
    const before = await Snapshot.take(scene.kubectl);
    const floors = scene.subjects.flatMap(staged => floorsOf(staged, before));
    const watch = await PodWatch.start(scene.kubectl, floors);
    const applied = new Map(await mapLimited(scene.subjects, 3, async (staged): Promise<[Staged, string[]]> => {
      const next = nextOf(staged);
      return [staged, next === undefined ? [] : complaints(await staged.kubectl.apply(next))];
    }));
    const missing = await settled(scene.kubectl, scene.subjects, 'available', 180);
    const broken = await watch.stop();
    const after = await Snapshot.take(scene.kubectl);
    return scene.subjects.map((staged) => {
      const own = floors.filter(floor => floor.staged === staged);
      return result(staged,
        [...applied.get(staged) ?? [], ...missing.get(staged) ?? [], ...own.flatMap(floor => broken.get(floor) ?? [])],
        own.length === 0 ? ['has no Deployment'] : own.filter(({ manifest }) => revision(before, manifest) === revision(after, manifest)).map(({ title }) => `${title} did not change`));
    });
  },
};

interface DeploymentFloor extends Floor {
  readonly staged: Staged;
  readonly manifest: Placed;
}

/** What every Deployment keeps ready while it changes: its replicas, less those that it may miss. */
export function floorsOf(staged: Staged, snapshot: Snapshot): DeploymentFloor[] {
  return snapshot.live(staged.manifests, 'Deployment').filter(({ object }) => object !== undefined).map(({ manifest, object }) => ({
    staged,
    manifest,
    title: nameOf(manifest),
    namespace: manifest.namespace,
    selector: at(object, 'spec', 'selector'),
    // Several replicas are there so that one serves at any time, whatever else may be missing.
    atLeast: Math.max(replicasOf(object) - mayMiss(object), replicasOf(object) > 1 && !recreates(object) ? 1 : 0),
  }));
}

/** maxUnavailable, a share of the replicas rounded down, as the Deployment controller does it. */
function mayMiss(deployment: unknown): number {
  if (recreates(deployment)) return replicasOf(deployment);
  const value = at(deployment, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable');
  if (typeof value === 'string') return Math.floor(replicasOf(deployment) * Number.parseInt(value, 10) / 100);
  return countAt(deployment, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable');
}

function recreates(deployment: unknown): boolean {
  return at(deployment, 'spec', 'strategy', 'type') === 'Recreate';
}

function revision(snapshot: Snapshot, { namespace, metadata }: Placed): string | undefined {
  return labelsAt(snapshot.find('Deployment', namespace, metadata.name), 'metadata', 'annotations')['deployment.kubernetes.io/revision'];
}
