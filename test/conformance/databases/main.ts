/**
 * Runs the scripts of backups, drills and restores against real servers, with real data:
 *
 *   tsx --tsconfig examples/tsconfig.json test/conformance/databases/main.ts [ENGINE...]
 *
 * The servers and tools are unpacked from Debian's packages, run as the user of the containers on the loopback, and leave nothing.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { faults } from './faults';
import { workFolder } from './machine';
import { startMariaDb, startMySql } from './mysql';
import { startPostgres } from './postgres';
import { startRedis } from './redis';
import { restores, roundTrip } from './round-trip';
import { Steps, type LiveDatabase } from './steps';
import { folderStorage, s3Storage, startS3, type Storage } from './storage';
import { databaseTools, type DatabaseTools } from './tools';
import { ProcessGroup } from '../control-plane/processes';
import type { CaseResult } from '../shared/report';
import { Report } from '../shared/report';

type Start = (group: ProcessGroup, folder: string, tools: DatabaseTools) => Promise<{ readonly database: LiveDatabase; readonly cases: CaseResult[] }>;

const ENGINES: readonly [name: string, tool: string, start: Start][] = [['PostgreSQL', 'postgresql', startPostgres], ['MySQL', 'mysql', startMySql], ['MariaDB', 'mariadb', startMariaDb], ['Redis', 'redis', startRedis]];

/** Adds the databases' checks to a report: of every engine, or of those named. */
export async function runDatabases(report: Report, names: readonly string[] = []): Promise<void> {
  const tools = await databaseTools();
  console.log([...tools.versions].filter(([, version]) => version !== '').map(([name, version]) => `${name}: ${version}`).join('\n'));
  report.add({ check: 'databases: what can be had here', seconds: 0, cases: [{ subject: 'this machine', problems: [], notJudged: [...notHad(tools.missing), NO_MONGODB] }] });
  if (tools.missing.has('rclone')) return; // without it no backup goes anywhere
  for (const [name, tool, start] of ENGINES) {
    if (tools.missing.has(tool) || (names.length > 0 && !names.some(wanted => wanted.toLowerCase() === name.toLowerCase()))) continue;
    const folder = workFolder();
    const group = new ProcessGroup(join(folder, 'processes'));
    let database: LiveDatabase | undefined;
    try {
      const cases: CaseResult[] = [];
      await report.time(`databases: ${name} runs`, async () => {
        const started = await start(group, folder, tools);
        database = started.database;
        return started.cases;
      });
      if (database === undefined) continue;
      const steps = new Steps(database, folder, tools);
      const storages = await allStorages(folder, group, tools);
      let round: Awaited<ReturnType<typeof roundTrip>> | undefined;
      await report.time(`databases: ${name} is backed up, drilled and restored`, async () => {
        round = await roundTrip(steps, storages);
        cases.push(...round.cases);
        return cases;
      });
      const dumped = (round as Awaited<ReturnType<typeof roundTrip>> | undefined)?.dumped;
      if (dumped === undefined) continue;
      await report.time(`databases: ${name}, what goes wrong`, () => faults(new Steps(database!.small ?? database!, folder, tools, 'small')));
      await report.time(`databases: ${name} is restored`, async () => [await restores(steps, dumped, storages[0]!)]);
    } finally {
      (database as LiveDatabase | undefined)?.stop?.();
      group.stop();
    }
  }
}

const NO_MONGODB = 'MongoDB: no server of it is in Debian; its scripts are read, not run';

function notHad(missing: ReadonlyMap<string, string>): string[] {
  return [...missing].map(([name, reason]) => `${name}: ${reason}`);
}

async function allStorages(folder: string, group: ProcessGroup, tools: DatabaseTools): Promise<Storage[]> {
  const parent = join(folder, 'storages');
  mkdirSync(parent, { mode: 0o711 });
  const folders = [folderStorage(parent, 'a folder'), folderStorage(parent, 'an encrypted folder', { encrypted: true, userland: 'busybox' })];
  if (tools.s3 === undefined) return folders;
  const port = await startS3(group, tools.s3);
  return [...folders, s3Storage(port, 'S3', { userland: 'busybox' }), s3Storage(port, 'encrypted S3', { encrypted: true })];
}

async function main(): Promise<void> {
  const report = new Report();
  try {
    await runDatabases(report, process.argv.slice(2));
  } catch (error) {
    report.add({ check: 'databases', seconds: 0, cases: [{ subject: 'this machine', problems: [error instanceof Error ? error.message : String(error)] }] });
  }
  report.write('databases.json');
  report.print();
  process.exitCode = report.failed === 0 ? 0 : 1;
}

if (require.main === module) void main();
