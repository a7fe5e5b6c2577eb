import { Duration } from 'cdk8s';
import { DatabaseEngine, type MongoDbEngineOptions } from 'cdk8s-production';
import { contextOf, engineOf, healthOf, secret, serverOf, sizesOf } from '../../helpers/engine';
import { errorOf } from '../../helpers/manifests';

const mongodb = (options: Partial<MongoDbEngineOptions> = {}): DatabaseEngine => DatabaseEngine.mongodb({ version: '7.0.14', ...options });

test('a version is enough: the official image, whose shell writes to /tmp and not into the data', () => {
  const engine = engineOf(mongodb());
  expect(engine).toMatchObject({ name: 'mongodb', image: 'mongo:7.0.14', database: 'app', scheme: 'mongodb', administrator: 'admin', administratorPassword: 'adminPassword', asksFor: ['username', 'password', 'adminPassword'] });
  expect(engine.port).toMatchObject({ number: 27017, name: 'mongodb' });
  const server = engine.server(contextOf());
  expect(server.dataPath).toBe('/data/db');
  expect(sizesOf(server.scratch)).toEqual({ '/data/configdb': '1Mi', '/tmp': '128Mi' });
  expect(server.shutdownTime.toSeconds()).toBe(60);
  expect(server.env).toEqual({
    APPLICATION_PASSWORD: secret('password'),
    APPLICATION_USERNAME: secret('username'),
    HOME: '/tmp',
    MONGO_INITDB_DATABASE: 'app',
    MONGO_INITDB_ROOT_PASSWORD: secret('admin-password'),
    MONGO_INITDB_ROOT_USERNAME: 'admin',
  });
  expect(Object.keys(server.files)).toEqual(['/docker-entrypoint-initdb.d/00-application.js']);
  expect(server.files['/docker-entrypoint-initdb.d/00-application.js']).toContain("roles: [{ role: 'readWrite', db: db.getName() }]");
});

test.each([[512, '0.25'], [1024, '0.25'], [2048, '0.5'], [4096, '1.5'], [65536, '31.5']])("with %i MiB the cache has %s GiB, by the server's own rule on the limit", (memory, cache) => {
  expect(serverOf(mongodb(), memory).args).toEqual(['--wiredTigerCacheSizeGB', cache]);
});

test("the checks ask the pod's own address, since on the loopback the server of the first start answers", () => {
  const { readinessProbe, livenessProbe, startupProbe } = healthOf(mongodb());
  const ask = (question: string) => ['sh', '-c', `exec mongosh --quiet --norc --host "$(hostname)" --port 27017 --eval 'quit(${question} ? 0 : 1)'`];
  expect(readinessProbe).toMatchObject({ exec: { command: ask('db.hello().isWritablePrimary') }, failureThreshold: 3, periodSeconds: 20, timeoutSeconds: 10 });
  expect(livenessProbe).toMatchObject({ exec: { command: ask('db.adminCommand({ ping: 1 }).ok') }, failureThreshold: 6, periodSeconds: 20, timeoutSeconds: 10 });
  expect(startupProbe).toMatchObject({ exec: livenessProbe!.exec, failureThreshold: 90, periodSeconds: 10, timeoutSeconds: 10 });
});

test('the exporter asks over the loopback, with the password by reference', () => {
  expect(engineOf(mongodb()).exporter(contextOf())).toEqual({
    image: 'percona/mongodb_exporter:0.43.1',
    port: 9216,
    args: ['--collector.diagnosticdata', '--collector.dbstats'],
    env: { MONGODB_PASSWORD: secret('admin-password'), MONGODB_URI: 'mongodb://127.0.0.1:27017/admin', MONGODB_USER: 'admin' },
  });
});

test('every option has its place', () => {
  const all: Required<MongoDbEngineOptions> = {
    version: '8.0.4',
    image: 'registry.example.com/mongo:8.0.4',
    database: 'shop',
    parameters: { wiredTigerCacheSizeGB: '3', slowms: '200' },
    initScripts: { '10-indexes.js': 'db.orders.createIndex({ code: 1 })' },
    startupBudget: Duration.minutes(30),
    exporterImage: 'registry.example.com/mongodb_exporter:0.44.0',
  };
  const engine = DatabaseEngine.mongodb(all);
  expect(engineOf(engine)).toMatchObject({ image: all.image, database: 'shop' });
  expect(serverOf(engine).args).toEqual(['--slowms', '200', '--wiredTigerCacheSizeGB', '3']);
  expect(Object.keys(serverOf(engine).files)).toEqual(['/docker-entrypoint-initdb.d/00-application.js', '/docker-entrypoint-initdb.d/10-indexes.js']);
  expect(healthOf(engine).startupProbe!.failureThreshold).toBe(180);
  expect(engineOf(engine).exporter(contextOf())!.image).toBe(all.exporterImage);
});

test.each<[string, Partial<MongoDbEngineOptions>, string, string]>([
  ['a line instead of a version', { version: '7.0' }, 'engine.version', 'InvalidValue'],
  ['a version without the shell that is asked', { version: '5.0.31' }, 'engine.version', 'InvalidValue'],
  ['an image that moves', { image: 'mongo:7' }, 'engine.image', 'MutableImage'],
  ["the engine's own database", { database: 'admin' }, 'engine.database', 'InvalidName'],
  ['a replica set of one engine', { parameters: { replSet: 'rs0' } }, 'engine.parameters.replSet', 'ConflictingProperties'],
  ['another address', { parameters: { bind_ip: '127.0.0.1' } }, 'engine.parameters.bind_ip', 'ConflictingProperties'],
  ['a script that the entry point passes over', { initScripts: { '10.sql': 'x' } }, 'engine.initScripts["10.sql"]', 'InvalidName'],
])('refuses %s', (_, options, property, code) => {
  expect(errorOf(() => engineOf(mongodb(options)))).toMatchObject({ property, code });
});

test('refuses memory that the server alone would fill, and a budget of more than an hour', () => {
  expect(errorOf(() => serverOf(mongodb(), 511))).toMatchObject({ code: 'InvalidValue', property: 'engine' });
  expect(errorOf(() => serverOf(mongodb({ startupBudget: Duration.hours(2) })))).toMatchObject({ code: 'InvalidValue', property: 'engine.startupBudget' });
});
