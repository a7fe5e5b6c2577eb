import { Chart } from 'cdk8s';
import { ScheduledJob, type ScheduledJobProps } from 'cdk8s-production';
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
