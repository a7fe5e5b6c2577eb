import { StatefulDatabase } from 'cdk8s-production';
import { mapLimited } from '../../shared/collections';
import { at, countAt, listAt, mustText, textAt } from '../../shared/json';
import type { Manifest } from '../../shared/manifests';
import { isRecord, nameOf } from '../../shared/manifests';
import type { Check } from '../check';
import { complaints, result } from '../check';
import { Mirror } from '../mirror';
import { nextOf } from '../next-version';
import { OrdinalWatch } from '../ordinal-watch';
import { STORAGE_CLASS } from '../simulated-nodes';
import type { Placed } from '../snapshot';
import type { Staged } from '../stage';
import { manifestsIn, writeFolder } from '../stage';
import { changesOf } from '../stateful-set-changes';

/**
 * StatefulSets keep their data and their order: claims are bound as asked for, and outlive scaling and deletion; pods come one
 * after the other where that is asked for, and are replaced from the highest ordinal on, one at a time; the API server refuses a
 * change of exactly those fields that the library says it does. Ends with the next version.
 */
export const statefulSet: Check = {
  name: 'stateful-set',
  needsSimulatedNodes: true,
  async judge(scene) {
    const mirror = await Mirror.of(scene.kubectl, ['/apis/apps/v1/statefulsets', '/api/v1/persistentvolumeclaims', '/api/v1/pods']);
    try {
      return await Promise.all(scene.subjects.map(async (staged) => {
        const sets = staged.manifests.filter(({ kind }) => kind === 'StatefulSet').map(manifest => new Trial(mirror, staged, manifest));
        return result(staged, (await Promise.all(sets.map(async set => set.run()))).flat(), sets.length === 0 ? ['has no StatefulSet'] : []);
      }));
    } finally {
      await mirror.stop();
    }
  },
};

/** What one StatefulSet goes through. */
class Trial {
  private readonly title: string;
  private readonly namespace: string;
  private readonly name: string;
  private readonly replicas: number;
  private readonly manifest: Manifest;
  private readonly problems: string[] = [];

  public constructor(private readonly mirror: Mirror, private readonly staged: Staged, { namespace, ...manifest }: Placed) {
    this.title = nameOf(manifest);
    this.namespace = namespace;
    this.manifest = manifest;
    this.name = manifest.metadata.name;
    this.replicas = countAt(manifest, 'spec', 'replicas');
  }

  public async run(): Promise<string[]> {
    if (!await this.isUp()) return this.problems;
    this.judgeClaims(this.replicas);
    await this.judgeChanges();
    await this.recreate();
    await this.scale();
    await this.update();
    return this.problems;
  }

  /** Each instance has the claims of the templates: of the size, class and modes asked for, and bound. */
  private judgeClaims(replicas: number): void {
    for (const template of listAt(this.manifest, 'spec', 'volumeClaimTemplates')) {
      for (const name of this.claimNames(replicas, template)) {
        const claim = this.mirror.find('PersistentVolumeClaim', this.namespace, name);
        const asked = JSON.stringify([
          'Bound', textAt(template, 'spec', 'resources', 'requests', 'storage'), at(template, 'spec', 'accessModes'), textAt(template, 'spec', 'storageClassName') ?? STORAGE_CLASS.metadata.name,
          textAt(template, 'spec', 'volumeMode') ?? 'Filesystem',
        ]);
        const found = JSON.stringify([
          textAt(claim, 'status', 'phase'), textAt(claim, 'status', 'capacity', 'storage'), at(claim, 'status', 'accessModes'), textAt(claim, 'spec', 'storageClassName'), textAt(claim, 'spec', 'volumeMode'),
        ]);
        if (asked !== found) this.problems.push(`${this.title}: claim ${name} is ${claim === undefined ? 'not there' : found}, asked for was ${asked}`);
      }
    }
  }

  /** By server-side dry run, field by field. */
  private async judgeChanges(): Promise<void> {
    const live = await this.fromServer();
    const changes = changesOf(live, this.manifest);
    const refused = new Set<string>();
    await mapLimited([...changes], 2, async ([field, changed]) => {
      const answer = await this.staged.kubectl.dryRun(writeFolder([changed]));
      if (answer.code === 0) return;
      if (/updates to statefulset spec for fields other than/.test(answer.stderr)) refused.add(field);
      else this.problems.push(`${this.title}: a change of ${field} is refused for another reason: ${complaints(answer).join(' ')}`);
    });
    const unknown = Object.keys(isRecord(at(live, 'spec')) ? at(live, 'spec') as object : {}).filter(field => !changes.has(`spec.${field}`));
    if (unknown.length > 0) this.problems.push(`${this.title}: this check knows no change of ${unknown.join(', ')}`);
    for (const field of changes.keys()) {
      const said = StatefulDatabase.IMMUTABLE_FIELDS.includes(field);
      if (said !== refused.has(field)) this.problems.push(`${this.title}: a change of ${field} is ${said ? 'taken, and the library says that it is refused' : 'refused, and the library does not say so'}`);
    }
  }

  /** Deleted by a slip and applied again: the same claims, and each pod after the one before it. */
  private async recreate(): Promise<void> {
    const retained = textAt(this.manifest, 'spec', 'persistentVolumeClaimRetentionPolicy', 'whenDeleted') === 'Retain';
    const claims = retained ? this.claims() : new Map<string, string>();
    await this.staged.kubectl.must('--namespace', this.namespace, 'delete', 'statefulset', this.name);
    if (await this.mirror.until(60, () => (this.pods().length === 0 ? true : undefined)) === undefined) this.problems.push(`${this.title}: its pods stay when it is deleted`);
    this.judgeKept(claims, 'when it is deleted');
    const watch = new OrdinalWatch(this.mirror, this.namespace, this.name);
    this.problems.push(...complaints(await this.staged.kubectl.apply(writeFolder([this.manifest]))));
    await this.isUp();
    const early = watch.stop().createdBeforeReady;
    if (at(this.manifest, 'spec', 'podManagementPolicy') !== 'Parallel') this.problems.push(...early.map(what => `${this.title}: ${what}`));
    this.judgeKept(claims, 'when it is made again');
  }

  /** One more and one less, where there are several; else none and one again. */
  private async scale(): Promise<void> {
    const sizes = this.replicas > 1 ? [this.replicas + 1, this.replicas, this.replicas + 1, this.replicas] : [0, this.replicas];
    for (const size of sizes) {
      const claims = this.claims();
      await this.staged.kubectl.must('--namespace', this.namespace, 'scale', 'statefulset', this.name, `--replicas=${size}`);
      if (!await this.isUp(size)) return;
      this.judgeKept(claims, `when it is scaled to ${size}`);
      this.judgeClaims(size);
    }
  }

  /** The next version: from the highest ordinal on, one at a time. */
  private async update(): Promise<void> {
    const next = manifestsIn(nextOf(this.staged) ?? this.staged.dir).find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === this.name);
    if (next === undefined) return;
    const claims = this.claims();
    const watch = new OrdinalWatch(this.mirror, this.namespace, this.name);
    this.problems.push(...complaints(await this.staged.kubectl.apply(writeFolder([next]))));
    const generation = countAt(await this.fromServer(), 'metadata', 'generation');
    await this.mirror.until(10, () => (countAt(this.mirror.find('StatefulSet', this.namespace, this.name), 'metadata', 'generation') >= generation ? true : undefined));
    await this.isUp(countAt(next, 'spec', 'replicas'), next);
    const { created, lowest } = watch.stop();
    const same = JSON.stringify(at(next, 'spec', 'template')) === JSON.stringify(at(this.manifest, 'spec', 'template'));
    const wanted = same ? [] : Array.from({ length: this.replicas }, (_, index) => this.replicas - 1 - index);
    if (created.join() !== wanted.join()) this.problems.push(`${this.title}: the next version replaced the pods ${created.join(', ') || 'not at all'}, and should ${wanted.join(', ') || 'replace none'}`);
    if (lowest < this.replicas - 1) this.problems.push(`${this.title}: only ${lowest} of ${this.replicas} pods were ready at one moment of the update`);
    this.judgeKept(claims, 'when it is updated');
  }

  /** Waits until every pod is there, available and of the newest template, and nothing else. */
  private async isUp(replicas = this.replicas, manifest: Manifest = this.manifest): Promise<boolean> {
    const seconds = 30 + (replicas + 1) * (countAt(manifest, 'spec', 'minReadySeconds') + 15);
    const up = await this.mirror.until(seconds, () => {
      const set = this.mirror.find('StatefulSet', this.namespace, this.name);
      const counted = ['replicas', 'availableReplicas', 'updatedReplicas'].every(field => countAt(set, 'status', field) === replicas);
      const observed = countAt(set, 'status', 'observedGeneration') >= countAt(set, 'metadata', 'generation');
      return set !== undefined && observed && counted && countAt(set, 'spec', 'replicas') === replicas && this.pods().length === replicas ? true : undefined;
    });
    if (up === undefined) {
      const status = at(this.mirror.find('StatefulSet', this.namespace, this.name), 'status');
      this.problems.push(`${this.title}: not ${replicas} available pods of the newest template within ${seconds} s: ${JSON.stringify(status)}`);
    }
    return up === true;
  }

  private async fromServer(): Promise<unknown> {
    const live: unknown = JSON.parse(await this.staged.kubectl.must('--namespace', this.namespace, 'get', 'statefulset', this.name, '--output=json'));
    return live;
  }

  private judgeKept(before: ReadonlyMap<string, string>, when: string): void {
    const now = this.claims();
    for (const [name, uid] of before) if (now.get(name) !== uid) this.problems.push(`${this.title}: claim ${name} ${now.has(name) ? 'is another one' : 'goes'} ${when}`);
  }

  /** Claims by name, of every ordinal that there ever was. */
  private claims(): Map<string, string> {
    const prefixes = listAt(this.manifest, 'spec', 'volumeClaimTemplates').map(template => `${mustText(template, 'metadata', 'name')}-${this.name}-`);
    return new Map(this.mirror.of('PersistentVolumeClaim', this.namespace)
      .map((claim): [string, string] => [mustText(claim, 'metadata', 'name'), at(claim, 'metadata', 'deletionTimestamp') === undefined ? mustText(claim, 'metadata', 'uid') : 'being deleted'])
      .filter(([name]) => prefixes.some(prefix => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))));
  }

  private claimNames(replicas: number, template: unknown): string[] {
    return Array.from({ length: replicas }, (_, ordinal) => `${mustText(template, 'metadata', 'name')}-${this.name}-${ordinal}`);
  }

  private pods(): unknown[] {
    return this.mirror.of('Pod', this.namespace).filter(pod => listAt(pod, 'metadata', 'ownerReferences').some(owner => textAt(owner, 'kind') === 'StatefulSet' && textAt(owner, 'name') === this.name));
  }
}
