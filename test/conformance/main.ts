/**
 * Everything the manifests are held against, in one run and one report: the judges of the field, the reachability of the
 * network, real databases and real control planes.
 *
 *   npm run test:conformance [-- SUBJECT...]
 */
import { runControlPlane } from './control-plane/control-plane';
import { runDatabases } from './databases/main';
import { runJudges } from './judges/main';
import { runReachability } from './reachability/main';
import { Report } from './shared/report';

async function main(names: readonly string[]): Promise<void> {
  const report = new Report();
  const parts: readonly [string, () => Promise<void>][] = [
    ['judges', () => runJudges(report, names)],
    ['reachability', () => runReachability(report, names)],
    ...names.length > 0 ? [] : [['databases', () => runDatabases(report)] as [string, () => Promise<void>]], // no subject of theirs
    ['control plane', () => runControlPlane(report, { names })],
  ];
  for (const [part, run] of parts) {
    try {
      await run();
    } catch (error) {
      // A part that cannot run at all has failed; the others still have something to say.
      report.add({ check: part, seconds: 0, cases: [{ subject: 'this machine', problems: [error instanceof Error ? error.message : String(error)] }] });
    }
  }
  report.write();
  report.print();
  process.exitCode = report.failed === 0 ? 0 : 1;
}

if (require.main === module) { void main(process.argv.slice(2)); }
