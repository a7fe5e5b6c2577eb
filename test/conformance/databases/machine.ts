import { spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Toolbox } from './tools';
import { atExit, temporaryFolder } from '../shared/cleanup';
import type { RunResult } from '../shared/run';
import { runOrFail } from '../shared/run';

/** The user of every container that the library writes. */
export const USER = 10001;

/** A container as a manifest writes it; variables from Secrets are filled in. */
export interface Container {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Real folders in the place of a container's volumes, by their mount paths. */
export type Mounts = Readonly<Record<string, string>>;

export interface ContainerRun extends RunResult {
  /** Secrets that could be read in the list of processes meanwhile. */
  readonly seen: readonly string[];
}

interface RunOptions {
  /** What no command line may show. */
  readonly secrets?: readonly string[];
  /** Milliseconds until the container is asked to end. */
  readonly killAfter?: number;
}

const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'].find(path => existsSync(path)) ?? 'setpriv'; // not the one of a container's small userland
const isRoot = process.getuid?.() === 0;

/** A command that runs as the user of the containers, where this process may choose. */
export function asUser(command: readonly string[]): string[] {
  return isRoot ? [SETPRIV, `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', '--', ...command] : [...command];
}

/** A folder of the containers' user. */
export function userFolder(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder, { mode: 0o700 });
  give(folder);
  return folder;
}

/** Gives what this process has made to the containers' user. */
export function give(path: string): void {
  if (isRoot) chownSync(path, USER, USER);
}

/** A folder that the containers' user may pass through; gone when this process ends. */
export function workFolder(): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o711);
  return folder;
}

/** A folder on a disk of so many KiB, or why there is none. */
export async function smallDisk(folder: string, kibibytes: number): Promise<() => void> {
  await runOrFail('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k,mode=0700,uid=${USER},gid=${USER}`, 'tmpfs', folder]);
  const undo = (): void => { spawn('umount', ['--lazy', folder], { stdio: 'ignore', detached: true }).unref(); };
  const forget = atExit(undo);
  return () => {
    forget();
    undo();
  };
}

/** Runs a container's command to its end: its mount paths become real folders, in the values of variables and in the command itself. */
export function runContainer(container: Container, mounts: Mounts, toolbox: Toolbox, options: RunOptions = {}): Promise<ContainerRun> {
  const env: Record<string, string> = { ...toolbox, HOME: '/nonexistent' };
  for (const [name, value] of Object.entries(container.env)) env[name] = mapped(value, mounts);
  const [program, ...args] = asUser(container.command.map(word => mapped(word, mounts)));
  return new Promise((resolve, reject) => {
    const child = spawn(program!, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true, cwd: '/' });
    const end = (signal: NodeJS.Signals): void => {
      try {
        process.kill(signal === 'SIGKILL' ? -child.pid! : child.pid!, signal);
      } catch {
        // Ended by itself in the meantime.
      }
    };
    const forget = atExit(() => end('SIGKILL'));
    const seen = new Set<string>();
    const watch = setInterval(() => secretsShown(options.secrets ?? []).forEach(secret => seen.add(secret)), 25);
    const kill = options.killAfter === undefined ? undefined : setTimeout(() => end('SIGTERM'), options.killAfter);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => stdout.push(data));
    child.stderr.on('data', (data: Buffer) => stderr.push(data));
    child.once('error', reject);
    child.once('close', code => {
      forget();
      clearInterval(watch);
      clearTimeout(kill);
      resolve({ code: code ?? -1, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8'), seen: [...seen] });
    });
  });
}

/** Longest first, so that a mount inside another one keeps its own folder. */
function mapped(value: string, mounts: Mounts): string {
  for (const path of Object.keys(mounts).sort((a, b) => b.length - a.length)) {
    // At the start of a value or after the name of a remote, such as `storage:/backups`.
    const match = new RegExp(`^((?:[A-Za-z0-9_-]+:)?)${path.replaceAll('/', '\\/')}(?=$|/)`).exec(value);
    if (match !== null) return `${match[1]!}${mounts[path]!}${value.slice(match[0].length)}`;
  }
  return value;
}

/** The command lines of all processes, and not their environment: only the user's own processes can read that. */
function secretsShown(secrets: readonly string[]): string[] {
  if (secrets.length === 0) return [];
  const lines = readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(pid => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
    } catch {
      return '';
    }
  });
  return secrets.filter(secret => lines.some(line => line.includes(Buffer.from(secret).toString('latin1'))));
}

/** Processes whose command line names the folder. */
export function processesOf(folder: string): string[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).flatMap(pid => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
      return line.includes(folder) ? [`${pid} ${line.slice(0, 80)}`] : [];
    } catch {
      return [];
    }
  });
}
