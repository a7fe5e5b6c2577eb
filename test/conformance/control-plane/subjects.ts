import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findSubjects } from '../judges/subjects';
import { clustersOf } from '../shared/clusters';
import { REPOSITORY } from '../shared/paths';

/** What one example or fixture renders for one cluster of one Kubernetes version. */
export interface Subject {
  readonly name: string;
  /** The Kubernetes minor that it was synthesized for. */
  readonly version: string;
  /** The example or fixture that it is made from; undefined where it is nothing but YAML. */
  readonly source?: { readonly mainFile: string; readonly name: string };
  /** A folder of YAML files. */
  readonly dir: string;
  /** The same application one release later: another image, other configuration. Undefined where nobody wrote one. */
  readonly next?: string;
}

/** examples/synth.ts: writes what the `build` function of a file makes, and returns the files. */
type Synthesize = (mainFile: string, outdir: string, version?: string) => string[];

const NEXT = '.next';

/**
 * Every example and fixture, for one version. The release after it stands beside it: `next.ts` beside an example's `main.ts`,
 * `<name>.next.ts` beside a fixture's `<name>.ts`.
 *
 * @param refused told of each one that cannot be synthesized; the others are made all the same
 */
export async function synthesizeSubjects(
  version: string, directory: string, names: readonly string[], refused: (subject: string, message: string) => void,
): Promise<Subject[]> {
  const { synthesize } = (await import(join(REPOSITORY, 'examples', 'synth.ts'))) as { readonly synthesize: Synthesize };
  return findSubjects(names).filter(({ name }) => !name.endsWith(NEXT)).flatMap(({ name, mainFile }) => {
    const render = (file: string, folder: string): { name: string; dir: string }[] =>
      clustersOf(name, folder, synthesize(file, folder, version)).map(cluster => ({ name: cluster.name, dir: ownFolder(folder, cluster) }));
    const nextFile = nextOf(mainFile);
    try {
      const following = nextFile === undefined ? [] : render(nextFile, join(directory, version, `${name}${NEXT}`));
      return render(mainFile, join(directory, version, name)).map(current => ({
        ...current, version, source: { mainFile, name }, next: following.find(cluster => cluster.name === current.name)?.dir,
      }));
    } catch (error) {
      refused(name, error instanceof Error ? error.message : String(error));
      return [];
    }
  });
}

/** The files of one cluster in a folder of their own, as a deployer of that cluster would keep them. */
export function ownFolder(folder: string, { name, files }: { readonly name: string; readonly files: readonly string[] }): string {
  const own = join(folder, 'clusters', name);
  mkdirSync(own, { recursive: true });
  for (const file of files) copyFileSync(file, join(own, basename(file)));
  return own;
}

/** Folders of YAML instead of examples: `<folder>/<version>/<name>`, and `<name>.next` for the release after it. */
export function readSubjects(version: string, folder: string, names: readonly string[]): Subject[] {
  const all = readdirSync(join(folder, version)).sort();
  return all.filter(name => !name.endsWith(NEXT) && (names.length === 0 || names.includes(name))).map(name => ({
    name,
    version,
    dir: join(folder, version, name),
    next: all.includes(`${name}${NEXT}`) ? join(folder, version, `${name}${NEXT}`) : undefined,
  }));
}

function nextOf(mainFile: string): string | undefined {
  const beside = basename(mainFile) === 'main.ts' ? join(dirname(mainFile), 'next.ts') : mainFile.replace(/\.ts$/, `${NEXT}.ts`);
  return existsSync(beside) ? beside : undefined;
}
