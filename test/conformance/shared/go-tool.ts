import { join } from 'node:path';
import { cached } from './cached';
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
}

/** The path of the tool's binary, built from its pinned module on first use. */
export async function goTool(tool: GoTool): Promise<string> {
  const args = ['build', '-trimpath', '-p', '1', ...(tool.flags ?? [])];
  const folder = await cached({
    name: tool.name,
    inputs: [tool.module],
    recipe: [...args, tool.package],
    build: async (unfinished) => {
      await runOrFail('go', [...args, '-o', join(unfinished, tool.name), tool.package], {
        cwd: tool.module,
        env: { CGO_ENABLED: '0' }, // no C compiler needed
        background: true,
      });
    },
  });
  return join(folder, tool.name);
}
