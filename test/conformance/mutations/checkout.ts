import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mutation } from './mutations';
import { temporaryFolder } from '../shared/cleanup';
import { CACHE, REPOSITORY } from '../shared/paths';
import { runOrFail } from '../shared/run';

/** Name of the application that is broken, as the suite's parts know it. */
export const SUBJECT = 'mutated';

/** A copy of the working tree that may be broken, with the tools and dependencies of the original. */
export async function copyOfRepository(): Promise<string> {
  const checkout = temporaryFolder();
  const files = await runOrFail('git', ['-C', REPOSITORY, 'ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const file of files.split('\0').filter((name) => !['', 'node_modules'].includes(name) && existsSync(join(REPOSITORY, name)))) {
    mkdirSync(dirname(join(checkout, file)), { recursive: true });
    cpSync(join(REPOSITORY, file), join(checkout, file));
  }
  cpSync(join(__dirname, 'subject'), join(checkout, 'examples', SUBJECT), { recursive: true });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(checkout, 'node_modules'));
  // Reports and running control planes are the copy's own; what was built is shared.
  mkdirSync(join(CACHE, 'tools'), { recursive: true });
  mkdirSync(join(checkout, '.cache', 'conformance'), { recursive: true });
  symlinkSync(join(CACHE, 'tools'), join(checkout, '.cache', 'conformance', 'tools'));
  await commitAll(checkout);
  return checkout;
}

/** Where the mutation's text does not occur once, so that there is nothing to break any more. */
export function staleness(checkout: string, { file, find }: Mutation): string[] {
  const times = existsSync(join(checkout, file)) ? readFileSync(join(checkout, file), 'utf8').split(find).length - 1 : 0;
  return times === 1 ? [] : [`${file} holds this text ${times} times instead of once: ${find}`];
}

/** Breaks the copy; returns what mends it. */
export function breakIt(checkout: string, { file, find, replace }: Mutation): () => void {
  const path = join(checkout, file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, original.replace(find, () => replace));
  return () => writeFileSync(path, original);
}

/** The unbroken state is what an upgrade of the broken one starts from. */
async function commitAll(checkout: string): Promise<void> {
  const git = async (...args: string[]): Promise<string> => runOrFail('git', ['-C', checkout, '-c', 'user.name=conformance', '-c', 'user.email=conformance@conformance.invalid', '-c', 'commit.gpgsign=false', ...args]);
  await git('init', '--quiet');
  writeFileSync(join(checkout, '.git', 'info', 'exclude'), '/node_modules\n/.cache\n');
  await git('add', '--all');
  await git('commit', '--quiet', '--no-verify', '--message', 'before any mutation');
}
