import type { Check } from './check';
import { result } from './check';
import { floorsOf } from './checks/rolling-update';
import { PodWatch } from './pod-watch';
import type { Release, Strategy } from './release';
import { inReleases } from './release';
import { Snapshot } from './snapshot';
import type { CaseResult } from '../shared/report';

export interface ReleaseQuestion {
  readonly name: string;
  readonly strategy: Strategy;
  /** Why a release is none of this check's; undefined where it is. */
  unasked(release: Release): string | undefined;
  /** What is wrong with a release. It is asked of all of them side by side. */
  ask(release: Release): Promise<string[]>;
}

/** A check that goes through releases, while never fewer pods are ready than asked for. */
export function releaseCheck({ name, strategy, unasked, ask }: ReleaseQuestion): Check {
  return {
    name,
    needsSimulatedNodes: true,
    async judge(scene) {
      return inReleases(scene, strategy, async (releases) => {
        const asked = releases.filter(release => unasked(release) === undefined);
        const before = await Snapshot.take(scene.kubectl);
        const watch = await PodWatch.start(scene.kubectl, [...new Set(asked.map(({ staged }) => staged))].flatMap(staged => floorsOf(staged, before)));
        const problems = new Map(await Promise.all(asked.map(async (release): Promise<[Release, string[]]> => [release, await ask(release)])));
        for (const [floor, broken] of await watch.stop()) {
          const of = asked.find(release => release.name === floor.title && release.namespace === floor.namespace);
          if (of !== undefined) problems.get(of)?.push(broken);
        }
        return scene.subjects.map((staged): CaseResult => {
          const own = releases.filter(release => release.staged === staged);
          const reasons = own.flatMap(release => unasked(release) ?? []);
          return result(staged, own.flatMap(release => problems.get(release) ?? []), own.length === 0 ? [`has no release of the kind ${strategy}`] : reasons);
        });
      });
    },
  };
}
