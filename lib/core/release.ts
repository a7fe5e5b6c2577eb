import type { JsonObject } from './merge';

/**
 * How the pods of a service are replaced by those of the next version: which kind of object runs them, and what that
 * kind's spec says beyond the pod template. A Deployment's rolling update is one; an Argo Rollout's canary is another.
 */
export interface IReleaseStrategy {
  /** Who it is, for errors: such as the path of a `CanaryRelease`. */
  readonly description: string;
  /** Of the workload's kind, such as `argoproj.io/v1alpha1`. */
  readonly apiVersion: string;
  /** Of the workload, such as `Rollout`. */
  readonly kind: string;
  /** The label by which its controller tells the pods of one revision from those of another. */
  readonly revisionLabel: string;
  /**
   * Appended to the workload's name, where a second one runs beside it.
   *
   * @default - the name as it is
   */
  readonly nameSuffix?: string;
  /**
   * Labels that the workload's pods and its selector have beyond the service's, where a second workload runs beside it.
   *
   * @default - none
   */
  readonly podLabels?: Readonly<Record<string, string>>;
  /**
   * What selects every pod of the service, where its controller runs some that the workload's selector does not take.
   * Budget, policies, peers and spread go by it.
   *
   * @default - the service's selector
   */
  readonly sharedLabels?: Readonly<Record<string, string>>;
  /**
   * The workload's spec.
   *
   * @internal
   */
  renderSpec(common: JsonObject): JsonObject;
}
