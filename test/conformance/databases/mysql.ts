import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { DatabaseCredentials, DatabaseEngine } from 'cdk8s-production';
import { judged } from './cases';
import { asUser, type ContainerRun, runContainer, userFolder } from './machine';
import { LOGIN } from './rendered';
import type { LiveDatabase } from './steps';
import type { DatabaseTools, Toolbox } from './tools';
import { PropertyPath } from '../../../lib/core/property-path';
import { MYSQL_SCRIPTS } from '../../../lib/data/backup/scripts/mysql-scripts';
import { freePorts, type ProcessGroup } from '../control-plane/processes';
import type { CaseResult } from '../shared/report';

const ADMIN = 'admin "word" \\ of $nobody\'s #1';
const ROWS = 200_000;

const DATA = `
CREATE TABLE orders (id BIGINT AUTO_INCREMENT PRIMARY KEY, code CHAR(64) NOT NULL, note TEXT, total DECIMAL(12, 2), at DATETIME(6), state ENUM('new', 'it''s paid'), raw BLOB, KEY (code)) DEFAULT CHARSET utf8mb4;
CREATE VIEW digits AS SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9;
INSERT INTO orders (code, note, total, at, state, raw)
  SELECT SHA2(seq, 256), CASE seq % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN CONCAT('two\\nlines\\t"and" a \\\\ ''quote'' ', seq) ELSE 'grüße 你好 🎉' END,
    seq * 1.01, '2024-01-01' + INTERVAL seq SECOND, IF(seq % 2 = 0, 'new', 'it''s paid'), UNHEX(SHA2(seq, 256)) FROM
    (SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d + 100000 * g.d AS seq FROM digits a, digits b, digits c, digits e, digits f, digits g WHERE g.d < ${ROWS / 100_000}) numbers ORDER BY seq;
CREATE VIEW paid AS SELECT * FROM orders WHERE state = 'it''s paid';
CREATE TABLE \`odd "name\` (\`a column\` INT);
CREATE TRIGGER counted AFTER INSERT ON \`odd "name\` FOR EACH ROW UPDATE orders SET total = 7 WHERE id = 7;
INSERT INTO \`odd "name\` VALUES (42);
CREATE FUNCTION total_of(wanted BIGINT) RETURNS DECIMAL(12, 2) READS SQL DATA RETURN (SELECT total FROM orders WHERE id = wanted);
CREATE EVENT never ON SCHEDULE EVERY 10 YEAR STARTS '2030-01-01' DO DELETE FROM orders;
`;
const FINGERPRINT = `
SET SESSION group_concat_max_len = 1073741824;
SELECT COUNT(*), SHA2(GROUP_CONCAT(CONCAT_WS('|', id, code, IFNULL(note, 'NULL'), total, at, state, HEX(raw)) ORDER BY id), 256) FROM orders;
SELECT (SELECT \`a column\` FROM \`odd "name\`), total_of(7), (SELECT COUNT(*) FROM paid);
SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE();
SELECT EVENT_NAME, STATUS FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE();
`;

/** A real MariaDB: its tools and MySQL's understand the same scripts. */
export async function startMariaDb(group: ProcessGroup, folder: string, tools: DatabaseTools): Promise<Started> {
  const { toolbox } = tools;
  return start('MariaDB', group, folder, toolbox, async ({ call, home, port }) => {
    const base = (await call(['sh', '-c', 'dirname "$(dirname "$(command -v mariadbd)")"'])).stdout.trim();
    const data = join(home, 'data');
    const made = await call(['mariadb-install-db', '--no-defaults', `--basedir=${base}`, `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db']);
    if (made.code !== 0) throw new Error(made.stderr);
    return ['mariadbd', '--no-defaults', `--datadir=${data}`, `--socket=${join(home, 'socket')}`, `--pid-file=${join(home, 'pid')}`, '--bind-address=127.0.0.1', `--port=${port}`, '--secure-file-priv='];
  });
}

/** A real MySQL with the settings that the engine gives it. */
export async function startMySql(group: ProcessGroup, folder: string, tools: DatabaseTools): Promise<Started> {
  const toolbox = tools.mysql!;
  return start('MySQL', group, folder, toolbox, async ({ call, home, port, rendered }) => {
    const here = rendered.map(word => word.replaceAll('/var/lib/mysql', home).replaceAll('/var/run/mysqld/mysqld.sock', join(home, 'socket')).replaceAll('/var/run/mysqld', home));
    const made = await call(['mysqld', '--no-defaults', ...here, '--initialize-insecure']);
    if (made.code !== 0) throw new Error(made.stderr);
    return ['mysqld', '--no-defaults', ...here, '--bind-address=127.0.0.1', `--port=${port}`];
  });
}

interface Started {
  readonly database: LiveDatabase;
  readonly cases: CaseResult[];
}

interface Beginning {
  readonly home: string;
  readonly port: number;
  /** The server's arguments as a manifest has them. */
  readonly rendered: readonly string[];
  call(command: readonly string[], input?: string): Promise<ContainerRun>;
}

async function start(name: string, group: ProcessGroup, folder: string, toolbox: Toolbox, begin: (beginning: Beginning) => Promise<readonly string[]>): Promise<Started> {
  const [port] = await freePorts(1);
  const at = new PropertyPath(new Chart(new App({ outdir: 'never-written' }), 'chart'), 'engine');
  const engine = DatabaseEngine.mysql({ version: '8.4.3', database: 'shop' });
  const server = engine._engine(at).server({ at, memoryLimit: 1024, credentials: DatabaseCredentials.fromSecret(LOGIN) });
  const health = server.health._render(at, [engine._engine(at).port]);
  const home = userFolder(folder, 'server');
  const socket = join(home, 'socket');
  const call = (command: readonly string[], input = ''): Promise<ContainerRun> =>
    runContainer({ command: ['sh', '-c', 'printf "%s" "$INPUT" | "$@"', 'sh', ...command], env: { INPUT: input, MYSQL_PWD: ADMIN } }, {}, toolbox);
  const must = async (...args: Parameters<typeof call>): Promise<string> => {
    const run = await call(...args);
    if (run.code !== 0) throw new Error(`${args[0][0]!} ended with ${run.code}: ${run.stderr}`);
    return run.stdout.trim();
  };
  const check = (): Promise<number[]> =>
    Promise.all([health.readinessProbe, health.livenessProbe].map(async probe => (await call(probe!.exec!.command!.map(word => word.replace('3306', String(port))))).code));
  const command = await begin({ home, port: port!, rendered: server.args!, call });
  const before = await check();
  const [program, ...args] = asUser(['env', `PATH=${toolbox.PATH}`, `LD_LIBRARY_PATH=${toolbox.LD_LIBRARY_PATH}`, ...command]);
  group.start('server', program!, args);
  await group.until(name, 90, async () => (await check())[0] === 0);
  const quoted = ADMIN.replaceAll(/[\\']/g, '\\$&');
  const first = await runContainer({
    command: ['mysql', '--no-defaults', `--socket=${socket}`, '--user=root', '--execute',
      `CREATE USER 'root'@'%' IDENTIFIED BY '${quoted}'; GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION; ALTER USER 'root'@'localhost' IDENTIFIED BY '${quoted}'; CREATE DATABASE \`shop\`; CREATE USER 'o''brien'@'%' IDENTIFIED BY 'x';`],
    env: {},
  }, {}, toolbox);
  if (first.code !== 0) throw new Error(first.stderr);
  const sql = (database: string, text: string): Promise<string> =>
    must(['mysql', '--no-defaults', '--host=127.0.0.1', `--port=${port!}`, '--user=root', '--batch', '--skip-column-names', '--default-character-set=utf8mb4', database], text);
  await sql('shop', DATA);

  return {
    cases: [await judged(`${name}: settings and checks`, async the => {
      the.equal('checks before the start', before.map(code => code !== 0), [true, true]);
      the.equal('checks of the server', await check(), [0, 0]);
      if (name === 'MySQL') {
        the.equal('memory, and what listens', await sql('shop', 'SELECT @@innodb_buffer_pool_size, @@secure_file_priv, @@binlog_expire_logs_seconds, (SELECT COUNT(*) FROM performance_schema.global_variables WHERE VARIABLE_NAME LIKE \'mysqlx%\')'),
          `${384 * 1024 * 1024}	NULL	259200	0`);
      }
    })],
    database: {
      name,
      toolbox,
      engine,
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
