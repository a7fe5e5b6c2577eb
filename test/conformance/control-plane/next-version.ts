import type { Staged } from './stage';
import { manifestsIn, writeFolder } from './stage';
import { at, listAt, textAt } from '../shared/json';
import { isRecord } from '../shared/manifests';
import type { Manifest } from '../shared/manifests';

/** Kinds whose pods can be changed. A Job's cannot: whoever wants another makes one of another name. */
const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'CronJob'];

/** A folder with the release after this one: what the subject's author wrote, else the same with another image tag. */
export function nextOf(staged: Staged): string | undefined {
  if (staged.next !== undefined) return staged.next;
  const manifests = manifestsIn(staged.dir);
  return manifests.some(({ kind }) => WORKLOADS.includes(kind)) ? writeFolder(manifests.map(withNextImages)) : undefined;
}

function withNextImages(manifest: Manifest): Manifest {
  const { kind, spec } = manifest;
  if (!WORKLOADS.includes(kind) || !isRecord(spec)) return manifest;
  const job = at(spec, 'jobTemplate');
  return { ...manifest, spec: isRecord(job) ? { ...spec, jobTemplate: { ...job, spec: withNextTemplate(job.spec) } } : withNextTemplate(spec) };
}

function withNextTemplate(spec: unknown): unknown {
  const template = at(spec, 'template');
  const pod = at(template, 'spec');
  if (!isRecord(spec) || !isRecord(template) || !isRecord(pod)) return spec;
  const containers = listAt(pod, 'containers').map(container => (isRecord(container) ? { ...container, image: nextImage(textAt(container, 'image') ?? '') } : container));
  return { ...spec, template: { ...template, spec: { ...pod, containers } } };
}

/** The same repository; neither tag nor digest decides anything where no image is pulled. */
function nextImage(image: string): string {
  return `${image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')}:99.0.0`;
}
