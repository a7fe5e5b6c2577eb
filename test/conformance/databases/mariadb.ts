import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseEngine } from 'cdk8s-production';
import { judged } from './cases';
import { asUser, runContainer, userFolder } from './machine';
import { LOGIN } from './rendered';
import type { LiveDatabase } from './steps';
import type { DatabaseTools } from './tools';
import { MYSQL_SCRIPTS } from '../../../lib/data/backup/scripts/mysql-scripts';
import { freePorts, type ProcessGroup } from '../control-plane/processes';
import type { CaseResult } from '../shared/report';

const ADMIN = 'admin "word" \\ of $nobody\'s #1';
const ROWS = 200_000;

const DATA = `
CREATE TABLE orders (id BIGINT AUTO_INCREMENT PRIMARY KEY, code CHAR(32) NOT NULL, note TEXT, total DECIMAL(12, 2), at DATETIME(6), state ENUM('new', 'it''s paid'), raw BLOB, KEY (code)) DEFAULT CHARSET utf8mb4;
INSERT INTO orders (code, note, total, at, state, raw)
  SELECT MD5(seq), CASE seq % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN CONCAT('two\\nlines\\t"and" a \\\\ ''quote'' ', seq) ELSE 'grüße 你好 🎉' END,
    seq * 1.01, '2024-01-01' + INTERVAL seq SECOND, IF(seq % 2 = 0, 'new', 'it''s paid'), UNHEX(MD5(seq)) FROM seq_1_to_${ROWS};
CREATE VIEW paid AS SELECT * FROM orders WHERE state = 'it''s paid';
CREATE TABLE \`odd "name\` (\`a column\` INT);
CREATE TRIGGER counted AFTER INSERT ON \`odd "name\` FOR EACH ROW UPDATE orders SET total = 7 WHERE id = 7;
INSERT INTO \`odd "name\` VALUES (42);
CREATE FUNCTION total_of(wanted BIGINT) RETURNS DECIMAL(12, 2) READS SQL DATA RETURN (SELECT total FROM orders WHERE id = wanted);
CREATE EVENT never ON SCHEDULE EVERY 10 YEAR STARTS '2030-01-01' DO DELETE FROM orders;
`;
const FINGERPRINT = `
SET SESSION group_concat_max_len = 1073741824;
SELECT COUNT(*), MD5(GROUP_CONCAT(CONCAT_WS('|', id, code, IFNULL(note, 'NULL'), total, at, state, HEX(raw)) ORDER BY id)) FROM orders;
SELECT (SELECT \`a column\` FROM \`odd "name\`), total_of(7), (SELECT COUNT(*) FROM paid);
SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE();
SELECT EVENT_NAME, STATUS FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE();
`;

/** A real MariaDB: its tools and MySQL's understand the same scripts. */
export async function startMariaDb(group: ProcessGroup, folder: string, tools: DatabaseTools): Promise<{ readonly database: LiveDatabase; readonly cases: CaseResult[] }> {
  const [port] = await freePorts(1);
  const home = userFolder(folder, 'mariadb');
  const data = join(home, 'data');
  const socket = join(home, 'socket');
  const call = (command: readonly string[], input = '') =>
    runContainer({ command: ['sh', '-c', 'printf "%s" "$INPUT" | "$@"', 'sh', ...command], env: { INPUT: input, MYSQL_PWD: ADMIN } }, {}, tools.toolbox);
  const must = async (...args: Parameters<typeof call>): Promise<string> => {
    const run = await call(...args);
    if (run.code !== 0) throw new Error(`${args[0][0]!} ended with ${run.code}: ${run.stderr}`);
    return run.stdout.trim();
  };
  const base = (await must(['sh', '-c', 'dirname "$(dirname "$(command -v mariadbd)")"']));
  await must(['mariadb-install-db', '--no-defaults', `--basedir=${base}`, `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db']);
  const [program, ...args] = asUser(['env', `PATH=${tools.toolbox.PATH}`, `LD_LIBRARY_PATH=${tools.toolbox.LD_LIBRARY_PATH}`, 'mariadbd', '--no-defaults', `--datadir=${data}`, `--socket=${socket}`,
    `--pid-file=${join(home, 'pid')}`, '--bind-address=127.0.0.1', `--port=${port!}`, '--innodb-flush-log-at-trx-commit=0', '--max-allowed-packet=256M', '--secure-file-priv=']);
  group.start('mariadb', program!, args);
  const ping = async (): Promise<number> => (await call(['mysqladmin', '--no-defaults', '--host=127.0.0.1', `--port=${port!}`, '--user=readiness', '--connect-timeout=1', '--silent', 'ping'])).code;
  const before = await ping();
  await group.until('MariaDB', 60, async () => (await ping()) === 0);
  writeFileSync(join(folder, 'first'), '');
  const quoted = ADMIN.replaceAll(/[\\']/g, '\\$&');
  const first = await runContainer({
    command: ['mysql', '--no-defaults', `--socket=${socket}`, '--user=root', '--execute',
      `CREATE USER 'root'@'%' IDENTIFIED BY '${quoted}'; GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION; ALTER USER 'root'@'localhost' IDENTIFIED BY '${quoted}'; CREATE DATABASE \`shop\`; CREATE USER 'o''brien'@'%' IDENTIFIED BY 'x';`],
    env: {},
  }, {}, tools.toolbox);
  if (first.code !== 0) throw new Error(first.stderr);
  const sql = (database: string, text: string): Promise<string> =>
    must(['mysql', '--no-defaults', '--host=127.0.0.1', `--port=${port!}`, '--user=root', '--batch', '--skip-column-names', '--default-character-set=utf8mb4', database], text);
  await sql('shop', DATA);

  return {
    cases: [await judged('MariaDB: checks', async the => {
      the.equal('the check before the start fails', before === 0, false);
      the.equal('the check of the server', await ping(), 0);
    })],
    database: {
      name: 'MariaDB',
      engine: DatabaseEngine.mysql({ version: '8.4.3', database: 'shop' }),
      extension: MYSQL_SCRIPTS.extension,
      secrets: { [LOGIN]: { 'username': "o'brien", 'password': 'x', 'admin-password': ADMIN } },
      address: { DATABASE_HOST: '127.0.0.1', DATABASE_PORT: String(port) },
      check: `SELECT COUNT(*) = ${ROWS} FROM orders`,
      slow: 'SELECT SLEEP(5) = 0',
      failing: [[`SELECT COUNT(*) > ${ROWS} FROM orders`, /the answer is '0'/], ['SELECT 0.5', /the answer is '0.5'/], ['SELECT total FROM nowhere', /nowhere' doesn't exist/], ['SELECT 1 FROM orders WHERE id < 0', /the answer is ''/]],
      refuses: /shop_restored is there already/,
      fingerprint: () => sql('shop', FINGERPRINT),
      restoredFingerprint: async () => {
        const granted = await sql('shop', "SHOW GRANTS FOR 'o''brien'@'%'");
        if (!granted.includes('`shop\\\\_restored`.*')) throw new Error(`the application's user may not use what was restored: ${granted}`);
        return sql('shop_restored', FINGERPRINT);
      },
    },
  };
}
