import { Size } from 'cdk8s';
import type { DatabaseCredentials } from './database-credentials';
import type { DatabaseServer } from './database-server';
import type { Engine } from './engines/engine';
import { createOperatedAccess } from './operated-access';
import type { StatefulDatabaseProps } from './stateful-database-props';
import type { Connections, ConnectionsOwner } from '../blocks/connections';
import type { NetworkAccess } from '../blocks/network-access';
import { checkPlacement, renderPlacement } from '../blocks/placement';
import type { ResolvedNames } from '../blocks/service-names';
import { objectLabels } from '../blocks/service-names';
import { AccessMode } from '../core/access-mode';
import type { IDatabaseOperator, OperatorStorage } from '../core/database-operator';
import type { EffectiveEnvironment } from '../core/environment';
import type { KubernetesObject } from '../core/kubernetes-object';
import { checkAnnotations } from '../core/labels';
import { Port } from '../core/port';
import { PropertyPath } from '../core/property-path';
import type { Resources } from '../core/resources';
import { CloudNativePg } from '../integrations/cloudnative-pg/cloudnative-pg';

/** @internal */
export interface OperatedServerProps {
  readonly props: StatefulDatabaseProps;
  readonly operator: IDatabaseOperator;
  readonly names: ResolvedNames;
  readonly environment: EffectiveEnvironment;
  readonly engine: Engine;
  readonly credentials: DatabaseCredentials;
  readonly resources: Resources;
  readonly memoryLimit: number;
  readonly instances: number;
  readonly storage: OperatorStorage;
}

/** What the pods of an operator are made of is the operator's. */
const NOT_OURS = ['identity', 'files', 'sidecars', 'initContainers', 'env', 'claimRetention', 'names', 'selectorLabels'] as const;

/**
 * Who runs the database, where a StatefulSet would not do: several instances elect a primary, which no StatefulSet knows of.
 *
 * @internal
 */
export function operatorFor(at: PropertyPath, props: StatefulDatabaseProps, engine: Engine, instances: number): IDatabaseOperator | undefined {
  const { operator } = props;
  if (operator !== undefined) {
    if (typeof (operator as Partial<IDatabaseOperator>).run !== 'function') {
      at.at('operator').refuse('InvalidValue', { value: operator, allowed: 'an implementation of IDatabaseOperator', fix: 'write new CloudNativePg()' });
    }
    if (!operator.engines.includes(engine.name)) {
      at.at('operator').refuse('UnsupportedByController', { value: operator.description, allowed: `an operator that runs '${engine.name}'; this one runs ${operator.engines.join(', ')}`, fix: 'choose another operator or engine' });
    }
    return operator;
  }
  if (instances === 1 || engine.clusters === true) { return undefined; }
  if (!hasKnownOperator(engine)) {
    at.at('instances').refuse('UnsupportedByController', {
      value: instances,
      allowed: `1 for '${engine.name}': its instances do not find each other, so each would hold data of its own, and clients would see now these, now those`,
      fix: 'name an operator that runs it (an implementation of IDatabaseOperator), or leave "instances" out',
    });
  }
  return new CloudNativePg();
}

/** Whether this library brings an operator for the engine: any other is the user's own. @internal */
export function hasKnownOperator(engine: Engine): boolean {
  return new CloudNativePg().engines.includes(engine.name);
}

/** A database that an operator runs: its object, and the policy of its pods. @internal */
export class OperatedServer implements DatabaseServer {
  public readonly workload: KubernetesObject;
  public readonly policy: NetworkAccess;
  public readonly connections: Connections;
  public readonly ports: readonly Port[];
  public readonly serviceName: string;
  public readonly podLabels: Readonly<Record<string, string>>;
  public readonly labels: Readonly<Record<string, string>>;
  public readonly isBackedUp: boolean;

  public constructor(owner: ConnectionsOwner, parts: OperatedServerProps) {
    const { props, operator, names, environment, engine, credentials, resources, memoryLimit, instances, storage } = parts;
    const at = new PropertyPath(owner, '');
    for (const key of NOT_OURS) {
      if (props[key] !== undefined) {
        at.at(key).refuse('UnsupportedByController', { value: props[key], allowed: `nothing here: the pods are made by ${operator.description}`, fix: `leave it out, or patch the member "workload" as ${operator.description} has it` });
      }
    }
    if (!(props.storage instanceof Size) && props.storage.accessMode !== undefined && props.storage.accessMode !== AccessMode.READ_WRITE_ONCE) {
      at.at('storage').at('accessMode').refuse('UnsupportedByController', { value: props.storage.accessMode, allowed: `${AccessMode.READ_WRITE_ONCE}: the claims are made by ${operator.description}`, fix: 'leave it out' });
    }
    const name = names.name;
    const podLabels = operator.podLabels(name);
    this.podLabels = podLabels;
    const operated = engine.operated({ at: at.at('engine'), memoryLimit, credentials });
    this.labels = objectLabels(at, names, {
      version: props.version ?? operated.version, component: props.component ?? engine.name, partOf: environment.partOf, team: environment.team,
    }, props.labels ?? {});
    checkAnnotations(at.at('annotations'), props.annotations ?? {});
    const placement = { selectorLabels: podLabels, minReplicas: instances, maxReplicas: instances, revisionLabel: 'controller-revision-hash' };
    checkPlacement(at.at('placement'), props.placement ?? {}, placement, where => environment.kubernetesVersion.require('affinityMatchLabelKeys', where, 'Spread.onePodPerNode'));
    const { requests, limits } = resources._render(at.at('resources'));
    const made = operator.run(owner, {
      name,
      labels: this.labels,
      engine: engine.name,
      version: operated.version,
      ...operated.image === undefined ? {} : { image: operated.image },
      ...props.pod?.imagePullSecrets === undefined ? {} : { imagePullSecrets: props.pod.imagePullSecrets.map(secret => secret.name) },
      instances,
      storage,
      resources: { requests: requests as Record<string, string>, limits: limits as Record<string, string> },
      parameters: operated.parameters,
      database: engine.database ?? name,
      credentials: { secretName: credentials.secretName, usernameKey: credentials._key('username'), passwordKey: credentials._key('password') },
      placement: renderPlacement(at.at('placement'), props.placement ?? {}, placement),
      environment,
    });
    this.workload = made.workload;
    this.serviceName = made.readWrite.serviceName;
    this.isBackedUp = made.isBackedUp;
    const port = Port.tcp(made.readWrite.port, { name: engine.port.name });
    const metrics = made.network.metricsPort;
    this.ports = [port, ...metrics === undefined ? [] : [Port.http(metrics, { name: 'metrics' })]];
    const { policy, connections } = createOperatedAccess(owner, { name: names.networkPolicy, labels: this.labels, podLabels, ports: this.ports, network: made.network });
    this.policy = policy;
    this.connections = connections;
  }

  /** The first instance's claim, as operators name them after the pod. */
  public get claimName(): string {
    return `${this.workload.name}-1`;
  }
}
