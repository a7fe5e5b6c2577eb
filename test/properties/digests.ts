import { createHash } from 'node:crypto';
import { Testing } from 'cdk8s';
import fc from 'fast-check';
import { applications } from './applications';
import { build } from './build';

/** Digests of some applications: of their objects, and of the YAML of a few. The seed is fixed: two processes are compared, not two samples. */
export function digests(): string[] {
  return fc.sample(applications, { seed: 42, numRuns: 150 }).map((model, i) => {
    const { app } = build(model, 'never-written');
    const text = i < 15 ? app.synthYaml() : JSON.stringify(app.charts.map(chart => Testing.synth(chart) as unknown));
    return createHash('sha256').update(text).digest('hex');
  });
}

if (require.main === module) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  process.stdout.write(JSON.stringify({ sorted: ['aa', 'az'].sort((a, b) => a.localeCompare(b)), timeZone, digests: digests() }));
}
