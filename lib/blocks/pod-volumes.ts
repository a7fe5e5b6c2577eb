import { Size } from 'cdk8s';
import type { IPersistentVolumeClaim, Volume } from 'cdk8s-plus-28';
import { EphemeralVolume } from './ephemeral-volume';
import { volumeOf } from './kplus-values';
import { AccessMode } from '../core/access-mode';
import type { IVolume, IVolumeMount } from '../core/kubernetes';
import { checkLabelName } from '../core/names';
import type { KnownProperties, PropertyPath } from '../core/property-path';
import { mebibytes, renderMebibytes } from '../core/quantity';

/** A volume in a container. `VolumeMount` of cdk8s-plus is one. */
export interface Mount {
  /** Where the volume appears in the container. */
  readonly path: string;
  /** The volume: `Volume.fromSecret(…)` and the like of cdk8s-plus, a claim, or an `EphemeralVolume`. */
  readonly volume: Volume | IPersistentVolumeClaim | EphemeralVolume;
  /**
   * Whether the container can only read it.
   *
   * @default - true for Secrets, ConfigMaps and claims that many may read and nobody write, else false
   */
  readonly readOnly?: boolean;
  /**
   * Path inside the volume.
   *
   * @default - its root
   */
  readonly subPath?: string;
}

/** Directories that a container may write to, with the size each may reach. Their content goes with the pod. */
export interface ScratchDirectories {
  /** The most that may be written. */
  readonly [path: string]: Size;
}

const KNOWN_MOUNT: KnownProperties<Mount> & Readonly<Record<string, true>> = { path: true, volume: true, readOnly: true, subPath: true };

/** Volume types that Pod Security "restricted" admits. */
const ADMITTED = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'];

/** The default for what every program expects to be writable. */
export const DEFAULT_SCRATCH: ScratchDirectories = { '/tmp': Size.mebibytes(128) };

/**
 * The volumes of one pod: collected from its containers, each once.
 *
 * @internal
 */
export class PodVolumes {
  private readonly volumes = new Map<string, IVolume>();
  /** Volumes that are made here, by what they are made of: mounted twice, it is one volume. */
  private readonly made = new Map<object, IVolume>();

  public add(at: PropertyPath, volume: IVolume): void {
    const known = this.volumes.get(volume.name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(volume)) {
      at.refuse('VolumeConflict', { value: volume.name, allowed: 'one volume of each name in a pod', fix: 'give one of them another name: Volume.fromSecret(scope, id, secret, { name })' });
    }
    this.volumes.set(volume.name, volume);
  }

  /** Mounts volumes of cdk8s-plus, claims, and volumes that come with the pod. */
  public mount(at: PropertyPath, mounts: readonly Mount[]): IVolumeMount[] {
    return at.list(mounts).map((mount, i) => {
      const here = at.at(i);
      here.onlyKnown(mount, KNOWN_MOUNT);
      const mountPath = here.at('path').absolutePath(mount.path);
      const volume = this.volumeFor(here.at('volume'), mount.volume, mountPath);
      checkLabelName(here.at('volume').at('name'), 'a volume name', volume.name); // cdk8s-plus takes over dots of a ConfigMap's name
      const type = Object.keys(volume).find(key => key !== 'name') ?? '(none)';
      if (!ADMITTED.includes(type)) {
        here.at('volume').refuse('PodSecurityViolation', {
          value: type, allowed: `the types that Pod Security "restricted" admits: ${ADMITTED.join(', ')}`, fix: 'use a PersistentVolumeClaim for data, a NodeAgent for what must see the node',
        });
      }
      if (volume.emptyDir !== undefined && volume.emptyDir.sizeLimit === undefined) {
        here.at('volume').refuse('MissingValue', {
          value: 'an emptyDir without sizeLimit', allowed: 'an emptyDir with a limit: without one it can fill the node and evict its neighbours', fix: 'pass { sizeLimit: Size.mebibytes(100) }, or use "scratch"',
        });
      }
      this.add(here.at('volume'), volume);
      if (mount.subPath !== undefined) { here.at('subPath').text(mount.subPath, 'a relative path inside the volume, without ".."', /^(?!\/)(?!.*(^|\/)\.\.(\/|$))/); }
      const onlyRead = isClaim(mount.volume) && volume.persistentVolumeClaim?.readOnly === true;
      if (onlyRead && mount.readOnly === false) {
        here.at('readOnly').refuse('VolumeConflict', {
          value: false, allowed: 'reading only: the claim has no access mode to write by', fix: 'leave readOnly out, or give the claim AccessMode.READ_WRITE_MANY',
        });
      }
      const readOnly = mount.readOnly !== undefined ? here.at('readOnly').flag(mount.readOnly) : (type === 'secret' || type === 'configMap' || onlyRead);
      return { mountPath, name: volume.name, ...readOnly ? { readOnly } : {}, ...mount.subPath === undefined ? {} : { subPath: mount.subPath } };
    });
  }

  /**
   * Gives one container directories to write to.
   *
   * @param owner the container's name, which keeps the volumes of two containers apart
   * @param limit the container's ephemeral storage in MiB: what is written counts towards it
   */
  public scratch(at: PropertyPath, owner: string, directories: ScratchDirectories, limit: number): IVolumeMount[] {
    let sum = 0;
    const mounts = Object.entries(at.record(directories, 'sizes by the paths of directories', "{ '/var/cache': Size.mebibytes(100) }")).sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, size]) => {
      const here = at.at(path);
      const mountPath = here.absolutePath(path);
      const sizeLimit = mebibytes(here, size, 1);
      sum += sizeLimit;
      const name = this.freeName(`${owner}-${slug(path)}`);
      this.add(here, { name, emptyDir: { sizeLimit: renderMebibytes(sizeLimit) } });
      return { mountPath, name };
    });
    if (sum > limit) {
      at.refuse('InvalidValue', {
        value: renderMebibytes(sum),
        allowed: `at most the container's ephemeral storage, ${renderMebibytes(limit)}: the pod would be evicted before a directory is full`,
        fix: 'raise resources.ephemeralStorage, or make the directories smaller',
      });
    }
    return mounts;
  }

  private volumeFor(at: PropertyPath, volume: Mount['volume'], path: string): IVolume {
    const known = this.made.get(volume);
    if (known !== undefined) { return known; }
    if (volume instanceof EphemeralVolume) {
      const made = volume._render(at, () => this.freeName(slug(path)));
      this.made.set(volume, made);
      return made;
    }
    if (!isClaim(volume)) { return volumeOf(at, volume); }
    const modes = (volume as { accessModes?: readonly string[] }).accessModes ?? [];
    const onlyRead = modes.length > 0 && modes.every(mode => (mode as AccessMode) === AccessMode.READ_ONLY_MANY);
    const made = { name: this.freeName(slug(volume.name)), persistentVolumeClaim: { claimName: volume.name, ...onlyRead ? { readOnly: true } : {} } };
    this.made.set(volume, made);
    return made;
  }

  /** Two directories may read alike (`/a/b` and `/a-b`), and must not become one. */
  private freeName(wanted: string): string {
    const name = (suffix: string): string => `${wanted.slice(0, 63 - suffix.length).replace(/-+$/, '')}${suffix}`;
    let candidate = name('');
    for (let i = 2; this.volumes.has(candidate); i++) { candidate = name(`-${i}`); }
    return candidate;
  }

  public render(): IVolume[] {
    return [...this.volumes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** A claim, ours or one of cdk8s-plus: a volume of it is made here. */
function isClaim(value: unknown): value is IPersistentVolumeClaim {
  const { kind, name } = (value ?? {}) as { kind?: unknown; name?: unknown };
  return kind === 'PersistentVolumeClaim' && typeof name === 'string';
}

/** A text as part of a name. */
function slug(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
}

/**
 * Refuses two mounts at one path.
 *
 * @internal
 */
export function checkMounts(at: PropertyPath, mounts: readonly IVolumeMount[]): IVolumeMount[] {
  const seen = new Set<string>();
  for (const { mountPath } of mounts) {
    const place = mountPath.replaceAll(/\/+/g, '/').replace(/\/$/, '');
    if (place === '') {
      at.refuse('InvalidValue', { value: mountPath, allowed: 'a path below the root: a volume there would hide the image', fix: 'choose another path' });
    }
    if (seen.has(place)) {
      at.refuse('VolumeConflict', { value: mountPath, allowed: 'one volume, file or scratch directory at each path', fix: 'choose another path' });
    }
    seen.add(place);
  }
  return [...mounts];
}
