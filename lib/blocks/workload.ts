import type * as kplus from 'cdk8s-plus-28';
import type { ApplicationPods } from './application-pods';
import type { ConnectOptions } from './connections';
import { PodSelection } from './pod-selection';
import type { ConnectionEdge, IConnectable } from '../core/connection';
import type { KubernetesObject } from '../core/kubernetes-object';

/**
 * What every workload of this library is: pods with an account, a policy that denies what is not declared, and
 * connections. Others may select the pods, grant them rights and name them in policies.
 */
export abstract class Workload extends PodSelection implements kplus.ISubject {
  /** Name of the workload's objects. */
  public abstract readonly name: string;
  /** The selector of its pods. It never changes. */
  public abstract readonly selectorLabels: Readonly<Record<string, string>>;
  /** The pods with all that belongs to them. @internal */
  protected abstract readonly _pods: ApplicationPods;

  /** The NetworkPolicies: what is not declared is denied. */
  public get networkPolicies(): readonly KubernetesObject[] {
    return [this._pods.policy];
  }

  /** The ServiceAccount; none with an existing one. */
  public get serviceAccount(): KubernetesObject | undefined {
    return this._pods.serviceAccount;
  }

  /** The Role; none without permissions. */
  public get role(): KubernetesObject | undefined {
    return this._pods.role;
  }

  /** The RoleBinding; none without permissions. */
  public get roleBinding(): KubernetesObject | undefined {
    return this._pods.roleBinding;
  }

  /** The ConfigMap with the files; none without files. */
  public get configMap(): KubernetesObject | undefined {
    return this._pods.configMap;
  }

  /** Name of the account its pods run under. */
  public get serviceAccountName(): string {
    return this._pods.serviceAccountName;
  }

  /** What selects all its pods. @internal */
  public override get _podLabels(): Readonly<Record<string, string>> {
    return this.selectorLabels;
  }

  /** What the workload connects to. */
  public get edges(): readonly ConnectionEdge[] {
    return this._pods.connections.edges;
  }

  /**
   * Declares that the workload depends on a target: egress here, ingress there, and the address in its variables.
   *
   * @param target a service, a database, an `ExternalEndpoint`, or a workload of cdk8s-plus
   * @param options which port, and the names of the variables
   * @throws ConfigurationError `PortConflict`, `NetworkUnreachable`, `EnvironmentVariableConflict`
   */
  public connectTo(target: IConnectable | kplus.INetworkPolicyPeer, options: ConnectOptions = {}): void {
    this._pods.connections.connectTo(target, options);
  }

  /** @see kplus.ISubject */
  public toSubjectConfiguration(): kplus.SubjectConfiguration {
    return { kind: 'ServiceAccount', name: this.serviceAccountName, apiGroup: '', namespace: this.namespace };
  }
}
