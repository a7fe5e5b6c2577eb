import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Staged } from './stage';
import type { Subject } from './subjects';
import { temporaryFolder } from '../shared/cleanup';
import { mapLimited } from '../shared/collections';
import { REPOSITORY } from '../shared/paths';
import { run, runOrFail } from '../shared/run';

/** Synthesizes with the sources of another checkout; arguments: main file, output folder, version. */
const SYNTHESIZE = 'require(process.argv[1]).synthesize(...process.argv.slice(2))';

/** Where the output of the commit before this one stands, for each subject that it had. */
export async function previousOutputs(subjects: readonly Staged[]): Promise<(staged: Staged) => string | undefined> {
  const checkout = await checkOutPrevious();
  const outputs = new Map<Staged, string | undefined>();
  if (checkout !== undefined) await mapLimited(subjects, 2, async staged => outputs.set(staged, await synthesizePrevious(checkout, staged.subject)));
  return staged => outputs.get(staged);
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

/** What the previous commit made of a file; undefined where it did not have the file, or could not make anything of it. */
async function synthesizePrevious(checkout: string, { source, version }: Subject): Promise<string | undefined> {
  if (source === undefined) return undefined;
  const file = source.replace(REPOSITORY, checkout);
  const synth = join(checkout, 'examples', 'synth.ts');
  if (!existsSync(file) || !existsSync(synth)) return undefined;
  const outdir = temporaryFolder();
  const result = await run(process.execPath, ['--import', 'tsx', '--eval', SYNTHESIZE, synth, file, outdir, version], {
    cwd: checkout, env: { TSX_TSCONFIG_PATH: join(checkout, 'examples', 'tsconfig.json') },
  });
  return result.code === 0 ? outdir : undefined;
}
