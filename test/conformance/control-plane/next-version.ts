import type { Staged } from './stage';
import { manifestsIn, writeFolder } from './stage';
import { at, listAt, textAt } from '../shared/json';
import { isRecord } from '../shared/manifests';
import type { Manifest } from '../shared/manifests';

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout'];

/** A folder with the release after this one: what the subject's author wrote, else the same with another image tag. */
export function nextOf(staged: Staged): string | undefined {
  if (staged.next !== undefined) return staged.next;
  const manifests = manifestsIn(staged.dir);
  return manifests.some(({ kind }) => WORKLOADS.includes(kind)) ? writeFolder(manifests.map(withNextImages)) : undefined;
}

function withNextImages(manifest: Manifest): Manifest {
  const { spec } = manifest;
  const template = at(spec, 'template');
  const pod = at(template, 'spec');
  if (!WORKLOADS.includes(manifest.kind) || !isRecord(spec) || !isRecord(template) || !isRecord(pod)) return manifest;
  const containers = listAt(pod, 'containers').map(container => (isRecord(container) ? { ...container, image: nextImage(textAt(container, 'image') ?? '') } : container));
  return { ...manifest, spec: { ...spec, template: { ...template, spec: { ...pod, containers } } } };
}

/** The same repository; neither tag nor digest decides anything where no image is pulled. */
function nextImage(image: string): string {
  return `${image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')}:99.0.0`;
}
