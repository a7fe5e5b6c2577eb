import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { atExit } from './cleanup';

export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Lets everything else on the machine go first: for builds. @default false */
  readonly background?: boolean;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program is not installed; the message says how to get it. */
export class MissingProgramError extends Error {}

const INSTALL: Readonly<Record<string, string>> = {
  go: 'Go is missing: install Go 1.26 or newer (https://go.dev/doc/install) so that `go` is on the PATH.',
  python3: 'Python is missing: install Python 3.9 or newer with pip (https://www.python.org/downloads/) so that `python3` is on the PATH.',
};

/** Runs a program to its end and returns what it said, whatever its exit code. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a process group of its own, so that an interrupt ends its children too
    });
    const forget = atExit(() => endGroup(child.pid));
    if (options.background === true) lowerPriority(child.pid);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => stdout.push(data));
    child.stderr.on('data', (data: Buffer) => stderr.push(data));
    child.once('error', (error: NodeJS.ErrnoException) => {
      forget();
      const missing = error.code === 'ENOENT' ? INSTALL[program] : undefined;
      reject(missing === undefined ? error : new MissingProgramError(missing));
    });
    child.once('close', (code) => {
      forget();
      resolve({ code: code ?? -1, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') });
    });
  });
}

/** As `run`, and an exit code other than 0 is an error with the end of what the program said. */
export async function runOrFail(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await run(program, args, options);
  if (result.code === 0) return result.stdout;
  const said = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-20).join('\n');
  throw new Error(`${program} ${args[0] ?? ''} ended with exit code ${result.code}:\n${said}`);
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // Ended by itself in the meantime.
  }
}

function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, 15);
  } catch {
    // A politeness that not every system grants.
  }
}
