/**
 * Judges every example and fixture, synthesized for every Kubernetes minor, by the field's tools:
 *
 *   tsx --tsconfig examples/tsconfig.json test/conformance/judges/main.ts [SUBJECT...]
 */
import { ACKNOWLEDGED } from './acknowledged';
import { casesOf, staleCases } from './cases';
import type { Rendered, Verdict } from './judge';
import { kubeScore } from './kube-score';
import { podSecurity } from './pod-security';
import { schemas } from './schemas';
import { selfTest } from './self-test';
import { findSubjects, SYNTHESIS, synthesizeAll } from './subjects';
import { prepareTools } from './tools';
import { Report } from '../shared/report';
import { MissingProgramError } from '../shared/run';

/** Adds the judges' checks to a report: of every subject, or of those named. */
export async function runJudges(report: Report, names: readonly string[] = []): Promise<void> {
  const tools = await prepareTools();
  const judges = [kubeScore(tools.kubeScore), podSecurity(tools.podSecurity), schemas(tools.kubeconform, tools.schemas)];
  await report.time('judges find what is bad', () => selfTest(judges));

  const acknowledged = ACKNOWLEDGED.filter(({ subject }) => names.length === 0 || names.includes(subject.split('/')[0] ?? subject));
  const verdicts = new Map<string, Verdict>();
  let rendered: readonly Rendered[] = [];
  const check = (name: string, judge: () => Promise<Verdict>): Promise<void> =>
    report.time(name, async () => {
      const verdict = await judge();
      verdicts.set(name, verdict);
      return casesOf(name, verdict, rendered.map(({ subject }) => subject), acknowledged);
    });

  await check(SYNTHESIS, async () => {
    const subjects = findSubjects(names);
    if (subjects.length === 0) throw new Error('there is nothing to judge: no examples/*/main.ts and no test/fixtures/*.ts');
    const synthesis = await synthesizeAll(subjects);
    rendered = synthesis.rendered;
    return synthesis;
  });
  for (const judge of judges) await check(judge.name, () => judge.judge(rendered));
  report.add({ check: 'acknowledgements still hold', seconds: 0, cases: staleCases(verdicts, acknowledged) });
}

async function main(): Promise<void> {
  const report = new Report();
  try {
    await runJudges(report, process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof MissingProgramError)) throw error;
    report.add({ check: 'tools', seconds: 0, cases: [{ subject: 'this machine', problems: [error.message] }] });
  }
  report.write();
  report.print();
  process.exitCode = report.failed === 0 ? 0 : 1;
}

if (require.main === module) void main();
