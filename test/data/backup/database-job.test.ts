import { Chart } from 'cdk8s';
import { Backup, BackupStorage } from 'cdk8s-production';
import { nightly, orders } from '../../helpers/database';
import { errorOf, type Manifest, synth } from '../../helpers/manifests';

const jobs = (props = {}): Manifest[] => synth(Chart.of(orders({ backups: [nightly()], restoreDrill: { schedule: '@weekly', check: 'SELECT 1' }, ...props }))).filter(({ kind }) => kind === 'CronJob');
const containers = (job: Manifest): Manifest[] => [...job.spec.jobTemplate.spec.template.spec.initContainers, ...job.spec.jobTemplate.spec.template.spec.containers];

describe('a job of a database', () => {
  test('is named after it, and runs what it is made of in one order', () => {
    expect(jobs().map(job => [job.metadata.name, containers(job).map(container => container.name)])).toEqual([
      ['orders-backup', ['dump', 'orders-backup']], ['orders-restore-drill', ['fetch', 'drill', 'orders-restore-drill']], ['orders-restore', ['fetch', 'orders-restore']],
    ]);
  });

  test('has the labels of the database', () => {
    expect(jobs({ labels: { tier: 'data' } }).map(job => job.metadata.labels.tier)).toEqual(['data', 'data', 'data']);
  });

  test('is refused with a name that no CronJob may have', () => {
    const name = 'a'.repeat(40);
    expect(errorOf(() => orders({ name, backups: [Backup.dump({ schedule: '0 2 * * *', storage: BackupStorage.claim('backups'), name: 'every-single-night' })] }))).toMatchObject({ code: 'InvalidName', property: 'name' });
  });

});
