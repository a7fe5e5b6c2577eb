import { Chart } from 'cdk8s';
import { nightly, orders, REDIS } from '../../helpers/database';
import { type Manifest, one, synth } from '../../helpers/manifests';

const jobOf = (props = {}): Manifest => one(synth(Chart.of(orders({ backups: [nightly()], ...props }))), 'CronJob', 'orders-restore');
const podOf = (job: Manifest) => job.spec.jobTemplate.spec.template.spec;
const variables = (container: Manifest) => Object.fromEntries(container.env.map((variable: Manifest) => [variable.name, variable.value ?? `${variable.valueFrom.secretKeyRef.name}/${variable.valueFrom.secretKeyRef.key}`]));

describe('what a person restores with', () => {
  test('never starts by itself, and fetches before it restores', () => {
    const job = jobOf();
    expect(job.spec.suspend).toBe(true);
    expect(podOf(job).initContainers.map((container: Manifest) => container.name)).toEqual(['fetch']);
    expect(podOf(job).containers[0].command[2]).toContain('_restored');
    expect(variables(podOf(job).containers[0])).toMatchObject({ DATABASE_HOST: 'orders', DATABASE_OWNER: 'orders-credentials/username' });
  });

  test('keeps the log of the run that succeeded: it says what to do next', () => {
    expect(jobOf().spec.successfulJobsHistoryLimit).toBe(1);
  });

  test('has the data claim of an engine that restores into its files', () => {
    const job = jobOf({ engine: REDIS });
    expect(podOf(job).volumes).toContainEqual({ name: expect.any(String), persistentVolumeClaim: expect.objectContaining({ claimName: 'data-orders-0' }) });
    expect(variables(podOf(job).containers[0])).toMatchObject({ DATA_DIRECTORY: '/data' });
  });
});
