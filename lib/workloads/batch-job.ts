import { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import type { BatchJobProps } from './batch-job-props';
import { BATCH_JOB_PROPS } from './batch-job-props';
import type { ApplicationPods } from '../blocks/application-pods';
import { Completions } from '../blocks/completions';
import { CleanUp } from '../blocks/job-clean-up';
import { jobFindings } from '../blocks/job-findings';
import { JobObject } from '../blocks/job-object';
import { createJobPods, JOB_REVISION_LABEL } from '../blocks/job-pods';
import { jobDeadline, renderJobSettings } from '../blocks/job-props';
import { resolveNames } from '../blocks/service-names';
import { Workload } from '../blocks/workload';
import { Environment } from '../core/environment';
import { Findings } from '../core/findings';
import type { IJobSpec } from '../core/kubernetes';
import type { KubernetesObject } from '../core/kubernetes-object';
import { HASHED_JOB } from '../core/names';
import { PropertyPath } from '../core/property-path';

/**
 * Work that is done once: by one pod, by several alike, or by one for each index.
 *
 * Creates a Job with its ServiceAccount and NetworkPolicy, and what props ask for. A Job that has been made can hardly be changed,
 * so its name goes on with a hash of what it runs: a change makes another Job, and the same manifest applied again runs nothing.
 *
 * @example
 *
 * new BatchJob(chart, 'recalculate-fees', {
 *   image: 'registry.example.com/payments/fees:2.3.0',
 *   completions: Completions.indexed(40, { parallelism: 8 }),
 * });
 */
export class BatchJob extends Workload {
  /** The Job. Its name is known when everything that changes its pods has been said. */
  public readonly job: KubernetesObject;
  /** Name of its objects; the Job's goes on with a hash. */
  public readonly name: string;
  /** What policies and peers select its pods by. It never changes. */
  public readonly selectorLabels: Readonly<Record<string, string>>;
  /** @internal */
  protected readonly _pods: ApplicationPods;

  /**
   * @param scope any construct below a Chart
   * @param id name of the job, at most 46 characters with its prefixes
   * @param props what the team says of it
   * @throws ConfigurationError with code, path, property, value, what is allowed and what to do
   */
  public constructor(scope: Construct, id: string, props: BatchJobProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    at.onlyKnown(props, BATCH_JOB_PROPS);
    const environment = Environment.of(this);
    const version = environment.kubernetesVersion;
    const hashed = !at.at('fixedName').flag(props.fixedName ?? false);
    const names = resolveNames(this, props, hashed ? HASHED_JOB : 'Job');
    this.name = names.name;
    this.selectorLabels = names.selectorLabels;
    const completions = at.at('completions').instance(props.completions ?? Completions.single(), Completions, 'Completions.indexed(10)')._render(at.at('completions'), version);
    const settings = renderJobSettings(at, props, {
      container: names.container,
      version,
      deadline: jobDeadline(at.at('deadline'), props.deadline ?? Duration.days(1)),
      cleanUp: at.at('cleanUp').instance(props.cleanUp ?? CleanUp.never(), CleanUp, 'CleanUp.after(Duration.hours(24), reason)')._render(at.at('cleanUp')),
      retriesPerIndex: completions.retriesPerIndex,
    });

    this._pods = createJobPods(this, props, names, environment, completions.parallelism);
    const { labels, annotations, template } = this._pods;
    this.job = new JobObject(this, 'Resource', {
      kind: 'Job',
      name: this.name,
      labels,
      annotations,
      selectorLabels: this.selectorLabels,
      hashed,
      spec: (): IJobSpec => ({ ...settings, ...completions.spec, template: template.render(JOB_REVISION_LABEL, this.selectorLabels) }),
    });
    for (const finding of jobFindings(props, environment)) { Findings.add(this, finding); }
  }
}
