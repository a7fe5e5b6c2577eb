import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BackupStorage, ExternalEndpoint } from 'cdk8s-production';
import { userFolder } from './machine';
import type { SecretValues } from './rendered';
import { freePorts, type ProcessGroup } from '../control-plane/processes';

/** Where backups go: as a user says it, and what is really there. */
export interface Storage {
  readonly name: string;
  readonly storage: BackupStorage;
  readonly encrypted: boolean;
  /** The Secrets that it names. */
  readonly secrets: SecretValues;
  /** The programs beside rclone: an image may have either. */
  readonly userland: 'GNU' | 'busybox';
  /** The folder in the place of a claim. */
  readonly root?: string;
  /** The folder in it with the backups. */
  readonly folder?: string;
}

interface StorageOptions {
  readonly encrypted?: boolean;
  readonly userland?: Storage['userland'];
  /** A folder that is there. */
  readonly root?: string;
}

export const PASSPHRASE = 'correct horse "battery" $staple\\';
const SECRET = 'storage';
const passphrase = (encrypted: boolean | undefined) => encrypted === true ? { passphrase: { secret: SECRET, key: 'passphrase' } } : {};

/** A claim that is mounted. */
export function folderStorage(parent: string, name: string, { encrypted = false, userland = 'GNU', root }: StorageOptions = {}): Storage {
  const folder = root ?? userFolder(parent, name.replaceAll(/[^a-z0-9]+/gi, '-'));
  return {
    name,
    storage: BackupStorage.claim('backups', { folder: 'shop', ...passphrase(encrypted) }),
    encrypted,
    secrets: { [SECRET]: { passphrase: PASSPHRASE } },
    userland,
    root: folder,
    folder: join(folder, 'shop'),
  };
}

/** A bucket of a server on the loopback. */
export function s3Storage(port: number, name: string, { encrypted = false, userland = 'GNU' }: StorageOptions = {}): Storage {
  return {
    name,
    storage: BackupStorage.s3('backups', {
      folder: name.replaceAll(/[^a-z0-9]+/gi, '-'),
      endpoint: ExternalEndpoint.cidr('192.0.2.1/32', port),
      endpointUrl: `http://127.0.0.1:${port}`,
      accessKeyId: { secret: SECRET, key: 'id' },
      secretAccessKey: { secret: SECRET, key: 'key' },
      ...passphrase(encrypted),
    }),
    encrypted,
    secrets: { [SECRET]: { id: 'nobody', key: 'an-access-key-of-nobody', passphrase: PASSPHRASE } },
    userland,
  };
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
