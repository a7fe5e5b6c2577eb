import { chmodSync, copyFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './cleanup';
import { mustText } from './json';
import { runOrFail } from './run';

/** A line of a dependency's source that has to be another one, where no flag of the program can change what it does. */
export interface SourcePatch {
  /** The dependency: a module path that go.mod requires. */
  readonly path: string;
  /** Relative to that module. */
  readonly file: string;
  /** Text that occurs once in the file: a version in which it does not is an error, and not a program without the change. */
  readonly from: string;
  readonly to: string;
}

/** The version of a dependency that a folder's go.mod names, so that it stands in one place. */
export function pinnedVersion(module: string, path: string): string {
  const lines = readFileSync(join(module, 'go.mod'), 'utf8').split('\n').map(line => line.trim().replace(/^require /, ''));
  const version = lines.find(line => line.startsWith(`${path} v`))?.split(' ')[1];
  if (version === undefined) throw new Error(`${module}/go.mod does not require ${path}`);
  return version;
}

/** The folder with the sources of a pinned dependency, fetched when it is not there yet, and held against go.sum. Not to be written to. */
export async function sourceOf(module: string, path: string): Promise<string> {
  const answer: unknown = JSON.parse(await runOrFail('go', ['mod', 'download', '-json', `${path}@${pinnedVersion(module, path)}`], { cwd: module }));
  return mustText(answer, 'Dir');
}

/** A copy of a pinned module that builds with a changed copy of the dependency; gone when this process ends. */
export async function patchedModule(module: string, { path, file, from, to }: SourcePatch): Promise<string> {
  const folder = temporaryFolder();
  const source = join(folder, 'source');
  cpSync(await sourceOf(module, path), source, { recursive: true });
  makeWritable(source); // as the module cache is not, and a copy keeps that
  const parts = readFileSync(join(source, file), 'utf8').split(from);
  if (parts.length !== 2) throw new Error(`${path} ${pinnedVersion(module, path)}: ${file} holds ${JSON.stringify(from)} ${parts.length - 1} times`);
  writeFileSync(join(source, file), parts.join(to));

  for (const name of ['go.mod', 'go.sum']) copyFileSync(join(module, name), join(folder, name));
  await runOrFail('go', ['mod', 'edit', `-replace=${path}=./source`], { cwd: folder });
  return folder;
}

function makeWritable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) chmodSync(join(folder, name), 0o755);
}
