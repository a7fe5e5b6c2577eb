/**
 * What happens when a run is due and the one before has not ended.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy
 */
export enum Concurrency {
  /** The new run is left out: never two at a time. */
  FORBID = 'Forbid',
  /** The new run takes the place of the old one, which is stopped. */
  REPLACE = 'Replace',
  /** Both run: only for work that does not mind itself. */
  ALLOW = 'Allow',
}
