import { groupOf, isRecord, type Manifest } from '../shared/manifests';

/**
 * Writes each Argo Rollout as the Deployment that would run the same pods, for judges that know Deployments only:
 *
 * - apiVersion and kind become those of a Deployment, and the canary or blue-green strategy a rolling update;
 *   everything else a Rollout has in common with a Deployment (replicas, selector, template, …) stays;
 * - an autoscaler that points at the Rollout points at that Deployment.
 *
 * A Rollout that refers to a Deployment (workloadRef) has no template, and its Deployment is judged: it is left out.
 */
export function rolloutsAsDeployments(manifests: readonly Manifest[]): Manifest[] {
  return manifests.flatMap((manifest): Manifest[] => {
    const { spec } = manifest;
    if (!isRecord(spec)) return [manifest];
    if (isRollout(manifest)) return spec.template === undefined ? [] : [asDeployment(manifest, spec)];
    const target = spec.scaleTargetRef;
    return isRecord(target) && isRollout(target) ? [{ ...manifest, spec: { ...spec, scaleTargetRef: { ...target, ...DEPLOYMENT } } }] : [manifest];
  });
}

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' } as const;

function isRollout(reference: Readonly<Record<string, unknown>>): boolean {
  const { apiVersion, kind } = reference;
  return kind === 'Rollout' && typeof apiVersion === 'string' && groupOf({ apiVersion }) === 'argoproj.io';
}

function asDeployment(rollout: Manifest, { strategy, ...spec }: Readonly<Record<string, unknown>>): Manifest {
  const steps = isRecord(strategy) ? strategy.canary : undefined;
  const limits = isRecord(steps) ? { maxSurge: steps.maxSurge, maxUnavailable: steps.maxUnavailable } : {};
  return { ...rollout, ...DEPLOYMENT, spec: { ...spec, strategy: { type: 'RollingUpdate', rollingUpdate: limits } } };
}
