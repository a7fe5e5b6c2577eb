import type { Size } from 'cdk8s';
import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { createOperatedAccess } from './operated-access';
import { DATABASE_RESOURCES } from './stateful-database-props';
import type { AllowOptions, Connections, ConnectionsOwner } from '../blocks/connections';
import type { Connection, ConnectionCaller, IConnectable } from '../core/connection';
import { Environment } from '../core/environment';
import type { KubernetesObject } from '../core/kubernetes-object';
import { NamePrefix } from '../core/names';
import type { NetworkPeer } from '../core/network-peer';
import { objectLabels } from '../core/object-labels';
import { Port } from '../core/port';
import type { KnownProperties } from '../core/property-path';
import { PropertyPath } from '../core/property-path';
import { Resources } from '../core/resources';
import { CloudNativePg } from '../integrations/cloudnative-pg/cloudnative-pg';

/** What is restored, and as what. */
export interface CloudNativePgRecoveryProps {
  /** The operator of the database, with its `backup`: it knows the object store. */
  readonly operator: CloudNativePg;

  /** Name of the database whose newest backup is restored, in the same namespace. */
  readonly source: string;

  /** Version of PostgreSQL, as the database has it. */
  readonly version: string;

  /** Size of the claim: at least the database's. */
  readonly storage: Size;

  /**
   * Name of the StorageClass.
   *
   * @default - the cluster's default class
   */
  readonly storageClassName?: string;

  /**
   * CPU, memory and disk.
   *
   * @default - guaranteed: half a core, 1 GiB of memory and 1 GiB of disk beside the data
   */
  readonly resources?: Resources;

  /**
   * Name of the application's database, as its engine has it.
   *
   * @default app
   */
  readonly database?: string;

  /**
   * Full reference of an image of the user's own, as the database has it.
   *
   * @default - the operator's image of that version
   */
  readonly image?: string;

  /**
   * The moment to go back to, as RFC 3339 writes it, such as `2026-11-21T14:30:00Z`.
   *
   * @default - the last one that is in the archive
   */
  readonly targetTime?: string;

  /**
   * Name of the copy.
   *
   * @default - the construct's id, after the prefix that holds there
   */
  readonly name?: string;
}

const KNOWN: KnownProperties<CloudNativePgRecoveryProps> = {
  operator: true, source: true, version: true, storage: true, storageClassName: true, resources: true, database: true, image: true, targetTime: true, name: true,
};

/**
 * A copy of a database in one instance, restored by CloudNativePG from the object store beside the one that runs. Kubernetes has
 * nothing that makes such a Cluster on a schedule and removes it again: put it into a chart of its own, which a person or a
 * pipeline applies, asks, and deletes. Nobody may reach it but whom `allowFrom` names, and it writes nothing to the store.
 *
 * Creates a Cluster and a NetworkPolicy. The operator makes the Secret `<name>-app` with a new password of the owner.
 *
 * @see https://cloudnative-pg.io/documentation/current/recovery/
 */
export class CloudNativePgRecovery extends Construct implements IConnectable {
  /** The Cluster. */
  public readonly cluster: KubernetesObject;
  /** What is not declared is denied. */
  public readonly networkPolicy: KubernetesObject;
  /** Name of the Cluster. */
  public readonly name: string;
  /** Host name that clients dial, inside the namespace. */
  public readonly host: string;
  /** What selects its pods. @internal */
  public readonly _podLabels: Readonly<Record<string, string>>;
  private readonly database: string;
  private readonly connections: Connections;

  /** @param scope a chart of its own, in the namespace of the database @param id id, and the name where none is given @param props what is restored */
  public constructor(scope: Construct, id: string, props: CloudNativePgRecoveryProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    const { operator, source, version, storage, storageClassName, resources = DATABASE_RESOURCES, database = 'app', image, targetTime } = at.onlyKnown(props, KNOWN);
    const environment = Environment.of(this);
    this.database = database;
    this.name = props.name ?? `${NamePrefix.of(this)}${id}`;
    if (targetTime !== undefined) { at.at('targetTime').text(targetTime, 'a moment such as 2026-11-21T14:30:00Z', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/); }
    const { requests, limits } = at.at('resources').instance(resources, Resources, 'Resources.guaranteed()')._render(at.at('resources'));
    const labels = objectLabels(this);
    const made = at.at('operator').instance(operator, CloudNativePg, 'new CloudNativePg({ backup: { objectStore } })')._recover(this, {
      name: this.name,
      labels,
      source,
      version,
      instances: 1,
      storage: { size: storage, storageClassName },
      resources: { requests: requests as Record<string, string>, limits: limits as Record<string, string> },
      database,
      image,
      targetTime,
      environment,
    });
    this.cluster = made.workload;
    this.host = made.readWrite.serviceName;
    this._podLabels = operator.podLabels(this.name);
    const ports = [Port.tcp(made.readWrite.port, { name: 'postgresql' })];
    const { policy, connections } = createOperatedAccess(this satisfies ConnectionsOwner, { name: this.name, labels, podLabels: this._podLabels, ports, network: made.network });
    this.networkPolicy = policy;
    this.connections = connections;
  }

  /** Namespace of the copy, where the chart names one. */
  public get namespace(): string | undefined {
    return Chart.of(this).namespace;
  }

  /** Lets somebody in, such as the Job that asks whether the data is right. @param source who @param options on which ports */
  public allowFrom(source: NetworkPeer, options: AllowOptions = {}): void {
    this.connections.allowFrom(source, this, options);
  }

  /** @see IConnectable.acceptConnection */
  public acceptConnection(caller: ConnectionCaller, portName?: string): Connection {
    const secret = `${this.name}-app`;
    return {
      ...this.connections.accept(caller, portName),
      login: { namespace: this.namespace, scheme: 'postgres', database: this.database, username: { secret, key: 'username' }, password: { secret, key: 'password' } },
    };
  }
}
