import { Duration } from 'cdk8s';
import { PodManagementPolicy } from 'cdk8s-plus-28';
import type { Engine, EngineExporter, EngineScripts, EngineServer, OperatedEngine } from './engine';
import type { ConfigFiles } from '../../blocks/config-files';
import type { EnvironmentVariables } from '../../blocks/environment-variables';
import { Health } from '../../blocks/health';
import type { ScratchDirectories } from '../../blocks/pod-volumes';
import { checkImage, ImageReference } from '../../core/image-reference';
import { Port } from '../../core/port';
import type { KnownProperties, PropertyPath } from '../../core/property-path';

/**
 * What an engine does about backups: three POSIX shell scripts, run with `sh -c` in the engine's image. What they know comes by
 * variables: `DATABASE_HOST`, `DATABASE_PORT`, `DATABASE_NAME`, `DATABASE_USERNAME` and `DATABASE_PASSWORD` (the administrator's),
 * `DUMP_FILE`, `SCRATCH_DIRECTORY` (empty, to write to) and `CHECK`. Each ends with another code than 0 when something went wrong.
 */
export interface CustomEngineScripts {
  /** How the name of a dump ends, without the dot, such as `dump`. */
  readonly extension: string;
  /** Writes all data to DUMP_FILE, whole or not at all. */
  readonly dump: string;
  /** Starts a server of its own in SCRATCH_DIRECTORY, restores DUMP_FILE into it, asks CHECK, and ends it. */
  readonly drill: string;
  /** Restores DUMP_FILE beside the data in use, and overwrites nothing. */
  readonly restore: string;
}

/** A metrics exporter beside the server. */
export interface CustomEngineExporter {
  /** Image with a full version. */
  readonly image: string;
  /** Port that metrics are read from. */
  readonly port: number;
  /**
   * Arguments.
   *
   * @default - the image's
   */
  readonly args?: string[];
  /**
   * Environment variables; secrets by reference.
   *
   * @default - none
   */
  readonly env?: EnvironmentVariables;
}

/** An engine that this library does not know. */
export interface CustomEngineOptions {
  /** Name of the engine in lower case, such as `clickhouse`: a label, and the port's name. At most 15 characters. */
  readonly name: string;
  /** Image with a full version. It must run as an ordinary user with a read-only root file system. */
  readonly image: string;
  /** Port that clients talk to. */
  readonly port: number;
  /** Where the server keeps its data: the claim is mounted there. */
  readonly dataPath: string;
  /** How Kubernetes learns whether the server can serve. */
  readonly health: Health;
  /**
   * Command that replaces the image's entry point.
   *
   * @default - the image's
   */
  readonly command?: string[];
  /**
   * Arguments of the command.
   *
   * @default - the image's
   */
  readonly args?: string[];
  /**
   * Environment variables of the server; secrets by reference.
   *
   * @default - none
   */
  readonly env?: EnvironmentVariables;
  /**
   * Further directories that the server writes to.
   *
   * @default - none; the server has `/tmp` with 128 MiB in any case
   */
  readonly scratch?: ScratchDirectories;
  /**
   * Configuration by the paths of files.
   *
   * @default - none
   */
  readonly files?: ConfigFiles;
  /**
   * How long an orderly end may take, whole seconds up to 1 hour.
   *
   * @default Duration.seconds(120)
   */
  readonly shutdownTime?: Duration;
  /**
   * Scheme of an address, such as `clickhouse`.
   *
   * @default - none
   */
  readonly scheme?: string;
  /**
   * Name of the application's database.
   *
   * @default - none; an operator is told the name of the construct
   */
  readonly database?: string;
  /**
   * Name of the administrator, who dumps and restores.
   *
   * @default - none: the application's user does
   */
  readonly administrator?: string;
  /**
   * Metrics exporter.
   *
   * @default - none
   */
  readonly exporter?: CustomEngineExporter;
  /**
   * How the data is dumped, tried and restored.
   *
   * @default - none: no backups by dump
   */
  readonly scripts?: CustomEngineScripts;
  /**
   * Whether several instances find each other and share the data by themselves, as Cassandra's or etcd's do.
   *
   * @default false
   */
  readonly clusters?: boolean;
  /**
   * Ports on which the instances of a cluster talk to each other, such as etcd's 2380: open among them, and to nobody else.
   *
   * @default - the port that clients talk to
   */
  readonly peerPorts?: number[];
  /**
   * Whether an instance starts only when the one before it is ready. Members that need a majority to be ready have to start together.
   * It can never be changed.
   *
   * @default PodManagementPolicy.PARALLEL
   */
  readonly podManagementPolicy?: PodManagementPolicy;
}

const KNOWN: KnownProperties<CustomEngineOptions> = {
  name: true,
  image: true,
  port: true,
  dataPath: true,
  health: true,
  command: true,
  args: true,
  env: true,
  scratch: true,
  files: true,
  shutdownTime: true,
  scheme: true,
  database: true,
  administrator: true,
  exporter: true,
  scripts: true,
  clusters: true,
  peerPorts: true,
  podManagementPolicy: true,
};
const KNOWN_SCRIPTS: KnownProperties<CustomEngineScripts> = { extension: true, dump: true, drill: true, restore: true };
const KNOWN_EXPORTER: KnownProperties<CustomEngineExporter> = { image: true, port: true, args: true, env: true };

/** An engine as its user describes it. @internal */
export class CustomEngine implements Engine {
  public readonly name: string;
  public readonly image: string;
  public readonly port: Port;
  public readonly scheme?: string;
  public readonly database?: string;
  public readonly administrator?: string;
  public readonly administratorPassword: 'password' | 'adminPassword';
  public readonly asksFor: Engine['asksFor'];
  public readonly scripts?: EngineScripts;
  public readonly clusters: boolean;
  public readonly peerPorts: readonly Port[];
  public readonly startsInOrder: boolean;

  public constructor(at: PropertyPath, private readonly options: CustomEngineOptions) {
    at.onlyKnown(options, KNOWN);
    this.name = at.at('name').text(options.name, 'a name of at most 15 lower-case letters, digits and "-"', /^[a-z][a-z0-9-]{0,14}$/);
    this.image = checkImage(at.at('image'), options.image, undefined).toString();
    this.port = Port.tcp(options.port, { name: this.name });
    this.port._check(at.at('port'));
    at.at('dataPath').absolutePath(options.dataPath);
    at.at('health').instance(options.health, Health, "Health.exec({ readiness: ['/bin/ready'] })");
    if (options.scheme !== undefined) { this.scheme = at.at('scheme').text(options.scheme, 'a scheme such as clickhouse', /^[a-z][a-z0-9+.-]*$/); }
    if (options.database !== undefined) { this.database = at.at('database').text(options.database, 'the name of a database'); }
    if (options.administrator !== undefined) { this.administrator = at.at('administrator').text(options.administrator, 'the name of a user'); }
    this.administratorPassword = this.administrator === undefined ? 'password' : 'adminPassword';
    this.asksFor = this.administrator === undefined ? ['username', 'password'] : ['username', 'password', 'adminPassword'];
    at.at('shutdownTime').seconds(options.shutdownTime ?? Duration.seconds(120), 1, 3600, 'give whole seconds from 1 to 3600', 'Duration.seconds(120)');
    this.clusters = options.clusters === undefined ? false : at.at('clusters').flag(options.clusters);
    const policy = at.at('podManagementPolicy').member(options.podManagementPolicy ?? PodManagementPolicy.PARALLEL, PodManagementPolicy, 'PodManagementPolicy');
    this.startsInOrder = policy === PodManagementPolicy.ORDERED_READY;
    this.peerPorts = at.at('peerPorts').list(options.peerPorts ?? []).map((number, i) => {
      const port = Port.tcp(number, { name: `peer-${number}` });
      port._check(at.at('peerPorts').at(i));
      return port;
    });
    if (this.peerPorts.length > 0 && !this.clusters) {
      at.at('peerPorts').refuse('ConflictingProperties', { value: options.peerPorts, allowed: 'ports among instances only where there can be several', fix: 'add clusters: true, or leave them out' });
    }
    if (options.exporter !== undefined) {
      at.at('exporter').onlyKnown(options.exporter, KNOWN_EXPORTER);
      checkImage(at.at('exporter').at('image'), options.exporter.image, undefined);
      at.at('exporter').at('port').integer(options.exporter.port, 1024, 65535);
    }
    if (options.scripts !== undefined) {
      const here = at.at('scripts');
      here.onlyKnown(options.scripts, KNOWN_SCRIPTS);
      here.at('extension').text(options.scripts.extension, 'letters, digits and "." without a dot at either end', /^[a-z0-9]+(\.[a-z0-9]+)*$/);
      for (const script of ['dump', 'drill', 'restore'] as const) { here.at(script).text(options.scripts[script], 'a shell script'); }
      this.scripts = { ...options.scripts, restoresInto: 'server' };
    }
  }

  public server(): EngineServer {
    const { command, args, env, dataPath, scratch, files, health, shutdownTime } = this.options;
    return { command, args, env: env ?? {}, dataPath, scratch: scratch ?? {}, files: files ?? {}, health, shutdownTime: shutdownTime ?? Duration.seconds(120) };
  }

  public operated(): OperatedEngine {
    return { image: this.image, parameters: {}, version: ImageReference.parse(this.image)?.tag ?? '' };
  }

  public exporter(): EngineExporter | undefined {
    const { exporter } = this.options;
    return exporter === undefined ? undefined : { ...exporter, env: exporter.env ?? {} };
  }
}
