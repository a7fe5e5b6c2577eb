import type { Construct } from 'constructs';
import type { BackupContainers, Step } from './backup-containers';
import { ConnectionVariables } from '../../blocks/connection-variables';
import type { Identity } from '../../blocks/service-identity';
import { ImageReference } from '../../core/image-reference';
import { isLabelValue } from '../../core/labels';
import { ScheduledJob } from '../../workloads/scheduled-job';
import type { ScheduledJobProps } from '../../workloads/scheduled-job-props';
import type { DatabaseSubject } from '../database-subject';

/** @internal */
export interface DatabaseJobProps {
  /** What follows the database's name. */
  readonly suffix: string;
  readonly component: string;
  readonly containers: BackupContainers;
  /** What comes first, in this order, by the names of the containers. */
  readonly before: Readonly<Record<string, Step>>;
  readonly main: Step;
  readonly schedule: Pick<ScheduledJobProps, 'schedule' | 'timeZone' | 'deadline' | 'suspend'>;
  readonly identity: Identity | undefined;
  readonly reachesDatabase: boolean;
  /** Whether a person starts it. */
  readonly isByHand?: boolean;
}

/** A job that works for a database: one thing after the other, in the engine's image and the storage's. @internal */
export function databaseJob(scope: Construct, subject: DatabaseSubject, props: DatabaseJobProps): ScheduledJob {
  const { containers, before, main, schedule, identity } = props;
  const tag = ImageReference.parse(subject.engine.image)?.tag;
  const job = new ScheduledJob(scope, 'Job', {
    ...main,
    ...Object.fromEntries(Object.entries(schedule).filter(([, value]) => value !== undefined)),
    schedule: schedule.schedule,
    name: `${subject.name}-${props.suffix}`,
    component: props.component,
    // The main container may be the storage's tool: what is dumped tells more.
    ...tag === undefined || !isLabelValue(tag) ? {} : { version: tag },
    labels: subject.labels,
    initContainers: Object.entries(before).map(([name, step]) => ({ name, ...step })),
    ...identity === undefined ? {} : { identity },
    ...subject.pod === undefined ? {} : { pod: subject.pod },
    retries: 2,
    // A finished pod keeps its work volume until it is deleted. When a run succeeded, the CronJob's status says; what a person starts, a person reads.
    successfulJobsHistoryLimit: props.isByHand === true ? 1 : 0,
    failedJobsHistoryLimit: 1,
  });
  if (props.reachesDatabase) { job.connectTo(subject.construct, { variables: ConnectionVariables.none() }); }
  if (containers.endpoint !== undefined) { job.connectTo(containers.endpoint, { variables: ConnectionVariables.none() }); }
  return job;
}
