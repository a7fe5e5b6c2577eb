/**
 * The shapes of CloudNativePG's kinds, for the compiler alone: they never reach our public types. The plugin's ObjectStore is in
 * no published package; its part that is written here stands beside its use.
 *
 * @see https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/
 */
export type { IAffinityConfiguration } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/AffinityConfiguration' with { 'resolution-mode': 'import' };
export type { IClusterSpec } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/ClusterSpec' with { 'resolution-mode': 'import' };
export type { IScheduledBackupSpec } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/ScheduledBackupSpec' with { 'resolution-mode': 'import' };
export type { ISynchronousReplicaConfiguration } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/SynchronousReplicaConfiguration' with { 'resolution-mode': 'import' };
