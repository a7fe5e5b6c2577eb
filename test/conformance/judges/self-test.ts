import { join } from 'node:path';
import { settle } from './acknowledged';
import type { Finding, Judge, Rendered } from './judge';
import { clustersOf } from '../shared/clusters';
import { readManifests } from '../shared/manifests';
import type { CaseResult } from '../shared/report';

/** A file of self-test/ and what has to be found in it: `object check`, by the judge, for the minor. */
interface Proof {
  readonly file: string;
  readonly minor: string;
  readonly judge: string;
  readonly finds: readonly string[];
  /** Whether anything else that is found is an error too. @default false */
  readonly nothingElse?: boolean;
}

const PROOFS: readonly Proof[] = [
  {
    file: 'kube-score.yaml',
    minor: '1.33',
    judge: 'kube-score',
    finds: [
      'Deployment shop/latest container-image-tag',
      'Deployment shop/latest deployment-has-poddisruptionbudget',
      'Deployment shop/latest container-seccomp-profile',
      'Deployment shop/latest container-ports-check',
      'Deployment shop/latest container-security-context-readonlyrootfilesystem', // in spite of its kube-score/ignore annotation
      'Deployment shop/canary container-image-tag', // an Argo Rollout
    ],
  },
  { file: 'guaranteed.yaml', minor: '1.33', judge: 'kube-score', finds: ['Pod shop/burstable container-cpu-requests-equal-limits'] },
  {
    file: 'pod-security.yaml',
    minor: '1.33',
    judge: 'pod-security',
    finds: [
      'Deployment shop/root runAsNonRoot != true',
      'CronJob shop/root runAsNonRoot != true',
      'Rollout shop/root runAsNonRoot != true',
      'AnalysisTemplate shop/root runAsNonRoot != true',
      'Pod shop/host host namespaces',
    ],
  },
  { file: 'newer-policy.yaml', minor: '1.33', judge: 'pod-security', finds: ['Pod shop/host-probe probe or lifecycle host'], nothingElse: true },
  {
    file: 'schemas.yaml',
    minor: '1.29',
    judge: 'schemas',
    finds: [
      'Deployment shop/typo unknown-field',
      'Deployment shop/typo invalid-value',
      'Deployment shop/typo null-value',
      'PodDisruptionBudget shop/old unknown-kind',
    ],
    nothingElse: true,
  },
  { file: 'newer-field.yaml', minor: '1.28', judge: 'schemas', finds: ['Pod shop/sleeps unknown-field'], nothingElse: true },
  { file: 'newer-field.yaml', minor: '1.33', judge: 'schemas', finds: [], nothingElse: true },
  ...['kube-score', 'pod-security', 'schemas'].map((judge) => ({ file: 'good.yaml', minor: '1.33', judge, finds: [], nothingElse: true })),
];

/** Runs each judge on input that is known to be bad, and on input that is known to be good. */
export async function selfTest(judges: readonly Judge[]): Promise<CaseResult[]> {
  const cases: CaseResult[] = [acknowledgements(), clusters()];
  for (const proof of PROOFS) {
    const judge = judges.find(({ name }) => name === proof.judge);
    const findings = judge === undefined ? [] : (await judge.judge([rendered(proof)])).findings;
    const found = new Set(findings.map(({ object, check }) => `${object} ${check}`));
    const missed = proof.finds.filter((expected) => !found.has(expected)).map((expected) => `did not find: ${expected}`);
    const extra = proof.nothingElse === true ? [...found].filter((text) => !proof.finds.includes(text)).map((text) => `found what is not there: ${text}`) : [];
    cases.push({ subject: `${proof.judge} on ${proof.file} for ${proof.minor}`, problems: [...missed, ...extra] });
  }
  return cases;
}

function rendered({ file, minor }: Proof): Rendered {
  const files = [join(__dirname, 'self-test', file)];
  return { subject: file.replace('.yaml', ''), minor, files, manifests: readManifests(files) };
}

/** The list of accepted findings hides what it names and nothing else, and does not outlive it. */
function acknowledgements(): CaseResult {
  const named = { subject: 'a', judge: 'kube-score', check: 'service-type', object: 'Service a' };
  const findings: Finding[] = [named, { ...named, object: 'Service b' }].map((finding) => ({ ...finding, message: '', version: '1.33' }));
  const stale = { ...named, subject: 'gone', reason: 'was right once' };
  const settled = settle(findings, [{ ...named, reason: 'only there' }, stale]);
  const works = settled.open.length === 1 && settled.open[0] === findings[1] && settled.stale.length === 1 && settled.stale[0] === stale;
  return { subject: 'acknowledgements', problems: works ? [] : [`settled wrongly: ${JSON.stringify(settled)}`] };
}

/** Two environments of one application are two clusters; one environment, or none, is one. */
function clusters(): CaseResult {
  const names = (files: readonly string[]): string => JSON.stringify(clustersOf('shop', '', files).map(({ name, files: own }) => [name, ...own]));
  const works = names(['a.yaml']) === '[["shop","a.yaml"]]'
    && names(['a-staging.yaml']) === '[["shop","a-staging.yaml"]]'
    && names(['a-staging.yaml', 'production/a.yaml', 'crds.yaml']) === '[["shop/production","production/a.yaml","crds.yaml"],["shop/staging","a-staging.yaml","crds.yaml"]]';
  return { subject: 'clusters', problems: works ? [] : ['files were put into the wrong clusters'] };
}
