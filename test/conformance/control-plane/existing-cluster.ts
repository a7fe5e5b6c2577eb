import { spawnSync } from 'node:child_process';
import { Kubectl } from './kubectl';
import { RUN } from './stage';
import { atExit, temporaryFolder } from '../shared/cleanup';
import { mustText } from '../shared/json';

/** The cluster that KUBECONFIG points to, and its minor version. An interrupted run takes its namespaces along, too. */
export async function existingCluster(binary: string, kubeconfig: string): Promise<{ readonly kubectl: Kubectl; readonly version: string }> {
  // A flattened copy: KUBECONFIG may name several files, and what it points to may be switched while the suite runs.
  const folder = temporaryFolder();
  const kubectl = await Kubectl.copyOf(binary, folder, kubeconfig);
  const version = await kubectl.raw('/version');
  const minor = /^\d+/.exec(mustText(version, 'minor'))?.[0] ?? '';
  atExit(() => spawnSync(binary, [...kubectl.target, 'delete', 'namespace', '--selector', `${RUN.label}=${RUN.value}`, '--wait=false'], { stdio: 'ignore', timeout: 20_000 }));
  return { kubectl, version: `${mustText(version, 'major')}.${minor}` };
}
