import { join } from 'node:path';
import type { Container, ContainerRun, Mounts } from './machine';
import { runContainer, userFolder } from './machine';
import type { Storage } from './storage';
import type { DatabaseTools, Toolbox } from './tools';
import { FETCH, RECORD, STORE } from '../../../lib/data/backup/scripts/storage-scripts';
import type { EngineScripts } from '../../../lib/data/engines/engine';

/** A server that runs, with data in it. */
export interface LiveDatabase {
  readonly name: string;
  readonly scripts: EngineScripts;
  /** Address, names and password, as a backup's container gets them. */
  readonly env: Readonly<Record<string, string>>;
  /** A check that holds, and some that do not: what is asked, and what the drill has to say. */
  readonly check: string;
  /** One that takes five seconds. */
  readonly slow: string;
  readonly failing: ReadonlyArray<readonly [check: string, says: RegExp]>;
  /** What a second restore says, now that there is something that it would overwrite. */
  readonly refuses: RegExp;
  /** The same server with less data in another database, for what is done many times; nothing where the data is little anyway. */
  readonly small?: LiveDatabase;
  /** What the data is: its amount, and a checksum over all of it. */
  fingerprint(): Promise<string>;
  /** The same of what the restore has made. */
  restoredFingerprint(): Promise<string>;
  /** Whatever has to be so before the restore script runs, such as a server that is stopped; and its own variables and mounts. */
  prepareRestore(): Promise<{ readonly env: Readonly<Record<string, string>>; readonly mounts: Mounts }>;
  /** Ends what is not in the group of processes. */
  stop?(): void;
}

const BACKUP = '/backup';
const SCRATCH = '/scratch';

/** The containers of a backup, a drill and a restore, one after the other, with folders of their own. */
export class Steps {
  private count = 0;

  public constructor(public readonly database: LiveDatabase, public readonly folder: string, private readonly tools: DatabaseTools, private readonly prefix = 'large') {}

  /** A fresh volume: its files are the dump and what belongs to it. */
  public volume(): Volume {
    const folder = userFolder(this.folder, `${this.prefix}-volume-${++this.count}`);
    return { folder, dump: join(folder, `dump.${this.database.scripts.extension}`) };
  }

  public dump(volume: Volume, env: Readonly<Record<string, string>> = {}, mounts: Mounts = {}): Promise<ContainerRun> {
    return this.engine(this.database.scripts.dump, volume, { ...this.database.env, ...env }, mounts);
  }

  public drill(volume: Volume, check = this.database.check, mounts: Mounts = {}, killAfter?: number): Promise<ContainerRun> {
    return this.engine(this.database.scripts.drill, volume, { CHECK: check, DATABASE_NAME: this.database.env.DATABASE_NAME ?? 'none' }, mounts, killAfter);
  }

  public restore(volume: Volume, env: Readonly<Record<string, string>>, mounts: Mounts = {}): Promise<ContainerRun> {
    return this.engine(this.database.scripts.restore, volume, { ...this.database.env, ...env }, mounts);
  }

  public store(volume: Volume, storage: Storage, env: Readonly<Record<string, string>> = {}): Promise<ContainerRun> {
    return this.storage(STORE, volume, storage, { KEEP: '3', ...env });
  }

  public fetch(volume: Volume, storage: Storage, env: Readonly<Record<string, string>> = {}): Promise<ContainerRun> {
    return this.storage(FETCH, volume, storage, env);
  }

  public record(volume: Volume, storage: Storage, env: Readonly<Record<string, string>> = {}): Promise<ContainerRun> {
    return this.storage(RECORD, volume, storage, { DRILL_NAME: 'shop-db', ...env });
  }

  private async engine(script: string, volume: Volume, env: Readonly<Record<string, string>>, mounts: Mounts, killAfter?: number): Promise<ContainerRun> {
    const scratch = userFolder(this.folder, `${this.prefix}-scratch-${++this.count}`);
    const container: Container = { command: ['sh', '-c', script], env: { DUMP_FILE: join(BACKUP, `dump.${this.database.scripts.extension}`), SCRATCH_DIRECTORY: SCRATCH, ...env } };
    const secrets = [env.DATABASE_PASSWORD].filter(secret => secret !== undefined);
    return runContainer(container, { [BACKUP]: volume.folder, [SCRATCH]: scratch, ...mounts }, this.tools.toolbox, { secrets, killAfter });
  }

  private storage(script: string, volume: Volume, storage: Storage, env: Readonly<Record<string, string>>): Promise<ContainerRun> {
    const container: Container = { command: ['sh', '-c', script], env: { DUMP_FILE: join(BACKUP, `dump.${this.database.scripts.extension}`), ...storage.env, ...env } };
    const toolbox: Toolbox = storage.userland === 'busybox' ? this.tools.small ?? this.tools.toolbox : this.tools.toolbox;
    return runContainer(container, { [BACKUP]: volume.folder, ...storage.mounts }, toolbox, { secrets: storage.secrets });
  }
}

export interface Volume {
  readonly folder: string;
  /** The dump's file in it. */
  readonly dump: string;
}
