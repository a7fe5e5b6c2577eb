import { type AzureStoreOptions, BarmanObjectStore, type GoogleCloudStoreOptions, type S3StoreOptions } from 'cdk8s-production';
import { PropertyPath } from '../../../lib/core/property-path';
import { errorOf, testChart } from '../../helpers/manifests';
import { STORE as endpoint } from '../../helpers/operators';

const at = new PropertyPath(testChart(), 'objectStore');
const KEY = { secret: 'store', key: 'id' };
const js = <T>(value: unknown): T => value as T;

test('signs in as the pods where no key is given', () => {
  expect(BarmanObjectStore.s3('s3://backups/db', { endpoint })._render(at)).toEqual({ destinationPath: 's3://backups/db', s3Credentials: { inheritFromIAMRole: true } });
  expect(BarmanObjectStore.googleCloud('gs://backups', { endpoint })._render(at)).toEqual({ destinationPath: 'gs://backups', googleCredentials: { gkeEnvironment: true } });
  expect(BarmanObjectStore.azure('https://a.blob.core.windows.net/b', { endpoint })._render(at)).toEqual({ destinationPath: 'https://a.blob.core.windows.net/b', azureCredentials: { inheritFromAzureAD: true } });
});

test('takes keys from Secrets', () => {
  const s3: Required<S3StoreOptions> = { endpoint, accessKeyId: KEY, secretAccessKey: { secret: 'store', key: 'key' }, endpointUrl: 'https://objects.example.com:9000' };
  const google: Required<GoogleCloudStoreOptions> = { endpoint, applicationCredentials: { secret: 'store', key: 'key.json' } };
  const azure: Required<AzureStoreOptions> = { endpoint, connectionString: { secret: 'store', key: 'connection' } };

  expect(BarmanObjectStore.s3('s3://b-1/', s3)._render(at)).toEqual({
    destinationPath: 's3://b-1/', endpointURL: 'https://objects.example.com:9000', s3Credentials: { accessKeyId: { key: 'id', name: 'store' }, secretAccessKey: { key: 'key', name: 'store' } },
  });
  expect(BarmanObjectStore.googleCloud('gs://b_1/x', google)._render(at).googleCredentials).toEqual({ applicationCredentials: { key: 'key.json', name: 'store' } });
  expect(BarmanObjectStore.azure('https://a.blob.core.windows.net/b', azure)._render(at).azureCredentials).toEqual({ connectionString: { key: 'connection', name: 'store' } });
});

test('tells where it is on the network', () => {
  expect(BarmanObjectStore.s3('s3://backups/db', { endpoint }).endpoint).toBe(endpoint);
});

test.each<[what: string, store: BarmanObjectStore, code: string, property: string]>([
  ['a place of another store', BarmanObjectStore.s3('gs://backups', { endpoint }), 'InvalidValue', 'destinationPath'],
  ['no bucket', BarmanObjectStore.googleCloud('gs://', { endpoint }), 'InvalidValue', 'destinationPath'],
  ['a signature in an address', BarmanObjectStore.azure('https://a.blob.core.windows.net/b?sig=x', { endpoint }), 'InvalidValue', 'destinationPath'],
  ['half a key', BarmanObjectStore.s3('s3://backups', { endpoint, accessKeyId: KEY }), 'MissingValue', 'secretAccessKey'],
  ['the other half', BarmanObjectStore.s3('s3://backups', { endpoint, secretAccessKey: KEY }), 'MissingValue', 'accessKeyId'],
  ['a Secret that cannot be', BarmanObjectStore.googleCloud('gs://backups', { endpoint, applicationCredentials: { secret: 'Store', key: 'a' } }), 'InvalidName', 'applicationCredentials.secret'],
  ['a key that cannot be', BarmanObjectStore.azure('https://a.b/c', { endpoint, connectionString: { secret: 'store', key: 'a b' } }), 'InvalidValue', 'connectionString.key'],
  ['an address with a path', BarmanObjectStore.s3('s3://backups', { endpoint, endpointUrl: 'https://objects.example.com/bucket' }), 'InvalidValue', 'endpointUrl'],
  ['an option that there is not', BarmanObjectStore.s3('s3://backups', js({ endpoint, region: 'eu' })), 'UnknownProperty', 'region'],
  ['a store that nobody may reach', BarmanObjectStore.s3('s3://backups', js({})), 'MissingValue', 'endpoint'],
  ['an address where an endpoint should be', BarmanObjectStore.azure('https://a.b/c', js({ endpoint: 'a.b:443' })), 'MissingValue', 'endpoint'],
])('refuses %s', (_, store, code, property) => {
  expect(errorOf(() => store._render(at))).toMatchObject({ code, property: `objectStore.${property}` });
});
