import type { IPodSecurityContext, ISecurityContext } from '../core/kubernetes';

/**
 * An ordinary user of no image and no node: from 10000 up it meets neither system users nor those of other containers' images.
 *
 * @see kube-score, container-security-context-user-group-id
 */
export const DEFAULT_USER = 10001;

/**
 * What Pod Security "restricted" asks of a pod.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 * @internal
 */
export function renderPodSecurity(user: number, group: number): IPodSecurityContext {
  return {
    fsGroup: group, // volumes are the group's, so that an ordinary user can write to them
    fsGroupChangePolicy: 'OnRootMismatch', // a large volume is not walked through at each start
    runAsGroup: group,
    runAsNonRoot: true,
    runAsUser: user,
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** What one container may do to its node, beyond that. @internal */
export interface HostSecurity {
  /** By their names without `CAP_`. */
  readonly capabilities: readonly string[];
  readonly asRoot: boolean;
  readonly privileged: boolean;
}

/**
 * What it asks of each container, and the read-only root file system that it does not ask for.
 *
 * @internal
 */
export function renderContainerSecurity(user: number, group: number, host: HostSecurity = { capabilities: [], asRoot: false, privileged: false }): ISecurityContext {
  const { capabilities, asRoot, privileged } = host;
  return {
    // The API server refuses its denial beside these two.
    allowPrivilegeEscalation: privileged || capabilities.includes('SYS_ADMIN'),
    capabilities: { ...capabilities.length === 0 ? {} : { add: [...capabilities] }, drop: ['ALL'] },
    privileged,
    readOnlyRootFilesystem: true,
    runAsGroup: asRoot ? 0 : group,
    runAsNonRoot: !asRoot,
    runAsUser: asRoot ? 0 : user,
    seccompProfile: { type: 'RuntimeDefault' },
  };
}
