import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

/** Root of the repository. */
export const ROOT = resolve(__dirname, '../..');

/** A folder of its own for a test, which removes it at the end. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'project-')));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Copies files and folders of the repository to the same paths elsewhere, and lends it the installed packages. */
export function copyRepository(target: string, entries: readonly string[]): void {
  for (const entry of entries.filter(path => existsSync(join(ROOT, path)))) {
    cpSync(join(ROOT, entry), join(target, entry), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(target, 'node_modules'));
}

/** Paths of the files below a folder, relative to it, with `/`, sorted. What is linked is not entered. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) { return []; }
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    if (entry.isDirectory()) { return filesBelow(join(folder, entry.name)).map(path => `${entry.name}/${path}`); }
    return entry.isFile() ? [entry.name] : [];
  }).sort();
}

/** What a command wrote to its output. */
export function run(command: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}, accept: readonly number[] = [0]): string {
  // The path of the running Node comes first, so that no other version takes part.
  const path = [dirname(process.execPath), process.env.PATH].join(':');
  const result = spawnSync(command, args, { cwd, env: { ...process.env, PATH: path, ...env }, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (result.error !== undefined) { throw result.error; }
  if (result.status === null || !accept.includes(result.status)) {
    throw new Error(`${command} ${args.join(' ')} ended with ${result.status ?? result.signal}\n${result.stdout}\n${result.stderr}`);
  }
  return result.stdout;
}

/** Path of the program that an installed package brings. */
export function program(name: string, path: string): string {
  return join(ROOT, 'node_modules', name, path);
}

/** The options with which the library is compiled, some of them replaced. */
export function libraryConfiguration(options: ts.CompilerOptions): ts.ParsedCommandLine {
  const parsed = ts.getParsedCommandLineOfConfigFile(join(ROOT, 'tsconfig.json'), options, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: diagnostic => { throw new Error(describeDiagnostic(diagnostic)); },
  });
  if (parsed === undefined || parsed.errors.length > 0) { throw new Error(parsed?.errors.map(describeDiagnostic).join('\n') ?? 'tsconfig.json cannot be read'); }
  return parsed;
}

/** A diagnostic of the compiler on one line, with its place. */
export function describeDiagnostic(diagnostic: ts.Diagnostic): string {
  const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
  if (diagnostic.file === undefined || diagnostic.start === undefined) { return message; }
  const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start);
  return `${diagnostic.file.fileName}:${line + 1}: ${message}`;
}
