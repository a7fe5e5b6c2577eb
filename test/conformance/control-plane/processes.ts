import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atExit } from '../shared/cleanup';

/** A process that ended before it was asked to. */
export class EndedEarly extends Error {
  /** Another process took the port between our choosing it and our using it; worth a second try. */
  public readonly portTaken: boolean;

  public constructor(name: string, log: string) {
    super(`${name} ended by itself:\n${log.split('\n').slice(-12).join('\n')}`);
    this.portTaken = /address already in use/.test(log);
  }
}

/** Long-running processes that live in one directory and end together with it. */
export class ProcessGroup {
  public readonly dir: string;
  private readonly running: { readonly name: string; readonly child: ChildProcess }[] = [];
  private readonly guard: ChildProcess;
  private readonly forget: () => void;

  public constructor(parent: string) {
    mkdirSync(parent, { recursive: true });
    this.dir = mkdtempSync(join(parent, 'run-'));
    this.guard = spawn('sh', [join(__dirname, 'guard.sh'), this.dir], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    // A guard that is gone must not end the suite with EPIPE, nor keep it running.
    this.guard.stdin?.on('error', () => undefined);
    this.guard.unref();
    this.forget = atExit(() => this.end());
  }

  /** Starts a process in a group of its own, so that Ctrl-C reaches the suite only, which then ends it. */
  public start(name: string, command: string, args: readonly string[]): void {
    const log = openSync(this.logOf(name), 'a');
    const child = spawn(command, args, { cwd: this.dir, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    child.on('error', () => undefined); // found by `until`, as a process without a pid
    this.running.push({ name, child });
    this.tellGuard('+', child);
    child.on('exit', () => this.tellGuard('-', child));
  }

  /** Waits until the condition holds, while every process of the group is alive. */
  public async until(what: string, seconds: number, holds: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + seconds * 1000;
    while (!await holds()) {
      const ended = this.running.find(({ child }) => hasEnded(child));
      if (ended !== undefined) throw new EndedEarly(ended.name, this.read(ended.name));
      if (Date.now() > end) throw new Error(`${what} not reached within ${seconds} s`);
      await sleep(50);
    }
  }

  /** Ends every process and removes the directory. Safe to call twice. */
  public stop(): void {
    this.forget();
    this.end();
  }

  /** Everything at once and without mercy: nothing that these processes know outlives the run, and this works at exit, too. */
  private end(): void {
    for (const { child } of this.running.splice(0)) {
      if (!hasEnded(child)) killGroup(child);
      this.tellGuard('-', child);
    }
    // A killed process may write its last line while the directory goes.
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    this.guard.stdin?.end();
  }

  private read(name: string): string {
    return existsSync(this.logOf(name)) ? readFileSync(this.logOf(name), 'utf8').trim() : '';
  }

  private logOf(name: string): string {
    return join(this.dir, `${name}.log`);
  }

  private tellGuard(sign: '+' | '-', { pid }: ChildProcess): void {
    if (pid !== undefined && this.guard.stdin?.writable === true) this.guard.stdin.write(`${sign} ${pid}\n`);
  }
}

/** The process and those that it has started for itself. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Ended by itself in the meantime.
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** Ports of the loopback interface that nobody listens on, all different: held together before any is given back. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, async () => new Promise<Server>((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => resolve(server));
  })));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
    return address.port;
  });
  await Promise.all(servers.map(async server => new Promise<void>(resolve => server.close(() => resolve()))));
  return ports;
}
