import { join } from 'node:path';
import type { Cluster } from './cluster';
import type { PodFacts } from './peers';
import type { AskedPod, PodPort } from './tool';
import { at, countAt, labelsAt, listAt, textAt } from '../shared/json';
import type { Manifest } from '../shared/manifests';
import { groupOf, nameOf, objectName, readManifests } from '../shared/manifests';

/** Somebody a cluster holds: a pod of each workload, those it talks to, and those who have no business with it. */
export interface Pod extends AskedPod, PodFacts {
  readonly role: 'workload' | 'sibling' | 'stand-in' | 'stranger';
}

const STAND_INS = join(__dirname, 'stand-ins.yaml');
const ELSEWHERE = 'elsewhere';

/** Everybody who may or may not connect in a cluster. */
export function population(cluster: Cluster): Pod[] {
  const services = new Set(cluster.services.map(({ id }) => id));
  const labelsOf = namespaceLabels(cluster.manifests);
  const pod = (role: Pod['role'], id: string, namespace: string, labels: Readonly<Record<string, string>>, ports: readonly PodPort[] = [], workload?: string): Pod =>
    ({ role, id, namespace, namespaceLabels: labelsOf(namespace), labels, ports, workload, judged: workload !== undefined && role === 'workload' && services.has(workload) });

  const own = cluster.manifests.flatMap((manifest) => {
    const template = podTemplate(manifest);
    if (template === undefined) return [];
    const workload = objectName({ kind: manifest.kind, name: manifest.metadata.name, namespace: namespaceOf(manifest) });
    const facts = [namespaceOf(manifest), labelsAt(template, 'metadata', 'labels'), portsIn(template), workload] as const;
    return [pod('workload', workload, ...facts), ...services.has(workload) ? [pod('sibling', `another pod of ${workload}`, ...facts)] : []];
  });
  const standIns = readManifests([STAND_INS]).map((manifest) => pod('stand-in', nameOf(manifest), namespaceOf(manifest), labelsAt(manifest, 'metadata', 'labels'), portsIn(manifest)));
  const known = [...own.filter(({ role }) => role === 'workload'), ...standIns];
  return [
    ...own,
    ...standIns,
    // Labels are what policies know: the same ones in another namespace are somebody else.
    ...known.map(({ id, labels, ports }) => pod('stranger', `a pod in namespace ${ELSEWHERE} with the labels of ${id}`, ELSEWHERE, labels, ports)),
    ...[...new Set([...known.map(({ namespace }) => namespace), ELSEWHERE])].map((namespace) => pod('stranger', `a stranger in namespace ${namespace}`, namespace, { app: 'stranger' })),
  ];
}

/** Names of those that stand for somebody else's pods. */
export function standInNames(): string[] {
  return readManifests([STAND_INS]).map(nameOf);
}

/** Containers of a pod, those beside and before it included. */
export function containersIn(pod: unknown): unknown[] {
  return [...listAt(pod, 'spec', 'initContainers'), ...listAt(pod, 'spec', 'containers')];
}

export function portsOf(container: unknown): PodPort[] {
  return listAt(container, 'ports').map((port) => ({ name: textAt(port, 'name'), number: countAt(port, 'containerPort'), protocol: textAt(port, 'protocol') ?? 'TCP' }));
}

/** What a workload's pods are made from; a Pod itself; undefined for any other kind. */
export function podTemplate(manifest: Manifest): unknown {
  if (groupOf(manifest) === 'postgresql.cnpg.io' && manifest.kind === 'Cluster') return instanceOf(manifest);
  return manifest.kind === 'Pod' ? manifest : at(manifest, 'spec', 'jobTemplate', 'spec', 'template') ?? at(manifest, 'spec', 'template');
}

/** The pods that CloudNativePG makes of a Cluster: see its labels, and its exposed ports, at https://cloudnative-pg.io/documentation/current/ */
function instanceOf({ metadata: { name } }: Manifest): unknown {
  const ports = [['postgresql', 5432] as const, ['status', 8000] as const, ['metrics', 9187] as const].map(([port, containerPort]) => ({ name: port, containerPort }));
  return { metadata: { labels: { 'cnpg.io/cluster': name, 'cnpg.io/podRole': 'instance' } }, spec: { containers: [{ name: 'postgres', ports }] } };
}

export function namespaceOf({ metadata }: Manifest): string {
  return metadata.namespace ?? 'default';
}

/** The API server adds its own label to every namespace. */
function namespaceLabels(manifests: readonly Manifest[]): (name: string) => Record<string, string> {
  return (name) => {
    const declared = manifests.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === name);
    return { ...labelsAt(declared, 'metadata', 'labels'), 'kubernetes.io/metadata.name': name };
  };
}

function portsIn(pod: unknown): PodPort[] {
  return containersIn(pod).flatMap(portsOf);
}
