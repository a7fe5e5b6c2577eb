import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, Judge, Rendered } from './judge';
import { rolloutsAsDeployments } from './rollouts';
import { temporaryFolder } from '../shared/cleanup';
import { mapLimited } from '../shared/collections';
import { objectName } from '../shared/manifests';
import { run } from '../shared/run';

/** The part of kube-score's JSON (output version 2) that is read here. */
interface ScoredObject {
  readonly type_meta: { readonly kind: string };
  readonly object_meta: { readonly name: string; readonly namespace?: string };
  readonly checks: ReadonlyArray<{
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: ReadonlyArray<{ readonly path: string; readonly summary: string }> | null;
  }>;
}

/** Critical is 1, warning 5, "almost OK" 7. */
const WARNING = 5;

const OPTIONAL = ['container-seccomp-profile', 'container-ports-check'];

/** Asked of a subject by this name alone: a service may burst by default. */
const GUARANTEED = [
  'container-cpu-requests-equal-limits',
  'container-memory-requests-equal-limits',
  'container-resource-requests-equal-limits',
  'container-ephemeral-storage-request-equals-limit',
];

/** The kinds it scores. Each of these has to be in its answer: what it cannot place, it drops without a word. */
const SCORED = new Set([
  'CronJob', 'DaemonSet', 'Deployment', 'HorizontalPodAutoscaler', 'Ingress', 'Job', 'NetworkPolicy', 'Pod', 'PodDisruptionBudget', 'Service', 'StatefulSet',
]);

const NAME = 'kube-score';

export function kubeScore(binary: string): Judge {
  return {
    name: NAME,
    judge: async (rendered) => {
      const folder = temporaryFolder();
      const findings = await mapLimited([...rendered.entries()], 2, ([index, item]) => score(binary, item, join(folder, `${index}.yaml`)));
      return { findings: findings.flat() };
    },
  };
}

async function score(binary: string, { subject, minor, manifests }: Rendered, file: string): Promise<Finding[]> {
  const judged = rolloutsAsDeployments(manifests);
  // All in one file: its checks look for the budget, the policy and the Service of a pod among everything it was given.
  writeFileSync(file, judged.map((manifest) => JSON.stringify(manifest)).join('\n---\n'));
  const optional = [...OPTIONAL, ...(subject === 'guaranteed' ? GUARANTEED : [])].flatMap((check) => ['--enable-optional-test', check]);
  // An annotation in a manifest must not silence the judge; what is accepted is written down in acknowledged.ts.
  const honest = ['--disable-ignore-checks-annotations', '--disable-optional-checks-annotations'];
  const { stdout, stderr } = await run(binary, ['score', '--output-format', 'json', '--kubernetes-version', `v${minor}`, ...honest, ...optional, file]);
  if (stdout.trim() === '') throw new Error(`kube-score could not read ${subject} for ${minor}: ${stderr.trim()}`);
  const objects = (JSON.parse(stdout) as ScoredObject[] | null) ?? [];

  const names = new Set(objects.map(nameOf));
  const finding = (object: string, check: string, message: string): Finding => ({ judge: NAME, subject, check, object, message, version: minor });
  const dropped = judged
    .filter(({ kind }) => SCORED.has(kind))
    .map(({ kind, metadata }) => objectName({ kind, ...metadata }))
    .filter((name) => !names.has(name));
  return [
    ...dropped.map((object) => finding(object, 'not-scored', 'kube-score left it out of its answer')),
    ...objects.flatMap((object) =>
      object.checks
        .filter(({ grade, skipped }) => !skipped && grade <= WARNING)
        .map(({ check, comments }) => finding(nameOf(object), check.id, (comments ?? []).map(({ path, summary }) => (path === '' ? summary : `${path}: ${summary}`)).join('; ')))),
  ];
}

function nameOf({ type_meta: { kind }, object_meta: metadata }: ScoredObject): string {
  return objectName({ kind, ...metadata });
}
