import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { App, YamlOutputType } from 'cdk8s';
import { Findings, KubernetesVersion } from 'cdk8s-production';

interface Example {
  build(app: App, target?: KubernetesVersion): void;
}

/**
 * Writes the manifests of an example.
 *
 * @param mainFile path of the TypeScript file that exports `build`
 * @param outdir folder for the YAML files
 * @param version such as `1.33`
 * @returns the files, and what a reader should know
 */
export function synthesize(mainFile: string, outdir: string, version?: string): string[] {
  return synthesizeWithFindings(mainFile, outdir, version).files;
}

function synthesizeWithFindings(mainFile: string, outdir: string, version?: string): { files: string[]; findings: string[] } {
  const app = new App({ outdir, yamlOutputType: YamlOutputType.FILE_PER_CHART });
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- which example is known only now
  const example = require(resolve(mainFile)) as Example;
  example.build(app, version === undefined ? undefined : KubernetesVersion.of(version));
  app.synth();
  return {
    files: app.charts.map(chart => join(outdir, `${chart.node.path.replaceAll('/', '-')}${app.outputFileExtension}`)),
    findings: Findings.of(app)
      .filter(finding => finding.acknowledgedBecause === undefined)
      .map(finding => `finding ${finding.id} at ${finding.constructPath}: ${finding.message}; ${finding.fix}`),
  };
}

function main(args: readonly string[]): void {
  const flag = args.indexOf('--kubernetes-version');
  const version = flag === -1 ? undefined : args[flag + 1];
  const [name = 'payment-service', folder] = args.filter((_, i) => flag === -1 || (i !== flag && i !== flag + 1));
  const mainFile = name.endsWith('.ts') ? name : join(__dirname, name, 'main.ts');
  if (!existsSync(mainFile)) {
    throw new Error(`there is no example '${name}'; an example is a folder below examples/ with a main.ts`);
  }
  const { files, findings } = synthesizeWithFindings(mainFile, folder ?? join('manifests', basename(name, '.ts')), version);
  for (const file of files) { process.stdout.write(`${file}\n`); }
  for (const finding of findings) { process.stderr.write(`${finding}\n`); }
}

if (require.main === module) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
