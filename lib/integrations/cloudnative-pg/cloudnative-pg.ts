import type { Construct } from 'constructs';
import { createBackup, PLUGIN } from './cloudnative-pg-backup';
import type { IClusterSpec } from './cloudnative-pg-models';
import { type CloudNativePgOptions, PrimaryUpdateStrategy, type ResolvedOptions, resolveOptions } from './cloudnative-pg-options';
import { type ClusterRequest, renderClusterSpec } from './cluster-spec';
import { SynchronousReplication } from './synchronous-replication';
import type { IDatabaseOperator, OperatedDatabase, OperatedDatabaseRequest, OperatorNetwork } from '../../core/database-operator';
import { KubernetesObject } from '../../core/kubernetes-object';
import { checkObjectName, CLOUDNATIVE_PG_CLUSTER } from '../../core/names';
import { NetworkPeer } from '../../core/network-peer';
import { PropertyPath } from '../../core/property-path';

const POSTGRES_PORT = 5432;
const STATUS_PORT = 8000;
const METRICS_PORT = 9187;

/** A copy to be restored. @internal */
export interface RecoveryRequest extends ClusterRequest {
  /** Name of the Cluster whose backups are read. */
  readonly source: string;
  readonly database: string;
  /** A point in time, as RFC 3339; the newest without it. */
  readonly targetTime?: string;
}

/**
 * PostgreSQL in several instances, by CloudNativePG: a primary, standbys that follow it, and an operator that promotes one of them
 * when the primary is lost. Needs the operator, 1.28 or newer, and for backups its Barman Cloud plugin.
 *
 * @see https://cloudnative-pg.io/documentation/current/
 */
export class CloudNativePg implements IDatabaseOperator {
  public readonly description = 'CloudNativePG';
  public readonly engines = ['postgresql'];

  /** @param options backups, and what differs from the defaults */
  public constructor(private readonly options: CloudNativePgOptions = {}) {}

  /** What selects all pods of a database: the instances, and the Jobs that prepare them. @param name the database's name */
  public podLabels(name: string): { readonly [name: string]: string } {
    return { 'cnpg.io/cluster': name };
  }

  /**
   * Creates the Cluster, and for backups an ObjectStore and a ScheduledBackup.
   *
   * @param database parent of the objects
   * @param request what to run
   */
  public run(database: Construct, request: OperatedDatabaseRequest): OperatedDatabase {
    const at = new PropertyPath(database, '');
    const options = resolveOptions(at.at('operator'), this.options);
    const { name, labels, credentials } = request;
    if (!this.engines.includes(request.engine)) {
      at.at('engine').refuse('UnsupportedByController', { value: request.engine, allowed: `PostgreSQL: ${this.description} runs nothing else`, fix: 'write DatabaseEngine.postgres({ version }), or one instance without an operator' });
    }
    if (credentials.usernameKey !== 'username' || credentials.passwordKey !== 'password') {
      at.at('credentials').refuse('UnsupportedByController', {
        value: { username: credentials.usernameKey, password: credentials.passwordKey }, allowed: `the keys username and password: ${this.description} reads Secrets of the type kubernetes.io/basic-auth`, fix: 'name the keys so in the Secret',
      });
    }
    const owner = options.owner ?? request.database;
    checkRoles(at, at.at('engine'), request.database, owner);
    const spec = {
      ...renderClusterSpec(at, at.at('engine'), request, options),
      bootstrap: { initdb: { database: request.database, dataChecksums: true, encoding: 'UTF8', owner, secret: { name: credentials.secretName } } },
      ...options.backup === undefined ? {} : { plugins: [{ isWALArchiver: true, name: PLUGIN, parameters: { barmanObjectName: name } }] },
    };
    const workload = createCluster(database, request, spec, options.keeping);
    const objects = options.backup === undefined ? [] : createBackup(database, at.at('operator').at('backup'), { name, labels, backup: options.backup });
    return {
      isBackedUp: options.backup !== undefined,
      network: this.network(name, options),
      objects,
      readOnly: { port: POSTGRES_PORT, serviceName: `${name}-ro` },
      readWrite: { port: POSTGRES_PORT, serviceName: `${name}-rw` },
      workload,
    };
  }

  /** A copy of one instance, restored from the newest backup, which archives nothing. @internal */
  public _recover(recovery: Construct, request: RecoveryRequest): OperatedDatabase {
    const at = new PropertyPath(recovery, '');
    const options = resolveOptions(at.at('operator'), this.options);
    const { name, source, targetTime } = request;
    if (options.backup === undefined) {
      return at.at('operator').at('backup').refuse('MissingValue', { value: undefined, allowed: 'the operator of a database that is backed up', fix: 'write new CloudNativePg({ backup: { objectStore } }), as for the database' });
    }
    checkObjectName(at.at('source'), CLOUDNATIVE_PG_CLUSTER, source);
    if (name === source) { at.at('name').refuse('DuplicateIdentity', { value: name, allowed: 'another name than the database: a restore makes a new one beside it', fix: `name it ${name}-restored` }); }
    const owner = options.owner ?? request.database;
    checkRoles(at, at, request.database, owner);
    // There is no other instance to wait for, and nobody who would update a copy by hand.
    const alone = { ...options, primaryUpdateStrategy: PrimaryUpdateStrategy.UNSUPERVISED, synchronousReplication: SynchronousReplication.none() };
    const spec = {
      ...renderClusterSpec(at, at, { ...request, instances: 1 }, alone),
      bootstrap: { recovery: { database: request.database, owner, ...targetTime === undefined ? {} : { recoveryTarget: { targetTime } }, source } },
      externalClusters: [{ name: source, plugin: { name: PLUGIN, parameters: { barmanObjectName: source, serverName: source } } }],
    };
    return {
      isBackedUp: false,
      network: this.network(name, options),
      objects: [],
      readWrite: { port: POSTGRES_PORT, serviceName: `${name}-rw` },
      workload: createCluster(recovery, request, spec, {}),
    };
  }

  /** See https://cloudnative-pg.io/documentation/current/security/#exposed-ports: a primary that finds neither the API nor another instance ends itself. */
  private network(name: string, { backup, operatorNamespace }: ResolvedOptions): OperatorNetwork {
    const ports = [{ number: POSTGRES_PORT }, { number: STATUS_PORT }];
    const each = { peer: NetworkPeer.pods(this.podLabels(name)), ports };
    return {
      connectsTo: backup === undefined ? [] : [backup.objectStore.endpoint],
      from: [each, { peer: NetworkPeer.pods({ 'app.kubernetes.io/name': 'cloudnative-pg' }, { namespace: operatorNamespace }), ports }],
      metricsPort: METRICS_PORT,
      to: [each],
      usesKubernetesApi: true,
    };
  }
}

function createCluster(scope: Construct, { name, labels }: ClusterRequest, spec: IClusterSpec, annotations: Readonly<Record<string, string>>): KubernetesObject {
  checkObjectName(new PropertyPath(scope, 'name'), CLOUDNATIVE_PG_CLUSTER, name);
  return new KubernetesObject(scope, 'Cluster', { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', name, labels, annotations, content: { spec: () => spec } });
}

/** Names that need no quotes anywhere, and are none of PostgreSQL's or the operator's. */
function checkRoles(at: PropertyPath, engineAt: PropertyPath, database: string, owner: string): void {
  engineAt.at('database').text(database, 'a name of lower-case letters, digits, "_" and "-", not one of PostgreSQL\'s own', /^(?!postgres$|template[01]$)[a-z_][a-z0-9_-]{0,62}$/);
  at.at('operator').at('owner').text(owner, 'a name of lower-case letters, digits, "_" and "-", not one of PostgreSQL\'s own', /^(?!pg_|postgres$|streaming_replica$)[a-z_][a-z0-9_-]{0,62}$/);
}
