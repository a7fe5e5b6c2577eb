import { at, labelsAt, listAt, mustText, textAt } from '../shared/json';
import { isRecord, type Manifest } from '../shared/manifests';

/**
 * Labels that the pods ask of their nodes: by node selector, or by affinity that is required. The simulated nodes carry all of
 * them, so that a dedicated pool exists; whether a real cluster has it is not for the manifests to say.
 */
export function askedOfNodes(manifests: readonly Manifest[]): Record<string, string> {
  const pods = manifests.flatMap(podSpecsIn);
  return Object.fromEntries(pods.flatMap(pod => [
    ...Object.entries(labelsAt(pod, 'nodeSelector')),
    // Terms are alternatives: with the first one met, the pod can be placed.
    ...listAt(pod, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms').slice(0, 1)
      .flatMap(term => listAt(term, 'matchExpressions')).flatMap(labelOf),
  ]));
}

function labelOf(expression: unknown): [string, string][] {
  const [first] = listAt(expression, 'values');
  switch (textAt(expression, 'operator')) {
    case 'In': return typeof first === 'string' ? [[mustText(expression, 'key'), first]] : [];
    case 'Exists': return [[mustText(expression, 'key'), '']];
    default: return []; // met by a node without the label, or with a number that nobody can guess
  }
}

/** The pod specs of a workload, wherever its kind keeps them. */
export function podSpecsIn(manifest: Manifest): unknown[] {
  const templates = [at(manifest, 'spec', 'template', 'spec'), at(manifest, 'spec', 'jobTemplate', 'spec', 'template', 'spec')];
  return manifest.kind === 'Pod' ? [manifest.spec] : templates.filter(isRecord);
}
