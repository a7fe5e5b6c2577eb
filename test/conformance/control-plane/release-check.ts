import type { Check } from './check';
import { result } from './check';
import { floorsOf } from './checks/rolling-update';
import { PodWatch } from './pod-watch';
import type { Release, Strategy } from './release';
import { inReleases } from './release';
import { Snapshot } from './snapshot';
import { groupBy } from '../shared/collections';
import type { CaseResult } from '../shared/report';

export interface ReleaseQuestion {
  readonly name: string;
  readonly strategy: Strategy;
  /** Why a release is none of this check's; undefined where it is. */
  unasked(release: Release): string | undefined;
  /** What is wrong with the releases of one subject, which may share what they are judged by. Subjects are asked side by side. */
  ask(releases: readonly Release[]): Promise<string[]>;
}

/** A check that goes through releases, while never fewer pods are ready than asked for. */
export function releaseCheck({ name, strategy, unasked, ask }: ReleaseQuestion): Check {
  return {
    name,
    needsSimulatedNodes: true,
    async judge(scene) {
      return inReleases(scene, strategy, async (releases) => {
        const asked = groupBy(releases.filter(release => unasked(release) === undefined), ({ staged }) => staged);
        const before = await Snapshot.take(scene.kubectl);
        const floors = [...asked.keys()].flatMap(staged => floorsOf(staged, before));
        const watch = await PodWatch.start(scene.kubectl, floors);
        const problems = new Map(await Promise.all([...asked].map(async ([staged, own]) => [staged, await ask(own)] as const)));
        const broken = await watch.stop();
        return scene.subjects.map((staged): CaseResult => {
          const own = releases.filter(release => release.staged === staged);
          const dips = floors.filter(floor => floor.staged === staged).flatMap(floor => broken.get(floor) ?? []);
          return result(staged, [...problems.get(staged) ?? [], ...dips], own.length === 0 ? [`has no release of the kind ${strategy}`] : own.flatMap(release => unasked(release) ?? []));
        });
      });
    },
  };
}

/** What is wrong with each of them, one beside the other. */
export async function sideBySide(releases: readonly Release[], ask: (release: Release) => Promise<string[]>): Promise<string[]> {
  return (await Promise.all(releases.map(ask))).flat();
}
