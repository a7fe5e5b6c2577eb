import type { Duration } from 'cdk8s';
import type { MigrationOrder } from './migration-order';
import type { ProductionService } from './production-service';
import type { JobProps } from '../blocks/job-props';
import { JOB_PROPS } from '../blocks/job-props';
import type { KnownProperties } from '../core/property-path';

/** What a team says of a change to data that its service builds upon. */
export interface MigrationProps extends Omit<JobProps, 'image'> {
  /** The service whose new pods come after it. */
  readonly before: ProductionService;

  /**
   * Image that carries it.
   *
   * @default - the service's
   */
  readonly image?: string;

  /**
   * Who sees to it that it comes first.
   *
   * @default MigrationOrder.argoSyncWave()
   */
  readonly order?: MigrationOrder;

  /**
   * How long it may take, all its tries together, 10 s to 30 days.
   *
   * @default Duration.hours(1)
   */
  readonly deadline?: Duration;
}

/** @internal */
export const MIGRATION_PROPS: KnownProperties<MigrationProps> = { ...JOB_PROPS, before: true, order: true, deadline: true };
