import type { IStatefulSetSpec } from '../core/kubernetes';
import type { JsonObject } from '../core/merge';
import type { IReleaseStrategy } from '../core/release';

/** The fields of a StatefulSet that a Deployment has not. */
type Own = Required<Pick<IStatefulSetSpec, 'persistentVolumeClaimRetentionPolicy' | 'podManagementPolicy' | 'serviceName' | 'volumeClaimTemplates'>>;

/** How a StatefulSet replaces its pods: the highest ordinal first, each when the one before it is ready. @internal */
export class StatefulSetUpdate implements IReleaseStrategy {
  /**
   * Fields that the API server never lets change. Whatever else is changed is applied to what runs.
   *
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
   */
  public static readonly IMMUTABLE = ['spec.podManagementPolicy', 'spec.selector', 'spec.serviceName', 'spec.volumeClaimTemplates'] as const;

  public readonly description = 'the rolling update of a StatefulSet';
  public readonly apiVersion = 'apps/v1';
  public readonly kind = 'StatefulSet';
  public readonly revisionLabel = 'controller-revision-hash';

  public constructor(private readonly own: Own) {}

  public renderSpec(common: JsonObject): JsonObject {
    const { progressDeadlineSeconds: _, ...spec } = common; // its controller waits for ever
    return { ...spec, ...this.own as unknown as JsonObject, updateStrategy: { type: 'RollingUpdate' } };
  }
}
