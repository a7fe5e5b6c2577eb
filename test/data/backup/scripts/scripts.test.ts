import { spawnSync } from 'node:child_process';
import { argumentHoldsSecret } from '../../../../lib/core/secrets';
import { MONGODB_SCRIPTS } from '../../../../lib/data/backup/scripts/mongodb-scripts';
import { MYSQL_SCRIPTS } from '../../../../lib/data/backup/scripts/mysql-scripts';
import { POSTGRES_SCRIPTS } from '../../../../lib/data/backup/scripts/postgres-scripts';
import { REDIS_SCRIPTS } from '../../../../lib/data/backup/scripts/redis-scripts';
import { CHECKED, PRELUDE, QUOTED } from '../../../../lib/data/backup/scripts/shell';
import { FETCH, RECORD, STORE } from '../../../../lib/data/backup/scripts/storage-scripts';

const ENGINES = { PostgreSQL: POSTGRES_SCRIPTS, MySQL: MYSQL_SCRIPTS, MongoDB: MONGODB_SCRIPTS, Redis: REDIS_SCRIPTS };
const SCRIPTS: ReadonlyArray<readonly [string, string]> = [
  ...Object.entries(ENGINES).flatMap(([name, { dump, drill, restore }]) => [[`${name} dump`, dump], [`${name} drill`, drill], [`${name} restore`, restore]] as const),
  ['store', STORE], ['fetch', FETCH], ['record', RECORD],
];
const SHELL = ['dash', 'sh'].find(shell => spawnSync(shell, ['-c', 'true']).status === 0);
const sh = (script: string, env: Readonly<Record<string, string>> = {}) => {
  const { status, stdout, stderr } = spawnSync(SHELL!, ['-c', script], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin', ...env } });
  return { status, stdout, stderr };
};

test('a shell is there to read the scripts', () => {
  expect(SHELL).toBeDefined();
});

test.each(SCRIPTS)('%s is a script that a POSIX shell reads', (_, script) => {
  expect(spawnSync(SHELL!, ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  expect(script).not.toMatch(/\[\[|<\(|<<<|\bfunction |\blocal |\$'|&>|pipefail|==/);
  expect(script).not.toMatch(/undefined|\bNaN\b|\[object/);
});

test.each(SCRIPTS)('%s ends at the first error, and writes for nobody else', (_, script) => {
  expect(script.startsWith('set -eu\numask 077\n')).toBe(true);
});

test.each(SCRIPTS)('%s holds no secret, and puts none onto a command line', (_, script) => {
  expect(argumentHoldsSecret(script)).toBe(false);
  for (const line of script.split('\n').filter(text => /DATABASE_PASSWORD|BACKUP_PASSPHRASE|REDISCLI_AUTH/.test(text))) {
    // A builtin of the shell, an assignment, a test or a name: none of them is a process of its own with arguments.
    expect(line.trim()).toMatch(/^(need |export |unset |PGHOST=|printf |if \[ |RCLONE_CONFIG_ENCRYPTED_PASSWORD=\$\(printf |admin\.auth\()/);
  }
});

test.each(SCRIPTS)('%s says which variable is missing', (_, script) => {
  const { status, stderr } = sh(script, { SCRATCH_DIRECTORY: '/nonexistent' });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^the variable [A-Z_]+ is not set\n$/);
});

test.each([['t', 0], ['true', 0], ['1', 0], ['42', 0], ['1.5', 0], ['007', 0], ['f', 1], ['false', 1], ['0', 1], ['0.5', 1], ['0.0', 1], ['', 1], ['-1', 1], ['yes', 1], ['1.2.3', 1], ['1\n1', 1], ['ERR unknown', 1], ['.', 1]])(
  'the answer %j to a check ends with %i', (answer, status) => {
    const run = sh(`${PRELUDE}${CHECKED}checked "$ANSWER"`, { CHECK: 'SELECT 1', ANSWER: answer });
    expect(run.status).toBe(status);
    expect(run.stderr).toBe(status === 0 ? '' : `the check failed: asked 'SELECT 1', the answer is '${answer}', and not true\n`);
  });

test.each([['plain', '"plain"'], ['a "b" \\ c', '"a \\"b\\" \\\\ c"'], ["it's $HOME #1", '"it\'s $HOME #1"']])('the word %s stands in a file as %s', (word, quoted) => {
  expect(sh(`${PRELUDE}${QUOTED}quoted "$WORD"`, { WORD: word }).stdout).toBe(quoted);
});

test('a dump is named by what it is', () => {
  expect(Object.values(ENGINES).map(({ extension, restoresInto }) => `${extension} ${restoresInto}`)).toEqual(['dump server', 'sql.gz server', 'archive.gz server', 'rdb data']);
});
