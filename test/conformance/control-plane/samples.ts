import { endOf, sampleFor } from './analysis-outcome';
import { templatesOf } from './canary-steps';
import type { Asker, Sample } from './prometheus-stand-in';
import { askersIn } from './prometheus-stand-in';
import type { Release } from './release';
import { manifestsIn } from './stage';
import { listAt, textAt } from '../shared/json';

/** A Prometheus metric that a release is judged by. */
export interface JudgedMetric {
  readonly asker: Asker;
  readonly metric: unknown;
}

/** The metrics that a release's own analyses ask Prometheus for. */
export function judgedBy(release: Release): JudgedMetric[] {
  const { staged, live } = release;
  const templates = new Set(templatesOf(live));
  const manifests = manifestsIn(staged.dir).filter(({ metadata }) => templates.has(metadata.name));
  return askersIn(manifests, staged.subject.name).map(asker => ({
    asker,
    metric: manifests.filter(({ metadata }) => metadata.name === asker.template).flatMap(template => listAt(template, 'spec', 'metrics')).find(metric => textAt(metric, 'name') === asker.metric),
  }));
}

/** Every metric of the release finds what its own conditions take for good, from now on. */
export function putGoodSamples(release: Release): void {
  for (const { asker, metric } of judgedBy(release)) release.put(asker, goodSample(metric));
}

export function goodSample(metric: unknown): Sample {
  const sample = sampleFor(metric, 'Successful');
  if (sample === undefined) throw new Error(`no usual sample is good enough for metric ${textAt(metric, 'name') ?? ''}: ${endOf(metric, 1)} at 1`);
  return sample;
}
