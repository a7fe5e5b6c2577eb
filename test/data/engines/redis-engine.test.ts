import { Duration } from 'cdk8s';
import { DatabaseEngine, type RedisEngineOptions } from 'cdk8s-production';
import { contextOf, engineOf, healthOf, secret, serverOf, sizesOf } from '../../helpers/engine';
import { errorOf } from '../../helpers/manifests';

const redis = (options: Partial<RedisEngineOptions> = {}): DatabaseEngine => DatabaseEngine.redis({ version: '7.4.1', ...options });
const SETTINGS = '/etc/redis/redis.conf';

test('a version is enough: the official image, with data that outlives the server', () => {
  const engine = engineOf(redis());
  expect(engine).toMatchObject({ name: 'redis', image: 'redis:7.4.1', scheme: 'redis', administratorPassword: 'password', asksFor: ['password'] });
  expect([engine.database, engine.administrator]).toEqual([undefined, undefined]);
  expect(engine.port).toMatchObject({ number: 6379, name: 'redis' });
  const server = engine.server(contextOf());
  expect(server.dataPath).toBe('/data');
  expect(sizesOf(server.scratch)).toEqual({ '/tmp': '16Mi' });
  expect(server.shutdownTime.toSeconds()).toBe(60);
  expect(server.env).toEqual({ REDISCLI_AUTH: secret('password') });
  expect(server.files).toEqual({ [SETTINGS]: 'appendonly yes\ndir /data\nmaxmemory 614mb\nmaxmemory-policy noeviction\nport 6379\nprotected-mode no\nsave ""\n' });
});

test('the password goes into a file of this user alone, and the server gets the file', () => {
  const [shell, option, script] = serverOf(redis()).command!;
  expect([shell, option]).toEqual(['sh', '-ec']);
  expect(script).toContain('umask 077');
  expect(script!.trim().split('\n').at(-1)).toBe('exec docker-entrypoint.sh redis-server /tmp/redis.conf');
});

test.each([[64, '38mb'], [512, '307mb'], [16384, '9830mb']])('with %i MiB the data has %s, and the rest is for a child that writes', (memory, limit) => {
  expect(serverOf(redis(), memory).files[SETTINGS]).toContain(`maxmemory ${limit}\n`);
});

test('readiness wants an answer, and liveness takes one while the data is loaded', () => {
  const { readinessProbe, livenessProbe, startupProbe } = healthOf(redis());
  const ask = (answers: string) => ['sh', '-c', `case "$(redis-cli -h 127.0.0.1 -p 6379 ping 2>&1)" in ${answers}) ;; *) exit 1 ;; esac`];
  expect(readinessProbe!.exec!.command).toEqual(ask('*PONG*|*NOAUTH*|*WRONGPASS*'));
  expect(livenessProbe!.exec!.command).toEqual(ask('*PONG*|*NOAUTH*|*WRONGPASS*|*LOADING*|*BUSY*|*MASTERDOWN*|*MISCONF*'));
  expect(startupProbe!.failureThreshold! * startupProbe!.periodSeconds!).toBe(900);
});

test('the exporter asks over the loopback, with the password by reference', () => {
  expect(engineOf(redis()).exporter(contextOf())).toEqual({ image: 'oliver006/redis_exporter:v1.67.0', port: 9121, env: { REDIS_ADDR: 'redis://127.0.0.1:6379', REDIS_PASSWORD: secret('password') } });
});

test('every option has its place', () => {
  const all: Required<RedisEngineOptions> = {
    version: '8.0.1',
    image: 'registry.example.com/redis:8.0.1',
    parameters: { 'maxmemory-policy': 'allkeys-lru', 'client-output-buffer-limit': 'normal 0 0 0', 'save': '3600 1 300 100' },
    startupBudget: Duration.minutes(30),
    exporterImage: 'registry.example.com/redis_exporter:v1.68.0',
  };
  const engine = DatabaseEngine.redis(all);
  expect(engineOf(engine).image).toBe(all.image);
  expect(serverOf(engine).files[SETTINGS]).toBe('appendonly yes\nclient-output-buffer-limit normal 0 0 0\ndir /data\nmaxmemory 614mb\nmaxmemory-policy allkeys-lru\nport 6379\nprotected-mode no\nsave 3600 1 300 100\n');
  expect(healthOf(engine).startupProbe!.failureThreshold).toBe(360);
  expect(engineOf(engine).exporter(contextOf())!.image).toBe(all.exporterImage);
});

test.each<[string, Partial<RedisEngineOptions>, string, string]>([
  ['a line instead of a version', { version: '7.4' }, 'engine.version', 'InvalidValue'],
  ['a version with another append-only file', { version: '6.2.14' }, 'engine.version', 'InvalidValue'],
  ['an image that moves', { image: 'redis:7.4' }, 'engine.image', 'MutableImage'],
  ['a password in the manifest', { parameters: { requirepass: 'x' } }, 'engine.parameters.requirepass', 'ConflictingProperties'],
  ['another directory', { parameters: { dir: '/tmp' } }, 'engine.parameters.dir', 'ConflictingProperties'],
  ['a replica', { parameters: { replicaof: 'other 6379' } }, 'engine.parameters.replicaof', 'ConflictingProperties'],
  ['two lines at once', { parameters: { maxclients: '10\nrequirepass x' } }, 'engine.parameters.maxclients', 'InvalidValue'],
  ['scripts of a first start, which this image does not run', { initScripts: {} } as Partial<RedisEngineOptions>, 'engine.initScripts', 'UnknownProperty'],
])('refuses %s', (_, options, property, code) => {
  expect(errorOf(() => engineOf(redis(options)))).toMatchObject({ property, code });
});

test('refuses memory that the server alone would fill', () => {
  expect(errorOf(() => serverOf(redis(), 63))).toMatchObject({ code: 'InvalidValue', property: 'engine' });
});
