import { Duration } from 'cdk8s';
import type { WorkloadProps } from './workload-props';
import { WORKLOAD_PROPS } from './workload-props';
import type { IJobSpec } from '../core/kubernetes';
import { KubernetesVersion } from '../core/kubernetes-version';
import type { PropertyPath } from '../core/property-path';

/** What a team may say of work that ends. */
export interface JobProps extends WorkloadProps {
  /**
   * How often a pod that failed is replaced before the Job counts as failed, 0 to 100. Pods that were evicted do not count.
   *
   * @default 2
   */
  readonly retries?: number;

  /**
   * Exit codes of the application, 1 to 255, after which no retry would help, such as that for a wrong argument.
   *
   * @default - none: every failure is tried again
   */
  readonly failOnExitCodes?: number[];

  /**
   * How long the application may take to end after SIGTERM, when its node is drained or its deadline has come. Whole seconds, 1 s to 1 hour.
   *
   * @default Duration.seconds(30)
   */
  readonly terminationGracePeriod?: Duration;
}

/** Names of the props every job may have. @internal */
export const JOB_PROPS = {
  ...WORKLOAD_PROPS, retries: true, failOnExitCodes: true, terminationGracePeriod: true,
} as const satisfies Readonly<Record<keyof JobProps, true>>;

/** What a Job's spec says beyond its pods. @internal */
export type JobSettings = Pick<IJobSpec, 'activeDeadlineSeconds' | 'backoffLimit' | 'backoffLimitPerIndex' | 'podFailurePolicy' | 'podReplacementPolicy' | 'ttlSecondsAfterFinished'>;

/** @internal */
export interface JobSettingsOptions {
  readonly container: string;
  readonly version: KubernetesVersion;
  /** Of a run, in seconds. */
  readonly deadline: number;
  /** Seconds from the end until Kubernetes removes it. */
  readonly cleanUp?: number;
  /** How often each index is tried again, where each has tries of its own. */
  readonly retriesPerIndex?: number;
}

/**
 * When a Job is tried again, when it is given up, and when it is removed.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy
 * @internal
 */
export function renderJobSettings(at: PropertyPath, props: JobProps, options: JobSettingsOptions): JobSettings {
  const { container, version, deadline, cleanUp, retriesPerIndex } = options;
  const retries = props.retries === undefined ? undefined : at.at('retries').integer(props.retries, 0, 100, 'give the number of further tries');
  const codes = at.at('failOnExitCodes').list(props.failOnExitCodes ?? []).map((code, i) => at.at('failOnExitCodes').at(i).integer(code, 1, 255, 'give the code with which the process ends'));
  const backoffLimit = retries ?? (retriesPerIndex === undefined ? 2 : undefined); // each index has its own: the sum is not limited
  return {
    activeDeadlineSeconds: deadline,
    ...backoffLimit === undefined ? {} : { backoffLimit },
    ...retriesPerIndex === undefined ? {} : { backoffLimitPerIndex: retriesPerIndex },
    podFailurePolicy: {
      rules: [
        // First: a pod that was evicted may end with any code.
        { action: 'Ignore', onPodConditions: [{ status: 'True', type: 'DisruptionTarget' }] },
        ...codes.length === 0 ? [] : [{
          action: retriesPerIndex === undefined ? 'FailJob' as const : 'FailIndex' as const,
          onExitCodes: { containerName: container, operator: 'In' as const, values: [...new Set(codes)].sort((a, b) => a - b) },
          ...version.atLeast(KubernetesVersion.V1_29) ? {} : { onPodConditions: [] }, // required by the schema of 1.28
        }],
      ],
    },
    // The only one beside a failure policy, so that two pods never do the same work; said, where it can be.
    ...version.supports('jobPodReplacementPolicy') ? { podReplacementPolicy: 'Failed' as const } : {},
    ...cleanUp === undefined ? {} : { ttlSecondsAfterFinished: cleanUp },
  };
}

/** @internal */
export function jobGracePeriod(at: PropertyPath, props: JobProps): number {
  return at.at('terminationGracePeriod').seconds(props.terminationGracePeriod ?? Duration.seconds(30), 1, 3600, 'give whole seconds, 1 s to 1 hour', 'Duration.seconds(30)');
}

/**
 * How long a run may take, all its tries together, in seconds.
 *
 * @internal
 */
export function jobDeadline(at: PropertyPath, deadline: Duration): number {
  return at.seconds(deadline, 10, 30 * 86_400, 'give whole seconds, 10 s to 30 days', 'Duration.hours(2)');
}
