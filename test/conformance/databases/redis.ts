import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { judged } from './cases';
import { asUser, runContainer, userFolder } from './machine';
import { LOGIN } from './rendered';
import type { LiveDatabase } from './steps';
import type { DatabaseTools } from './tools';
import { PropertyPath } from '../../../lib/core/property-path';
import { DatabaseCredentials } from '../../../lib/data/database-credentials';
import { DatabaseEngine } from '../../../lib/data/engines/database-engine';
import { freePorts, ProcessGroup } from '../control-plane/processes';
import type { CaseResult } from '../shared/report';

const WORD = 'it\'s "a" \\ word of $nobody #1';
const KEYS = 100_000;

/** All keys with their values, in order, by a script of the server. */
const FINGERPRINT = `local keys = redis.call('KEYS', '*') table.sort(keys) local sum = '' for _, key in ipairs(keys) do local kind = redis.call('TYPE', key).ok local value
if kind == 'string' then value = redis.call('GET', key) elseif kind == 'hash' then value = cjson.encode(redis.call('HGETALL', key)) elseif kind == 'list' then value = cjson.encode(redis.call('LRANGE', key, 0, -1)) else value = kind end
sum = redis.sha1hex(sum .. key .. '=' .. value .. (redis.call('PTTL', key) > 0 and 'expires' or '')) end return #keys .. ' ' .. sum`;
const FILL = `for i = 1, ${KEYS} do redis.call('SET', 'order:' .. i, redis.sha1hex(tostring(i)) .. '\\n"quoted" \\\\ ' .. i) end
redis.call('HSET', 'hash', 'a', '1', 'b "c"', '2') redis.call('RPUSH', 'list', 'x', 'y', 'z') redis.call('SET', 'mortal', '1', 'EX', '86400') return 1`;

/** A real Redis, started as the engine starts it, with the engine's settings. */
export async function startRedis(_: ProcessGroup, folder: string, tools: DatabaseTools): Promise<{ readonly database: LiveDatabase; readonly cases: CaseResult[] }> {
  const [port] = await freePorts(1);
  const at = new PropertyPath(new Chart(new App({ outdir: 'never-written' }), 'chart'), 'engine');
  const engine = DatabaseEngine.redis({ version: '7.0.15' })._engine(at);
  const server = engine.server({ at, memoryLimit: 512, credentials: DatabaseCredentials.fromSecret('db') });
  const health = server.health._render(at, [engine.port]);
  const data = userFolder(folder, 'data');
  const temporary = userFolder(folder, 'tmp');
  const bin = join(folder, 'bin');
  const settings = join(folder, 'redis.conf');
  const [[path, content]] = Object.entries(server.files) as [[string, string]];
  // The container's own places become folders here, and its port a free one.
  const here = (text: string): string => text.replaceAll('/tmp/', `${temporary}/`).replaceAll(path, settings).replaceAll('6379', String(port)).replace(/^dir .*$/m, `dir ${data}`);
  writeFileSync(settings, `${here(content)}bind 127.0.0.1\n`);
  chmodSync(settings, 0o644);
  mkdirSync(bin);
  writeFileSync(join(bin, 'docker-entrypoint.sh'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
  const toolbox = { ...tools.toolbox, PATH: `${bin}:${tools.toolbox.PATH}` };

  const cli = ['redis-cli', '--no-auth-warning', '-h', '127.0.0.1', '-p', String(port)];
  const call = (command: readonly string[], env: Readonly<Record<string, string>> = { REDISCLI_AUTH: WORD }) => runContainer({ command, env }, {}, toolbox);
  const say = async (...words: string[]): Promise<string> => (await call([...cli, ...words])).stdout.trim();
  const check = async (env?: Readonly<Record<string, string>>): Promise<number[]> =>
    Promise.all([health.readinessProbe, health.livenessProbe].map(async probe => (await call(probe!.exec!.command!.map(here), env)).code));
  // A group of its own for each run: one that was stopped on purpose has not failed.
  let running: ProcessGroup | undefined;
  const start = async (): Promise<void> => {
    // The password goes by a file into the environment, as the group's processes get no variables of their own.
    const word = join(folder, 'word');
    writeFileSync(word, WORD);
    chmodSync(word, 0o644);
    const [program, ...args] = asUser(['env', `PATH=${toolbox.PATH}`, `LD_LIBRARY_PATH=${toolbox.LD_LIBRARY_PATH}`, 'sh', '-c', 'export REDISCLI_AUTH="$(cat "$1")"; shift; exec "$@"', 'sh', word, ...server.command!.map(here)]);
    running?.stop();
    running = new ProcessGroup(join(folder, 'redis'));
    running.start('redis', program!, args);
    await running.until('Redis', 60, async () => (await check())[0] === 0);
  };
  const before = await check();
  await start();
  if ((await call([...cli, 'EVAL', FILL, '0'])).stdout.trim() !== '1') throw new Error('Redis was not filled');

  const fingerprint = (): Promise<string> => say('EVAL', FINGERPRINT, '0');
  return {
    cases: [await judged('Redis: start, settings and checks', async the => {
      the.equal('checks before the start', before.map(code => code !== 0), [true, true]);
      the.equal('checks of the server', await check(), [0, 0]);
      the.equal('checks with another password', await check({ REDISCLI_AUTH: 'another' }), [0, 0]);
      the.equal('without a password', (await call([...cli, 'GET', 'order:1'], {})).stdout.includes('NOAUTH'), true);
      the.equal('memory', await say('CONFIG', 'GET', 'maxmemory'), `maxmemory\n${307 * 1024 * 1024}`);
      the.equal('what happens when it is full', await say('CONFIG', 'GET', 'maxmemory-policy'), 'maxmemory-policy\nnoeviction');
      the.equal('the append-only file', readdirSync(data), ['appendonlydir']);
    })],
    database: {
      name: 'Redis',
      engine: DatabaseEngine.redis({ version: '7.0.15' }),
      extension: engine.scripts!.extension,
      secrets: { [LOGIN]: { password: WORD } },
      address: { DATABASE_HOST: '127.0.0.1', DATABASE_PORT: String(port) },
      check: 'EXISTS order:1 order:2',
      slow: 'BLPOP nothing 5',
      failing: [['EXISTS nothing', /the answer is '0'/], ['GET nothing', /the answer is ''/], ['NONSENSE', /the answer is 'ERR unknown command/]],
      refuses: /the server answers/,
      fingerprint,
      stop: () => running?.stop(),
      restoredFingerprint: async () => {
        if ((await check())[0] !== 0) await start();
        return fingerprint();
      },
      prepareRestore: async () => {
        await say('FLUSHALL'); // what a person wants back
        await say('SET', 'after', 'the accident');
        await call([...cli, 'SHUTDOWN', 'NOSAVE']);
        return data;
      },
    },
  };
}
