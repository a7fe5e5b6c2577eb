import type { HostSecurity } from './container-security';
import type { Finding } from '../core/findings';
import type { IPodSpec, IVolume, IVolumeMount } from '../core/kubernetes';
import type { Port } from '../core/port';
import type { KnownProperties, PropertyPath } from '../core/property-path';

/** Where a path of the node appears in the container. */
export interface HostPathOptions {
  /**
   * Path in the container.
   *
   * @default - the same as on the node
   */
  readonly mountPath?: string;
}

const KNOWN_PATH: KnownProperties<HostPathOptions> = { mountPath: true };

type Kind = 'capability' | 'network' | 'port' | 'privileged' | 'processes' | 'readOnlyPath' | 'root' | 'writablePath';

/** What Kubernetes knows; the kernel has them with the prefix `CAP_`. */
const CAPABILITY = /^[A-Z][A-Z_]*$/;

/**
 * One thing that the application's container may do to its node, which Pod Security "restricted" forbids. Each costs a reason, stands in an annotation of the
 * workload and is a finding that is acknowledged by its reason. The namespace has to admit it: Pod Security level `privileged`.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export class HostAccess {
  /** Reads a file or directory of the node. @param path on the node @param reason why, at least 10 characters @param options where it appears */
  public static readOnlyPath(path: string, reason: string, options: HostPathOptions = {}): HostAccess {
    return new HostAccess('readOnlyPath', reason, path, options);
  }

  /** Writes to a file or directory of the node, which outlives the pod. @param path on the node @param reason why, at least 10 characters @param options where it appears */
  public static writablePath(path: string, reason: string, options: HostPathOptions = {}): HostAccess {
    return new HostAccess('writablePath', reason, path, options);
  }

  /** Lives in the node's network: its ports are the node's, and no NetworkPolicy holds for it. @param reason why, at least 10 characters */
  public static network(reason: string): HostAccess {
    return new HostAccess('network', reason);
  }

  /** Sees the node's processes. @param reason why, at least 10 characters */
  public static processes(reason: string): HostAccess {
    return new HostAccess('processes', reason);
  }

  /** Listens on the node's address as well, on the port of the same number. @param number one of the container's ports @param reason why, at least 10 characters */
  public static port(number: number, reason: string): HostAccess {
    return new HostAccess('port', reason, number);
  }

  /**
   * Has a capability of the kernel. A process of an ordinary user gets it by its file's capabilities alone; else `root` is needed too.
   *
   * @param name without `CAP_`, such as `SYS_PTRACE`
   * @param reason why, at least 10 characters
   */
  public static capability(name: string, reason: string): HostAccess {
    return new HostAccess('capability', reason, name);
  }

  /** Runs as user and group 0, still without capabilities. @param reason why, at least 10 characters */
  public static root(reason: string): HostAccess {
    return new HostAccess('root', reason);
  }

  /** Is not confined at all: every capability, every device. Of little use without `root`. @param reason why, at least 10 characters */
  public static privileged(reason: string): HostAccess {
    return new HostAccess('privileged', reason);
  }

  private constructor(
    /** @internal */
    public readonly _kind: Kind,
    /** @internal */
    public readonly _reason: string,
    /** @internal */
    public readonly _value: number | string = '',
    /** @internal */
    public readonly _options: HostPathOptions = {},
  ) {}

  /** For people. @internal */
  public get _says(): string {
    switch (this._kind) {
      case 'readOnlyPath': return `reads ${this._value}`;
      case 'writablePath': return `writes ${this._value}`;
      case 'network': return 'network';
      case 'processes': return 'processes';
      case 'port': return `port ${this._value}`;
      case 'capability': return `capability ${this._value}`;
      case 'root': return 'root';
      case 'privileged': return 'privileged';
    }
  }
}

/** What host access makes of a pod. @internal */
export interface BoundHostAccess {
  readonly volumes: readonly IVolume[];
  readonly mounts: readonly IVolumeMount[];
  readonly podSpec: Pick<IPodSpec, 'dnsPolicy' | 'hostNetwork' | 'hostPID'>;
  readonly security: HostSecurity;
  /** Numbers of the container's ports that are the node's too. */
  readonly hostPorts: ReadonlySet<number>;
  /** Whether two such pods on one node would want the same port. */
  readonly takesPorts: boolean;
}

/**
 * Checks each access and works out what it means for the pod.
 *
 * @internal
 */
export function bindHostAccess(at: PropertyPath, list: readonly HostAccess[], ports: readonly Port[]): BoundHostAccess {
  const seen = new Set<string>();
  at.list(list).forEach((access, i) => {
    const here = at.at(i).at(at.at(i).instance(access, HostAccess, "HostAccess.readOnlyPath('/var/log', reason)")._kind);
    here.reason(access._reason);
    checkValue(here, access, ports);
    if (seen.has(access._says)) { here.refuse('ConflictingProperties', { value: access._says, allowed: 'each access once', fix: 'keep one of them' }); }
    seen.add(access._says);
  });
  const of = (kind: Kind): readonly HostAccess[] => list.filter(access => access._kind === kind);
  const has = (kind: Kind): boolean => of(kind).length > 0;
  const capabilities = of('capability').map(access => access._value as string).sort();
  const paths = list.filter(access => access._kind === 'readOnlyPath' || access._kind === 'writablePath');
  return {
    volumes: paths.map((access, i) => ({ hostPath: { path: access._value as string }, name: `host-${i}` })),
    mounts: paths.map((access, i) => ({
      mountPath: access._options.mountPath ?? access._value as string, name: `host-${i}`, ...access._kind === 'readOnlyPath' ? { readOnly: true } : {},
    })),
    podSpec: {
      ...has('network') ? { dnsPolicy: 'ClusterFirstWithHostNet' as const, hostNetwork: true } : {},
      ...has('processes') ? { hostPID: true } : {},
    },
    security: { capabilities, asRoot: has('root'), privileged: has('privileged') },
    hostPorts: new Set(of('port').map(access => access._value as number)),
    takesPorts: has('port') || (has('network') && ports.length > 0),
  };
}

function checkValue(at: PropertyPath, access: HostAccess, ports: readonly Port[]): void {
  switch (access._kind) {
    case 'readOnlyPath':
    case 'writablePath': {
      const path = at.absolutePath(access._value);
      at.onlyKnown(access._options, KNOWN_PATH);
      if (access._options.mountPath !== undefined) { at.at('mountPath').absolutePath(access._options.mountPath); }
      if (access._kind === 'writablePath' && /^\/+$/.test(path)) {
        at.refuse('InvalidValue', { value: path, allowed: 'a path below the root: who writes everywhere owns the node', fix: 'name the directories that are written to' });
      }
      return;
    }
    case 'port':
      if (!ports.some(port => port.number === access._value)) {
        at.refuse('PortConflict', { value: access._value, allowed: `a port of the container: ${ports.map(port => port.number).join(', ') || '(there is none)'}`, fix: 'add the port to "ports", or correct it' });
      }
      return;
    case 'capability':
      at.text(access._value, 'a capability such as SYS_PTRACE', CAPABILITY);
      if (access._value === 'ALL' || (access._value as string).startsWith('CAP_')) {
        at.refuse('InvalidValue', { value: access._value, allowed: 'one capability by its name without CAP_; for all of them there is HostAccess.privileged', fix: "write HostAccess.capability('SYS_PTRACE', reason)" });
      }
  }
}

/**
 * That somebody has looked: each access is a finding.
 *
 * @internal
 */
export function hostAccessFinding(access: HostAccess): Pick<Finding, 'id' | 'message' | 'fix'> {
  const network = access._kind === 'network' ? '; no NetworkPolicy holds for its pods' : '';
  return {
    id: 'keep-off-the-host',
    message: `host access: ${access._says}${network}; the namespace has to admit privileged pods`,
    fix: 'do without where you can; what is left is known by its reason',
  };
}
