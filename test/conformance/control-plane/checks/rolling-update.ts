import { mapLimited } from '../../shared/collections';
import { at, countAt, labelsAt, textAt } from '../../shared/json';
import type { Manifest } from '../../shared/manifests';
import { nameOf } from '../../shared/manifests';
import type { Check } from '../check';
import { complaints, result } from '../check';
import { removeHooks } from '../deployer';
import { promoteFully } from '../full-promotion';
import { nextOf } from '../next-version';
import type { Floor } from '../pod-watch';
import { PodWatch } from '../pod-watch';
import { settled } from '../readiness';
import type { Placed } from '../snapshot';
import { replicasOf, Snapshot } from '../snapshot';
import type { Staged } from '../stage';
import { manifestsIn } from '../stage';

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
      if (next !== undefined) await removeHooks(staged, next);
      return [staged, next === undefined ? [] : [...complaints(await staged.kubectl.apply(next), staged), ...await promoteFully(scene, staged)]];
    }));
    const missing = await settled(scene.kubectl, scene.subjects, 'available', 180);
    const broken = await watch.stop();
    const after = await Snapshot.take(scene.kubectl);
    return scene.subjects.map((staged) => {
      const own = floors.filter(floor => floor.staged === staged);
      return result(staged,
        [...applied.get(staged) ?? [], ...missing.get(staged) ?? [], ...own.flatMap(floor => broken.get(floor) ?? [])],
        own.length === 0 ? ['has no Deployment, no StatefulSet and no Rollout'] : own.filter(({ manifest }) => revision(before, manifest) === revision(after, manifest)).map(({ title }) => `${title} did not change`));
    });
  },
};

interface WorkloadFloor extends Floor {
  readonly staged: Staged;
  readonly manifest: Placed;
}

/** What every Deployment, StatefulSet and Rollout keeps ready while it changes: its replicas, less those that it may miss. */
export function floorsOf(staged: Staged, snapshot: Snapshot): WorkloadFloor[] {
  const autoscalers = [staged.dir, ...staged.next === undefined ? [] : [staged.next]].flatMap(manifestsIn).filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  return ['Deployment', 'StatefulSet', 'Rollout'].flatMap(kind => snapshot.live(staged.manifests, kind)).filter(({ object }) => object !== undefined).map(({ manifest, object }) => {
    const replicas = Math.min(replicasOf(object), ...autoscalers.filter(autoscaler => scales(autoscaler, manifest)).map(({ spec }) => countAt(spec, 'minReplicas')));
    return {
      staged,
      manifest,
      title: nameOf(manifest),
      namespace: manifest.namespace,
      selector: at(snapshot.podOwner(object), 'spec', 'selector'),
      // Several replicas are there so that one serves at any time, whatever else may be missing.
      atLeast: Math.max(replicas - mayMiss(object, replicas), replicas > 1 && !recreates(object) ? 1 : 0),
    };
  });
}

/** An autoscaler of this version or the next goes as low as it may whenever its window ends, and a rollout does not wait for that. */
function scales(autoscaler: Manifest, { kind, metadata }: Placed): boolean {
  const target = at(autoscaler.spec, 'scaleTargetRef');
  return textAt(target, 'kind') === kind && textAt(target, 'name') === metadata.name;
}

/** maxUnavailable, a share of the replicas rounded down, as the controllers do it. */
function mayMiss(workload: unknown, replicas: number): number {
  if (recreates(workload)) return replicas;
  // One pod at a time, since none comes beside the one that it replaces.
  if (textAt(workload, 'kind') === 'StatefulSet') return countAt(workload, 'spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable') || 1;
  const value = textAt(workload, 'kind') === 'Rollout' ? maxUnavailableOf(workload) : at(workload, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable');
  if (typeof value === 'string') return Math.floor(replicas * Number.parseInt(value, 10) / 100);
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
  const live = snapshot.find(kind, namespace, metadata.name);
  if (kind === 'StatefulSet') return textAt(live, 'status', 'updateRevision');
  const annotations = labelsAt(live, 'metadata', 'annotations');
  return annotations[kind === 'Rollout' ? 'rollout.argoproj.io/revision' : 'deployment.kubernetes.io/revision'];
}
