import { at, labelsAt, listAt, textAt } from '../../shared/json';
import type { Manifest } from '../../shared/manifests';
import { isRecord, nameOf } from '../../shared/manifests';
import type { CaseResult } from '../../shared/report';
import type { Check, Scene } from '../check';
import { complaints, result } from '../check';
import { Mirror } from '../mirror';
import { settled } from '../readiness';
import type { Placed } from '../snapshot';
import { podOf, replicasOf, selects, Snapshot } from '../snapshot';
import type { Staged } from '../stage';
import { adapted, manifestsIn, writeFolder } from '../stage';

/**
 * From a Deployment that runs to a Rollout, in the two steps of the subject: first the Rollout refers to the Deployment, then it
 * holds the template itself and the Deployment goes. At no moment fewer pods are ready than the Deployment had, in all and
 * behind each Service, and the second step restarts nothing.
 */
export const migration: Check = {
  name: 'migration',
  needsSimulatedNodes: true,
  async judge(scene) {
    return Promise.all(scene.subjects.map(async (staged): Promise<CaseResult> => {
      const moves = staged.manifests.flatMap(rollout => movesOf(staged, rollout));
      return result(staged, moves.length === 0 ? [] : await migrate(scene, staged, moves), moves.length === 0 ? ['takes no Deployment over'] : []);
    }));
  },
};

/** A Rollout, and the Deployment whose pods it takes over. */
interface Move {
  readonly rollout: Placed;
  readonly deployment: Placed;
}

export function isMigrating(manifests: readonly Manifest[]): boolean {
  return manifests.some(({ kind, spec }) => kind === 'Rollout' && at(spec, 'workloadRef') !== undefined);
}

function movesOf({ manifests }: Staged, rollout: Placed): Move[] {
  const name = textAt(rollout, 'spec', 'workloadRef', 'name');
  return manifests.filter(({ kind, namespace, metadata }) => kind === 'Deployment' && rollout.kind === 'Rollout' && namespace === rollout.namespace && metadata.name === name)
    .map(deployment => ({ rollout, deployment }));
}

async function migrate(scene: Scene, staged: Staged, moves: readonly Move[]): Promise<string[]> {
  const before = { ...staged, manifests: staged.manifests.filter(({ kind }) => kind !== 'Rollout') };
  const problems = complaints(await staged.kubectl.apply(beforeIt(staged, moves)));
  const missing = await settled(scene.kubectl, [before], 'available', 90);
  if (problems.length > 0 || missing.get(before)?.length !== 0) return [...problems, ...missing.get(before) ?? []];

  const watch = await Watch.start(scene, staged, moves);
  problems.push(...complaints(await staged.kubectl.apply(staged.dir)), ...(await settled(scene.kubectl, [staged], 'available', 180)).get(staged) ?? []);
  problems.push(...watch.dips('while the Rollout takes the pods over'));

  problems.push(...complaints(await staged.kubectl.apply(afterIt(staged, moves))));
  for (const { deployment } of moves) await staged.kubectl.must('--namespace', deployment.namespace, 'delete', 'deployment', deployment.metadata.name, '--timeout=60s');
  const after = { ...staged, manifests: staged.manifests.filter(({ kind }) => kind !== 'Deployment') };
  problems.push(...(await settled(scene.kubectl, [after], 'available', 90)).get(after) ?? []);
  problems.push(...watch.dips('while the Deployment goes'));
  await watch.stop();
  return [...problems, ...restarted(moves, await Snapshot.take(scene.kubectl))];
}

/** What ran before: the Deployment with its autoscaler, and with the number that the Rollout has now where there is none. */
function beforeIt(staged: Staged, moves: readonly Move[]): string {
  return adapted(staged.dir, (manifest) => {
    if (manifest.kind === 'Rollout') return undefined;
    const move = moves.find(({ deployment }) => deployment.kind === manifest.kind && deployment.metadata.name === manifest.metadata.name);
    const replicas = at(move?.rollout, 'spec', 'replicas');
    if (move !== undefined && replicas !== undefined && isRecord(manifest.spec)) return { ...manifest, spec: { ...manifest.spec, replicas } };
    const target = at(manifest, 'spec', 'scaleTargetRef');
    const scaled = moves.find(({ rollout }) => textAt(target, 'kind') === 'Rollout' && textAt(target, 'name') === rollout.metadata.name);
    if (scaled === undefined || !isRecord(manifest.spec)) return manifest;
    return { ...manifest, spec: { ...manifest.spec, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: scaled.deployment.metadata.name } } };
  });
}

/** What follows: as its author wrote it, else the same with the template in the Rollout. */
function afterIt(staged: Staged, moves: readonly Move[]): string {
  if (staged.next !== undefined && !isMigrating(manifestsIn(staged.next))) return staged.next;
  return writeFolder(manifestsIn(staged.dir).flatMap((manifest) => {
    if (moves.some(({ deployment }) => deployment.kind === manifest.kind && deployment.metadata.name === manifest.metadata.name)) return [];
    const move = moves.find(({ rollout }) => rollout.kind === manifest.kind && rollout.metadata.name === manifest.metadata.name);
    if (move === undefined || !isRecord(manifest.spec)) return [manifest];
    const { workloadRef: _, ...spec } = manifest.spec;
    return [{ ...manifest, spec: { ...spec, selector: at(move.deployment, 'spec', 'selector'), template: at(move.deployment, 'spec', 'template') } }];
  }));
}

/** A second revision means that the pods were replaced, although nothing about them has changed. */
function restarted(moves: readonly Move[], snapshot: Snapshot): string[] {
  return moves.flatMap(({ rollout }) => {
    const live = snapshot.find('Rollout', rollout.namespace, rollout.metadata.name);
    const sets = snapshot.of('ReplicaSet', rollout.namespace).filter(set => listAt(set, 'metadata', 'ownerReferences').some(owner => textAt(owner, 'uid') === textAt(live, 'metadata', 'uid')));
    return sets.length > 1 ? [`${nameOf(rollout)}: its own template made another revision than that of the Deployment: ${sets.length} ReplicaSets, ${replicasOf(live)} replicas`] : [];
  });
}

/** Counts the pods that serve: of the workloads, and behind each Service as its selector is at that moment. */
class Watch {
  public static async start(scene: Scene, staged: Staged, moves: readonly Move[]): Promise<Watch> {
    const mirror = await Mirror.of(scene.kubectl, ['/api/v1/pods', '/api/v1/services']);
    const watch = new Watch(mirror, staged, moves);
    watch.look();
    for (const [what, ready] of watch.lowest) watch.had.set(what, ready);
    mirror.onChange(() => watch.look());
    return watch;
  }

  private readonly had = new Map<string, number>();
  private readonly lowest = new Map<string, number>();

  /** Services that nobody calls: a preview turns to the next version before that has pods. */
  private readonly previews: ReadonlySet<string | undefined>;

  private constructor(private readonly mirror: Mirror, private readonly staged: Staged, private readonly moves: readonly Move[]) {
    this.previews = new Set(moves.map(({ rollout }) => textAt(rollout, 'spec', 'strategy', 'blueGreen', 'previewService')));
  }

  public async stop(): Promise<void> {
    await this.mirror.stop();
  }

  /** What went below the number that it had, since the last question. */
  public dips(when: string): string[] {
    const found = [...this.lowest].filter(([what, lowest]) => lowest < (this.had.get(what) ?? 0))
      .map(([what, lowest]) => `${what}: only ${lowest} pods ready at one moment ${when}, ${this.had.get(what) ?? 0} before`);
    this.lowest.clear();
    this.look();
    return found;
  }

  private look(): void {
    for (const { deployment } of this.moves) this.note(nameOf(deployment), deployment.namespace, at(deployment, 'spec', 'selector'));
    for (const service of this.staged.manifests.filter(({ kind, metadata }) => kind === 'Service' && !this.previews.has(metadata.name))) {
      const matchLabels = labelsAt(this.mirror.find('Service', service.namespace, service.metadata.name), 'spec', 'selector');
      if (Object.keys(matchLabels).length > 0) this.note(nameOf(service), service.namespace, { matchLabels });
    }
  }

  private note(what: string, namespace: string, selector: unknown): void {
    const ready = this.mirror.of('Pod', namespace).map(podOf).filter(pod => pod.ready && selects(selector, pod.labels)).length;
    this.lowest.set(what, Math.min(ready, this.lowest.get(what) ?? ready));
  }
}
