import { settle, type Acknowledgement } from './acknowledged';
import type { Finding, Unjudged, Verdict } from './judge';
import { groupBy } from '../shared/collections';
import { describeVersions } from '../shared/minors';
import type { CaseResult } from '../shared/report';

/** A verdict as one case for each subject: what is open, what is accepted, what was not judged. */
export function casesOf(judge: string, verdict: Verdict, subjects: Iterable<string>, acknowledgements: readonly Acknowledgement[]): CaseResult[] {
  const { open, accepted } = settle(verdict.findings, acknowledgements.filter((entry) => entry.judge === judge));
  const names = new Set([...subjects, ...verdict.findings.map(({ subject }) => subject)]);
  return [...names].map((name) => ({
    subject: name,
    problems: sentences(open.filter(({ subject }) => subject === name)),
    acknowledged: [...accepted].filter(([entry, findings]) => entry.subject === name && findings.length > 0).map(([entry]) => `${entry.object}: ${entry.check}: ${entry.reason}`),
    notJudged: notJudged((verdict.unjudged ?? []).filter(({ subject }) => subject === name)),
  }));
}

/** One case for each acknowledgement. A judge that gave no verdict has failed already: of it nothing is known. */
export function staleCases(verdicts: ReadonlyMap<string, Verdict>, acknowledgements: readonly Acknowledgement[]): CaseResult[] {
  return acknowledgements.map((entry) => {
    const verdict = verdicts.get(entry.judge);
    const stale = verdict !== undefined && settle(verdict.findings, [entry]).stale.length > 0;
    return { subject: entry.subject, problems: stale ? [`${entry.object}: ${entry.check} of ${entry.judge} no longer occurs; remove it from acknowledged.ts`] : [] };
  });
}

/** The same finding on several minors is one sentence. */
function sentences(findings: readonly Finding[]): string[] {
  const same = groupBy(findings, ({ object, check, message }) => `${object}: ${check}: ${message}`);
  return [...same].map(([sentence, group]) => `${sentence} (${describeVersions(group.map(({ version }) => version))})`);
}

function notJudged(objects: readonly Unjudged[]): string[] {
  return [...new Set(objects.map(({ object, reason }) => `${object}, ${reason}`))];
}
