import { Chart } from 'cdk8s';
import { Backup, BackupStorage, ExternalEndpoint } from 'cdk8s-production';
import { orders } from '../../helpers/database';
import { errorOf, type Manifest, one, synth } from '../../helpers/manifests';

const endpoint = ExternalEndpoint.cidr('203.0.113.0/24', 443, { name: 'store' });
const variables = (storage: BackupStorage): Record<string, unknown> => {
  const database = orders({ backups: [Backup.dump({ schedule: '0 2 * * *', storage })] });
  const { env } = one(synth(Chart.of(database)), 'CronJob', 'orders-backup').spec.jobTemplate.spec.template.spec.containers[0];
  return Object.fromEntries(env.filter((variable: Manifest) => /^(RCLONE|STORAGE|BACKUP)/.test(variable.name)).map((variable: Manifest) => [variable.name, variable.value ?? variable.valueFrom.secretKeyRef]));
};
const key = { secret: 'store', key: 'id' };
const word = { secret: 'store', key: 'word' };

describe('where dumps are kept', () => {
  test('can be a claim', () => {
    expect(variables(BackupStorage.claim('shelf'))).toEqual({ RCLONE_CONFIG_STORAGE_TYPE: 'local', STORAGE: 'storage:/backups/orders' });
  });

  test('can be a bucket of Amazon, signed in to by the role of the job', () => {
    expect(variables(BackupStorage.s3('bucket', { endpoint, region: 'eu-central-1' }))).toEqual({
      RCLONE_CONFIG_STORAGE_TYPE: 's3', RCLONE_CONFIG_STORAGE_PROVIDER: 'AWS', RCLONE_CONFIG_STORAGE_ENV_AUTH: 'true', RCLONE_CONFIG_STORAGE_REGION: 'eu-central-1', STORAGE: 'storage:bucket/orders',
    });
  });

  test('can be a bucket of another store, signed in to by a key', () => {
    expect(variables(BackupStorage.s3('bucket', { endpoint, endpointUrl: 'https://objects.example.com', accessKeyId: key, secretAccessKey: word, folder: 'a/b', passphrase: { secret: 'seal', key: 'phrase' } }))).toEqual({
      BACKUP_PASSPHRASE: { name: 'seal', key: 'phrase' },
      RCLONE_CONFIG_STORAGE_TYPE: 's3',
      RCLONE_CONFIG_STORAGE_PROVIDER: 'Other',
      RCLONE_CONFIG_STORAGE_ENV_AUTH: 'false',
      RCLONE_CONFIG_STORAGE_ENDPOINT: 'https://objects.example.com',
      RCLONE_CONFIG_STORAGE_ACCESS_KEY_ID: { name: 'store', key: 'id' },
      RCLONE_CONFIG_STORAGE_SECRET_ACCESS_KEY: { name: 'store', key: 'word' },
      STORAGE: 'storage:bucket/a/b',
    });
  });

  test('can be a bucket of Google', () => {
    expect(variables(BackupStorage.googleCloud('bucket', { endpoint }))).toEqual({
      RCLONE_CONFIG_STORAGE_TYPE: 'google cloud storage', RCLONE_CONFIG_STORAGE_BUCKET_POLICY_ONLY: 'true', RCLONE_CONFIG_STORAGE_ENV_AUTH: 'true', STORAGE: 'storage:bucket/orders',
    });
    expect(variables(BackupStorage.googleCloud('bucket', { endpoint, serviceAccountKey: key }))).toMatchObject({ RCLONE_CONFIG_STORAGE_SERVICE_ACCOUNT_CREDENTIALS: { name: 'store', key: 'id' } });
  });

  test('can be a container of Azure', () => {
    expect(variables(BackupStorage.azure('box', { endpoint, account: 'backups1' }))).toEqual({
      RCLONE_CONFIG_STORAGE_TYPE: 'azureblob', RCLONE_CONFIG_STORAGE_ACCOUNT: 'backups1', RCLONE_CONFIG_STORAGE_ENV_AUTH: 'true', STORAGE: 'storage:box/orders',
    });
    expect(variables(BackupStorage.azure('box', { endpoint, account: 'backups1', accountKey: word }))).toMatchObject({ RCLONE_CONFIG_STORAGE_KEY: { name: 'store', key: 'word' } });
  });

  test('can be anything else that rclone knows', () => {
    expect(variables(BackupStorage.rclone('sftp', '/srv/backups/', { endpoint, settings: { host: 'backup.example.com' }, secretSettings: { pass: word } }))).toEqual({
      RCLONE_CONFIG_STORAGE_TYPE: 'sftp', RCLONE_CONFIG_STORAGE_HOST: 'backup.example.com', RCLONE_CONFIG_STORAGE_PASS: { name: 'store', key: 'word' }, STORAGE: 'storage:/srv/backups/orders',
    });
  });

  test('is written by the image that is named', () => {
    const database = orders({ backups: [Backup.dump({ schedule: '0 2 * * *', storage: BackupStorage.claim('shelf', { image: 'registry.example.com/rclone:1.69.0' }) })] });
    expect(one(synth(Chart.of(database)), 'CronJob', 'orders-backup').spec.jobTemplate.spec.template.spec.containers[0].image).toBe('registry.example.com/rclone:1.69.0');
  });
});

describe('bad input', () => {
  test.each<[string, BackupStorage, string, string]>([
    ['a claim whose name is none', BackupStorage.claim('My Claim'), 'InvalidName', 'claim'],
    ['no claim', BackupStorage.claim(undefined as never), 'InvalidName', 'claim'],
    ['a folder that climbs out', BackupStorage.claim('shelf', { folder: '../other' }), 'InvalidValue', 'folder'],
    ['an endpoint for a claim', BackupStorage.claim('shelf', { endpoint } as never), 'UnknownProperty', 'endpoint'],
    ['a passphrase as a text', BackupStorage.claim('shelf', { passphrase: 'hunter2' as never }), 'InvalidValue', 'passphrase'],
    ['a passphrase without a key', BackupStorage.claim('shelf', { passphrase: { secret: 'seal' } as never }), 'InvalidValue', 'passphrase.key'],
    ['a bucket with a scheme', BackupStorage.s3('s3://bucket', { endpoint }), 'InvalidValue', 'bucket'],
    ['a bucket without an endpoint', BackupStorage.s3('bucket', {} as never), 'MissingValue', 'endpoint'],
    ['an endpoint that is a text', BackupStorage.s3('bucket', { endpoint: 's3.amazonaws.com' as never }), 'MissingValue', 'endpoint'],
    ['half a key', BackupStorage.s3('bucket', { endpoint, accessKeyId: key }), 'MissingValue', 'secretAccessKey'],
    ['the other half of a key', BackupStorage.s3('bucket', { endpoint, secretAccessKey: word }), 'MissingValue', 'accessKeyId'],
    ['an address without a scheme', BackupStorage.s3('bucket', { endpoint, endpointUrl: 'objects.example.com' }), 'InvalidValue', 'endpointUrl'],
    ['a region that is none', BackupStorage.s3('bucket', { endpoint, region: 'Europe' }), 'InvalidValue', 'region'],
    ['an account that is none', BackupStorage.azure('box', { endpoint, account: 'Backups' }), 'InvalidValue', 'account'],
    ['a bucket of Google that is none', BackupStorage.googleCloud('B', { endpoint }), 'InvalidValue', 'bucket'],
    ['a backend that is none', BackupStorage.rclone('S F T P!', 'x', { endpoint, settings: {} }), 'InvalidValue', 'type'],
    ['a path with a variable', BackupStorage.rclone('sftp', '$HOME', { endpoint, settings: {} }), 'InvalidValue', 'path'],
    ['a setting that is none', BackupStorage.rclone('sftp', 'x', { endpoint, settings: { 'Host Name': 'a' } }), 'InvalidValue', 'settings["Host Name"]'],
    ['a secret among the settings', BackupStorage.rclone('sftp', 'x', { endpoint, settings: { password: 'hunter2' } }), 'SecretInManifest', 'env.RCLONE_CONFIG_STORAGE_PASSWORD'],
    ['an image that may move', BackupStorage.claim('shelf', { image: 'rclone/rclone:latest' }), 'MutableImage', 'image'],
  ])('%s is refused', (_, storage, code, property) => {
    const error = errorOf(() => variables(storage));
    expect(error.code).toBe(code);
    expect([`backups[0].storage.${property}`, property]).toContain(error.property);
  });
});
