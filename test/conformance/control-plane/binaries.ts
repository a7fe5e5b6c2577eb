import { join } from 'node:path';
import type { Definitions } from './definitions';
import { definitions } from './definitions';
import type { SourcePatch } from '../shared/go-module';
import { pinnedVersion } from '../shared/go-module';
import { goTool } from '../shared/go-tool';
import { TOOLS } from '../shared/paths';

const MODULES = join(TOOLS, 'control-plane');
const ROLLOUTS = 'github.com/argoproj/argo-rollouts';

/** The API servers that the subjects are shown to: the oldest that today's Go builds, and the newest. */
export const OLDEST = '1.29';
export const NEWEST = '1.36';

/** Paths of the programs that a control plane consists of. */
export interface Binaries {
  readonly etcd: string;
  readonly apiServer: string;
  readonly controllerManager: string;
  readonly scheduler: string;
  readonly kubectl: string;
  readonly kwok: string;
  readonly metricsServer: string;
  readonly rolloutsController: string;
  /** What the controller divides requests by routes of the Gateway API with. */
  readonly gatewayStandIn: string;
  /** `kubectl argo rollouts`, the plugin of people who release with it. */
  readonly rolloutsPlugin: string;
  /** Kinds of other projects. */
  readonly definitions: Definitions;
}

/** The programs of the newest control plane, and the older API server; built one after the other where they are not cached. */
export async function buildBinaries(): Promise<{ readonly newest: Binaries; readonly oldestApiServer: string }> {
  const newest = {
    etcd: await goTool({ name: 'etcd', module: join(MODULES, 'etcd'), package: 'go.etcd.io/etcd/server/v3', flags: ['-ldflags=-s -w'] }),
    apiServer: await kubernetes('kube-apiserver', NEWEST),
    controllerManager: await kubernetes('kube-controller-manager', NEWEST),
    scheduler: await kubernetes('kube-scheduler', NEWEST),
    kubectl: await kubectlTool(),
    kwok: await goTool({ name: 'kwok', module: join(MODULES, 'kwok'), package: 'sigs.k8s.io/kwok/cmd/kwok', flags: ['-ldflags=-s -w'] }),
    metricsServer: await goTool({
      name: 'metrics-server', module: join(MODULES, 'metrics-server'), package: 'sigs.k8s.io/metrics-server/cmd/metrics-server', flags: ['-ldflags=-s -w'],
    }),
    rolloutsController: await argoRollouts('rollouts-controller', {
      // Its servers would listen on every interface, and no flag says otherwise.
      path: ROLLOUTS, file: 'controller/controller.go', from: '"0.0.0.0:%d"', to: '"127.0.0.1:%d"',
    }),
    gatewayStandIn: await goTool({ name: 'gateway-stand-in', module: join(MODULES, 'argo-rollouts'), package: './gateway-stand-in', flags: ['-ldflags=-s -w'] }),
    rolloutsPlugin: await argoRollouts('kubectl-argo-rollouts'),
    definitions: await definitions(),
  };
  // The legacy cloud providers of that time no longer build, and no API is theirs.
  return { newest, oldestApiServer: await kubernetes('kube-apiserver', OLDEST, '-tags=providerless') };
}

/** kubectl alone, for a cluster that is already there. */
export async function kubectlTool(): Promise<string> {
  return kubernetes('kubectl', NEWEST);
}

async function kubernetes(program: string, minor: string, ...flags: string[]): Promise<string> {
  const module = join(MODULES, `kubernetes-${minor}`);
  return goTool({
    name: `${program}-${minor}`,
    module,
    package: `k8s.io/kubernetes/cmd/${program}`,
    flags: [...flags, `-ldflags=-s -w ${versionStamp(pinnedVersion(module, 'k8s.io/kubernetes'))}`],
  });
}

async function argoRollouts(program: string, patch?: SourcePatch): Promise<string> {
  const module = join(MODULES, 'argo-rollouts');
  const version = pinnedVersion(module, ROLLOUTS);
  return goTool({
    name: program, module, package: `${ROLLOUTS}/cmd/${program}`, patch, flags: [`-ldflags=-s -w -X ${ROLLOUTS}/utils/version.version=${version}`],
  });
}

/** Kubernetes' own build stamps its version at link time; an API server without one calls itself v0.0.0. */
function versionStamp(version: string): string {
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)\./.exec(version) ?? [];
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
    .flatMap(pkg => [`-X ${pkg}.gitVersion=${version}`, `-X ${pkg}.gitMajor=${major}`, `-X ${pkg}.gitMinor=${minor}`])
    .join(' ');
}
