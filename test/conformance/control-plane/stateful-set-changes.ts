import { at, countAt, labelsAt, listAt, textAt } from '../shared/json';
import type { Manifest } from '../shared/manifests';
import { isRecord } from '../shared/manifests';

/** A change of one field that the API server takes for a valid StatefulSet: what it says then is about the change alone. */
const CHANGES: Readonly<Record<string, (spec: unknown) => Readonly<Record<string, unknown>>>> = {
  minReadySeconds: spec => ({ minReadySeconds: countAt(spec, 'minReadySeconds') + 1 }),
  ordinals: spec => ({ ordinals: { start: countAt(spec, 'ordinals', 'start') + 1 } }),
  persistentVolumeClaimRetentionPolicy: spec => ({
    persistentVolumeClaimRetentionPolicy: { whenDeleted: other(textAt(spec, 'persistentVolumeClaimRetentionPolicy', 'whenDeleted'), 'Retain', 'Delete'), whenScaled: 'Delete' },
  }),
  podManagementPolicy: spec => ({ podManagementPolicy: other(textAt(spec, 'podManagementPolicy'), 'OrderedReady', 'Parallel') }),
  replicas: spec => ({ replicas: countAt(spec, 'replicas') + 1 }),
  revisionHistoryLimit: spec => ({ revisionHistoryLimit: countAt(spec, 'revisionHistoryLimit') + 1 }),
  selector: spec => ({ selector: { matchLabels: { ...labelsAt(spec, 'selector', 'matchLabels'), ...LABEL } }, ...labelled(spec) }),
  serviceName: () => ({ serviceName: 'another' }),
  template: labelled,
  // Not the type: what the server has filled in for the one does not fit the other.
  updateStrategy: spec => ({ updateStrategy: { rollingUpdate: { partition: countAt(spec, 'updateStrategy', 'rollingUpdate', 'partition') + 1 }, type: 'RollingUpdate' } }),
  volumeClaimTemplates: spec => ({ volumeClaimTemplates: listAt(spec, 'volumeClaimTemplates').map(larger) }),
};

const LABEL = { 'conformance.invalid/changed': 'true' };

/** Copies of a StatefulSet with one field changed each, by the field: of those that the API server has made it of, and those that it could have. */
export function changesOf(live: unknown, manifest: Manifest): Map<string, Manifest> {
  const spec = isRecord(manifest.spec) ? manifest.spec : {};
  const known = new Set([...Object.keys(CHANGES), ...Object.keys(spec)]);
  return new Map([...known].flatMap((field): [string, Manifest][] => {
    const change = CHANGES[field];
    return change === undefined ? [] : [[`spec.${field}`, { ...manifest, spec: { ...spec, ...change(at(live, 'spec')) } }]];
  }));
}

function labelled(spec: unknown): Readonly<Record<string, unknown>> {
  const template = at(spec, 'template');
  const metadata = at(template, 'metadata');
  return { template: { ...isRecord(template) ? template : {}, metadata: { ...isRecord(metadata) ? metadata : {}, labels: { ...labelsAt(metadata, 'labels'), ...LABEL } } } };
}

function larger(template: unknown): unknown {
  const spec = at(template, 'spec');
  return { ...isRecord(template) ? template : {}, spec: { ...isRecord(spec) ? spec : {}, resources: { requests: { storage: '1Ti' } } } };
}

function other(value: string | undefined, one: string, another: string): string {
  return value === one ? another : one;
}
