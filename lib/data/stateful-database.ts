import { Size } from 'cdk8s';
import type * as kplus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { Backup } from './backup/backup';
import { Restore } from './backup/restore';
import { RestoreDrill } from './backup/restore-drill';
import { ClaimRetention } from './claim-retention';
import { DatabaseCredentials } from './database-credentials';
import { databaseFindings } from './database-findings';
import type { DatabaseServer } from './database-server';
import type { DatabaseSubject } from './database-subject';
import { DatabaseEngine } from './engines/database-engine';
import type { Engine, EngineContext, EngineServer } from './engines/engine';
import { hasKnownOperator, OperatedServer, operatorFor } from './operated-server';
import type { StatefulDatabaseProps } from './stateful-database-props';
import { DATABASE_NAMES, DATABASE_RESOURCES, DATABASE_STORAGE, STATEFUL_DATABASE_PROPS } from './stateful-database-props';
import { StatefulSetServer } from './stateful-set-server';
import { StatefulSetUpdate } from './stateful-set-update';
import type { ClaimRequest } from '../blocks/claim-spec';
import type { AllowOptions, ConnectOptions } from '../blocks/connections';
import type { EnvironmentVariables } from '../blocks/environment-variables';
import { Health } from '../blocks/health';
import { PodSelection } from '../blocks/pod-selection';
import { resolveNames } from '../blocks/service-names';
import type { SidecarProps } from '../blocks/sidecar';
import { AccessMode, renderAccessModes } from '../core/access-mode';
import type { Connection, ConnectionCaller, ConnectionEdge, IConnectable } from '../core/connection';
import type { OperatorStorage } from '../core/database-operator';
import { Availability, Environment } from '../core/environment';
import { Findings } from '../core/findings';
import type { KubernetesObject } from '../core/kubernetes-object';
import { checkObjectName } from '../core/names';
import type { NetworkPeer } from '../core/network-peer';
import { Port } from '../core/port';
import { PropertyPath } from '../core/property-path';
import { mebibytes } from '../core/quantity';
import { Resources } from '../core/resources';
import { storageClassNameOf } from '../core/storage-class-reference';

/**
 * A database that a careful operator would run: one instance by a StatefulSet, several by an operator that elects a primary.
 *
 * Creates for one instance a StatefulSet with a claim template, a Service that clients dial, a headless Service, a
 * ServiceAccount, a NetworkPolicy and an immutable ConfigMap with the engine's scripts; for several instances of PostgreSQL a
 * CloudNativePG Cluster and a NetworkPolicy; for several instances of an engine that clusters by itself also a
 * PodDisruptionBudget. Further what `backups` and `restoreDrill` ask for. Each is a member and can be patched.
 *
 * A Secret with the credentials has to be there: nothing of it ever stands in a manifest.
 *
 * A change of `StatefulDatabase.IMMUTABLE_FIELDS` is refused by the API server. To change one, such as the size in the claim
 * template: save the data, let every claim grow (`kubectl patch pvc`), delete the StatefulSet without its pods
 * (`kubectl delete statefulset NAME --cascade=orphan`) and apply the new manifest: it takes the pods and claims over.
 *
 * @example
 *
 * const database = new StatefulDatabase(chart, 'payments-db', {
 *   engine: DatabaseEngine.postgres({ version: '16.4' }),
 *   storage: Size.gibibytes(100),
 * });
 */
export class StatefulDatabase extends PodSelection implements IConnectable {
  /** Fields of its StatefulSet that can never be changed on one that runs. */
  public static readonly IMMUTABLE_FIELDS: readonly string[] = StatefulSetUpdate.IMMUTABLE;

  /** The StatefulSet, or what stands for the database with its operator, such as a Cluster. */
  public readonly workload: KubernetesObject;
  /** The Service that clients dial; none where an operator makes it. */
  public readonly service?: KubernetesObject;
  /** The headless Service; none where an operator makes it. */
  public readonly headlessService?: KubernetesObject;
  /** The PodDisruptionBudget; none for one instance, and none where an operator makes it. */
  public readonly disruptionBudget?: KubernetesObject;
  /** The NetworkPolicies: what is not declared is denied. */
  public readonly networkPolicies: readonly KubernetesObject[];
  /** The ServiceAccount; none with an existing one, and none where an operator makes it. */
  public readonly serviceAccount?: KubernetesObject;
  /** The Role; none without permissions. */
  public readonly role?: KubernetesObject;
  /** The RoleBinding; none without permissions. */
  public readonly roleBinding?: KubernetesObject;
  /** The ConfigMap with the engine's scripts and the files; none where an operator runs the engine. */
  public readonly configMap?: KubernetesObject;
  /** What saves the data elsewhere, in the order of the prop: a `DumpBackup`, a `VolumeSnapshotSchedule` or a `VeleroSchedule`. */
  public readonly backups: readonly Construct[];
  /** What shows that the newest dump can be restored; none without the prop. */
  public readonly restoreDrill?: RestoreDrill;
  /** What a person starts to restore a dump; none without dumps, and none where an operator restores. */
  public readonly restore?: Restore;
  /** Name of the database's objects. */
  public readonly name: string;
  /** Host name that clients dial, inside the namespace. */
  public readonly host: string;
  /** Ports that it listens on, the engine's first. */
  public readonly ports: readonly Port[];
  /** Where its names and passwords are. */
  public readonly credentials: DatabaseCredentials;
  private readonly engine: Engine;
  private readonly server: DatabaseServer;

  /**
   * @param scope any construct below a Chart
   * @param id name of the database
   * @param props what the team says of it
   * @throws ConfigurationError with code, path, property, value, what is allowed and what to do
   */
  public constructor(scope: Construct, id: string, props: StatefulDatabaseProps) {
    super(scope, id);
    const at = new PropertyPath(this, '');
    at.onlyKnown(props, STATEFUL_DATABASE_PROPS);
    const environment = Environment.of(this);
    const { headlessService, claim, ...adopted } = at.at('names').onlyKnown(props.names ?? {}, DATABASE_NAMES);
    const names = resolveNames(this, { name: props.name, renamedFrom: props.renamedFrom, selectorLabels: props.selectorLabels, names: adopted }, 'StatefulSet');
    this.name = names.name;
    this.engine = at.at('engine').instance(props.engine, DatabaseEngine, "DatabaseEngine.postgres({ version: '16.4' })")._engine(at.at('engine'));
    this.credentials = at.at('credentials').instance(props.credentials ?? DatabaseCredentials.fromSecret(`${this.name}-credentials`), DatabaseCredentials, "DatabaseCredentials.fromSecret('payments-db')");
    this.credentials._check(at.at('credentials'));
    const instances = props.instances === undefined ? 1 : at.at('instances').integer(props.instances, 1, 50);
    const storage = storageOf(at.at('storage'), props.storage);
    const resources = at.at('resources').instance(props.resources ?? DATABASE_RESOURCES, Resources, 'Resources.guaranteed({ memory: Size.gibibytes(4) })');
    const context = { at: at.at('engine'), memoryLimit: resources._amounts(at.at('resources')).memoryLimit, credentials: this.credentials };
    const claimRetention = at.at('claimRetention').instance(props.claimRetention ?? ClaimRetention.retain(), ClaimRetention, 'ClaimRetention.retain()')._render(at.at('claimRetention'));
    const operator = operatorFor(at, props, this.engine, instances);
    const common = { names, environment, engine: this.engine, resources, instances };
    this.server = operator !== undefined
      ? new OperatedServer(this, { ...common, props, operator, credentials: this.credentials, memoryLimit: context.memoryLimit, storage: storage.ofOperator })
      : new StatefulSetServer(this, {
        ...common,
        pod: props,
        names: {
          ...names,
          headlessService: checkObjectName(at.at('names').at('headlessService'), 'Service', headlessService ?? `${this.name}-headless`),
          claim: checkObjectName(at.at('names').at('claim'), 'Pod', claim ?? 'data'),
        },
        server: this.serverWithout(at.at('env'), props.env ?? {}, context),
        exporter: props.metrics === undefined || !at.at('metrics').flag(props.metrics) ? undefined : this.exporter(at.at('metrics'), context),
        env: props.env ?? {},
        storage: storage.claim,
        claimRetention,
      });
    const { server } = this;
    this.workload = server.workload;
    this.service = server.service;
    this.headlessService = server.headlessService;
    this.disruptionBudget = server.disruptionBudget;
    this.networkPolicies = [server.policy];
    this.serviceAccount = server.serviceAccount;
    this.role = server.role;
    this.roleBinding = server.roleBinding;
    this.configMap = server.configMap;
    this.ports = server.ports;
    this.host = server.serviceName;
    const subject = this.subject(props, storage.claim.size, operator !== undefined);
    const backups = at.at('backups').list(props.backups ?? []).map((backup, i) => at.at('backups').at(i).instance(backup, Backup, "Backup.dump({ schedule: '0 2 * * *', storage: … })"));
    const dump = backups.find(backup => backup._dump !== undefined)?._dump;
    this.backups = backups.map((backup, i) => backup._create(subject, at.at('backups').at(i)));
    this.restoreDrill = props.restoreDrill === undefined ? undefined : RestoreDrill._of(subject, at.at('restoreDrill'), props.restoreDrill, dump);
    // An operator's database has a user that may make no other, and ways of its own to restore.
    this.restore = dump === undefined || operator !== undefined ? undefined : Restore._of(subject, at.at('backups'), dump);
    const subjectOfFindings = {
      highlyAvailable: environment.availability === Availability.HIGH,
      instances,
      operators: hasKnownOperator(this.engine),
      isBackedUp: server.isBackedUp || backups.length > 0,
      isDrilled: this.restoreDrill !== undefined,
    };
    for (const finding of databaseFindings(subjectOfFindings)) { Findings.add(this, finding); }
  }

  /** What selects all its pods. @internal */
  public override get _podLabels(): Readonly<Record<string, string>> {
    return this.server.podLabels;
  }

  /** What the database connects to. */
  public get edges(): readonly ConnectionEdge[] {
    return this.server.connections.edges;
  }

  /** Declares that the database itself depends on a target. @param target such as an `ExternalEndpoint` @param options which port */
  public connectTo(target: IConnectable | kplus.INetworkPolicyPeer, options: ConnectOptions = {}): void {
    this.server.connections.connectTo(target, options);
  }

  /**
   * Lets somebody in who does not connect by `connectTo`, such as a person's tool in another namespace.
   *
   * @param source a `NetworkPeer`, a workload, or a workload of cdk8s-plus
   * @param options on which ports
   */
  public allowFrom(source: NetworkPeer | kplus.INetworkPolicyPeer, options: AllowOptions = {}): void {
    this.server.connections.allowFrom(source, this, options);
  }

  /** @see IConnectable.acceptConnection */
  public acceptConnection(caller: ConnectionCaller, portName?: string): Connection {
    const { credentials, engine, namespace } = this;
    const asked = (key: 'username' | 'password') => (engine.asksFor.includes(key) ? { [key]: { secret: credentials.secretName, key: credentials._key(key) } } : {});
    const connection = this.server.connections.accept(caller, portName);
    return connection.port.number !== engine.port.number ? connection : {
      ...connection, login: { namespace, scheme: engine.scheme, database: engine.database, ...asked('username'), ...asked('password') },
    };
  }

  /** The engine's server, whose variables nobody overrides: where the data lies is one of them. */
  private serverWithout(at: PropertyPath, env: EnvironmentVariables, context: EngineContext): EngineServer {
    const server = this.engine.server(context);
    const taken = Object.keys(env).find(name => Object.hasOwn(server.env, name));
    return taken === undefined ? server : at.at(taken).refuse('EnvironmentVariableConflict', {
      value: env[taken], allowed: `names that the engine does not set itself: ${Object.keys(server.env).sort().join(', ')}`, fix: 'use the options of the engine, or of the database',
    });
  }

  private exporter(at: PropertyPath, context: EngineContext): SidecarProps {
    const exporter = this.engine.exporter(context)
      ?? at.refuse('UnsupportedByController', { value: true, allowed: `an engine that brings an exporter; '${this.engine.name}' has none`, fix: 'add the exporter of your choice to "sidecars"' });
    return {
      name: 'metrics',
      image: exporter.image,
      ...exporter.args === undefined ? {} : { args: [...exporter.args] },
      env: exporter.env,
      ports: [Port.http(exporter.port, { name: 'metrics' })],
      health: Health.none('an exporter that fails is seen by the metrics that are missing, and must not take the database away'),
    };
  }

  private subject(props: StatefulDatabaseProps, storage: number, isOperated: boolean): DatabaseSubject {
    const { credentials, engine } = this;
    const of = (key: 'username' | 'password' | 'adminPassword') => ({ valueFrom: credentials._reference(key) });
    return {
      construct: this,
      name: this.name,
      host: this.host,
      engine,
      credentials,
      // An operator gives nobody its administrator.
      administration: isOperated
        ? { username: of('username'), password: of('password') }
        : { username: engine.administrator ?? (engine.asksFor.includes('username') ? of('username') : undefined), password: of(engine.administratorPassword) },
      isOperated,
      namespace: this.namespace,
      selectorLabels: this.server.podLabels,
      labels: props.labels ?? {},
      pod: props.pod,
      storage,
      claimName: this.server.claimName,
    };
  }
}

/** What is asked of each instance's volume, as a claim template and as an operator want to know it. */
function storageOf(at: PropertyPath, given: StatefulDatabaseProps['storage']): { readonly claim: ClaimRequest; readonly ofOperator: OperatorStorage } {
  const { size, storageClass, accessMode } = at.onlyKnown(given instanceof Size ? { size: given } : given, DATABASE_STORAGE);
  const storageClassName = storageClass === undefined ? undefined : storageClassNameOf(at.at('storageClass'), storageClass);
  return {
    claim: {
      size: mebibytes(given instanceof Size ? at : at.at('size'), size, 1024),
      accessModes: renderAccessModes(at.at('accessMode'), [accessMode ?? AccessMode.READ_WRITE_ONCE]),
      ...storageClassName === undefined ? {} : { storageClass: storageClassName },
    },
    ofOperator: { size, ...storageClassName === undefined ? {} : { storageClassName } },
  };
}
