import { join } from 'node:path';
import { cached } from './cached';
import type { SourcePatch } from './go-module';
import { patchedModule } from './go-module';
import { runOrFail } from './run';

export interface GoTool {
  /** The name of the binary: the last part of the package's path. */
  readonly name: string;
  /** The folder of the module that pins it: go.mod, go.sum and sources of our own, if any. */
  readonly module: string;
  /** The package to build: an import path that the module requires, or `.` for its own. */
  readonly package: string;
  /** Further arguments of `go build`, such as `-tags=providerless`. @default none */
  readonly flags?: readonly string[];
  /** A change to the sources; for a module without sources of its own. @default none */
  readonly patch?: SourcePatch;
}

/** The path of the tool's binary, built from its pinned module on first use. */
export async function goTool(tool: GoTool): Promise<string> {
  const args = ['build', '-trimpath', '-p', '1', ...(tool.flags ?? [])];
  const folder = await cached({
    name: tool.name,
    inputs: [tool.module],
    recipe: [...args, tool.package, ...(tool.patch === undefined ? [] : [JSON.stringify(tool.patch)])],
    build: async (unfinished) => {
      await runOrFail('go', [...args, '-o', join(unfinished, tool.name), tool.package], {
        cwd: tool.patch === undefined ? tool.module : await patchedModule(tool.module, tool.patch),
        env: { CGO_ENABLED: '0' }, // no C compiler needed
        background: true,
      });
    },
  });
  return join(folder, tool.name);
}
