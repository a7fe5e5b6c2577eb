import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chart, App } from 'cdk8s';
import { judged } from './cases';
import { asUser, runContainer, userFolder } from './machine';
import { LOGIN } from './rendered';
import type { LiveDatabase } from './steps';
import type { DatabaseTools } from './tools';
import { PropertyPath } from '../../../lib/core/property-path';
import { DatabaseCredentials } from '../../../lib/data/database-credentials';
import { DatabaseEngine } from '../../../lib/data/engines/database-engine';
import { freePorts, type ProcessGroup } from '../control-plane/processes';
import type { CaseResult } from '../shared/report';

const ADMIN = 'admin "word" \\ of $nobody\'s #1';
const WORD = "it's ünusual \\ \"quoted\" $HOME #2";
const ROWS = 1_000_000;
const FEW = 20_000;

/** Quotes, line breaks, letters of the world, numbers of every size, what is NULL and what is empty. */
const dataOf = (rows: number): string => `
CREATE EXTENSION pgcrypto;
CREATE TYPE state AS ENUM ('new', 'it''s paid');
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text NOT NULL, note text, total numeric(12, 2), at timestamptz, state state, raw bytea, tags jsonb);
INSERT INTO orders (code, note, total, at, state, raw, tags)
  SELECT md5(i::text), CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN E'two\\nlines\\t"and" a \\\\ ''quote'' ' || i ELSE 'grüße 你好 🎉' END,
    i * 1.01, timestamptz '2024-01-01 00:00:00+00' + i * interval '1 second', CASE WHEN i % 2 = 0 THEN 'new' ELSE 'it''s paid' END::state, decode(md5(i::text), 'hex'), jsonb_build_object('n', i, 'empty', '')
  FROM generate_series(1, ${rows}) i;
CREATE INDEX ON orders (code);
CREATE VIEW paid AS SELECT * FROM orders WHERE state = 'it''s paid';
CREATE FUNCTION total_of(wanted bigint) RETURNS numeric LANGUAGE sql AS 'SELECT total FROM orders WHERE id = wanted';
CREATE SCHEMA "Odd Names";
CREATE TABLE "Odd Names"."a ""table""" ("a column" int);
INSERT INTO "Odd Names"."a ""table""" VALUES (42);
`;
/** All rows in order, and what else there is and whose. */
const FINGERPRINT = `
SELECT count(*) || ' ' || md5(string_agg(o::text, ',' ORDER BY id)) FROM orders o;
SELECT (SELECT "a column" FROM "Odd Names"."a ""table""") || ' ' || total_of(7) || ' ' || (SELECT count(*) FROM paid) || ' ' || (SELECT last_value FROM orders_id_seq);
SELECT string_agg(relname || '=' || pg_get_userbyid(relowner)::text || relkind::text, ',' ORDER BY relname) FROM pg_class WHERE relnamespace IN ('public'::regnamespace, '"Odd Names"'::regnamespace);
SELECT pg_get_userbyid(datdba)::text || coalesce(array_to_string(datacl, '|'), '') FROM pg_database WHERE datname = current_database();
`;

/** A real PostgreSQL with the settings, the first start and the checks that the engine gives it, and a million rows. */
export async function startPostgres(group: ProcessGroup, folder: string, tools: DatabaseTools): Promise<{ readonly database: LiveDatabase; readonly cases: CaseResult[] }> {
  const [port] = await freePorts(1);
  const at = new PropertyPath(new Chart(new App({ outdir: 'never-written' }), 'chart'), 'engine');
  const engine = DatabaseEngine.postgres({ version: '15.8', database: 'shop' })._engine(at);
  const server = engine.server({ at, memoryLimit: 512, credentials: DatabaseCredentials.fromSecret('db') });
  const health = server.health._render(at, [engine.port]);
  const home = userFolder(folder, 'postgres');
  const data = join(home, 'data');
  const word = join(folder, 'word');
  writeFileSync(word, `${ADMIN}\n`);
  chmodSync(word, 0o644);
  const passwd = join(folder, 'passwd');
  writeFileSync(passwd, `postgres:x:10001:10001::${home}:/bin/false\n`);
  chmodSync(passwd, 0o644);

  const call = (command: readonly string[], env: Readonly<Record<string, string>>, input?: string) =>
    runContainer({ command: input === undefined ? command : ['sh', '-c', 'printf "%s" "$INPUT" | "$@"', 'sh', ...command], env: { ...env, ...input === undefined ? {} : { INPUT: input } } }, {}, tools.toolbox);
  const must = async (...args: Parameters<typeof call>): Promise<string> => {
    const run = await call(...args);
    if (run.code !== 0) throw new Error(`${args[0][0]!} ended with ${run.code}: ${run.stderr}`);
    return run.stdout.trim();
  };
  const asked = (probe: { exec?: { command?: string[] } } | undefined): string[] => probe!.exec!.command!.map(part => part.replaceAll(String(engine.port.number), String(port)));
  const check = async (): Promise<readonly [ready: number, alive: number]> => [(await call(asked(health.readinessProbe), {})).code, (await call(asked(health.livenessProbe), {})).code];

  const initdb = (server.env.POSTGRES_INITDB_ARGS as string).split(' ');
  await must(['initdb', `--pgdata=${data}`, '--username=postgres', `--pwfile=${word}`, ...initdb], { LD_PRELOAD: tools.toolbox.NSS_WRAPPER_LIBRARY, NSS_WRAPPER_PASSWD: passwd, NSS_WRAPPER_GROUP: passwd });
  const before = await check();
  const [program, ...args] = asUser(['env', `PATH=${tools.toolbox.PATH}`, `LD_LIBRARY_PATH=${tools.toolbox.LD_LIBRARY_PATH}`, 'postgres', '-D', data, ...server.args!,
    '-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`, '-c', `unix_socket_directories=${home}`]);
  group.start('postgres', program!, args);
  await group.until('PostgreSQL', 60, async () => (await check())[0] === 0);

  const administrator = { PGHOST: '127.0.0.1', PGPORT: String(port), PGUSER: 'postgres', PGPASSWORD: ADMIN };
  const application = { ...administrator, PGUSER: 'shop app', PGPASSWORD: WORD };
  const psql = ['psql', '--no-psqlrc', '--no-password', '--quiet', '--no-align', '--tuples-only', '--set=ON_ERROR_STOP=1'];
  const first = Object.values(server.files)[0]!;
  const firstStart = await (async () => {
    await must([...psql, '--dbname=postgres'], administrator, 'CREATE DATABASE shop');
    // As the entry point does: over the socket, as the administrator, in a shell that goes on with what the script exports.
    const ready = { ...administrator, PGHOST: home, POSTGRES_USER: 'postgres', POSTGRES_DB: 'shop', APPLICATION_USERNAME: 'shop app', APPLICATION_PASSWORD: WORD };
    return must(['bash', '-ec', `${first}\npsql --no-psqlrc --quiet --no-align --tuples-only --username=postgres --dbname=shop --command='SELECT current_user'`], ready);
  })();
  await must([...psql, '--dbname=shop'], application, dataOf(ROWS));
  await must([...psql, '--dbname=postgres'], administrator, 'CREATE DATABASE small');
  await must([...psql, '--dbname=small'], administrator, dataOf(FEW));

  const cases = [await judged('PostgreSQL: settings, first start and checks', async the => {
    the.equal('checks before the start', before.map(code => code !== 0), [true, true]);
    the.equal('checks of the server', await check(), [0, 0]);
    the.equal('whose the later scripts are', firstStart, 'shop app');
    const say = (sql: string, env = administrator, database = 'shop') => must([...psql, `--dbname=${database}`], env, sql);
    the.equal('memory', await say("SELECT string_agg(name || '=' || current_setting(name), ',' ORDER BY name) FROM pg_settings WHERE name IN ('shared_buffers', 'effective_cache_size', 'work_mem', 'maintenance_work_mem')"),
      'effective_cache_size=384MB,maintenance_work_mem=32MB,shared_buffers=128MB,work_mem=1MB');
    the.equal('checksums, encoding and order', await say("SELECT current_setting('data_checksums') || ' ' || current_setting('server_encoding') || ' ' || datcollate FROM pg_database WHERE datname = 'shop'"), 'on UTF8 C.UTF-8');
    the.equal("the application's rights", await say("SELECT concat_ws(' ', rolsuper, rolcreatedb, rolcreaterole, rolreplication) FROM pg_roles WHERE rolname = 'shop app'"), 'f f f f');
    the.fails('the loopback without a password', await call([...psql, '--dbname=shop', '--command=SELECT 1'], { ...administrator, PGPASSWORD: '' }), /password/);
    the.fails('the socket without a password', await call([...psql, '--dbname=shop', '--command=SELECT 1'], { ...administrator, PGHOST: home, PGPASSWORD: '' }), /password/);
  })];

  const print = async (name: string): Promise<string> => must([...psql, `--dbname=${name}`], administrator, FINGERPRINT);
  const live = (name: string, rows: number): LiveDatabase => ({
    name: 'PostgreSQL',
    engine: DatabaseEngine.postgres({ version: '15.8', database: name }),
    extension: engine.scripts!.extension,
    secrets: { [LOGIN]: { 'username': 'shop app', 'password': WORD, 'admin-password': ADMIN } },
    address: { DATABASE_HOST: '127.0.0.1', DATABASE_PORT: String(port) },
    check: `SELECT count(*) = ${rows} FROM orders`,
    slow: 'SELECT pg_sleep(5) IS NOT NULL',
    failing: [[`SELECT count(*) > ${rows} FROM orders`, /the answer is 'f'/], ['SELECT 0.5', /the answer is '0.5'/], ['SELECT total FROM nowhere', /"nowhere" does not exist/], ['SELECT true WHERE false', /the answer is ''/]],
    refuses: /_restored is there already/,
    fingerprint: () => print(name),
    restoredFingerprint: () => print(`${name}_restored`),
  });
  return { cases, database: { ...live('shop', ROWS), small: live('small', FEW) } };
}
