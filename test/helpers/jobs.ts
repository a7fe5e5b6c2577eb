import { Chart } from 'cdk8s';
import { BatchJob, type BatchJobProps, type Migration, ScheduledJob, type ScheduledJobProps } from 'cdk8s-production';
import { type Manifest, one, synth, testChart } from './manifests';

/** The least that a scheduled job needs. */
export const NIGHTLY: ScheduledJobProps = { image: 'registry.example.com/shop/report:1.4.2', schedule: '0 4 * * *' };

/** The scheduled job `report`: the least that it needs, and what a test is about. */
export function report(props: Partial<ScheduledJobProps> = {}, chart: Chart = testChart()): ScheduledJob {
  return new ScheduledJob(chart, 'report', { ...NIGHTLY, ...props });
}

/** The spec of its CronJob. */
export function cronJobOf(job: ScheduledJob): Manifest {
  return one(synth(Chart.of(job)), 'CronJob', job.name).spec;
}

/** The spec of each of its Jobs. */
export function jobOf(job: ScheduledJob): Manifest {
  return cronJobOf(job).jobTemplate.spec;
}

/** The batch job `fees`: the least that it needs, and what a test is about. */
export function fees(props: Partial<BatchJobProps> = {}, chart: Chart = testChart()): BatchJob {
  return new BatchJob(chart, 'fees', { image: 'registry.example.com/shop/fees:1.4.2', ...props });
}

/** The Job of a batch job or a migration, as it will stand in YAML. */
export function jobManifestOf({ job }: BatchJob | Migration): Manifest {
  return one(synth(Chart.of(job)), 'Job', job.name);
}
