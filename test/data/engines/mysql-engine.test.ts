import { Duration } from 'cdk8s';
import { DatabaseEngine, type MySqlEngineOptions } from 'cdk8s-production';
import { contextOf, engineOf, healthOf, secret, serverOf, sizesOf } from '../../helpers/engine';
import { errorOf } from '../../helpers/manifests';

const mysql = (options: Partial<MySqlEngineOptions> = {}): DatabaseEngine => DatabaseEngine.mysql({ version: '8.4.3', ...options });

test('a version is enough: the official image, a data directory below the claim, and no path on the read-only root', () => {
  const engine = engineOf(mysql());
  expect(engine).toMatchObject({ name: 'mysql', image: 'mysql:8.4.3', database: 'app', scheme: 'mysql', administrator: 'root', administratorPassword: 'adminPassword', asksFor: ['username', 'password', 'adminPassword'] });
  expect(engine.port).toMatchObject({ number: 3306, name: 'mysql' });
  const server = engine.server(contextOf());
  expect(server.dataPath).toBe('/var/lib/mysql');
  expect(sizesOf(server.scratch)).toEqual({ '/tmp': '64Mi', '/var/run/mysqld': '1Mi' });
  expect(server.files).toEqual({});
  expect(server.preStop).toBeUndefined();
  expect(server.shutdownTime.toSeconds()).toBe(120);
  expect(server.env).toEqual({
    MYSQL_DATABASE: 'app',
    MYSQL_PASSWORD: secret('password'),
    MYSQL_ROOT_HOST: '%',
    MYSQL_ROOT_PASSWORD: secret('admin-password'),
    MYSQL_USER: secret('username'),
  });
  expect(server.args).toEqual([
    '--binlog-expire-logs-seconds=259200', '--datadir=/var/lib/mysql/data', '--innodb-buffer-pool-size=384M', '--innodb-tmpdir=/var/lib/mysql', '--mysqlx=OFF', '--pid-file=/var/run/mysqld/mysqld.pid',
    '--secure-file-priv=NULL', '--skip-name-resolve=ON', '--socket=/var/run/mysqld/mysqld.sock', '--tmpdir=/var/lib/mysql',
  ]);
});

test.each([[512, 128], [1024, 384], [4096, 2227], [16384, 9600]])('with %i MiB the buffer pool has %i', (memory, pool) => {
  expect(serverOf(mysql(), memory).args).toContain(`--innodb-buffer-pool-size=${pool}M`);
});

test('a setting may be written either way, and stands once', () => {
  const args = serverOf(mysql({ parameters: { 'innodb-buffer-pool-size': '1G', 'max_connections': '200' } })).args!;
  expect(args.filter(word => /buffer-pool|max-conn/.test(word))).toEqual(['--innodb-buffer-pool-size=1G', '--max-connections=200']);
});

test('both checks ask over TCP, where the server of the first start does not listen, and need no password', () => {
  const { readinessProbe, livenessProbe, startupProbe } = healthOf(mysql());
  expect(readinessProbe!.exec!.command).toEqual(['mysqladmin', '--no-defaults', '--host=127.0.0.1', '--port=3306', '--user=readiness', '--connect-timeout=1', '--silent', 'ping']);
  expect(livenessProbe!.exec!.command).toEqual(['mysqladmin', '--no-defaults', '--host=127.0.0.1', '--port=3306', '--user=liveness', '--connect-timeout=4', '--silent', 'ping']);
  expect(startupProbe!.failureThreshold! * startupProbe!.periodSeconds!).toBe(900);
});

test('the exporter asks over the loopback, with the password by reference', () => {
  expect(engineOf(mysql()).exporter(contextOf())).toEqual({
    image: 'prom/mysqld-exporter:v0.16.0',
    port: 9104,
    args: ['--mysqld.address=127.0.0.1:3306', '--mysqld.username=root'],
    env: { MYSQLD_EXPORTER_PASSWORD: secret('admin-password') },
  });
});

test('every option has its place', () => {
  const all: Required<MySqlEngineOptions> = {
    version: '8.0.40',
    image: 'registry.example.com/mysql:8.0.40',
    database: 'shop',
    parameters: { sql_mode: 'TRADITIONAL' },
    initScripts: { '10-schema.sql': 'CREATE TABLE t (id INT);', '20-more.sh': 'true' },
    startupBudget: Duration.minutes(30),
    exporterImage: 'registry.example.com/mysqld-exporter:v0.17.0',
  };
  const engine = DatabaseEngine.mysql(all);
  expect(engineOf(engine)).toMatchObject({ image: all.image, database: 'shop' });
  expect(serverOf(engine).args).toContain('--sql-mode=TRADITIONAL');
  expect(serverOf(engine).env.MYSQL_DATABASE).toBe('shop');
  expect(Object.keys(serverOf(engine).files)).toEqual(['/docker-entrypoint-initdb.d/10-schema.sql', '/docker-entrypoint-initdb.d/20-more.sh']);
  expect(healthOf(engine).startupProbe!.failureThreshold).toBe(360);
  expect(engineOf(engine).exporter(contextOf())!.image).toBe(all.exporterImage);
});

test.each<[string, Partial<MySqlEngineOptions>, string, string]>([
  ['a line instead of a version', { version: '8.4' }, 'engine.version', 'InvalidValue'],
  ['a version before 8', { version: '5.7.44' }, 'engine.version', 'InvalidValue'],
  ['an image that moves', { image: 'mysql:8' }, 'engine.image', 'MutableImage'],
  ["the engine's own database", { database: 'mysql' }, 'engine.database', 'InvalidName'],
  ['another data directory', { parameters: { datadir: '/data' } }, 'engine.parameters.datadir', 'ConflictingProperties'],
  ['another address, with a dash', { parameters: { 'bind-address': '127.0.0.1' } }, 'engine.parameters.bind_address', 'ConflictingProperties'],
  ['nobody asked for a password', { parameters: { skip_grant_tables: 'ON' } }, 'engine.parameters.skip_grant_tables', 'ConflictingProperties'],
  ['a setting that is none', { parameters: { '--sql-mode': 'x' } }, 'engine.parameters.__sql_mode', 'InvalidName'],
  ['settings that are a list', { parameters: ['a'] as unknown as Record<string, string> }, 'engine.parameters', 'InvalidValue'],
  ['a script that the entry point passes over', { initScripts: { 'seed.js': 'x' } }, 'engine.initScripts["seed.js"]', 'InvalidName'],
])('refuses %s', (_, options, property, code) => {
  expect(errorOf(() => engineOf(mysql(options)))).toMatchObject({ property, code });
});

test('refuses memory that the server alone would fill', () => {
  expect(errorOf(() => serverOf(mysql(), 511))).toMatchObject({ code: 'InvalidValue', property: 'engine' });
});
