import type { IPersistentVolumeSpec } from '../../core/kubernetes';
import type { KnownProperties, PropertyPath } from '../../core/property-path';

/** A volume of a CSI driver that is there already. */
export interface CsiVolumeOptions {
  /** Name of the driver, such as `ebs.csi.aws.com`. */
  readonly driver: string;
  /** What the driver calls the volume, such as `vol-0123456789abcdef0`. */
  readonly volumeHandle: string;
  /**
   * File system it is mounted with.
   *
   * @default - the driver's
   */
  readonly fsType?: string;
  /**
   * Whether it is attached for reading only.
   *
   * @default false
   */
  readonly readOnly?: boolean;
  /**
   * What else the driver wants to know of it.
   *
   * @default - nothing
   */
  readonly volumeAttributes?: { readonly [name: string]: string };
}

/** A share of an NFS server. */
export interface NfsVolumeOptions {
  /** Host name or address of the server. */
  readonly server: string;
  /** The exported path. */
  readonly path: string;
  /**
   * Whether it is mounted for reading only.
   *
   * @default false
   */
  readonly readOnly?: boolean;
}

/** A disk or directory of one node. */
export interface LocalVolumeOptions {
  /** Where it is mounted on the node, such as `/mnt/disks/ssd1`. */
  readonly path: string;
  /**
   * File system, for a device.
   *
   * @default - found out by the node
   */
  readonly fsType?: string;
}

const KNOWN_CSI: KnownProperties<CsiVolumeOptions> = { driver: true, volumeHandle: true, fsType: true, readOnly: true, volumeAttributes: true };
const KNOWN_NFS: KnownProperties<NfsVolumeOptions> = { server: true, path: true, readOnly: true };
const KNOWN_LOCAL: KnownProperties<LocalVolumeOptions> = { path: true, fsType: true };

type Kind = 'csi' | 'nfs' | 'local';
type Source = Pick<IPersistentVolumeSpec, Kind>;

/**
 * Where a PersistentVolume is. A directory of the node (`hostPath`) is none: whichever node the pod comes to has another one, and it may hold
 * anything. `VolumeSource.local` is tied to its node.
 */
export class VolumeSource {
  /** A volume of a CSI driver. @param options which driver, and what it calls the volume */
  public static csi(options: CsiVolumeOptions): VolumeSource {
    return new VolumeSource('csi', at => {
      at.onlyKnown(options, KNOWN_CSI);
      const attributes = at.at('volumeAttributes');
      for (const [key, value] of Object.entries(attributes.record(options.volumeAttributes ?? {}, 'texts by their names', "{ partition: '1' }"))) { attributes.at(key).literal(value); }
      return {
        csi: {
          driver: at.at('driver').text(options.driver, 'the name of a driver such as ebs.csi.aws.com', /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/),
          ...options.fsType === undefined ? {} : { fsType: fileSystem(at, options.fsType) },
          ...readOnly(at, options.readOnly),
          ...options.volumeAttributes === undefined ? {} : { volumeAttributes: { ...options.volumeAttributes } },
          volumeHandle: at.at('volumeHandle').text(options.volumeHandle, 'what the driver calls the volume'),
        },
      };
    });
  }

  /** A share of an NFS server. @param options server and path */
  public static nfs(options: NfsVolumeOptions): VolumeSource {
    return new VolumeSource('nfs', at => {
      at.onlyKnown(options, KNOWN_NFS);
      return { nfs: { path: at.at('path').absolutePath(options.path), ...readOnly(at, options.readOnly), server: at.at('server').text(options.server, 'a host name or an address', /^[A-Za-z0-9][-A-Za-z0-9.:]*$/) } };
    });
  }

  /** A disk of one node; the volume's `nodes` say which. @param options where it is on the node */
  public static local(options: LocalVolumeOptions): VolumeSource {
    return new VolumeSource('local', at => {
      at.onlyKnown(options, KNOWN_LOCAL);
      return { local: { ...options.fsType === undefined ? {} : { fsType: fileSystem(at, options.fsType) }, path: at.at('path').absolutePath(options.path) } };
    });
  }

  private constructor(private readonly kind: Kind, private readonly render: (at: PropertyPath) => Source) {}

  /** @internal */
  public get _kind(): Kind {
    return this.kind;
  }

  /** @internal */
  public _render(at: PropertyPath): Source {
    return this.render(at.at(this.kind));
  }
}

function fileSystem(at: PropertyPath, fsType: string): string {
  return at.at('fsType').text(fsType, 'a file system such as ext4', /^[a-z][a-z0-9]*$/);
}

function readOnly(at: PropertyPath, value: boolean | undefined): { readOnly?: true } {
  return at.at('readOnly').flag(value ?? false) ? { readOnly: true } : {};
}
