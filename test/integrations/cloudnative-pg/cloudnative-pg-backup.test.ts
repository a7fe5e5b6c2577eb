import { BarmanObjectStore } from 'cdk8s-production';
import { one, synth, testChart } from '../../helpers/manifests';
import { operated, STORE } from '../../helpers/operators';

test('backs up every night, keeps what thirty days need, and starts with a backup', () => {
  const chart = testChart();
  operated({ backup: { objectStore: BarmanObjectStore.s3('s3://backups/db', { endpoint: STORE }) } }, { labels: { team: 'data' } }, chart);
  const manifests = synth(chart);
  const amounts = { 'cpu': '250m', 'ephemeral-storage': '512Mi', 'memory': '512Mi' };

  expect(one(manifests, 'ObjectStore')).toEqual({
    apiVersion: 'barmancloud.cnpg.io/v1',
    kind: 'ObjectStore',
    metadata: { labels: { team: 'data' }, name: 'db', namespace: 'shop' },
    spec: {
      configuration: { data: { compression: 'gzip' }, destinationPath: 's3://backups/db', s3Credentials: { inheritFromIAMRole: true }, wal: { compression: 'gzip', maxParallel: 4 } },
      instanceSidecarConfiguration: { resources: { limits: amounts, requests: amounts } },
      retentionPolicy: '30d',
    },
  });
  expect(one(manifests, 'ScheduledBackup')).toEqual({
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'ScheduledBackup',
    metadata: { labels: { team: 'data' }, name: 'db-backup', namespace: 'shop' },
    spec: {
      backupOwnerReference: 'self', cluster: { name: 'db' }, immediate: true, method: 'plugin', pluginConfiguration: { name: 'barman-cloud.cloudnative-pg.io' }, schedule: '0 0 2 * * *', target: 'prefer-standby',
    },
  });
});
