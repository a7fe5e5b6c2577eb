import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Staged } from './stage';
import { ownFolder } from './subjects';
import { temporaryFolder } from '../shared/cleanup';
import { clustersOf } from '../shared/clusters';
import { groupBy, mapLimited } from '../shared/collections';
import { REPOSITORY } from '../shared/paths';
import { run, runOrFail } from '../shared/run';

/** Synthesizes with the sources of another checkout; arguments: main file, output folder, version. */
const SYNTHESIZE = 'require(process.argv[1]).synthesize(...process.argv.slice(2))';

/** Where the output of the commit before this one stands, for each subject that it had. */
export async function previousOutputs(subjects: readonly Staged[]): Promise<(staged: Staged) => string | undefined> {
  const checkout = await checkOutPrevious();
  const sources = groupBy(subjects.flatMap(({ subject }) => subject.source ?? []), ({ mainFile }) => mainFile);
  const version = subjects[0]?.subject.version;
  const outputs = new Map<string, string>();
  if (checkout === undefined || version === undefined) return () => undefined;
  await mapLimited([...sources.values()].flatMap(([source]) => source ?? []), 2, async ({ mainFile, name }) => {
    for (const cluster of await synthesizePrevious(checkout, mainFile, name, version)) outputs.set(cluster.name, cluster.dir);
  });
  return ({ subject }) => (subject.source === undefined ? undefined : outputs.get(subject.name));
}

/**
 * The sources of the commit before: of HEAD while the working tree has changes, else of its parent. Undefined where there is
 * none, as at the first commit or in a shallow clone. Dependencies are this checkout's.
 */
async function checkOutPrevious(): Promise<string | undefined> {
  const changes = await run('git', ['-C', REPOSITORY, 'status', '--porcelain']);
  const commit = changes.stdout.trim() === '' ? 'HEAD^' : 'HEAD';
  if (changes.code !== 0 || (await run('git', ['-C', REPOSITORY, 'rev-parse', '--verify', '--quiet', `${commit}^{commit}`])).code !== 0) return undefined;
  const folder = temporaryFolder();
  const archive = join(temporaryFolder(), 'previous.tar');
  await runOrFail('git', ['-C', REPOSITORY, 'archive', '--output', archive, commit]);
  await runOrFail('tar', ['-xf', archive, '-C', folder]);
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** What the previous commit made of a file, cluster by cluster; nothing where it did not have the file, or could not make anything of it. */
async function synthesizePrevious(checkout: string, mainFile: string, name: string, version: string): Promise<{ readonly name: string; readonly dir: string }[]> {
  const file = mainFile.replace(REPOSITORY, checkout);
  const synth = join(checkout, 'examples', 'synth.ts');
  if (!existsSync(file) || !existsSync(synth)) return [];
  const folder = temporaryFolder();
  const result = await run(process.execPath, ['--import', 'tsx', '--eval', SYNTHESIZE, synth, file, folder, version], {
    cwd: checkout, env: { TSX_TSCONFIG_PATH: join(checkout, 'examples', 'tsconfig.json') },
  });
  if (result.code !== 0) return [];
  const files = readdirSync(folder).map(entry => join(folder, entry));
  return clustersOf(name, folder, files).map(cluster => ({ name: cluster.name, dir: ownFolder(folder, cluster) }));
}
