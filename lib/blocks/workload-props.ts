import type { ConfigFiles } from './config-files';
import type { ContainerProps } from './container';
import { CONTAINER_PROPS } from './container';
import type { PlacementOptions } from './placement';
import type { PodOptions } from './pod-options';
import type { Identity } from './service-identity';
import type { InitContainerProps, SidecarProps } from './sidecar';

/** What a team may say of the pods of every workload beside their container, and what the objects are called. */
export interface PodProps {
  /**
   * Where pods run, and how they are kept apart.
   *
   * @default - several pods are spread over zones and nodes as well as possible
   */
  readonly placement?: PlacementOptions;

  /**
   * Who the workload is, for the Kubernetes API and for clouds.
   *
   * @default Identity.own()
   */
  readonly identity?: Identity;

  /**
   * Files in the application's container, by absolute path: configuration without secrets. A change rolls the pods.
   *
   * @default - none
   */
  readonly files?: ConfigFiles;

  /**
   * Containers beside the application.
   *
   * @default - none
   */
  readonly sidecars?: SidecarProps[];

  /**
   * Containers that run to their end before the application starts, one after the other.
   *
   * @default - none
   */
  readonly initContainers?: InitContainerProps[];

  /**
   * User, group, pull secrets, host aliases and DNS settings of the pod.
   *
   * @default - an ordinary user, 10001
   */
  readonly pod?: PodOptions;

  /**
   * Name of every object.
   *
   * @default - the construct's id, after the prefixes of `NamePrefix`
   */
  readonly name?: string;

  /**
   * The id this construct had before: names and selectors stay as they were.
   *
   * @default - it was never renamed
   */
  readonly renamedFrom?: string;

  /**
   * Labels of every object and pod, beside the standard ones.
   *
   * @default - none
   */
  readonly labels?: { readonly [name: string]: string };

  /**
   * Annotations of the workload and its pods.
   *
   * @default - none
   */
  readonly annotations?: { readonly [name: string]: string };

  /**
   * Version of the application: label `app.kubernetes.io/version`.
   *
   * @default - the image's tag
   */
  readonly version?: string;

  /**
   * Role in the application, such as `frontend`: label `app.kubernetes.io/component`.
   *
   * @default - no label
   */
  readonly component?: string;
}

/** What a team may say of every workload: its container, its pods, and what its objects are called. */
export interface WorkloadProps extends ContainerProps, PodProps {}

/** Names of the props that all pods may have. @internal */
export const POD_PROPS = {
  placement: true,
  identity: true,
  files: true,
  sidecars: true,
  initContainers: true,
  pod: true,
  name: true,
  renamedFrom: true,
  labels: true,
  annotations: true,
  version: true,
  component: true,
} as const satisfies Readonly<Record<keyof PodProps, true>>;

/** Names of the props every workload may have. @internal */
export const WORKLOAD_PROPS = { ...CONTAINER_PROPS, ...POD_PROPS } as const satisfies Readonly<Record<keyof WorkloadProps, true>>;
