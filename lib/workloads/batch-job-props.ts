import type { Duration } from 'cdk8s';
import type { Completions } from '../blocks/completions';
import type { CleanUp } from '../blocks/job-clean-up';
import type { JobProps } from '../blocks/job-props';
import { JOB_PROPS } from '../blocks/job-props';
import type { KnownProperties } from '../core/property-path';

/** What a team says of work that is done once. */
export interface BatchJobProps extends JobProps {
  /**
   * When it is done, and how many pods work on it.
   *
   * @default Completions.single()
   */
  readonly completions?: Completions;

  /**
   * How long the whole Job may take, 10 s to 30 days. After it all pods are stopped.
   *
   * @default Duration.days(1)
   */
  readonly deadline?: Duration;

  /**
   * Who removes the Job when it has ended.
   *
   * @default CleanUp.never()
   */
  readonly cleanUp?: CleanUp;

  /**
   * Whether the Job is named as the construct is, without a hash. Then a change of what it runs is refused by the API server
   * until somebody has deleted the old one.
   *
   * @default - false: a change makes a Job of another name, which runs beside or after the old one
   */
  readonly fixedName?: boolean;
}

/** @internal */
export const BATCH_JOB_PROPS: KnownProperties<BatchJobProps> = { ...JOB_PROPS, completions: true, deadline: true, cleanUp: true, fixedName: true };
