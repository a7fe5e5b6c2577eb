import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Finding, Rendered } from './judge';
import { temporaryFolder } from '../shared/cleanup';
import { clustersOf } from '../shared/clusters';
import { groupBy } from '../shared/collections';
import { nameOf, readManifests } from '../shared/manifests';
import { MINORS } from '../shared/minors';
import { REPOSITORY } from '../shared/paths';

/** examples/synth.ts: writes what the `build` function of a file makes, and returns the files. */
type Synthesize = (mainFile: string, outdir: string, version?: string) => string[];

export interface Subject {
  readonly name: string;
  readonly mainFile: string;
}

export interface Synthesis {
  readonly rendered: readonly Rendered[];
  readonly findings: readonly Finding[];
}

export const SYNTHESIS = 'synthesis';

/** Every example and every fixture there is; with names, those alone. */
export function findSubjects(names: readonly string[] = []): Subject[] {
  const subjects = [
    ...list('examples').map((entry) => ({ name: entry, mainFile: join(REPOSITORY, 'examples', entry, 'main.ts') })),
    ...list('test/fixtures')
      .filter((entry) => entry.endsWith('.ts'))
      .map((entry) => ({ name: basename(entry, '.ts'), mainFile: join(REPOSITORY, 'test/fixtures', entry) })),
  ].filter(({ mainFile }) => existsSync(mainFile));
  for (const [name, same] of groupBy(subjects, (subject) => subject.name)) {
    if (same.length > 1) throw new Error(`two subjects are named ${name}: ${same.map(({ mainFile }) => mainFile).join(', ')}`);
  }
  const unknown = names.filter((name) => !subjects.some((subject) => subject.name === name));
  if (unknown.length > 0) throw new Error(`there is no subject ${unknown.join(', ')}; there are: ${subjects.map(({ name }) => name).join(', ')}`);
  return names.length === 0 ? subjects : subjects.filter(({ name }) => names.includes(name));
}

/** Synthesizes each subject for each minor, in this process: starting one for each would take minutes. */
export async function synthesizeAll(subjects: readonly Subject[]): Promise<Synthesis> {
  const { synthesize } = (await import(join(REPOSITORY, 'examples', 'synth.ts'))) as { readonly synthesize: Synthesize };
  const folder = temporaryFolder();
  const rendered: Rendered[] = [];
  const findings: Finding[] = [];
  for (const { name, mainFile } of subjects) {
    for (const minor of MINORS) {
      const outdir = join(folder, name, minor);
      const finding = (subject: string, object: string, message: string): Finding =>
        ({ judge: SYNTHESIS, subject, check: minor, object, message, version: minor });
      try {
        const written = clustersOf(name, outdir, synthesize(mainFile, outdir, minor));
        const items = written.map(({ name: subject, files }): Rendered => ({ subject, minor, files, manifests: readManifests(files) }));
        for (const item of items) {
          if (item.manifests.length === 0) findings.push(finding(item.subject, 'everything', 'nothing was written'));
          findings.push(...duplicates(item).map((object) => finding(item.subject, object, 'written twice: one cluster cannot hold both')));
        }
        rendered.push(...items);
      } catch (error) {
        findings.push(finding(name, 'everything', error instanceof Error ? error.message : String(error)));
      }
    }
  }
  return { rendered, findings };
}

function duplicates({ manifests }: Rendered): string[] {
  return [...groupBy(manifests, (manifest) => `${manifest.apiVersion} ${nameOf(manifest)}`)]
    .filter(([, same]) => same.length > 1)
    .map(([name]) => name);
}

function list(folder: string): string[] {
  const path = join(REPOSITORY, folder);
  return existsSync(path) ? readdirSync(path).sort() : [];
}
