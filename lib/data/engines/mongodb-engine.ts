import { Duration, Size } from 'cdk8s';
import { Probe } from 'cdk8s-plus-28';
import type { Engine, EngineContext, EngineExporter, EngineServer, OperatedEngine } from './engine';
import { APPLICATION_SCRIPT, databaseName, ENGINE_OPTIONS, engineImage, type EngineOptions, initFiles, initPath, type InitScripts, leastMemory, operatedEngine, serverSettings, startupBudget } from './engine-options';
import { Health } from '../../blocks/health';
import { Port } from '../../core/port';
import type { KnownProperties, PropertyPath } from '../../core/property-path';
import { MONGODB_SCRIPTS } from '../backup/scripts/mongodb-scripts';

/** Options of MongoDB. */
export interface MongoDbEngineOptions extends EngineOptions {
  /**
   * Name of the application's database. The application's user may read and write it, and is kept in it.
   *
   * @default app
   */
  readonly database?: string;

  /**
   * Scripts of the first start, by file names that end with `.js` (run in the application's database) or `.sh`, in the order of
   * their names.
   *
   * @default - none
   */
  readonly initScripts?: InitScripts;
}

const KNOWN: KnownProperties<MongoDbEngineOptions> = { ...ENGINE_OPTIONS, database: true, initScripts: true };

const PORT = 27017;
const FIXED = Object.fromEntries([
  ...['dbpath', 'config', 'pidfilepath', 'fork', 'logpath', 'unixsocketprefix'].map(name => [name, 'where the files are belongs to the construct']),
  ...['bind_ip', 'bind_ip_all', 'port', 'auth', 'noauth'].map(name => [name, 'where the server listens, and whom it lets in, belongs to the construct']),
  ...['replset', 'configsvr', 'shardsvr', 'keyfile'].map(name => [name, 'this engine runs one server; replica sets and shards need an operator']),
]) as Readonly<Record<string, string>>;

/** Makes the application's user, once; its name and password stay in the environment. */
const APPLICATION = `db.createUser({
  user: process.env.APPLICATION_USERNAME,
  pwd: process.env.APPLICATION_PASSWORD,
  roles: [{ role: 'readWrite', db: db.getName() }],
});
`;

/**
 * The pod's own name, not the loopback: there the entry point's server of the first start answers. No login: any client may ask
 * this much, and a changed password must not take the database out of its Service.
 */
const ask = (question: string): string[] => ['sh', '-c', `exec mongosh --quiet --norc --host "$(hostname)" --port ${PORT} --eval 'quit(${question} ? 0 : 1)'`];

/**
 * MongoDB in its official image, one server.
 *
 * As an ordinary user the entry point leaves owners as they are, runs the scripts of the first start in a server on the loopback,
 * and needs /tmp. Its shell writes to HOME, which the image puts into the data.
 *
 * @see https://github.com/docker-library/mongo/blob/master/7.0/docker-entrypoint.sh
 * @internal
 */
export class MongoDbEngine implements Engine {
  public readonly name = 'mongodb';
  public readonly port = Port.tcp(PORT, { name: 'mongodb' });
  public readonly scheme = 'mongodb';
  public readonly asksFor = ['username', 'password', 'adminPassword'] as const;
  public readonly administrator = 'admin';
  public readonly administratorPassword = 'adminPassword';
  public readonly scripts = MONGODB_SCRIPTS;
  public readonly image: string;
  public readonly database: string;

  public constructor(private readonly at: PropertyPath, private readonly options: MongoDbEngineOptions) {
    at.onlyKnown(options, KNOWN);
    this.image = engineImage(at, options, 'mongo', /^([6-9]|[1-9]\d)\.\d{1,3}\.\d{1,3}$/, '7.0.14');
    this.database = databaseName(at.at('database'), options.database, ['admin', 'config', 'local']);
    this.settings(1024);
    this.files();
  }

  public server({ at, credentials, memoryLimit }: EngineContext): EngineServer {
    leastMemory(at, memoryLimit, 512, 'MongoDB');
    const second = Duration.seconds(1);
    const budget = at.at('startupBudget').seconds(startupBudget(this.options), 20, 3600, 'give whole seconds from 20 to 3600', 'Duration.minutes(15)');
    const timing = { initialDelaySeconds: undefined, periodSeconds: Duration.seconds(20), timeoutSeconds: Duration.seconds(10) };
    const alive = ask('db.adminCommand({ ping: 1 }).ok');
    return {
      args: this.settings(memoryLimit).flatMap(([name, value]) => [`--${name}`, value]),
      env: {
        APPLICATION_PASSWORD: { valueFrom: credentials._reference('password') },
        APPLICATION_USERNAME: { valueFrom: credentials._reference('username') },
        HOME: '/tmp',
        MONGO_INITDB_DATABASE: this.database,
        MONGO_INITDB_ROOT_PASSWORD: { valueFrom: credentials._reference('adminPassword') },
        MONGO_INITDB_ROOT_USERNAME: this.administrator,
      },
      dataPath: '/data/db',
      scratch: { '/data/configdb': Size.mebibytes(1), '/tmp': Size.mebibytes(128) },
      files: this.files(),
      // The shell needs a second or two to start, and memory beside the server: asked less often, and longer waited for.
      health: Health.probes({
        readiness: Probe.fromCommand(ask('db.hello().isWritablePrimary'), { ...timing, failureThreshold: 3 }),
        liveness: Probe.fromCommand(alive, { ...timing, failureThreshold: 6 }),
        startup: Probe.fromCommand(alive, { ...timing, periodSeconds: Duration.seconds(10), failureThreshold: Math.ceil(budget / 10), successThreshold: 1, initialDelaySeconds: second }),
      }),
      shutdownTime: Duration.seconds(60),
    };
  }

  public operated({ at }: EngineContext): OperatedEngine {
    return operatedEngine(at, this.options);
  }

  public exporter({ credentials }: EngineContext): EngineExporter {
    return {
      image: this.options.exporterImage ?? 'percona/mongodb_exporter:0.43.1',
      port: 9216,
      args: ['--collector.diagnosticdata', '--collector.dbstats'],
      env: {
        MONGODB_PASSWORD: { valueFrom: credentials._reference('adminPassword') },
        MONGODB_URI: `mongodb://127.0.0.1:${PORT}/admin`,
        MONGODB_USER: this.administrator,
      },
    };
  }

  /**
   * The cache is the larger of 256 MiB and half of what is over 1 GiB: the server's own rule, on the limit and not on the node's memory.
   *
   * @see https://www.mongodb.com/docs/manual/core/wiredtiger/#memory-use
   */
  private settings(limit: number): [string, string][] {
    return serverSettings(this.at.at('parameters'), {
      wiredTigerCacheSizeGB: String(Math.max(0.25, Math.floor((limit - 1024) / 2 / 1024 * 100) / 100)),
    }, this.options.parameters, /^[A-Za-z][A-Za-z0-9_]*$/, FIXED);
  }

  private files() {
    return initFiles(this.at.at('initScripts'), this.options.initScripts, ['.js', '.sh'], { [initPath(`${APPLICATION_SCRIPT}.js`)]: APPLICATION });
  }
}
