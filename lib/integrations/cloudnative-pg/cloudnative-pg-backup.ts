import type { Construct } from 'constructs';
import type { StoreConfiguration } from './barman-object-store';
import type { IScheduledBackupSpec } from './cloudnative-pg-models';
import type { ResolvedOptions } from './cloudnative-pg-options';
import type { IResourceRequirements } from '../../core/kubernetes';
import { KubernetesObject } from '../../core/kubernetes-object';
import type { PropertyPath } from '../../core/property-path';

/** Name of the Barman Cloud plugin. CloudNativePG's own support of object stores goes away with 1.31. @internal */
export const PLUGIN = 'barman-cloud.cloudnative-pg.io';

/** The part of an ObjectStore that is written here. See https://cloudnative-pg.io/plugin-barman-cloud/docs/plugin-barman-cloud.v1/#objectstorespec */
interface ObjectStoreSpec {
  readonly configuration: StoreConfiguration & {
    readonly data: { readonly compression: 'gzip' };
    readonly wal: { readonly compression: 'gzip'; readonly maxParallel: number };
  };
  readonly instanceSidecarConfiguration: { readonly resources: IResourceRequirements };
  readonly retentionPolicy: string;
}

/** @internal */
export interface BackupRequest {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly backup: NonNullable<ResolvedOptions['backup']>;
}

/** Creates what makes backups, and keeps them for as long as they are needed. @internal */
export function createBackup(scope: Construct, at: PropertyPath, { name, labels, backup }: BackupRequest): KubernetesObject[] {
  const store: ObjectStoreSpec = {
    configuration: { ...backup.objectStore._render(at.at('objectStore')), data: { compression: 'gzip' }, wal: { compression: 'gzip', maxParallel: 4 } },
    instanceSidecarConfiguration: { resources: backup.sidecarResources._render(at.at('sidecarResources')) },
    retentionPolicy: `${backup.retentionDays}d`,
  };
  const schedule: IScheduledBackupSpec = {
    backupOwnerReference: 'self',
    cluster: { name },
    immediate: true, // logs without a base backup restore nothing
    method: 'plugin',
    pluginConfiguration: { name: PLUGIN },
    schedule: `0 ${backup.schedule}`, // six fields: seconds come first
    target: 'prefer-standby',
  };
  return [
    new KubernetesObject(scope, 'ObjectStore', { apiVersion: 'barmancloud.cnpg.io/v1', kind: 'ObjectStore', name, labels, content: { spec: () => store } }),
    new KubernetesObject(scope, 'ScheduledBackup', { apiVersion: 'postgresql.cnpg.io/v1', kind: 'ScheduledBackup', name: `${name}-backup`, labels, content: { spec: () => schedule } }),
  ];
}
