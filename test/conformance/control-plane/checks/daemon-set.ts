import { at, countAt, labelsAt, listAt, mustText, textAt } from '../../shared/json';
import type { Manifest } from '../../shared/manifests';
import { isRecord, nameOf } from '../../shared/manifests';
import type { Check, Scene } from '../check';
import { complaints, result } from '../check';
import { Mirror } from '../mirror';
import { nextOf } from '../next-version';
import type { Placed } from '../snapshot';
import { podOf } from '../snapshot';
import type { Staged } from '../stage';
import { HOST_ACCESS, isExempt, manifestsIn, writeFolder } from '../stage';

/** A node for dedicated pods, one of the control plane, and one that is being emptied. */
const TAINTS = [
  { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' },
  { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
  { key: 'maintenance', effect: 'NoExecute' },
] as const;

/**
 * A DaemonSet runs on each node that its tolerations allow, and on no other: on those, too, that come later. The next version comes
 * to as many nodes at a time as it says. What declares access to its host is refused where Pod Security restricted is enforced,
 * and nothing else is. Ends with the next version.
 */
export const daemonSet: Check = {
  name: 'daemon-set',
  needsSimulatedNodes: true,
  async judge(scene) {
    const subjects = scene.subjects.map(staged => ({ staged, sets: staged.manifests.filter(({ kind }) => kind === 'DaemonSet') }));
    if (subjects.every(({ sets }) => sets.length === 0)) return subjects.map(({ staged }) => result(staged, [], ['has no DaemonSet']));
    const mirror = await Mirror.of(scene.kubectl, ['/api/v1/nodes', '/apis/apps/v1/daemonsets', '/api/v1/pods']);
    const added = TAINTS.map((taint, index) => taintedNode(mirror.find('Node', '', 'node-1'), `tainted-${index + 1}`, taint));
    try {
      await scene.kubectl.put(...added);
      await scene.kubectl.must('wait', '--for=condition=Ready', 'node', '--all', '--timeout=60s');
      return await Promise.all(subjects.map(async ({ staged, sets }) => {
        const problems = await Promise.all(sets.map(async manifest => new Trial(mirror, staged, manifest).run()));
        return result(staged, problems.flat(), sets.length === 0 ? ['has no DaemonSet'] : []);
      }));
    } finally {
      await mirror.stop();
      await remove(scene, added.map(({ metadata }) => metadata.name));
    }
  },
};

class Trial {
  private readonly title: string;
  private readonly namespace: string;
  private readonly name: string;
  private readonly problems: string[] = [];

  public constructor(private readonly mirror: Mirror, private readonly staged: Staged, private readonly manifest: Placed) {
    this.title = nameOf(manifest);
    this.namespace = manifest.namespace;
    this.name = manifest.metadata.name;
  }

  public async run(): Promise<string[]> {
    await this.judgeSecurity();
    if (await this.isEverywhere('at first')) await this.update();
    return this.problems;
  }

  /** One ready pod, and no other, on each node that is allowed. */
  private async isEverywhere(when: string): Promise<boolean> {
    const wanted = this.wanted();
    const up = await this.mirror.until(60 + wanted.length * 20, () => {
      const status = at(this.live, 'status');
      const counts = ['numberAvailable', 'updatedNumberScheduled', 'desiredNumberScheduled'].map(field => countAt(status, field));
      const observed = countAt(status, 'observedGeneration') >= countAt(this.live, 'metadata', 'generation');
      return observed && counts.every(count => count === wanted.length) && this.pods().length === wanted.length ? true : undefined;
    });
    const nodes = this.pods().flatMap(pod => textAt(pod, 'spec', 'nodeName') ?? []).sort();
    if (up === true && nodes.join() === wanted.join()) return true;
    this.problems.push(`${this.title}: ${when} its pods are on ${nodes.join(', ')}, and should be ready on ${wanted.join(', ')}: ${JSON.stringify(at(this.live, 'status'))}`);
    return false;
  }

  private async update(): Promise<void> {
    const next = manifestsIn(nextOf(this.staged) ?? this.staged.dir).find(({ kind, metadata }) => kind === 'DaemonSet' && metadata.name === this.name);
    if (next === undefined) return;
    const nodes = this.wanted().length;
    const known = new Set(this.pods().map(pod => mustText(pod, 'metadata', 'uid')));
    let lowest = this.ready();
    const forget = this.mirror.onChange(() => { lowest = Math.min(lowest, this.ready()); });
    this.problems.push(...complaints(await this.staged.kubectl.apply(writeFolder([next])), this.staged));
    const applied: unknown = JSON.parse(await this.staged.kubectl.must('--namespace', this.namespace, 'get', 'daemonset', this.name, '--output=json'));
    await this.mirror.until(10, () => (countAt(this.live, 'metadata', 'generation') >= countAt(applied, 'metadata', 'generation') ? true : undefined));
    await this.isEverywhere('after the update');
    forget();
    const old = this.pods().filter(pod => known.has(mustText(pod, 'metadata', 'uid'))).length;
    if (old > 0 && textAt(next, 'spec', 'updateStrategy', 'type') !== 'OnDelete') this.problems.push(`${this.title}: ${old} pods of the version before stay`);
    const mayMiss = share(at(next, 'spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable'), nodes);
    if (lowest < nodes - mayMiss) this.problems.push(`${this.title}: only ${lowest} of ${nodes} pods were ready at one moment of the update, and ${mayMiss} may be missing`);
  }

  /** By a dry run of its pod where restricted is enforced. */
  private async judgeSecurity(): Promise<void> {
    const { serviceAccountName: _, priorityClassName: __, ...spec } = recordAt(this.manifest, 'spec', 'template', 'spec');
    const pod: Manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: `${this.name}-probe`, labels: labelsAt(this.manifest, 'spec', 'template', 'metadata', 'labels') } as Manifest['metadata'], spec };
    const answer = await this.staged.kubectl.dryRun(writeFolder([pod]));
    const refused = /violates PodSecurity "restricted/.test(answer.stderr);
    const declares = textAt(this.manifest, 'metadata', 'annotations', HOST_ACCESS);
    if (refused && declares === undefined) this.problems.push(`${this.title}: declares no access to its host, and Pod Security restricted refuses its pods: ${complaints(answer).join(' ')}`);
    if (!refused && declares !== undefined) this.problems.push(`${this.title}: declares access to its host (${declares}), and Pod Security restricted takes its pods: ${complaints(answer).join(' ')}`);
    if (isExempt(this.staged, this.namespace) !== refused) this.problems.push(`${this.title}: ${refused ? 'its namespace enforces restricted although its pods need more' : 'its namespace admits more than its pods need'}`);
  }

  /** Names of the nodes none of whose taints keeps it away. What Kubernetes itself marks nodes with, for a drain or a fault, no DaemonSet heeds. */
  private wanted(): string[] {
    const tolerations = listAt(this.manifest, 'spec', 'template', 'spec', 'tolerations');
    return this.mirror.of('Node', '').filter(node => listAt(node, 'spec', 'taints')
      .filter(taint => !mustText(taint, 'key').startsWith('node.kubernetes.io/')).every(taint => tolerations.some(toleration => tolerates(toleration, taint))))
      .map(node => mustText(node, 'metadata', 'name')).sort();
  }

  private ready(): number {
    return this.pods().filter(pod => podOf(pod).ready).length;
  }

  private pods(): unknown[] {
    return this.mirror.of('Pod', this.namespace).filter(pod => listAt(pod, 'metadata', 'ownerReferences').some(owner => textAt(owner, 'kind') === 'DaemonSet' && textAt(owner, 'name') === this.name));
  }

  private get live(): unknown {
    return this.mirror.find('DaemonSet', this.namespace, this.name);
  }
}

function tolerates(toleration: unknown, taint: unknown): boolean {
  const [key, effect] = ['key', 'effect'].map(field => textAt(toleration, field) ?? '');
  const sameValue = textAt(toleration, 'operator') === 'Exists' || (textAt(toleration, 'value') ?? '') === (textAt(taint, 'value') ?? '');
  return (key === '' || key === textAt(taint, 'key')) && (effect === '' || effect === textAt(taint, 'effect')) && sameValue;
}

/** A share of nodes, rounded up, as the DaemonSet controller does it. */
function share(value: unknown, nodes: number): number {
  if (typeof value === 'string') return Math.ceil(nodes * Number.parseInt(value, 10) / 100);
  return typeof value === 'number' ? value : 1;
}

/** Like a node that is there, but for its name and a taint. */
function taintedNode(model: unknown, name: string, taint: (typeof TAINTS)[number]) {
  const { 'metrics.k8s.io/resource-metrics-path': metrics = '' } = labelsAt(model, 'metadata', 'annotations');
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: { 'metrics.k8s.io/resource-metrics-path': metrics.replace('node-1', name) },
      labels: { ...labelsAt(model, 'metadata', 'labels'), 'kubernetes.io/hostname': name },
    },
    spec: { taints: [taint] },
    status: { allocatable: at(model, 'status', 'allocatable'), capacity: at(model, 'status', 'capacity') },
  };
}

function recordAt(value: unknown, ...path: string[]): Readonly<Record<string, unknown>> {
  const found = at(value, ...path);
  return isRecord(found) ? found : {};
}

async function remove(scene: Scene, nodes: readonly string[]): Promise<void> {
  await scene.kubectl.must('delete', 'node', ...nodes, '--ignore-not-found');
}
