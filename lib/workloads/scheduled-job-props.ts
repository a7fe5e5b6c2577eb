import type { Duration } from 'cdk8s';
import type { CleanUp } from '../blocks/job-clean-up';
import type { JobProps } from '../blocks/job-props';
import { JOB_PROPS } from '../blocks/job-props';
import type { Concurrency } from '../core/concurrency';
import type { KnownProperties } from '../core/property-path';

/** What a team says of work that is done again and again. */
export interface ScheduledJobProps extends JobProps {
  /** When it runs: five fields (minute, hour, day of the month, month, day of the week), or a macro such as `@daily`. */
  readonly schedule: string;

  /**
   * Time zone of the schedule, by its IANA name, such as `Europe/Berlin`.
   *
   * @default Etc/UTC
   */
  readonly timeZone?: string;

  /**
   * What happens when a run is due and the one before has not ended.
   *
   * @default Concurrency.FORBID
   */
  readonly concurrency?: Concurrency;

  /**
   * How late a run may begin, after an outage or behind another run, before it is left out. Whole seconds, 1 minute to 7 days.
   *
   * @default - half of the time between two runs, at least 1 minute and at most 10
   */
  readonly startingDeadline?: Duration;

  /**
   * How long a run may take, all its tries together, 10 s to 30 days. One that hangs would keep every later one from beginning.
   *
   * @default - the time between two runs, at least 1 hour and at most 1 day
   */
  readonly deadline?: Duration;

  /**
   * Puts the start off by some minutes, shorter than this and always the same for one name: so that not all jobs begin at midnight.
   * 2 to 60 minutes, at most what is left of the hour.
   *
   * @default - it begins on the minute
   */
  readonly jitter?: Duration;

  /**
   * How many Jobs that succeeded are kept with their logs, 0 to 100.
   *
   * @default 3
   */
  readonly successfulJobsHistoryLimit?: number;

  /**
   * How many Jobs that failed are kept with their logs, 1 to 100.
   *
   * @default 3
   */
  readonly failedJobsHistoryLimit?: number;

  /**
   * Whether no run begins.
   *
   * @default - not written: who suspends it by hand finds it suspended after the next apply
   */
  readonly suspend?: boolean;

  /**
   * Whether Jobs also go by their age.
   *
   * @default - by the history limits alone
   */
  readonly cleanUp?: CleanUp;
}

/** @internal */
export const SCHEDULED_JOB_PROPS: KnownProperties<ScheduledJobProps> = {
  ...JOB_PROPS,
  schedule: true,
  timeZone: true,
  concurrency: true,
  startingDeadline: true,
  deadline: true,
  jitter: true,
  successfulJobsHistoryLimit: true,
  failedJobsHistoryLimit: true,
  suspend: true,
  cleanUp: true,
};
