import { Size } from 'cdk8s';
import type { Construct } from 'constructs';
import type { BackupStorage, BoundStorage } from './backup-storage';
import type { EnvironmentVariables } from '../../blocks/environment-variables';
import { EphemeralVolume } from '../../blocks/ephemeral-volume';
import type { Mount } from '../../blocks/pod-volumes';
import type { InitContainerProps } from '../../blocks/sidecar';
import type { PropertyPath } from '../../core/property-path';
import type { Resources } from '../../core/resources';
import type { IStorageClass } from '../../core/storage-class-reference';
import type { DatabaseSubject } from '../database-subject';
import type { EngineScripts } from '../engines/engine';

/** Where dumps lie while a pod works with them, in a volume of its own. */
export interface WorkSpace {
  /** Size of the volume. */
  readonly size: Size;
  /**
   * The StorageClass, or its name.
   *
   * @default - the cluster's default class
   */
  readonly storageClass?: string | IStorageClass;
}

const WORK = '/work';

/** A container as every kind of pod takes it. @internal */
export type Step = Omit<InitContainerProps, 'name'>;

/** What the pods of backups are made of: a script, its image, its variables, and the volume that they share. @internal */
export class BackupContainers {
  public readonly scripts: EngineScripts;
  private readonly work: Mount;
  private readonly storage: BoundStorage;

  public constructor(scope: Construct, at: PropertyPath, private readonly subject: DatabaseSubject, storage: BackupStorage, workSpace: WorkSpace | undefined, dataTimes: number) {
    this.scripts = subject.engine.scripts ?? at.refuse('UnsupportedByController', {
      value: subject.engine.name, allowed: 'an engine that knows how it is dumped and restored', fix: 'give DatabaseEngine.custom its scripts, or save the volumes: Backup.snapshot, Backup.velero',
    });
    this.storage = storage._bind(at.at('storage'), scope, subject.name);
    this.work = { path: WORK, volume: EphemeralVolume.of(workSpace ?? { size: Size.mebibytes(subject.storage * dataTimes) }) };
  }

  /** Where dumps are kept, as one text. */
  public get place(): string {
    return this.storage.place;
  }

  /** Where the storage is, for the job's egress. */
  public get endpoint(): BoundStorage['endpoint'] {
    return this.storage.endpoint;
  }

  /** In the engine's image, with the address and the administrator's password of the database: dump, restore. */
  public inEngine(script: string, more: Partial<Step> & { readonly resources: Resources }): Step {
    const { engine, administration, host } = this.subject;
    return this.alone(script, {
      ...more,
      env: {
        DATABASE_HOST: host,
        ...engine.database === undefined ? {} : { DATABASE_NAME: engine.database },
        DATABASE_PASSWORD: administration.password,
        DATABASE_PORT: String(engine.port.number),
        ...administration.username === undefined ? {} : { DATABASE_USERNAME: administration.username },
        ...more.env,
      },
    });
  }

  /** In the engine's image, without anything of the database: a drill must not be able to reach what it could damage. */
  public alone(script: string, more: Partial<Step> & { readonly resources: Resources }): Step {
    return {
      ...more,
      image: this.subject.engine.image,
      command: ['sh', '-c', script],
      env: { DUMP_FILE: this.dumpFile, SCRATCH_DIRECTORY: WORK, ...more.env },
      mounts: [this.work, ...more.mounts ?? []],
      scratch: { '/tmp': Size.mebibytes(64) },
    };
  }

  /** In the storage's image: store, fetch, record. */
  public inStorage(script: string, env: EnvironmentVariables = {}): Step {
    return {
      image: this.storage.image,
      command: ['sh', '-c', script],
      env: { ...this.storage.env, DUMP_FILE: this.dumpFile, ...env },
      mounts: [this.work, ...this.storage.mounts],
      resources: this.storage.resources,
      scratch: { '/tmp': Size.mebibytes(64) },
    };
  }

  private get dumpFile(): string {
    return `${WORK}/dump.${this.scripts.extension}`;
  }
}
