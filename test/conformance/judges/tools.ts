import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../shared/cached';
import { temporaryFolder } from '../shared/cleanup';
import { goTool } from '../shared/go-tool';
import { MINORS } from '../shared/minors';
import { TOOLS } from '../shared/paths';
import { runOrFail } from '../shared/run';

export interface JudgeTools {
  readonly kubeScore: string;
  readonly kubeconform: string;
  readonly podSecurity: string;
  /** A folder with one folder of strict schemas for each minor. */
  readonly schemas: string;
}

const FOLDER = join(TOOLS, 'judges');

/** Everything the judges run, built or unpacked on first use. */
export async function prepareTools(): Promise<JudgeTools> {
  // A module each: kube-score needs API groups that the newest Pod Security evaluator's libraries no longer have.
  return {
    kubeScore: await goTool({ name: 'kube-score', module: join(FOLDER, 'kube-score'), package: 'github.com/zegl/kube-score/cmd/kube-score' }),
    kubeconform: await goTool({ name: 'kubeconform', module: join(FOLDER, 'kubeconform'), package: 'github.com/yannh/kubeconform/cmd/kubeconform' }),
    podSecurity: await goTool({ name: 'pod-security', module: join(FOLDER, 'pod-security'), package: '.' }),
    schemas: await schemas(),
  };
}

/** Python serves only to fetch and unpack: the schemas are published as a Python package. */
function schemas(): Promise<string> {
  const sources = join(FOLDER, 'schemas');
  return cached({
    name: 'schemas',
    inputs: [sources],
    recipe: MINORS,
    build: async (unfinished) => {
      const download = temporaryFolder();
      const requirements = join(sources, 'requirements.txt');
      await runOrFail('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--require-hashes', '--requirement', requirements, '--dest', download]);
      const [wheel] = readdirSync(download);
      if (wheel === undefined) throw new Error('pip downloaded nothing');
      await runOrFail('python3', [join(sources, 'extract.py'), join(download, wheel), unfinished, ...MINORS]);
    },
  });
}
