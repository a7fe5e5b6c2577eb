/**
 * Proves every example and fixture on real Kubernetes API servers and controllers: here on loopback with simulated nodes, or
 * on the cluster of KUBECONFIG as far as that goes.
 *
 *   tsx --tsconfig examples/tsconfig.json test/conformance/control-plane/main.ts [--manifests FOLDER] [SUBJECT...]
 *
 * FOLDER holds YAML to prove instead: <version>/<name>/*.yaml, and <version>/<name>.next/*.yaml for the release after it.
 */
import { parseArgs } from 'node:util';
import { runControlPlane } from './control-plane';
import { Report } from '../shared/report';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { manifests: { type: 'string' } }, allowPositionals: true });
  const report = new Report();
  await runControlPlane(report, { names: positionals, manifests: values.manifests });
  console.log(report.write('control-plane.json'));
  report.print();
  process.exitCode = report.failed === 0 ? 0 : 1;
}

if (require.main === module) void main();
