import { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ScheduledJobProps } from './scheduled-job-props';
import { SCHEDULED_JOB_PROPS } from './scheduled-job-props';
import type { ApplicationPods } from '../blocks/application-pods';
import { CleanUp } from '../blocks/job-clean-up';
import { jobFindings, scheduleFindings } from '../blocks/job-findings';
import { JobObject } from '../blocks/job-object';
import { createJobPods, JOB_REVISION_LABEL } from '../blocks/job-pods';
import { jobDeadline, renderJobSettings } from '../blocks/job-props';
import type { MissedRunAlert } from '../blocks/missed-run-alert';
import { missedRunAlert } from '../blocks/missed-run-alert';
import { resolveNames } from '../blocks/service-names';
import { Workload } from '../blocks/workload';
import { Concurrency } from '../core/concurrency';
import { parseCron } from '../core/cron-expression';
import { intervalOf } from '../core/cron-interval';
import { spreadStart } from '../core/cron-jitter';
import { Environment } from '../core/environment';
import { Findings } from '../core/findings';
import type { ICronJobSpec } from '../core/kubernetes';
import type { KubernetesObject } from '../core/kubernetes-object';
import { PropertyPath } from '../core/property-path';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A place such as `Europe/Berlin`, or UTC. Which there are, the cluster knows; abbreviations such as CET it may know or not. */
const TIME_ZONE = /^(UTC|[A-Z][A-Za-z]+(\/[A-Za-z0-9_+-]+){1,2})$/;

/**
 * Work that is done again and again, at set times.
 *
 * Creates a CronJob with its ServiceAccount and NetworkPolicy, and what props ask for: an immutable ConfigMap for files, a Role
 * and RoleBinding for permissions. Each is a member and can be patched.
 *
 * @example
 *
 * new ScheduledJob(chart, 'daily-report', {
 *   image: 'registry.example.com/payments/report:2.3.0',
 *   schedule: '30 6 * * 1-5',
 *   timeZone: 'Europe/Berlin',
 * });
 */
export class ScheduledJob extends Workload {
  /** The CronJob. */
  public readonly cronJob: KubernetesObject;
  /** Name of its objects. */
  public readonly name: string;
  /** What policies and peers select its pods by. It never changes. */
  public readonly selectorLabels: Readonly<Record<string, string>>;
  /** When it runs, as written: five fields, put off by the jitter. */
  public readonly schedule: string;
  /** An alert for when no run has succeeded for too long, as data. */
  public readonly missedRunAlert: MissedRunAlert;
  /** @internal */
  protected readonly _pods: ApplicationPods;

  /**
   * @param scope any construct below a Chart
   * @param id name of the job, at most 52 characters with its prefixes
   * @param props what the team says of it
   * @throws ConfigurationError with code, path, property, value, what is allowed and what to do
   */
  public constructor(scope: Construct, id: string, props: ScheduledJobProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    at.onlyKnown(props, SCHEDULED_JOB_PROPS);
    const environment = Environment.of(this);
    const names = resolveNames(this, props, 'CronJob');
    this.name = names.name;
    this.selectorLabels = names.selectorLabels;
    const cron = parseCron(at.at('schedule'), props.schedule);
    this.schedule = props.jitter === undefined ? cron.text : spreadStart(at.at('jitter'), cron, props.jitter, `${this.namespace ?? ''}/${this.name}`);
    const interval = intervalOf(cron.fields);
    const shortest = interval.shortest * MINUTE;
    const timeZone = at.at('timeZone').text(props.timeZone ?? 'Etc/UTC', 'the IANA name of a time zone, such as Etc/UTC or Europe/Berlin', TIME_ZONE);
    const concurrency = at.at('concurrency').member(props.concurrency ?? Concurrency.FORBID, Concurrency, 'Concurrency');
    const startingDeadlineSeconds = at.at('startingDeadline').seconds(
      props.startingDeadline ?? Duration.seconds(clamp(shortest / 2, MINUTE, 10 * MINUTE)), MINUTE, 7 * DAY, 'give whole seconds, 1 minute to 7 days: one that is shorter is missed by a busy controller', 'Duration.minutes(5)',
    );
    // Less than an hour would end runs that Concurrency.FORBID is there to let finish; more than a day would hide one that hangs.
    const deadline = jobDeadline(at.at('deadline'), props.deadline ?? Duration.seconds(clamp(shortest, HOUR, DAY)));
    const cleanUp = at.at('cleanUp').instance(props.cleanUp ?? CleanUp.never(), CleanUp, 'CleanUp.after(Duration.hours(24), reason)')._render(at.at('cleanUp'));
    const job = renderJobSettings(at, props, { container: names.container, version: environment.kubernetesVersion, deadline, cleanUp });
    const common = {
      concurrencyPolicy: concurrency,
      failedJobsHistoryLimit: at.at('failedJobsHistoryLimit').integer(props.failedJobsHistoryLimit ?? 3, 1, 100, 'keep at least 1, or nobody can read why it failed'),
      schedule: this.schedule,
      startingDeadlineSeconds,
      successfulJobsHistoryLimit: at.at('successfulJobsHistoryLimit').integer(props.successfulJobsHistoryLimit ?? 3, 0, 100),
      ...props.suspend === undefined ? {} : { suspend: at.at('suspend').flag(props.suspend) },
      timeZone,
    };

    this._pods = createJobPods(this, props, names, environment, 1);
    const { labels, annotations, template } = this._pods;
    this.cronJob = new JobObject(this, 'Resource', {
      kind: 'CronJob',
      name: this.name,
      labels,
      annotations,
      selectorLabels: this.selectorLabels,
      spec: (): ICronJobSpec => ({
        ...common,
        jobTemplate: { metadata: { labels: { ...labels } }, spec: { ...job, template: template.render(JOB_REVISION_LABEL, this.selectorLabels) } },
      }),
    });
    this.missedRunAlert = missedRunAlert({ name: this.name, namespace: this.namespace, interval: interval.longest * MINUTE, startingDeadline: startingDeadlineSeconds, deadline });
    for (const finding of [...jobFindings(props, environment), ...scheduleFindings({ fields: cron.fields, timeZone, concurrency, interval: shortest, deadline })]) {
      Findings.add(this, finding);
    }
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
