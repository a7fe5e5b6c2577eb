import { Duration, Size } from 'cdk8s';
import type { Engine, EngineContext, EngineExporter, EngineServer, OperatedEngine } from './engine';
import { databaseName, ENGINE_OPTIONS, engineImage, type EngineOptions, initFiles, type InitScripts, leastMemory, operatedEngine, serverSettings, startupBudget } from './engine-options';
import { Health } from '../../blocks/health';
import { Port } from '../../core/port';
import type { KnownProperties, PropertyPath } from '../../core/property-path';
import { MYSQL_SCRIPTS } from '../backup/scripts/mysql-scripts';

/** Options of MySQL. */
export interface MySqlEngineOptions extends EngineOptions {
  /**
   * Name of the application's database. The application's user has all rights in it, and none outside.
   *
   * @default app
   */
  readonly database?: string;

  /**
   * Scripts of the first start, by file names that end with `.sql` or `.sh`; run in the order of their names, in the
   * application's database and as the administrator.
   *
   * @default - none
   */
  readonly initScripts?: InitScripts;
}

const KNOWN: KnownProperties<MySqlEngineOptions> = { ...ENGINE_OPTIONS, database: true, initScripts: true };

const PORT = 3306;
const CLAIM = '/var/lib/mysql';
const FIXED = Object.fromEntries([
  ...['datadir', 'defaults_file', 'defaults_extra_file', 'pid_file', 'secure_file_priv', 'socket', 'tmpdir', 'innodb_tmpdir', 'user', 'initialize', 'daemonize', 'init_file']
    .flatMap(name => [[name, 'where the files are, and who runs the server, belongs to the construct']]),
  ...['bind_address', 'port', 'skip_networking', 'mysqlx', 'mysqlx_port', 'skip_grant_tables'].map(name => [name, 'where the server listens, and whom it lets in, belongs to the construct']),
]) as Readonly<Record<string, string>>;

/** The tool ends with 0 for any answer of the server, a refusal too: a changed password must not take the database out of its Service. */
const ping = (user: string, timeout: number): string[] => ['mysqladmin', '--no-defaults', '--host=127.0.0.1', `--port=${PORT}`, `--user=${user}`, `--connect-timeout=${timeout}`, '--silent', 'ping'];

/**
 * MySQL in its official image.
 *
 * As an ordinary user the entry point makes the directories it finds in the configuration, initializes an empty data directory,
 * and runs the scripts of the first start in a server without TCP.
 *
 * @see https://github.com/docker-library/mysql/blob/master/8.4/docker-entrypoint.sh
 * @internal
 */
export class MySqlEngine implements Engine {
  public readonly name = 'mysql';
  public readonly port = Port.tcp(PORT, { name: 'mysql' });
  public readonly scheme = 'mysql';
  public readonly asksFor = ['username', 'password', 'adminPassword'] as const;
  public readonly administrator = 'root';
  public readonly administratorPassword = 'adminPassword';
  public readonly scripts = MYSQL_SCRIPTS;
  public readonly image: string;
  public readonly database: string;

  public constructor(private readonly at: PropertyPath, private readonly options: MySqlEngineOptions) {
    at.onlyKnown(options, KNOWN);
    this.image = engineImage(at, options, 'mysql', /^([89]|[1-9]\d)\.\d{1,3}\.\d{1,3}$/, '8.4.3');
    this.database = databaseName(at.at('database'), options.database, ['mysql', 'sys', 'information_schema', 'performance_schema']);
    this.settings(1024);
    this.files();
  }

  public server({ at, credentials, memoryLimit }: EngineContext): EngineServer {
    leastMemory(at, memoryLimit, 512, 'MySQL');
    return {
      args: this.settings(memoryLimit).map(([name, value]) => `--${name.replaceAll('_', '-')}=${value}`),
      env: {
        MYSQL_DATABASE: this.database,
        MYSQL_PASSWORD: { valueFrom: credentials._reference('password') },
        MYSQL_ROOT_HOST: '%', // backups come from another pod
        MYSQL_ROOT_PASSWORD: { valueFrom: credentials._reference('adminPassword') },
        MYSQL_USER: { valueFrom: credentials._reference('username') },
      },
      dataPath: CLAIM,
      scratch: { '/tmp': Size.mebibytes(64), '/var/run/mysqld': Size.mebibytes(1) },
      files: this.files(),
      // Until a start, the scripts of the first one included, is over, the server listens on no TCP port.
      health: Health.exec({ readiness: ping('readiness', 1), liveness: ping('liveness', 4), startupBudget: startupBudget(this.options) }),
      shutdownTime: Duration.seconds(120),
    };
  }

  public operated({ at }: EngineContext): OperatedEngine {
    return operatedEngine(at, this.options);
  }

  public exporter({ credentials }: EngineContext): EngineExporter {
    return {
      image: this.options.exporterImage ?? 'prom/mysqld-exporter:v0.16.0',
      port: 9104,
      args: [`--mysqld.address=127.0.0.1:${PORT}`, `--mysqld.username=${this.administrator}`],
      env: { MYSQLD_EXPORTER_PASSWORD: { valueFrom: credentials._reference('adminPassword') } },
    };
  }

  /**
   * The buffer pool gets 60 % of what is left when the server itself has what it needs.
   *
   * @see https://dev.mysql.com/doc/refman/8.4/en/innodb-buffer-pool-resize.html
   * @see https://dev.mysql.com/doc/refman/8.4/en/memory-use.html
   */
  private settings(limit: number): [string, string][] {
    return serverSettings(this.at.at('parameters'), {
      binlog_expire_logs_seconds: '259200', // the default, 30 days, fills the disk of a database that writes much
      datadir: `${CLAIM}/data`, // the claim's root may hold lost+found, and is no empty directory then
      innodb_buffer_pool_size: `${Math.max(128, Math.floor((limit - 384) * 0.6))}M`,
      innodb_tmpdir: CLAIM, // rebuilding a table takes as much room as the table: the claim has it
      mysqlx: 'OFF', // a second port and socket that nothing here uses
      pid_file: '/var/run/mysqld/mysqld.pid',
      secure_file_priv: 'NULL', // no files by SQL; the image's own directory is on the read-only root
      skip_name_resolve: 'ON',
      socket: '/var/run/mysqld/mysqld.sock',
      tmpdir: CLAIM,
    }, this.options.parameters === undefined ? undefined : Object.fromEntries(Object.entries(this.at.at('parameters').record(this.options.parameters, 'texts by the names of settings', "{ max_connections: '200' }"))
      .map(([name, value]) => [name.replaceAll('-', '_'), value])), /^[A-Za-z][A-Za-z0-9_]*$/, FIXED);
  }

  private files() {
    return initFiles(this.at.at('initScripts'), this.options.initScripts, ['.sql', '.sh'], {});
  }
}
