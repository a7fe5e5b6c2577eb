import { endOf, sampleFor } from './analysis-outcome';
import { templatesOf } from './canary-steps';
import type { Asker, Sample } from './measurement-stand-in';
import { isAnalysisTemplate, isMeasuredHere } from './measurement-stand-in';
import type { Release } from './release';
import { manifestsIn } from './stage';
import { listAt, mustText, textAt } from '../shared/json';

/** A metric that a release is judged by, and that is measured here. */
export interface JudgedMetric {
  readonly asker: Asker;
  readonly metric: unknown;
}

/** The metrics of a release's own analyses that this suite answers for. */
export function judgedBy({ staged, live }: Release): JudgedMetric[] {
  const templates = new Set(templatesOf(live));
  return manifestsIn(staged.dir).filter(manifest => isAnalysisTemplate(manifest) && templates.has(manifest.metadata.name)).flatMap(template =>
    listAt(template, 'spec', 'metrics').filter(isMeasuredHere)
      .map(metric => ({ metric, asker: { subject: staged.subject.name, template: template.metadata.name, metric: mustText(metric, 'name') } })));
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
