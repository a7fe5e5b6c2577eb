import type { Duration, Size } from 'cdk8s';
import type { ConfigFiles } from '../../blocks/config-files';
import type { EnvironmentVariables } from '../../blocks/environment-variables';
import type { Health } from '../../blocks/health';
import type { ScratchDirectories } from '../../blocks/pod-volumes';
import type { Port } from '../../core/port';
import type { PropertyPath } from '../../core/property-path';
import type { DatabaseCredentials } from '../database-credentials';

/** What an engine is told about the database that it is to run. @internal */
export interface EngineContext {
  /** Where the engine's own options are, for errors. */
  readonly at: PropertyPath;
  /** Memory above which the container is killed, in MiB: what the engine may use of it, it derives. */
  readonly memoryLimit: number;
  readonly credentials: DatabaseCredentials;
}

/** How the engine's server runs in a container. @internal */
export interface EngineServer {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env: EnvironmentVariables;
  /** Where the data claim is mounted. */
  readonly dataPath: string;
  /** Further places that the server writes to; the root file system is read-only. */
  readonly scratch: ScratchDirectories;
  /** Memory that its processes share, at /dev/shm; none where the 64 MiB of a container are enough. It counts towards the memory limit. */
  readonly sharedMemory?: Size;
  /** Configuration and scripts, by their paths. */
  readonly files: ConfigFiles;
  readonly health: Health;
  /** What asks the server to end, where the signal of the image may be another than the one for a quick and clean end. */
  readonly preStop?: readonly string[];
  /** How long an orderly end may take: a checkpoint under load, and closing what is open. */
  readonly shutdownTime: Duration;
}

/** A metrics exporter beside the server. @internal */
export interface EngineExporter {
  readonly image: string;
  readonly port: number;
  readonly args?: readonly string[];
  readonly env: EnvironmentVariables;
}

/**
 * What an engine does about backups: POSIX shell scripts for `sh -c` in the engine's image. All they know comes by
 * environment variables, so that the same script runs in a pod and on a test's loopback:
 * DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_USERNAME, DATABASE_PASSWORD (the administrator's),
 * DATABASE_OWNER (the application's user, whose the restored data shall be; for a restore only),
 * DUMP_FILE (where the dump is written to or read from), SCRATCH_DIRECTORY (a directory to write to, for all three: files with
 * a password, and the server that lives only for a drill), DATA_DIRECTORY (the data claim, where a restore needs it),
 * CHECK (what is asked of the restored data). They write nothing elsewhere, say on standard error what went wrong, and end with another code than 0.
 *
 * @internal
 */
export interface EngineScripts {
  /** How a dump's file name ends, such as `dump`. */
  readonly extension: string;
  /** Dumps the database to DUMP_FILE. */
  readonly dump: string;
  /** Starts a server of its own in SCRATCH_DIRECTORY, restores DUMP_FILE into it, runs CHECK, and ends it. */
  readonly drill: string;
  /** Restores DUMP_FILE beside the running data, and overwrites nothing. */
  readonly restore: string;
  /** What a restore needs: a server that runs, or (`data`) one that does not, and its claim at DATA_DIRECTORY. */
  readonly restoresInto: 'server' | 'data';
}

/** What an operator has to know of an engine that it is to run. @internal */
export interface OperatedEngine {
  /** Full version, such as `16.4`. */
  readonly version: string;
  /** An image of the user's own, where the operator's is not meant. */
  readonly image?: string;
  /** Settings of the server, by their names. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A database engine, as the constructs of this room see it. @internal */
export interface Engine {
  /** Such as `postgresql`: label app.kubernetes.io/component, and the name of the port. */
  readonly name: string;
  /** Full reference, without the environment's registry. */
  readonly image: string;
  readonly port: Port;
  /** Scheme of an address, such as `postgres`; none where clients use none. */
  readonly scheme?: string;
  /** Name of the application's database; none where the engine has no names. */
  readonly database?: string;
  /** Keys of the credentials' Secret that it asks for. */
  readonly asksFor: readonly ('username' | 'password' | 'adminPassword')[];
  /** The administrator's name: whoever dumps and restores. */
  readonly administrator?: string;
  /** Which of the credentials is the administrator's password. */
  readonly administratorPassword: 'password' | 'adminPassword';
  /** Whether several instances find each other by themselves. */
  readonly clusters?: boolean;
  /** Whether one starts only when the one before it is ready. */
  readonly startsInOrder?: boolean;
  /** On which they talk to each other, beside the port of clients. */
  readonly peerPorts?: readonly Port[];
  readonly scripts?: EngineScripts;
  server(context: EngineContext): EngineServer;
  exporter(context: EngineContext): EngineExporter | undefined;
  /** For an operator. */
  operated(context: EngineContext): OperatedEngine;
}
