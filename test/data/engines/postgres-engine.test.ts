import { Duration } from 'cdk8s';
import { DatabaseEngine, type PostgresEngineOptions } from 'cdk8s-production';
import { contextOf, engineOf, healthOf, secret, serverOf, sizesOf } from '../../helpers/engine';
import { errorOf } from '../../helpers/manifests';

const postgres = (options: Partial<PostgresEngineOptions> = {}): DatabaseEngine => DatabaseEngine.postgres({ version: '16.4', ...options });
const settingsOf = (engine: DatabaseEngine, memory?: number): string[] => serverOf(engine, memory).args!.filter(word => word !== '-c');

test('a version is enough: the official image, its own data directory below the claim, and nothing that the image writes on a read-only root', () => {
  const engine = engineOf(postgres());
  expect(engine).toMatchObject({ name: 'postgresql', image: 'postgres:16.4', database: 'app', scheme: 'postgres', administrator: 'postgres', administratorPassword: 'adminPassword', asksFor: ['username', 'password', 'adminPassword'] });
  expect(engine.port).toMatchObject({ number: 5432, name: 'postgresql', protocol: 'TCP' });
  const server = engine.server(contextOf());
  expect(server.command).toBeUndefined();
  expect(server.dataPath).toBe('/var/lib/postgresql/data');
  expect(sizesOf(server.scratch)).toEqual({ '/tmp': '64Mi', '/var/run/postgresql': '1Mi' });
  expect(server.sharedMemory?.toMebibytes()).toBe(128);
  expect(server.shutdownTime.toSeconds()).toBe(120);
  expect(server.preStop).toEqual(['sh', '-c', 'kill -INT 1']);
  expect(server.env).toEqual({
    APPLICATION_PASSWORD: secret('password'),
    APPLICATION_USERNAME: secret('username'),
    PGDATA: '/var/lib/postgresql/data/pgdata',
    POSTGRES_DB: 'app',
    POSTGRES_INITDB_ARGS: '--auth=scram-sha-256 --data-checksums --encoding=UTF8 --locale=C.UTF-8',
    POSTGRES_PASSWORD: secret('admin-password'),
    POSTGRES_USER: 'postgres',
  });
});

test.each([
  [256, ['effective_cache_size=192MB', 'maintenance_work_mem=16MB', 'max_connections=100', 'password_encryption=scram-sha-256', 'shared_buffers=64MB', 'work_mem=1MB']],
  [1024, ['effective_cache_size=768MB', 'maintenance_work_mem=64MB', 'max_connections=100', 'password_encryption=scram-sha-256', 'shared_buffers=256MB', 'work_mem=2MB']],
  [65536, ['effective_cache_size=49152MB', 'maintenance_work_mem=2048MB', 'max_connections=100', 'password_encryption=scram-sha-256', 'shared_buffers=16384MB', 'work_mem=163MB']],
])('with %i MiB a quarter is shared buffers, and the rest the page cache', (memory, settings) => {
  expect(settingsOf(postgres(), memory)).toEqual(settings);
});

test('what the user sets wins, and more connections get less memory each', () => {
  const settings = settingsOf(postgres({ parameters: { 'max_connections': '400', 'shared_buffers': '1GB', 'pg_stat_statements.max': '5000' } }), 8192);
  expect(settings).toEqual(['effective_cache_size=6144MB', 'maintenance_work_mem=512MB', 'max_connections=400', 'password_encryption=scram-sha-256', 'pg_stat_statements.max=5000', 'shared_buffers=1GB', 'work_mem=5MB']);
  expect(settingsOf(postgres({ parameters: { max_connections: 'many' } }), 1024)).toContain('work_mem=2MB');
});

test('readiness takes an answer over TCP, which no server of the first start gives; liveness takes "not yet" too', () => {
  const asked = 'pg_isready --quiet --host=127.0.0.1 --port=5432 --username=postgres --timeout=2';
  const { readinessProbe, livenessProbe, startupProbe } = healthOf(postgres());
  expect(readinessProbe!.exec!.command).toEqual(asked.split(' '));
  expect(livenessProbe!.exec!.command).toEqual(['sh', '-c', `${asked} || [ $? -eq 1 ]`]);
  expect(startupProbe!.failureThreshold! * startupProbe!.periodSeconds!).toBe(900);
  expect(healthOf(postgres({ startupBudget: Duration.minutes(60) })).startupProbe!.failureThreshold).toBe(720);
});

test('the first start makes a role that is no superuser, by values that are never quoted by a shell', () => {
  const files = serverOf(postgres({ database: 'shop', initScripts: { '10-schema.sql': 'CREATE TABLE t ();', '20-more.sh': 'echo' } }));
  expect(Object.keys(files.files)).toEqual(['00-application.sh', '10-schema.sql', '20-more.sh'].map(name => `/docker-entrypoint-initdb.d/${name}`));
  const script = files.files['/docker-entrypoint-initdb.d/00-application.sh']!;
  expect(script).toContain('CREATE ROLE :"name" LOGIN PASSWORD :\'word\';');
  expect(script).not.toMatch(/SUPERUSER|shop/);
  expect(files.env.POSTGRES_DB).toBe('shop');
});

test('the exporter asks over the loopback, with the password by reference', () => {
  expect(engineOf(postgres({ database: 'shop' })).exporter(contextOf())).toEqual({
    image: 'prometheuscommunity/postgres-exporter:v0.16.0',
    port: 9187,
    env: { DATA_SOURCE_PASS: secret('admin-password'), DATA_SOURCE_URI: '127.0.0.1:5432/shop?sslmode=disable', DATA_SOURCE_USER: 'postgres' },
  });
});

test('every option has its place', () => {
  const all: Required<PostgresEngineOptions> = {
    version: '17.2',
    image: 'registry.example.com/postgres-with-postgis:17.2.1',
    database: 'shop-db',
    parameters: { log_min_duration_statement: '500ms' },
    initScripts: { '10-postgis.sql': 'CREATE EXTENSION postgis;' },
    startupBudget: Duration.minutes(30),
    exporterImage: 'registry.example.com/postgres-exporter:v0.17.0',
  };
  const engine = DatabaseEngine.postgres(all);
  expect(engineOf(engine)).toMatchObject({ image: all.image, database: 'shop-db' });
  expect(settingsOf(engine)).toContain('log_min_duration_statement=500ms');
  expect(serverOf(engine).files['/docker-entrypoint-initdb.d/10-postgis.sql']).toBe('CREATE EXTENSION postgis;');
  expect(healthOf(engine).startupProbe!.failureThreshold).toBe(360);
  expect(engineOf(engine).exporter(contextOf())!.image).toBe(all.exporterImage);
});

test('an operator gets the version and the settings, an image of the user alone, and no scripts', () => {
  const own = postgres({ version: '17.2', image: 'registry.example.com/postgresql:17.2', parameters: { log_min_duration_statement: '500ms' } });
  expect(engineOf(own).operated(contextOf(2048))).toEqual({
    version: '17.2', image: 'registry.example.com/postgresql:17.2', parameters: expect.objectContaining({ shared_buffers: '512MB', log_min_duration_statement: '500ms' }) as object,
  });
  expect(engineOf(postgres()).operated(contextOf()).image).toBeUndefined();
  expect(errorOf(() => engineOf(postgres({ initScripts: { '10.sql': 'x' } })).operated(contextOf()))).toMatchObject({ code: 'UnsupportedByController', property: 'engine.initScripts' });
  expect(errorOf(() => engineOf(postgres()).operated(contextOf(255)))).toMatchObject({ code: 'InvalidValue', property: 'engine' });
});

test.each<[string, Partial<PostgresEngineOptions>, string, string]>([
  ['a line instead of a version', { version: '16' }, 'engine.version', 'InvalidValue'],
  ['a version of three numbers', { version: '16.4.0' }, 'engine.version', 'InvalidValue'],
  ['a version before 10', { version: '9.6' }, 'engine.version', 'InvalidValue'],
  ['a tag', { version: '16.4-bookworm' }, 'engine.version', 'InvalidValue'],
  ['an image that moves', { image: 'postgres:16' }, 'engine.image', 'MutableImage'],
  ['an image that is none', { image: 'Postgres 16' }, 'engine.image', 'InvalidImage'],
  ['an exporter that moves', { exporterImage: 'postgres-exporter:latest' }, 'engine.exporterImage', 'MutableImage'],
  ["the engine's own database", { database: 'postgres' }, 'engine.database', 'InvalidName'],
  ['a template', { database: 'Template1' }, 'engine.database', 'InvalidName'],
  ['a database with a quote', { database: 'a"b' }, 'engine.database', 'InvalidValue'],
  ['a database that leaves no room for a restore', { database: 'a'.repeat(49) }, 'engine.database', 'InvalidValue'],
  ['another data directory', { parameters: { data_directory: '/data' } }, 'engine.parameters.data_directory', 'ConflictingProperties'],
  ['another port, in capitals', { parameters: { PORT: '5433' } }, 'engine.parameters.PORT', 'ConflictingProperties'],
  ['another address', { parameters: { listen_addresses: 'localhost' } }, 'engine.parameters.listen_addresses', 'ConflictingProperties'],
  ['a setting that is none', { parameters: { 'shared buffers': '1GB' } }, 'engine.parameters["shared buffers"]', 'InvalidName'],
  ['a number without quotes', { parameters: { max_connections: 200 as unknown as string } }, 'engine.parameters.max_connections', 'InvalidValue'],
  ['a value of two lines', { parameters: { log_line_prefix: 'a\nb' } }, 'engine.parameters.log_line_prefix', 'InvalidValue'],
  ['a script that the entry point passes over', { initScripts: { 'schema.txt': 'x' } }, 'engine.initScripts["schema.txt"]', 'InvalidName'],
  ['a packed script', { initScripts: { '10.sql.gz': 'x' } }, 'engine.initScripts["10.sql.gz"]', 'InvalidName'],
  ['a script in a folder', { initScripts: { 'a/b.sql': 'x' } }, 'engine.initScripts["a/b.sql"]', 'InvalidName'],
  ['a script before the user is made', { initScripts: { '00-first.sql': 'x' } }, 'engine.initScripts["00-first.sql"]', 'InvalidName'],
  ['a script of our own name', { initScripts: { '00-application.sh': 'x' } }, 'engine.initScripts["00-application.sh"]', 'InvalidName'],
  ['an empty script', { initScripts: { '10.sql': '' } }, 'engine.initScripts["10.sql"]', 'InvalidValue'],
  ['a misspelt option', { databse: 'shop' } as Partial<PostgresEngineOptions>, 'engine.databse', 'UnknownProperty'],
])('refuses %s', (_, options, property, code) => {
  expect(errorOf(() => engineOf(postgres(options)))).toMatchObject({ constructPath: 'chart', property, code });
});

test('refuses memory that the server alone would fill, and a budget of more than an hour', () => {
  expect(errorOf(() => serverOf(postgres(), 255))).toMatchObject({ code: 'InvalidValue', property: 'engine', value: '"a memory limit of 255 MiB"' });
  expect(errorOf(() => healthOf(postgres({ startupBudget: Duration.minutes(61) })))).toMatchObject({ code: 'InvalidValue', property: 'engine.startupBudget' });
});
