import type { Size } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ClusterPeer } from './cluster-profile';
import type { IConnectable } from './connection';
import type { EffectiveEnvironment } from './environment';
import type { KubernetesObject } from './kubernetes-object';

/** Where the data of each instance is kept. */
export interface OperatorStorage {
  /** Size of each instance's claim. */
  readonly size: Size;
  /**
   * Name of the StorageClass.
   *
   * @default - the cluster's default class
   */
  readonly storageClassName?: string;
}

/** Where the name and password of the application's user are. */
export interface OperatorCredentials {
  /** Name of the Secret, in the database's namespace. */
  readonly secretName: string;
  /** Key with the name of the user. */
  readonly usernameKey: string;
  /** Key with the password. */
  readonly passwordKey: string;
}

/** Amounts of a container, as Kubernetes writes them. */
export interface OperatorResources {
  /** Such as `{ cpu: '1', memory: '4Gi' }`. */
  readonly requests: { readonly [resource: string]: string };
  /** Such as `{ cpu: '2', memory: '4Gi' }`. */
  readonly limits: { readonly [resource: string]: string };
}

/** Where instances run: fields of a pod's spec, as Kubernetes writes them. They select the pods by the operator's `podLabels`. */
export interface OperatorPlacement {
  /**
   * `affinity`.
   *
   * @default - none
   */
  readonly affinity?: object;
  /**
   * `nodeSelector`.
   *
   * @default - any node
   */
  readonly nodeSelector?: { readonly [name: string]: string };
  /**
   * `priorityClassName`.
   *
   * @default - the cluster's default class
   */
  readonly priorityClassName?: string;
  /**
   * `tolerations`.
   *
   * @default - none
   */
  readonly tolerations?: object[];
  /**
   * `topologySpreadConstraints`.
   *
   * @default - none
   */
  readonly topologySpreadConstraints?: object[];
}

/** A database that an operator is to run, as its construct describes it. */
export interface OperatedDatabaseRequest {
  /** Name of the database: of the operator's main object, and the beginning of all other names. */
  readonly name: string;
  /** Labels of every object. */
  readonly labels: { readonly [name: string]: string };
  /** Name of the engine, such as `postgresql`. */
  readonly engine: string;
  /** Version of the engine, such as `16.4`. */
  readonly version: string;
  /**
   * Full reference of an image of the user's own.
   *
   * @default - the operator's image of that version
   */
  readonly image?: string;
  /**
   * Names of the Secrets to pull it with.
   *
   * @default - none
   */
  readonly imagePullSecrets?: string[];
  /** How many instances there are, the primary included. */
  readonly instances: number;
  /** Where the data is. */
  readonly storage: OperatorStorage;
  /** What the engine's container asks for and may use. */
  readonly resources: OperatorResources;
  /**
   * Settings of the engine's server by their names, such as those that follow from its memory.
   *
   * @default - the operator's
   */
  readonly parameters?: { readonly [name: string]: string };
  /** Name of the application's database. */
  readonly database: string;
  /** Where its user's name and password are. */
  readonly credentials: OperatorCredentials;
  /**
   * Where instances run.
   *
   * @default - anywhere
   */
  readonly placement?: OperatorPlacement;
  /** The facts of the cluster. */
  readonly environment: EffectiveEnvironment;
}

/** What the pods of a database have to do with the network, beside their clients. Everything else may be denied. */
export interface OperatorNetwork {
  /** Who reaches the pods: the operator, and the pods themselves. */
  readonly from: ClusterPeer[];
  /** What the pods reach: each other, at least. */
  readonly to: ClusterPeer[];
  /**
   * What else they connect to, such as an object store.
   *
   * @default - nothing
   */
  readonly connectsTo?: IConnectable[];
  /** Whether the pods talk to the Kubernetes API. */
  readonly usesKubernetesApi: boolean;
  /**
   * Port on which each pod answers those who scrape metrics.
   *
   * @default - none
   */
  readonly metricsPort?: number;
}

/** Where clients find a database. */
export interface OperatorEndpoint {
  /** Name of the Service, in the database's namespace. */
  readonly serviceName: string;
  /** Port of the Service, which is the one that the pods listen on. */
  readonly port: number;
}

/** What an operator made of a database. */
export interface OperatedDatabase {
  /** The object that stands for the database, such as the Cluster of CloudNativePG. */
  readonly workload: KubernetesObject;
  /** Every other object that was made. */
  readonly objects: KubernetesObject[];
  /** Where clients read and write. */
  readonly readWrite: OperatorEndpoint;
  /**
   * Where clients read what may be a moment old.
   *
   * @default - there is no such Service
   */
  readonly readOnly?: OperatorEndpoint;
  /** What its pods have to do with the network. */
  readonly network: OperatorNetwork;
  /** Whether it is backed up on a schedule. */
  readonly isBackedUp: boolean;
}

/**
 * An operator that runs databases of more than one instance: what a StatefulSet cannot do, such as to elect a primary, to
 * promote a replica, and to bring a member back.
 */
export interface IDatabaseOperator {
  /** What it is called in messages, such as `CloudNativePG`. */
  readonly description: string;

  /** Names of the engines that it runs, such as `postgresql`. */
  readonly engines: string[];

  /**
   * What selects all pods of a database, those that prepare an instance included.
   *
   * @param name the database's name
   */
  podLabels(name: string): { readonly [name: string]: string };

  /**
   * Creates the objects that make the operator run a database. Network policies are not its business: the database writes them,
   * from the answer.
   *
   * @param database parent of the objects
   * @param request what to run
   * @returns what was made, and what has to be known of it
   * @throws ConfigurationError when the operator cannot run it as it is asked for
   */
  run(database: Construct, request: OperatedDatabaseRequest): OperatedDatabase;
}
