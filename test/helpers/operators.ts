import { Size } from 'cdk8s';
import { CloudNativePg, type CloudNativePgOptions, Environment, ExternalEndpoint, type OperatedDatabase, type OperatedDatabaseRequest } from 'cdk8s-production';
import { Construct } from 'constructs';
import { testChart } from './manifests';

/** Where an object store is. */
export const STORE = ExternalEndpoint.fqdn('s3.example.com', 443);

/** Makes CloudNativePG run a database `db` of three instances, but for what a test is about. */
export function operated(options: CloudNativePgOptions = {}, request: Partial<OperatedDatabaseRequest> = {}, chart = testChart()): OperatedDatabase {
  const name = request.name ?? 'db';
  return new CloudNativePg(options).run(new Construct(chart, name), {
    name,
    labels: {},
    engine: 'postgresql',
    version: '16.4',
    instances: 3,
    storage: { size: Size.gibibytes(100) },
    resources: { requests: { cpu: '1', memory: '4Gi' }, limits: { cpu: '1', memory: '4Gi' } },
    database: 'payments',
    credentials: { secretName: 'db-credentials', usernameKey: 'username', passwordKey: 'password' },
    environment: Environment.of(chart),
    ...request,
  });
}
