import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckResult } from '../shared/report';
import { run } from '../shared/run';

/** The parts of the suite, the quickest first. */
export const PARTS = ['reachability', 'judges', 'control-plane'] as const;
export type Part = typeof PARTS[number];

const REPORTS: Readonly<Record<Part, string>> = { 'reachability': 'reachability.json', 'judges': 'report.json', 'control-plane': 'control-plane.json' };

/** Runs a part of the suite of a checkout on one subject. */
export async function runPart(checkout: string, part: Part, subject: string): Promise<readonly CheckResult[]> {
  const tsx = join(checkout, 'node_modules', '.bin', 'tsx');
  const { code, stdout, stderr } = await run(tsx, ['--tsconfig', 'examples/tsconfig.json', join('test', 'conformance', part, 'main.ts'), subject], {
    cwd: checkout,
    env: { KUBECONFIG: '' }, // what is broken on purpose goes to no cluster of anybody's
  });
  const { passed, failed, checks } = JSON.parse(readFileSync(join(checkout, '.cache', 'conformance', REPORTS[part]), 'utf8')) as
    { readonly passed: number; readonly failed: number; readonly checks: readonly CheckResult[] };
  if (!stdout.includes(`${passed} passed, ${failed} failed`) || (code === 0) !== (failed === 0)) throw new Error(`${part} did not run to its end:\n${stdout}\n${stderr}`);
  return checks;
}
