import { CustomEngine, type CustomEngineOptions } from './custom-engine';
import type { Engine } from './engine';
import { MongoDbEngine, type MongoDbEngineOptions } from './mongodb-engine';
import { MySqlEngine, type MySqlEngineOptions } from './mysql-engine';
import { PostgresEngine, type PostgresEngineOptions } from './postgres-engine';
import { RedisEngine, type RedisEngineOptions } from './redis-engine';
import type { PropertyPath } from '../../core/property-path';

/**
 * The software that a database runs: image, settings from the memory limit, checks by its own tool, an end that loses nothing, and
 * scripts that dump, try and restore.
 *
 * Each known engine runs in its official image as an ordinary user, with a read-only root file system and no capabilities.
 */
export class DatabaseEngine {
  /** PostgreSQL. @param options version, database, settings and scripts of the first start */
  public static postgres(options: PostgresEngineOptions): DatabaseEngine {
    return new DatabaseEngine(at => new PostgresEngine(at, options));
  }

  /** MySQL. @param options version, database, settings and scripts of the first start */
  public static mysql(options: MySqlEngineOptions): DatabaseEngine {
    return new DatabaseEngine(at => new MySqlEngine(at, options));
  }

  /** MongoDB, one server. @param options version, database, settings and scripts of the first start */
  public static mongodb(options: MongoDbEngineOptions): DatabaseEngine {
    return new DatabaseEngine(at => new MongoDbEngine(at, options));
  }

  /** Redis, one server with an append-only file. @param options version and settings */
  public static redis(options: RedisEngineOptions): DatabaseEngine {
    return new DatabaseEngine(at => new RedisEngine(at, options));
  }

  /** Any other engine. @param options all that an engine is */
  public static custom(options: CustomEngineOptions): DatabaseEngine {
    return new DatabaseEngine(at => new CustomEngine(at, options));
  }

  private constructor(private readonly make: (at: PropertyPath) => Engine) {}

  /** The engine with its options checked. @internal */
  public _engine(at: PropertyPath): Engine {
    return this.make(at);
  }
}
