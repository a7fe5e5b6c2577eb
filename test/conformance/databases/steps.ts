import { join } from 'node:path';
import type { DatabaseEngine } from 'cdk8s-production';
import type { ContainerRun, Mounts } from './machine';
import { runContainer, userFolder } from './machine';
import { renderJobs, type RenderedContainer, type RenderedJobs, type SecretValues, WORK } from './rendered';
import type { Storage } from './storage';
import type { DatabaseTools, Toolbox } from './tools';

/** A server that runs, with data in it. */
export interface LiveDatabase {
  readonly name: string;
  readonly engine: DatabaseEngine;
  /** The programs of its image; else everybody's. */
  readonly toolbox?: Toolbox;
  /** How the name of its dump ends. */
  readonly extension: string;
  /** The Secret with names and passwords. */
  readonly secrets: SecretValues;
  /** Where the server is, in the place of its Service. */
  readonly address: Readonly<{ DATABASE_HOST: string; DATABASE_PORT: string }>;
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
  /** Whatever has to be so before the restore runs, such as a server that is stopped; and the folder of the server's claim, where the job mounts it. */
  prepareRestore?(): Promise<string>;
  /** Ends what is not in the group of processes. */
  stop?(): void;
}

type Variables = Readonly<Record<string, string>>;

/** A volume that the containers of one job share. */
export interface Volume {
  readonly folder: string;
  /** The dump's file in it. */
  readonly dump: string;
}

/** The containers of a backup, a drill and a restore, as the manifests have them, one after the other. */
export class Steps {
  private count = 0;
  private readonly jobs = new Map<Storage, RenderedJobs>();

  public constructor(public readonly database: LiveDatabase, public readonly folder: string, private readonly tools: DatabaseTools, private readonly prefix = 'large') {}

  /** A fresh volume, or one at a folder that is there. */
  public volume(folder = userFolder(this.folder, `${this.prefix}-volume-${++this.count}`)): Volume {
    return { folder, dump: join(folder, `dump.${this.database.extension}`) };
  }

  public dump(volume: Volume, storage: Storage, env: Variables = {}): Promise<ContainerRun> {
    return this.run(this.of(storage).dump, volume, this.toolbox, { ...this.database.address, ...env });
  }

  public drill(volume: Volume, storage: Storage, env: Variables = {}, killAfter?: number): Promise<ContainerRun> {
    return this.run(this.of(storage).drill, volume, this.toolbox, env, {}, killAfter);
  }

  public restore(volume: Volume, storage: Storage, claim?: string): Promise<ContainerRun> {
    const container = this.of(storage).restore;
    const mounts = Object.fromEntries(Object.entries(container.mounts).filter(([name]) => name !== WORK).map(([, path]) => [path, claim!]));
    return this.run(container, volume, this.toolbox, this.database.address, mounts);
  }

  public store(volume: Volume, storage: Storage, env: Variables = {}): Promise<ContainerRun> {
    return this.stored(this.of(storage).store, volume, storage, env);
  }

  public fetch(volume: Volume, storage: Storage, env: Variables = {}): Promise<ContainerRun> {
    return this.stored(this.of(storage).fetch, volume, storage, env);
  }

  public record(volume: Volume, storage: Storage, env: Variables = {}): Promise<ContainerRun> {
    return this.stored(this.of(storage).record, volume, storage, env);
  }

  private get toolbox(): Toolbox {
    return this.database.toolbox ?? this.tools.toolbox;
  }

  private of(storage: Storage): RenderedJobs {
    const known = this.jobs.get(storage) ?? renderJobs(this.database.engine, storage.storage, this.database.check, { ...this.database.secrets, ...storage.secrets });
    this.jobs.set(storage, known);
    return known;
  }

  private stored(container: RenderedContainer, volume: Volume, storage: Storage, env: Variables): Promise<ContainerRun> {
    const toolbox: Toolbox = storage.userland === 'busybox' ? this.tools.small ?? this.tools.toolbox : this.tools.toolbox;
    const claim = Object.entries(container.mounts).find(([name]) => name !== WORK);
    return this.run(container, volume, toolbox, env, claim === undefined ? {} : { [claim[1]]: storage.root! });
  }

  private run(container: RenderedContainer, volume: Volume, toolbox: Toolbox, env: Variables, mounts: Mounts = {}, killAfter?: number): Promise<ContainerRun> {
    // Every value that came out of a Secret: none of them may be on a command line.
    const hidden = Object.entries(container.env).filter(([name]) => /PASSWORD|PASSPHRASE|SECRET/.test(name)).map(([, value]) => value);
    return runContainer({ command: container.command, env: { ...container.env, ...env } }, { [container.mounts[WORK]!]: volume.folder, ...mounts }, toolbox, { secrets: hidden, killAfter });
  }
}
