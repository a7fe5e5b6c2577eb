import { ApplicationPods } from './application-pods';
import type { ConnectionsOwner } from './connections';
import { type JobProps, jobGracePeriod } from './job-props';
import { checkPlacement, fixedPods } from './placement';
import { ServiceExposure } from './service-exposure';
import type { ResolvedNames } from './service-names';
import type { EffectiveEnvironment } from '../core/environment';
import { PropertyPath } from '../core/property-path';

/** The label by which the Job controller tells the pods of one Job from those of another. @internal */
export const JOB_REVISION_LABEL = 'batch.kubernetes.io/controller-uid';

/**
 * The pods of a Job: they end, nobody asks them for anything, and they are not started anew but replaced.
 *
 * @param parallelism how many run at a time
 * @internal
 */
export function createJobPods(owner: ConnectionsOwner, props: JobProps, names: ResolvedNames, environment: EffectiveEnvironment, parallelism: number): ApplicationPods {
  const at = new PropertyPath(owner, '');
  const { kubernetesVersion } = environment;
  if (at.at('sidecars').list(props.sidecars ?? []).length > 0) {
    kubernetesVersion.require('nativeSidecars', at.at('sidecars'), 'a sidecar', 'do without: as an ordinary container it would outlive the application, and the Job never end');
  }
  const placementSubject = fixedPods(names.selectorLabels, parallelism);
  checkPlacement(at.at('placement'), props.placement ?? {}, { ...placementSubject, revisionLabel: JOB_REVISION_LABEL }, where => kubernetesVersion.require('affinityMatchLabelKeys', where, 'Spread.onePodPerNode'));
  return new ApplicationPods(owner, {
    props,
    names,
    environment,
    ports: [],
    exposure: ServiceExposure.clusterIp(),
    health: {},
    shutdown: { terminationGracePeriodSeconds: jobGracePeriod(at, props) },
    placementSubject,
    podSpec: { restartPolicy: 'Never' }, // a pod that failed stays, with its log
  });
}
