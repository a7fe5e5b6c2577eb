import { Duration } from 'cdk8s';

/** An alert for a schedule whose runs do not come, or do not succeed, as data for whichever kind of rule a cluster has. */
export interface MissedRunAlert {
  /** PromQL over the metrics of kube-state-metrics: it gives a series when no run has succeeded for too long. */
  readonly expression: string;
  /** For how long the expression must hold. */
  readonly for: Duration;
  /** One line for whoever is called. */
  readonly summary: string;
}

/** @internal */
export interface MissedRunSubject {
  readonly name: string;
  readonly namespace: string | undefined;
  /** Longest time between two runs, how late a run may begin, and how long it may take, in seconds. */
  readonly interval: number;
  readonly startingDeadline: number;
  readonly deadline: number;
}

/**
 * A schedule that is too old: the run that was due has had all its time, and none has succeeded. One that has never
 * succeeded counts from when the CronJob was made; one that is suspended does not count.
 *
 * @see https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/cronjob-metrics.md
 * @internal
 */
export function missedRunAlert({ name, namespace, interval, startingDeadline, deadline }: MissedRunSubject): MissedRunAlert {
  const series = (metric: string): string => `kube_cronjob_${metric}{${namespace === undefined ? '' : `namespace="${namespace}",`}cronjob="${name}"}`;
  const limit = interval + startingDeadline + deadline;
  return {
    expression: `time() - (${series('status_last_successful_time')} or ${series('created')}) > ${limit} and on (namespace, cronjob) ${series('spec_suspend')} == 0`,
    for: Duration.minutes(5),
    summary: `no run of the CronJob ${namespace === undefined ? '' : `${namespace}/`}${name} has succeeded for ${Duration.seconds(limit).toHumanString()}`,
  };
}
