/**
 * Compares who may connect to whom, as the NetworkPolicies of every example and fixture say it, with what the application
 * declared:
 *
 *   tsx --tsconfig examples/tsconfig.json test/conformance/reachability/main.ts [SUBJECT...]
 */
import { buildClusters } from './cluster';
import type { Verdict } from './judge';
import { ASPECTS, judge } from './judge';
import { selfTest } from './self-test';
import { reachabilityTool } from './tool';
import { standInNames } from './world';
import { findSubjects } from '../judges/subjects';
import type { CaseResult } from '../shared/report';
import { Report } from '../shared/report';
import { MissingProgramError } from '../shared/run';

/** Adds the checks of reachability to a report: of every subject, or of those named. */
export async function runReachability(report: Report, names: readonly string[] = []): Promise<void> {
  const ask = await reachabilityTool();
  await report.time('reachability finds what is bad', async () => selfTest(ask));

  const verdicts: Verdict[] = [];
  await report.time('reachability is evaluated', async () => {
    const cases: CaseResult[] = [];
    for (const subject of findSubjects(names)) {
      try {
        for (const cluster of buildClusters(subject)) {
          verdicts.push(await judge(cluster, ask));
          cases.push({ subject: cluster.name, problems: [] });
        }
      } catch (error) {
        cases.push({ subject: subject.name, problems: [error instanceof Error ? error.message : String(error)] });
      }
    }
    return cases;
  });
  for (const aspect of ASPECTS) {
    const cases = verdicts.map(({ cluster, problems, notJudged }): CaseResult =>
      ({ subject: cluster, problems: problems.get(aspect) ?? [], notJudged: aspect === 'addresses' ? notJudged : [] }));
    report.add({ check: `reachability: ${aspect}`, seconds: 0, cases: aspect === 'DNS and peers' && names.length === 0 ? [...cases, unmeant(verdicts)] : cases });
  }
}

function unmeant(verdicts: readonly Verdict[]): CaseResult {
  const idle = standInNames().filter((id) => !verdicts.some(({ meant }) => meant.has(id)));
  return { subject: 'stand-ins', problems: idle.map((id) => `${id} is declared by nobody any more; remove it from stand-ins.yaml`) };
}

async function main(): Promise<void> {
  const report = new Report();
  try {
    await runReachability(report, process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof MissingProgramError)) throw error;
    report.add({ check: 'tools', seconds: 0, cases: [{ subject: 'this machine', problems: [error.message] }] });
  }
  report.write('reachability.json');
  report.print();
  process.exitCode = report.failed === 0 ? 0 : 1;
}

if (require.main === module) void main();
