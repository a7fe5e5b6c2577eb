import { isAnalysisTemplate } from './measurement-stand-in';
import { adapted } from './stage';
import { listAt } from '../shared/json';
import { isRecord } from '../shared/manifests';

/** A release with another image, so that each check has a template of its own that no revision before it had. */
export function withImageTag(dir: string, tag: string): string {
  return adapted(dir, (manifest) => {
    const { spec } = manifest;
    if (manifest.kind !== 'Rollout' || !isRecord(spec) || !isRecord(spec.template) || !isRecord(spec.template.spec)) return manifest;
    const containers = listAt(spec.template.spec, 'containers').map(container => (isRecord(container) ? { ...container, image: tagged(container.image, tag) } : container));
    return { ...manifest, spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } } };
  });
}

/**
 * The same with less waiting, since a release of half an hour has to be shown in a minute: analyses begin at once and measure
 * every second, and a pod that is ready is available a second later. What is judged by, how often, and how much is forgiven stays
 * as it is, and so do the steps.
 */
export function hastened(dir: string): string {
  return adapted(dir, (manifest) => {
    const { spec } = manifest;
    if (!isRecord(spec)) return manifest;
    if (manifest.kind === 'Rollout' && spec.minReadySeconds !== undefined) return { ...manifest, spec: { ...spec, minReadySeconds: 1 } };
    return isAnalysisTemplate(manifest) ? { ...manifest, spec: { ...spec, metrics: listAt(spec, 'metrics').map(hastenedMetric) } } : manifest;
  });
}

function hastenedMetric(metric: unknown): unknown {
  if (!isRecord(metric)) return metric;
  const { interval, initialDelay: _, ...rest } = metric;
  return interval === undefined ? rest : { ...rest, interval: '1s' };
}

function tagged(image: unknown, tag: string): string {
  return `${String(image).replace(/@.*$/, '').replace(/:[^/:]*$/, '')}:${tag}`;
}

