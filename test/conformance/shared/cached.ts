import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './cleanup';
import { CACHE } from './paths';

export interface CachedBuild {
  /** What is built; the start of the folder's name and of the progress line. */
  readonly name: string;
  /** Files and folders whose content decides whether an older build still serves. */
  readonly inputs: readonly string[];
  /** Everything else that decides, such as the flags of the build. @default none */
  readonly recipe?: readonly string[];
  /** Writes the result into a folder that nobody else sees. */
  build(folder: string): Promise<void>;
}

/** The folder of the finished build, made now when there is none for these inputs. Prints one line. */
export async function cached(entry: CachedBuild): Promise<string> {
  const parent = join(CACHE, 'tools');
  const folder = join(parent, `${entry.name}-${keyOf(entry)}`);
  if (existsSync(folder)) {
    console.log(`tool ${entry.name}: cached`);
    return folder;
  }
  mkdirSync(parent, { recursive: true });
  process.stdout.write(`tool ${entry.name}: building ... `);
  const started = Date.now();
  const unfinished = temporaryFolder(parent);
  await entry.build(unfinished);
  publish(unfinished, folder);
  console.log(`${((Date.now() - started) / 1000).toFixed(1)} s`);
  return folder;
}

/** A rename is atomic: another run sees no folder or a whole one. Of two runs that build at once the first one wins. */
function publish(unfinished: string, folder: string): void {
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function keyOf(entry: CachedBuild): string {
  const hash = createHash('sha256');
  for (const part of [process.platform, process.arch, ...(entry.recipe ?? [])]) hash.update(`${part}\0`);
  for (const input of entry.inputs) {
    for (const [name, file] of filesOf(input)) hash.update(`${name}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 12);
}

/** Names relative to the input, so that the place of the checkout does not decide. */
function filesOf(input: string): Array<[name: string, file: string]> {
  if (!statSync(input).isDirectory()) return [['', input]];
  return readdirSync(input, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name): [string, string] => [name, join(input, name)])
    .filter(([, file]) => statSync(file).isFile());
}
