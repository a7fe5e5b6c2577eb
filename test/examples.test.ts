import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App, Testing } from 'cdk8s';
import { Findings, type KubernetesVersion } from 'cdk8s-production';

interface Example {
  build(app: App, target?: KubernetesVersion): void;
}

const EXAMPLES = resolve(__dirname, '../examples');
const names = readdirSync(EXAMPLES, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => entry.name);

function appOf(name: string, outdir: string): App {
  const app = new App({ outdir });
  jest.requireActual<Example>(join(EXAMPLES, name, 'main.ts')).build(app);
  return app;
}

describe.each(names)('example %s', name => {
  let outdir: string;
  beforeEach(() => { outdir = mkdtempSync(join(tmpdir(), 'example-')); });
  afterEach(() => { rmSync(outdir, { recursive: true, force: true }); });

  test('writes the manifests that a person has read', () => {
    const app = appOf(name, outdir);
    app.synth();
    for (const file of readdirSync(outdir).sort()) {
      expect(readFileSync(join(outdir, file), 'utf8')).toMatchSnapshot(file);
    }
  });

  test('gives the same objects by app.synth() and chart by chart, twice', () => {
    const app = appOf(name, outdir);
    const first = app.synthYaml();
    const charts = app.charts.map(chart => JSON.stringify(Testing.synth(chart)));
    expect(app.synthYaml()).toBe(first);
    expect(app.charts.map(chart => JSON.stringify(Testing.synth(chart)))).toEqual(charts);
    expect(appOf(name, outdir).synthYaml()).toBe(first);
  });

  test('has a README that names it, and leaves no finding without a reason', () => {
    expect(readFileSync(join(EXAMPLES, name, 'README.md'), 'utf8')).toContain(`npm run synth -- ${name}`);
    expect(Findings.of(appOf(name, outdir)).filter(finding => finding.acknowledgedBecause === undefined)).toEqual([]);
  });
});
