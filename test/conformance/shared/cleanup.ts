import { mkdtempSync, rmSync } from 'node:fs';
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

/** A new folder of this process alone, removed when it ends. */
export function temporaryFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'conformance-'));
  atExit(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
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
