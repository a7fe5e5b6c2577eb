import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, Judge, Rendered, Unjudged, Verdict } from './judge';
import { groupBy, mapLimited } from '../shared/collections';
import { groupOf, isRecord, nameOf, objectName } from '../shared/manifests';
import { run } from '../shared/run';

/** What kubeconform says of one object. */
interface Conformance {
  readonly filename: string;
  readonly kind: string;
  readonly name: string;
  readonly version: string;
  readonly status: 'statusValid' | 'statusInvalid' | 'statusError';
  readonly msg: string;
}

const NAME = 'schemas';

/** Kubernetes' own kinds against the strict schemas of the very minor they were synthesized for. */
export function schemas(binary: string, folder: string): Judge {
  const own = new Set(JSON.parse(readFileSync(join(folder, 'groups.json'), 'utf8')) as string[]);
  return {
    name: NAME,
    judge: async (rendered) => {
      const minors = groupBy(rendered, ({ minor }) => minor);
      const verdicts = await mapLimited([...minors], 2, ([minor, items]) => validate(binary, join(folder, minor), minor, items, own));
      return {
        findings: [...verdicts.flatMap(({ findings }) => findings), ...rendered.flatMap((item) => nullFields(item, own))],
        unjudged: verdicts.flatMap(({ unjudged }) => unjudged ?? []),
      };
    },
  };
}

async function validate(binary: string, folder: string, minor: string, rendered: readonly Rendered[], own: ReadonlySet<string>): Promise<Verdict> {
  const files = new Set(rendered.flatMap((item) => item.files));
  const location = join(folder, '{{.Group}}', '{{.ResourceKind}}-{{.ResourceAPIVersion}}.json');
  const { stdout, stderr } = await run(binary, ['-strict', '-verbose', '-output', 'json', '-schema-location', location, ...files]);
  if (stdout.trim() === '') throw new Error(`kubeconform said nothing about ${minor}: ${stderr.trim()}`);
  const { resources } = JSON.parse(stdout) as { readonly resources: readonly Conformance[] | null };
  const answers = groupBy(resources ?? [], ({ filename }) => filename);

  const findings: Finding[] = [];
  const unjudged: Unjudged[] = [];
  for (const item of rendered) {
    const { subject, manifests } = item;
    const results = item.files.flatMap((file) => answers.get(file) ?? []);
    if (results.length !== manifests.length) throw new Error(`kubeconform answered for ${results.length} of ${manifests.length} objects of ${subject}`);
    for (const result of results.filter(({ status }) => status !== 'statusValid')) {
      const { kind, name, version } = result;
      const manifest = manifests.find((candidate) => candidate.kind === kind && candidate.apiVersion === version && candidate.metadata.name === name);
      const object = manifest === undefined ? objectName(result) : nameOf(manifest);
      const unknown = result.status === 'statusError' && result.msg.startsWith('could not find schema');
      if (unknown && !own.has(groupOf({ apiVersion: version }))) {
        unjudged.push({ subject, object, reason: `a custom resource of ${version}` });
        continue;
      }
      const messages = unknown ? [`Kubernetes ${minor} has no ${kind} of ${version}`] : leaves(result.msg);
      findings.push(...messages.map((message) => ({ judge: NAME, subject, check: checkOf(message, unknown), object, message, version: minor })));
    }
  }
  return { findings, unjudged };
}

/** kubeconform joins a tree of errors into one line; its leaves say what is wrong, the rest where they hang. */
function leaves(message: string): string[] {
  const parts = message.split(/ - (?=at ')/).slice(1).map((part) => part.trim());
  const said = parts.filter((part) => !/(validation failed|none matched)$/.test(part));
  return said.length > 0 ? said : [message];
}

function checkOf(message: string, unknown: boolean): string {
  if (unknown) return 'unknown-kind';
  return message.includes('additional properties') ? 'unknown-field' : 'invalid-value';
}

/** The schemas allow null everywhere, since the API server drops it: a value that was meant to be there would be lost. */
function nullFields({ subject, minor, manifests }: Rendered, own: ReadonlySet<string>): Finding[] {
  return manifests.filter((manifest) => own.has(groupOf(manifest))).flatMap((manifest) => nullPaths(manifest, '').map((path) => {
    const message = `at '${path}': null is dropped by the API server`;
    return { judge: NAME, subject, check: 'null-value', object: nameOf(manifest), message, version: minor };
  }));
}

function nullPaths(value: unknown, path: string): string[] {
  if (value === null) return [path];
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => nullPaths(item, `${path}/${index}`));
  return isRecord(value) ? Object.entries(value).flatMap(([key, item]) => nullPaths(item, `${path}/${key}`)) : [];
}
