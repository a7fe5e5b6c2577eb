import type { Connections } from '../blocks/connections';
import type { NetworkAccess } from '../blocks/network-access';
import type { KubernetesObject } from '../core/kubernetes-object';
import type { Port } from '../core/port';

/** What runs a database: the objects of a StatefulSet, or those that an operator asks for. @internal */
export interface DatabaseServer {
  readonly workload: KubernetesObject;
  readonly policy: NetworkAccess;
  readonly connections: Connections;
  readonly ports: readonly Port[];
  /** Name of the Service that clients dial. */
  readonly serviceName: string;
  readonly podLabels: Readonly<Record<string, string>>;
  /** Labels of every object. */
  readonly labels: Readonly<Record<string, string>>;
  readonly claimName: string;
  readonly service?: KubernetesObject;
  readonly headlessService?: KubernetesObject;
  readonly disruptionBudget?: KubernetesObject;
  readonly serviceAccount?: KubernetesObject;
  readonly configMap?: KubernetesObject;
  readonly role?: KubernetesObject;
  readonly roleBinding?: KubernetesObject;
  /** Whether it saves its data by itself. */
  readonly isBackedUp: boolean;
}
