import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import type { Kubectl } from './kubectl';
import type { Placed } from './snapshot';
import type { Subject } from './subjects';
import { temporaryFolder } from '../shared/cleanup';
import { mapLimited } from '../shared/collections';
import { labelsAt, textAt } from '../shared/json';
import type { Manifest } from '../shared/manifests';
import { isRecord, nameOf, readManifests } from '../shared/manifests';

/** A subject with its namespaces in place: ready to be applied, or applied. */
export interface Staged {
  readonly subject: Subject;
  readonly kubectl: Kubectl;
  /** A folder with what this cluster can take. */
  readonly dir: string;
  readonly next?: string;
  readonly manifests: readonly Placed[];
  /** Objects of kinds whose CustomResourceDefinition is not here. */
  readonly unserved: readonly string[];
}

const ENFORCE = 'pod-security.kubernetes.io/enforce';
const RESTRICTED = { [ENFORCE]: 'restricted', 'pod-security.kubernetes.io/warn': 'restricted' };

/** Marks the namespaces of this run, and of no other run on the same cluster. */
export const RUN = { label: 'conformance.invalid/run', value: `${process.pid}-${Date.now().toString(36)}` };

/** How the library marks a workload that may do something to its node. */
export const HOST_ACCESS = 'cdk8s-production/host-access';

/** Whether a namespace admits more than Pod Security restricted, because the subject's own manifest of it says so. */
export function isExempt({ manifests }: Staged, namespace: string): boolean {
  const own = manifests.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace);
  return own !== undefined && labelsAt(own, 'metadata', 'labels')[ENFORCE] !== RESTRICTED[ENFORCE];
}

/** The namespace of what names none. A subject's own namespaces keep their names. */
function homeOf(subject: Subject): string {
  return `conformance-${subject.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
}

/** Namespaces that a subject writes to. */
function namespacesOf(subject: Subject): string[] {
  const own = manifestsIn(subject.dir).flatMap(({ kind, metadata }) => metadata.namespace ?? (kind === 'Namespace' ? metadata.name : []));
  return [...new Set([homeOf(subject), ...own])];
}

/** Subjects that can be applied side by side: no two of a group share a namespace. */
export function inGroups(subjects: readonly Subject[]): Subject[][] {
  const groups: { readonly subjects: Subject[]; readonly taken: Set<string> }[] = [];
  for (const subject of subjects) {
    const namespaces = namespacesOf(subject);
    let group = groups.find(({ taken }) => !namespaces.some(namespace => taken.has(namespace)));
    if (group === undefined) groups.push(group = { subjects: [], taken: new Set() });
    group.subjects.push(subject);
    for (const namespace of namespaces) group.taken.add(namespace);
  }
  return groups.map(group => group.subjects);
}

/** What has to stand otherwise in a manifest for the cluster here; the manifest itself where nothing does. */
export type Adapt = (manifest: Manifest, subject: string) => Manifest;

/** Stages subjects one after the other; two may name the same namespace where nothing of them is stored. */
export async function stageAll(subjects: readonly Subject[], kubectl: Kubectl, adapt: Adapt = manifest => manifest): Promise<Staged[]> {
  const served = await servedKinds(kubectl);
  return mapLimited(subjects, 1, async subject => stage(subject, kubectl, served, adapt));
}

/** Removes what this run created, and waits until it is gone. */
export async function removeNamespaces(kubectl: Kubectl): Promise<void> {
  await kubectl.must('delete', 'namespace', '--selector', `${RUN.label}=${RUN.value}`, '--ignore-not-found', '--timeout=120s');
}

/** Creates the subject's namespaces, which enforce Pod Security restricted where its own manifest does not say otherwise, and leaves out what the cluster cannot know. */
async function stage(subject: Subject, kubectl: Kubectl, served: ReadonlySet<string>, adapt: Adapt): Promise<Staged> {
  const home = homeOf(subject);
  const current = manifestsIn(subject.dir);
  for (const namespace of namespacesOf(subject)) {
    await createNamespace(kubectl, namespace, current.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace));
  }
  const known = current.filter(manifest => isServed(manifest, served));
  const takeable = (dir: string): string => adapted(dir, manifest => (isServed(manifest, served) ? adapt(manifest, subject.name) : undefined));
  return {
    subject,
    kubectl: await kubectl.into(home),
    dir: takeable(subject.dir),
    next: subject.next === undefined ? undefined : takeable(subject.next),
    manifests: known.map(manifest => ({ ...manifest, namespace: manifest.metadata.namespace ?? home })),
    unserved: current.filter(manifest => !known.includes(manifest)).map(manifest => `${nameOf(manifest)}: ${manifest.apiVersion} ${manifest.kind} is not served here`),
  };
}

/** `apiVersion kind` of everything that the API server serves. One group that does not answer is no reason to know none. */
async function servedKinds(kubectl: Kubectl): Promise<Set<string>> {
  const { stdout, stderr } = await kubectl.ask('api-resources', '--no-headers');
  const kinds = stdout.split('\n').map(line => line.trim().split(/\s+/)).filter(columns => columns.length >= 4);
  if (kinds.length === 0) throw new Error(`kubectl api-resources: ${stderr.trim()}`);
  return new Set(kinds.map(columns => [columns.at(-3), columns.at(-1)].join(' ')));
}

export function manifestsIn(dir: string): Manifest[] {
  return readManifests(readdirSync(dir).filter(file => /\.ya?ml$/.test(file)).sort().map(file => join(dir, file)));
}

/** Groups of Kubernetes' own name that no server has from the start. */
const ADDED = ['gateway.networking.k8s.io', 'snapshot.storage.k8s.io'];

/** A third party's kind needs its definition. One of Kubernetes' own that is not served is a fault of the manifest, for the server to tell. */
function isServed({ apiVersion, kind }: Manifest, served: ReadonlySet<string>): boolean {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] ?? '' : '';
  return served.has(`${apiVersion} ${kind}`) || !group.includes('.') || (group.endsWith('.k8s.io') && !ADDED.includes(group));
}

/** The folder itself where nothing has to be another; else a copy, without what `adapt` has nothing for. */
export function adapted(dir: string, adapt: (manifest: Manifest) => Manifest | undefined): string {
  const manifests = manifestsIn(dir);
  const changed = manifests.flatMap(manifest => adapt(manifest) ?? []);
  return changed.length === manifests.length && changed.every((manifest, index) => manifest === manifests[index]) ? dir : writeFolder(changed);
}

/** A new folder with these manifests. */
export function writeFolder(manifests: readonly Manifest[]): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, `${basename(folder)}.yaml`), manifests.map(manifest => stringify(manifest, { version: '1.1' })).join('---\n'));
  return folder;
}

async function createNamespace(kubectl: Kubectl, name: string, own: Manifest | undefined): Promise<void> {
  const [existing] = (await kubectl.list('namespaces')).filter(namespace => textAt(namespace, 'metadata', 'name') === name);
  if (existing !== undefined && labelsAt(existing, 'metadata', 'labels')[RUN.label] !== RUN.value) {
    throw new Error(`namespace ${name} exists already and is not this run's; nothing was written to it`);
  }
  // As `kubectl apply` would have written it, or the subject's own apply would warn about a missing annotation.
  if (existing === undefined) await kubectl.must('apply', '--filename', writeFolder([own ?? namespaceManifest(name)]));
  const labels = Object.entries({ ...RESTRICTED, [RUN.label]: RUN.value }).filter(([key]) => !isRecord(own) || labelsAt(own, 'metadata', 'labels')[key] === undefined);
  await kubectl.must('label', '--overwrite', 'namespace', name, ...labels.map(([key, value]) => `${key}=${value}`));
}

function namespaceManifest(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}
