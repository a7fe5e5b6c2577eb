import { Chart, Size } from 'cdk8s';
import { Backup, BackupStorage } from 'cdk8s-production';
import { nightly, orders } from '../../helpers/database';
import { type Manifest, one, synth } from '../../helpers/manifests';

const jobs = (props = {}): Manifest[] => synth(Chart.of(orders({ backups: [nightly()], restoreDrill: { schedule: '@weekly', check: 'SELECT 1' }, ...props }))).filter(({ kind }) => kind === 'CronJob');
const containers = (job: Manifest): Manifest[] => [...job.spec.jobTemplate.spec.template.spec.initContainers, ...job.spec.jobTemplate.spec.template.spec.containers];

describe('the containers of dumps, drills and restores', () => {
  test('shares one volume, whose dump every container finds at the same place', () => {
    for (const job of jobs()) {
      for (const container of containers(job)) {
        expect(container.env).toContainEqual({ name: 'DUMP_FILE', value: '/work/dump.dump' });
        expect(container.volumeMounts).toContainEqual({ mountPath: '/work', name: 'work' });
      }
    }
  });

  test('holds no script that Kubernetes would change: it would take $(NAME) of a variable for the variable, and $$ for one $', () => {
    for (const job of jobs()) {
      for (const { command, env } of containers(job)) {
        const names = new Set((env as { name: string }[]).map(({ name }) => name));
        expect([...(command[2] as string).matchAll(/\$\(([-._a-zA-Z0-9]+)\)/g)].filter(([, name]) => names.has(name!))).toEqual([]);
        expect(command[2]).not.toContain('$$');
      }
    }
  });

  test('takes the room that is asked for', () => {
    const job = one(jobs({ backups: [Backup.dump({ schedule: '0 2 * * *', storage: BackupStorage.claim('backups'), workSpace: { size: Size.gibibytes(5) } })] }), 'CronJob', 'orders-backup');
    expect(job.spec.jobTemplate.spec.template.spec.volumes.find((volume: Manifest) => volume.name === 'work').ephemeral.volumeClaimTemplate.spec.resources.requests.storage).toBe('5Gi');
  });
});
