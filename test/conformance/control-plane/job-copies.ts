import type { Placed } from './snapshot';
import { at, labelsAt, listAt, textAt } from '../shared/json';
import type { Manifest } from '../shared/manifests';
import { isRecord } from '../shared/manifests';

/** Whether each index of the work has tries of its own. */
export function isPerIndex(spec: unknown): boolean {
  return at(spec, 'backoffLimitPerIndex') !== undefined;
}

/** The spec of a Job, or of the Jobs that a CronJob makes. */
export function jobSpecOf(manifest: Manifest): unknown {
  return manifest.kind === 'CronJob' ? at(manifest, 'spec', 'jobTemplate', 'spec') : manifest.spec;
}

/** Exit codes after which a Job, or an index of it, is not tried again. */
export function fatalCodesOf(spec: unknown): number[] {
  return listAt(spec, 'podFailurePolicy', 'rules').filter(rule => ['FailJob', 'FailIndex'].includes(textAt(rule, 'action') ?? ''))
    .flatMap(rule => listAt(rule, 'onExitCodes', 'values')).filter(code => typeof code === 'number');
}

/**
 * A Job of the same spec and another name, whose pods carry an annotation that the simulation reads. It is not cleaned up.
 *
 * @param retries how often a pod that failed is replaced; as rendered without it
 */
export function copyOf(manifest: Placed, suffix: string, annotations: Readonly<Record<string, string>>, retries?: number): Manifest {
  const spec = jobSpecOf(manifest);
  const { ttlSecondsAfterFinished: _ttl, suspend: _suspend, ...kept } = isRecord(spec) ? spec : {};
  const template = at(spec, 'template');
  const metadata = at(template, 'metadata');
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${manifest.metadata.name.slice(0, 62 - suffix.length)}-${suffix}`, namespace: manifest.namespace },
    spec: {
      ...kept,
      ...retries === undefined ? {} : isPerIndex(spec) ? { backoffLimitPerIndex: retries } : { backoffLimit: retries },
      template: {
        ...isRecord(template) ? template : {},
        metadata: {
          annotations: { ...labelsAt(metadata, 'annotations'), ...annotations },
          labels: labelsAt(metadata, 'labels'),
        },
      },
    },
  };
}
