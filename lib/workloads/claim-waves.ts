import { ApiObject, Lazy } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { ProductionService } from './production-service';
import { claimsMountedBy, isClaimObject, placeOf } from '../blocks/claim-access';
import type { KubernetesObject } from '../core/kubernetes-object';
import type { JsonObject } from '../core/merge';

/** By which Argo CD knows the wave of an object. @internal */
export const WAVE = 'argocd.argoproj.io/sync-wave';

/** Kinds that run pods. */
const RUN_PODS: ReadonlySet<string> = new Set(['CronJob', 'DaemonSet', 'Deployment', 'Job', 'ReplicaSet', 'Rollout', 'StatefulSet']);

/** The migrations of a tree, each with the service that it comes before. */
const MIGRATIONS = new WeakMap<IConstruct, Map<KubernetesObject, ProductionService>>();

/** Claims that say no wave themselves, and the one that they come in, if it is not the usual one. */
const WAVES = new WeakMap<ApiObject, { wave?: string }>();

/** Who mounts a claim. */
interface Mounted {
  readonly firstWave: number;
  readonly byOrdered: boolean;
}

/**
 * Puts the claims that a migration and its service mount into the wave of the first workload that mounts them. A claim of a class that waits
 * for its first pod is pending until then, which Argo CD takes for progress: left in an earlier wave than its pods, it would hold up
 * that wave, and so its pods, for ever. Who mounts what is known when everything is there: at synthesis, before anything is rendered.
 *
 * @internal
 */
export function bringClaims(job: KubernetesObject, before: ProductionService): void {
  const { root } = job.node;
  const known = MIGRATIONS.get(root);
  const migrations = known ?? new Map<KubernetesObject, ProductionService>();
  migrations.set(job, before);
  if (known !== undefined) { return; }
  MIGRATIONS.set(root, migrations);
  root.node.addValidation({
    validate: () => {
      arrange(root, new Set([...migrations].flatMap(([migration, service]) => [migration, service.workload, ...service._release.further])));
      return [];
    },
  });
}

function arrange(root: IConstruct, ordered: ReadonlySet<ApiObject>): void {
  const objects = root.node.findAll().filter(ApiObject.isApiObject).map(object => object as ApiObject);
  const claims = objects.filter(isClaimObject);
  const places = new Set(claims.map(placeOf));
  const mounted = new Map<string, Mounted>();
  // Workloads are rendered where there are claims only: most applications have none.
  for (const workload of objects.filter(({ kind }) => RUN_PODS.has(kind)).filter(object => places.has(placeOf(object)))) {
    const manifest = workload.toJson() as JsonObject;
    for (const { name } of claimsMountedBy(manifest)) {
      const key = `${placeOf(workload)}|${name}`;
      const others = mounted.get(key);
      mounted.set(key, { firstWave: Math.min(others?.firstWave ?? Infinity, waveOf(manifest)), byOrdered: others?.byOrdered === true || ordered.has(workload) });
    }
  }
  for (const claim of claims) {
    const { firstWave = 0, byOrdered = false } = mounted.get(`${placeOf(claim)}|${claim.name}`) ?? {};
    const ours = byOrdered ? ourWaveOf(claim) : WAVES.get(claim);
    if (ours !== undefined) { ours.wave = byOrdered && firstWave !== 0 ? `${firstWave}` : undefined; }
  }
}

/** The wave that we give to a claim; none where the claim says its own. */
function ourWaveOf(claim: ApiObject): { wave?: string } | undefined {
  const known = WAVES.get(claim);
  if (known !== undefined) { return known; }
  const { annotations } = claim.metadata.toJson() as { annotations?: Readonly<Record<string, string>> };
  if (annotations?.[WAVE] !== undefined) { return undefined; }
  const ours: { wave?: string } = {};
  WAVES.set(claim, ours);
  claim.metadata.addAnnotation(WAVE, Lazy.any({ produce: () => ours.wave }) as unknown as string);
  return ours;
}

/** As Argo CD reads it: what says no number is in wave 0. */
function waveOf({ metadata }: JsonObject): number {
  const { annotations } = metadata as { annotations?: Readonly<Record<string, string>> };
  const wave = Number(annotations?.[WAVE] ?? 0);
  return Number.isInteger(wave) ? wave : 0;
}
