import type { Finding, Judge, Rendered } from './judge';
import { groupBy } from '../shared/collections';
import { objectName } from '../shared/manifests';
import { runOrFail } from '../shared/run';

/** What tools/judges/pod-security prints for each pod template. */
interface JudgedPod {
  readonly file: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly violations: ReadonlyArray<{ readonly version: string; readonly reason: string; readonly detail?: string }>;
}

const NAME = 'pod-security';

/** Pod Security "restricted", as the API server evaluates it: of the minor itself, and of the newest policy. */
export function podSecurity(binary: string): Judge {
  return {
    name: NAME,
    judge: async (rendered) => {
      const minors = groupBy(rendered, ({ minor }) => minor);
      const findings: Finding[] = [];
      for (const [minor, items] of minors) findings.push(...(await evaluate(binary, minor, items)));
      return { findings };
    },
  };
}

async function evaluate(binary: string, minor: string, rendered: readonly Rendered[]): Promise<Finding[]> {
  const files = new Set(rendered.flatMap((item) => item.files));
  const answer = await runOrFail(binary, ['-version', minor, '-version', 'latest', ...files]);
  const pods = groupBy(JSON.parse(answer) as readonly JudgedPod[], ({ file }) => file);
  return rendered.flatMap(({ subject, files: own }) =>
    own.flatMap((file) => pods.get(file) ?? []).flatMap((pod) =>
      pod.violations.map(({ version, reason, detail }) => ({
        judge: NAME,
        subject,
        check: reason,
        object: objectName(pod),
        message: detail === undefined ? `pod template at ${pod.path || '.'}` : detail,
        version,
      }))));
}
