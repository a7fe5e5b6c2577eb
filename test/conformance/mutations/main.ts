/**
 * Proves that the conformance suite notices: breaks a copy of the library in one way at a time, and asks the part of the suite
 * that is meant to find it. Each has to fail, at the expected check.
 *
 *   tsx --tsconfig examples/tsconfig.json test/conformance/mutations/main.ts [NAME...]
 */
import { breakIt, copyOfRepository, staleness, SUBJECT } from './checkout';
import type { Mutation } from './mutations';
import { MUTATIONS } from './mutations';
import type { Part } from './parts';
import { PARTS, runPart } from './parts';
import type { CaseResult } from '../shared/report';
import { Report } from '../shared/report';

async function proveMutations(report: Report, names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !MUTATIONS.some((mutation) => mutation.name === name));
  if (unknown.length > 0) throw new Error(`there is no mutation ${unknown.join(', ')}; there are: ${MUTATIONS.map(({ name }) => name).join(', ')}`);
  const mutations = MUTATIONS.filter(({ name }) => names.length === 0 || names.includes(name));
  const checkout = await copyOfRepository();
  const parts = PARTS.filter((part) => mutations.some(({ expect }) => expect.some((expectation) => expectation.part === part)));

  // Who fails anyway proves nothing by failing.
  const sound = new Set<Part>();
  await report.time('nothing broken', async () => {
    const cases: CaseResult[] = [];
    for (const part of parts) {
      const problems = (await runPart(checkout, part, SUBJECT)).flatMap(({ check, cases: judged }) => judged.flatMap((result) => result.problems.map((problem) => `${check}: ${problem}`)));
      if (problems.length === 0) sound.add(part);
      cases.push({ subject: part, problems });
    }
    return cases;
  });
  for (const mutation of mutations) {
    const checks = [...new Set(mutation.expect.map(({ check }) => check))];
    console.log(`${mutation.name}: ${mutation.why}`);
    await report.time(`${mutation.name}, by ${checks.join(' and ')}`, async () => prove(checkout, mutation, sound));
  }
}

async function prove(checkout: string, mutation: Mutation, sound: ReadonlySet<Part>): Promise<CaseResult[]> {
  const stale = staleness(checkout, mutation);
  if (stale.length > 0) return [{ subject: mutation.file, problems: stale }];
  const mend = breakIt(checkout, mutation);
  try {
    const cases: CaseResult[] = [];
    for (const part of PARTS) {
      const expected = mutation.expect.filter((expectation) => expectation.part === part);
      if (expected.length === 0) continue;
      const results = await runPart(checkout, part, SUBJECT);
      for (const { check, says } of expected) {
        const problems = results.filter((row) => row.check === check).flatMap((row) => row.cases).flatMap((result) => result.problems);
        const others = results.filter((row) => row.cases.some((result) => result.problems.length > 0)).map((row) => row.check);
        const noticed = problems.some((problem) => says.test(problem));
        cases.push({
          subject: `${part}, ${check}`,
          problems: [
            ...sound.has(part) ? [] : [`${part} fails with nothing broken, too`],
            ...noticed ? [] : [`did not say ${String(says)}; it said: ${problems.join('; ') || 'nothing'}; failed: ${others.join(', ') || 'nothing'}`],
          ],
        });
      }
    }
    return cases;
  } finally {
    mend();
  }
}

async function main(): Promise<void> {
  const report = new Report();
  await proveMutations(report, process.argv.slice(2));
  report.write('mutations.json');
  report.print();
  process.exitCode = report.failed === 0 ? 0 : 1;
}

if (require.main === module) void main();
