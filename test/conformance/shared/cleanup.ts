import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Undo = () => void;

const undone: Undo[] = [];
let listening = false;

/** Runs `undo` when this process ends, by itself or by an interrupt; returns a function that forgets it. */
export function atExit(undo: Undo): () => void {
  listen();
  undone.push(undo);
  return () => {
    const index = undone.indexOf(undo);
    if (index >= 0) undone.splice(index, 1);
  };
}

/** Where a process id means one process: a container counts its own, and may share the folder. */
const COUNT = '/proc/self/ns/pid';
const PREFIX = `conformance-${/\d+/.exec(existsSync(COUNT) ? readlinkSync(COUNT) : '')?.[0] ?? 'all'}-`;

/** Folders that were looked through for what killed runs have left behind. */
const swept = new Set<string>();

/** A new folder of this process alone, removed when it ends, or by the next run if it is killed. */
export function temporaryFolder(parent = tmpdir()): string {
  if (!swept.has(parent)) sweep(parent);
  const folder = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
  atExit(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function sweep(parent: string): void {
  swept.add(parent);
  for (const name of readdirSync(parent).filter(one => one.startsWith(PREFIX))) {
    try {
      process.kill(Number.parseInt(name.slice(PREFIX.length), 10), 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') continue; // it is there, and somebody else's
      try {
        rmSync(join(parent, name), { recursive: true, force: true });
      } catch { /* somebody else's: theirs to remove */ }
    }
  }
}

function listen(): void {
  if (listening) return;
  listening = true;
  process.on('exit', () => {
    // Last first: what was started on top of something goes before it.
    for (const undo of undone.splice(0).reverse()) {
      try {
        undo();
      } catch (error) {
        console.error(`conformance: could not clean up: ${String(error)}`);
      }
    }
  });
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  process.once('SIGHUP', () => process.exit(129));
}
