import { Duration, Size } from 'cdk8s';
import type { Engine, EngineContext, EngineExporter, EngineServer, OperatedEngine } from './engine';
import { APPLICATION_SCRIPT, databaseName, ENGINE_OPTIONS, engineImage, type EngineOptions, initFiles, initPath, type InitScripts, leastMemory, operatedEngine, serverSettings, startupBudget } from './engine-options';
import { Health } from '../../blocks/health';
import { Port } from '../../core/port';
import type { KnownProperties, PropertyPath } from '../../core/property-path';
import { POSTGRES_SCRIPTS } from '../backup/scripts/postgres-scripts';

/** Options of PostgreSQL. */
export interface PostgresEngineOptions extends EngineOptions {
  /**
   * Name of the application's database. The application's user owns it.
   *
   * @default app
   */
  readonly database?: string;

  /**
   * Scripts of the first start, by file names that end with `.sql` or `.sh`; run in the order of their names, in the
   * application's database and as its user. `SET ROLE NONE;` makes a script the administrator.
   *
   * @default - none
   */
  readonly initScripts?: InitScripts;
}

const KNOWN: KnownProperties<PostgresEngineOptions> = { ...ENGINE_OPTIONS, database: true, initScripts: true };

const PORT = 5432;
/** The claim's root may hold lost+found, and initdb takes an empty directory only. */
const DATA = '/var/lib/postgresql/data';
const FIXED = Object.fromEntries([
  ...['data_directory', 'config_file', 'hba_file', 'ident_file', 'external_pid_file'].map(name => [name, 'where the files are belongs to the construct']),
  ...['port', 'listen_addresses', 'unix_socket_directories'].map(name => [name, 'where the server listens belongs to the construct: checks, Service and policies rely on it']),
]) as Readonly<Record<string, string>>;

/**
 * Makes the application's role and gives it the database, once. The values go from the environment into psql's variables, never
 * through the shell's quoting or a command line; and a failure must not write the password into the log.
 */
const APPLICATION = `( psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
\\set name \`printf '%s' "$APPLICATION_USERNAME"\`
\\set word \`printf '%s' "$APPLICATION_PASSWORD"\`
SET log_min_error_statement = 'panic';
CREATE ROLE :"name" LOGIN PASSWORD :'word';
SELECT format('ALTER DATABASE %I OWNER TO %I', current_database(), :'name') \\gexec
SELECT format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()) \\gexec
SQL
)
# What follows is the application's: tables that the administrator owned, it could not read.
PGOPTIONS="-c role=$(printf '%s' "$APPLICATION_USERNAME" | sed 's/[\\\\ ]/\\\\&/g')"
export PGOPTIONS
`;

/** Any answer over TCP, be it "no, not yet", shows that the server lives. */
const ASKED = ['pg_isready', '--quiet', '--host=127.0.0.1', `--port=${PORT}`, '--username=postgres', '--timeout=2'];

/**
 * PostgreSQL in its official image.
 *
 * As an ordinary user the entry point leaves owners as they are, tells initdb a user name by nss_wrapper (from a file in /tmp),
 * starts a server on the socket alone for the scripts of the first start, and then runs the server itself.
 *
 * @see https://github.com/docker-library/postgres/blob/master/docker-entrypoint.sh
 * @internal
 */
export class PostgresEngine implements Engine {
  public readonly name = 'postgresql';
  public readonly port = Port.tcp(PORT, { name: 'postgresql' });
  public readonly scheme = 'postgres';
  public readonly asksFor = ['username', 'password', 'adminPassword'] as const;
  public readonly administrator = 'postgres';
  public readonly administratorPassword = 'adminPassword';
  public readonly scripts = POSTGRES_SCRIPTS;
  public readonly image: string;
  public readonly database: string;

  public constructor(private readonly at: PropertyPath, private readonly options: PostgresEngineOptions) {
    at.onlyKnown(options, KNOWN);
    this.image = engineImage(at, options, 'postgres', /^[1-9]\d\.\d{1,3}$/, '16.4'); // two numbers since version 10
    this.database = databaseName(at.at('database'), options.database, ['postgres', 'template0', 'template1']);
    this.settings(1024);
    this.files();
  }

  public server({ at, credentials, memoryLimit }: EngineContext): EngineServer {
    leastMemory(at, memoryLimit, 256, 'PostgreSQL');
    return {
      args: this.settings(memoryLimit).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      env: {
        APPLICATION_PASSWORD: { valueFrom: credentials._reference('password') },
        APPLICATION_USERNAME: { valueFrom: credentials._reference('username') },
        PGDATA: `${DATA}/pgdata`,
        POSTGRES_DB: this.database,
        // Checksums find damaged pages; the order of texts must not change with the image's libraries; and without a password
        // nobody is let in, not even over the pod's loopback, which its other containers share.
        POSTGRES_INITDB_ARGS: '--auth=scram-sha-256 --data-checksums --encoding=UTF8 --locale=C.UTF-8',
        POSTGRES_PASSWORD: { valueFrom: credentials._reference('adminPassword') },
        POSTGRES_USER: this.administrator,
      },
      dataPath: DATA,
      scratch: { '/tmp': Size.mebibytes(64), '/var/run/postgresql': Size.mebibytes(1) },
      sharedMemory: Size.mebibytes(Math.max(64, Math.floor(memoryLimit / 8))),
      files: this.files(),
      health: Health.exec({
        readiness: ASKED,
        liveness: ['sh', '-c', `${ASKED.join(' ')} || [ $? -eq 1 ]`],
        startupBudget: startupBudget(this.options),
      }),
      // A fast shutdown, also where the image's own signal would wait for every client to leave.
      preStop: ['sh', '-c', 'kill -INT 1'],
      shutdownTime: Duration.seconds(120),
    };
  }

  public exporter({ credentials }: EngineContext): EngineExporter {
    return {
      image: this.options.exporterImage ?? 'prometheuscommunity/postgres-exporter:v0.16.0',
      port: 9187,
      env: {
        DATA_SOURCE_PASS: { valueFrom: credentials._reference('adminPassword') },
        DATA_SOURCE_URI: `127.0.0.1:${PORT}/${this.database}?sslmode=disable`,
        DATA_SOURCE_USER: this.administrator,
      },
    };
  }

  public operated({ at, memoryLimit }: EngineContext): OperatedEngine {
    leastMemory(at, memoryLimit, 256, 'PostgreSQL');
    return { ...operatedEngine(at, this.options), parameters: Object.fromEntries(this.settings(memoryLimit)) };
  }

  /**
   * Memory by the documentation's own starting points: a quarter for shared_buffers, the rest mostly the page cache. work_mem may
   * be used several times by each connection.
   *
   * @see https://www.postgresql.org/docs/current/runtime-config-resource.html
   */
  private settings(limit: number): [string, string][] {
    const given = this.options.parameters?.max_connections;
    const connections = given !== undefined && /^[1-9]\d{0,5}$/.test(given) ? Number(given) : 100;
    return serverSettings(this.at.at('parameters'), {
      effective_cache_size: `${Math.floor(limit * 3 / 4)}MB`,
      maintenance_work_mem: `${Math.min(2048, Math.max(16, Math.floor(limit / 16)))}MB`,
      max_connections: '100',
      password_encryption: 'scram-sha-256',
      shared_buffers: `${Math.floor(limit / 4)}MB`,
      work_mem: `${Math.max(1, Math.floor(limit / 4 / connections))}MB`,
    }, this.options.parameters, /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$/, FIXED);
  }

  private files() {
    return initFiles(this.at.at('initScripts'), this.options.initScripts, ['.sql', '.sh'], { [initPath(`${APPLICATION_SCRIPT}.sh`)]: APPLICATION });
  }
}
