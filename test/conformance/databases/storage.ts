import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Mounts } from './machine';
import { userFolder } from './machine';
import { freePorts, type ProcessGroup } from '../control-plane/processes';

/** Where backups go, as the storage side's container gets to know it. */
export interface Storage {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: Mounts;
  readonly secrets: readonly string[];
  /** The programs beside rclone: an image may have either. */
  readonly userland: 'GNU' | 'busybox';
  /** The folder behind it, where it is one. */
  readonly folder?: string;
}

export const PASSPHRASE = 'correct horse "battery" $staple\\';

/** A claim that is mounted. */
export function folderStorage(parent: string, name: string, options: { readonly encrypted?: boolean; readonly userland?: Storage['userland']; readonly folder?: string } = {}): Storage {
  const folder = options.folder ?? userFolder(parent, name.replaceAll(/[^a-z0-9]+/gi, '-'));
  return {
    name,
    env: { RCLONE_CONFIG_STORAGE_TYPE: 'local', STORAGE: 'storage:/storage/shop', ...encryption(options.encrypted) },
    mounts: { '/storage': folder },
    secrets: options.encrypted === true ? [PASSPHRASE] : [],
    userland: options.userland ?? 'GNU',
    folder: join(folder, 'shop'),
  };
}

/** A bucket of a server on the loopback. */
export function s3Storage(port: number, name: string, options: { readonly encrypted?: boolean; readonly userland?: Storage['userland'] } = {}): Storage {
  const secret = 'an-access-key-of-nobody';
  return {
    name,
    env: {
      RCLONE_CONFIG_STORAGE_TYPE: 's3',
      RCLONE_CONFIG_STORAGE_PROVIDER: 'Other',
      RCLONE_CONFIG_STORAGE_ENDPOINT: `http://127.0.0.1:${port}`,
      RCLONE_CONFIG_STORAGE_FORCE_PATH_STYLE: 'true',
      RCLONE_CONFIG_STORAGE_ACCESS_KEY_ID: 'nobody',
      RCLONE_CONFIG_STORAGE_SECRET_ACCESS_KEY: secret,
      STORAGE: `storage:backups/${name.replaceAll(/[^a-z0-9]+/gi, '-')}`,
      ...encryption(options.encrypted),
    },
    mounts: {},
    secrets: options.encrypted === true ? [PASSPHRASE, secret] : [secret],
    userland: options.userland ?? 'GNU',
  };
}

function encryption(encrypted = false): Record<string, string> {
  return encrypted ? { BACKUP_PASSPHRASE: PASSPHRASE } : {};
}

/** Starts an S3 server with an empty bucket; returns its port. */
export async function startS3(group: ProcessGroup, program: string): Promise<number> {
  const [port] = await freePorts(1);
  group.start('s3', program, ['-backend', 'memory', '-initialbucket', 'backups', '-host', `127.0.0.1:${port!}`]);
  await group.until('S3', 20, async () => fetch(`http://127.0.0.1:${port!}/`).then(() => true, () => false));
  return port!;
}

/** Names of what a folder holds: nothing when it is not there yet. */
export function contentOf(storage: Storage): string[] {
  return storage.folder === undefined || !existsSync(storage.folder) ? [] : readdirSync(storage.folder).sort();
}
