import { Duration, Size } from 'cdk8s';
import type { Engine, EngineContext, EngineExporter, EngineServer, OperatedEngine } from './engine';
import { ENGINE_OPTIONS, engineImage, type EngineOptions, leastMemory, operatedEngine, serverSettings, startupBudget } from './engine-options';
import { Health } from '../../blocks/health';
import { Port } from '../../core/port';
import type { KnownProperties, PropertyPath } from '../../core/property-path';
import { REDIS_SCRIPTS } from '../backup/scripts/redis-scripts';

/** Options of Redis. */
export interface RedisEngineOptions extends EngineOptions {}

const KNOWN: KnownProperties<RedisEngineOptions> = ENGINE_OPTIONS;

const PORT = 6379;
const DATA = '/data';
const SETTINGS = '/etc/redis/redis.conf';
const FIXED = Object.fromEntries([
  ...['dir', 'dbfilename', 'appenddirname', 'appendfilename', 'pidfile', 'logfile', 'daemonize', 'include'].map(name => [name, 'where the files are belongs to the construct: a restore relies on it']),
  ...['bind', 'port', 'protected-mode', 'requirepass', 'masterauth', 'masteruser', 'aclfile', 'user'].map(name => [name, 'where the server listens, and whom it lets in, belongs to the construct']),
  ...['replicaof', 'slaveof', 'cluster-enabled'].map(name => [name, 'this engine runs one server; replicas and clusters need an operator']),
]) as Readonly<Record<string, string>>;

/** Only the password is not in the ConfigMap: it goes from the environment into a file of this user alone, never onto a command line. */
const START = `umask 077
escaped=$(printf '%s' "$REDISCLI_AUTH" | sed 's/[\\\\"]/\\\\&/g')
[ -n "$escaped" ] || { echo 'the Secret holds no password' >&2; exit 1; }
printf 'include ${SETTINGS}\\nrequirepass "%s"\\n' "$escaped" > /tmp/redis.conf
unset REDISCLI_AUTH escaped
exec docker-entrypoint.sh redis-server /tmp/redis.conf`;

/** What the server answers to a ping; the tool itself ends with 0 for a refusal, too. */
const answers = (pattern: string): string[] => ['sh', '-c', `case "$(redis-cli -h 127.0.0.1 -p ${PORT} ping 2>&1)" in ${pattern}) ;; *) exit 1 ;; esac`];

/**
 * Redis in its official image, one server with an append-only file.
 *
 * As an ordinary user the entry point only sets a umask and runs the server, in Redis 8 with the image's modules.
 *
 * @see https://github.com/redis/docker-library-redis/blob/master/debian/docker-entrypoint.sh
 * @internal
 */
export class RedisEngine implements Engine {
  public readonly name = 'redis';
  public readonly port = Port.tcp(PORT, { name: 'redis' });
  public readonly scheme = 'redis';
  public readonly asksFor = ['password'] as const;
  public readonly administratorPassword = 'password';
  public readonly scripts = REDIS_SCRIPTS;
  public readonly image: string;

  public constructor(private readonly at: PropertyPath, private readonly options: RedisEngineOptions) {
    at.onlyKnown(options, KNOWN);
    this.image = engineImage(at, options, 'redis', /^([7-9]|[1-9]\d)\.\d{1,3}\.\d{1,3}$/, '7.4.1');
    this.settings(1024);
  }

  public server({ at, credentials, memoryLimit }: EngineContext): EngineServer {
    leastMemory(at, memoryLimit, 64, 'Redis');
    return {
      command: ['sh', '-ec', START],
      env: { REDISCLI_AUTH: { valueFrom: credentials._reference('password') } },
      dataPath: DATA,
      scratch: { '/tmp': Size.mebibytes(16) },
      files: { [SETTINGS]: this.settings(memoryLimit).map(([name, value]) => `${name} ${value}\n`).join('') },
      health: Health.exec({
        readiness: answers('*PONG*|*NOAUTH*|*WRONGPASS*'), // a changed password must not take the database out of its Service
        liveness: answers('*PONG*|*NOAUTH*|*WRONGPASS*|*LOADING*|*BUSY*|*MASTERDOWN*|*MISCONF*'),
        startupBudget: startupBudget(this.options),
      }),
      shutdownTime: Duration.seconds(60),
    };
  }

  public operated({ at }: EngineContext): OperatedEngine {
    return operatedEngine(at, this.options);
  }

  public exporter({ credentials }: EngineContext): EngineExporter {
    return {
      image: this.options.exporterImage ?? 'oliver006/redis_exporter:v1.67.0',
      port: 9121,
      env: { REDIS_ADDR: `redis://127.0.0.1:${PORT}`, REDIS_PASSWORD: { valueFrom: credentials._reference('password') } },
    };
  }

  /**
   * 60 % of the memory for data: a child that rewrites the file shares it, and what is written meanwhile is there twice. When it is
   * full, writes are refused; a database that drops data by itself is a cache, and says so by `maxmemory-policy`.
   *
   * @see https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
   * @see https://redis.io/docs/latest/develop/reference/eviction/
   */
  private settings(limit: number): [string, string][] {
    return serverSettings(this.at.at('parameters'), {
      'appendonly': 'yes',
      'dir': DATA,
      'maxmemory': `${Math.floor(limit * 0.6)}mb`,
      'maxmemory-policy': 'noeviction',
      'port': String(PORT),
      'protected-mode': 'no', // the image's own default: a password is set in any case
      'save': '""', // the append-only file keeps the data; a second child for snapshots would cost memory again
    }, this.options.parameters, /^[a-z][a-z0-9-]*$/, FIXED);
  }
}
