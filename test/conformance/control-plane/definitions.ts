import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kubectl } from './kubectl';
import { cached } from '../shared/cached';
import { temporaryFolder } from '../shared/cleanup';
import { pinnedVersion, sourceOf } from '../shared/go-module';
import { conditionOf } from '../shared/json';
import type { Manifest } from '../shared/manifests';
import { groupOf } from '../shared/manifests';
import { TOOLS } from '../shared/paths';

const ROLLOUTS_GROUP = 'argoproj.io';
const PINS = join(TOOLS, 'control-plane', 'definitions');
const ARGO_ROLLOUTS = { module: join(TOOLS, 'control-plane', 'argo-rollouts'), path: 'github.com/argoproj/argo-rollouts' };

/** Where a project keeps what a cluster has to be told about its kinds: in the sources that it publishes as a Go module. */
const PROJECTS = [
  { ...ARGO_ROLLOUTS, folder: 'manifests/crds', files: /-crd\.yaml$/ },
  { module: PINS, path: 'sigs.k8s.io/gateway-api', folder: 'config/crd/standard', files: /^gateway\.networking\.k8s\.io_(?!vap_)/ },
  { module: PINS, path: 'istio.io/api', folder: 'kubernetes', files: /^customresourcedefinitions\.gen\.yaml$/ },
  { module: PINS, path: 'github.com/traefik/traefik/v3', folder: 'docs/content/reference/dynamic-configuration', files: /^kubernetes-crd-definition-v1\.yml$/ },
  { module: PINS, path: 'github.com/cloudnative-pg/cloudnative-pg', folder: 'config/crd/bases', files: /^postgresql\.cnpg\.io_/ },
  { module: PINS, path: 'github.com/cloudnative-pg/plugin-barman-cloud', folder: 'config/crd/bases', files: /^barmancloud\.cnpg\.io_/ },
  { module: PINS, path: 'github.com/vmware-tanzu/velero', folder: 'config/crd/v1/bases', files: /^velero\.io_/ },
  { module: PINS, path: 'github.com/kubernetes-csi/external-snapshotter/client/v8', folder: 'config/crd', files: /^snapshot\.storage\.k8s\.io_/ },
  { module: PINS, path: 'github.com/fluxcd/flagger', folder: 'artifacts/flagger', files: /^crd\.yaml$/ },
] as const;

/** The ServiceAccount of the Rollouts controller, and what it may do: as the project installs it. */
const INSTALLATION = ['base/argo-rollouts-sa.yaml', 'base/argo-rollouts-config.yaml', 'role/argo-rollouts-clusterrole.yaml', 'cluster-install/argo-rollouts-clusterrolebinding.yaml'];

export interface Definitions {
  /** A folder with the CustomResourceDefinitions of every project whose kinds the library writes. */
  readonly kinds: string;
  /** A folder with identity and rights of the Rollouts controller. */
  readonly rollouts: string;
}

/** What other projects publish about their kinds, copied out of pinned modules: no copy in git, and no download by address. */
export async function definitions(): Promise<Definitions> {
  const folder = await cached({
    name: 'definitions',
    inputs: [PINS, join(ARGO_ROLLOUTS.module, 'go.sum')],
    recipe: [...PROJECTS.map(({ module, path, folder: from, files }) => `${path} ${pinnedVersion(module, path)} ${from} ${files.source}`), ...INSTALLATION],
    build: async (unfinished) => {
      const [kinds, rollouts] = [join(unfinished, 'kinds'), join(unfinished, 'rollouts')];
      for (const made of [kinds, rollouts]) mkdirSync(made);
      for (const project of PROJECTS) await copyKinds(project, kinds);
      const source = await sourceOf(ARGO_ROLLOUTS.module, ARGO_ROLLOUTS.path);
      for (const file of INSTALLATION) copyFileSync(join(source, 'manifests', file), join(rollouts, file.replace('/', '-')));
    },
  });
  return { kinds: join(folder, 'kinds'), rollouts: join(folder, 'rollouts') };
}

/**
 * Makes an API server know the kinds of these manifests, as their projects publish them. Only those: each one costs a new server
 * half a second. Of Argo Rollouts all or none, since its controller waits for all of them.
 */
export async function defineKinds(kubectl: Kubectl, { kinds }: Definitions, manifests: readonly Manifest[]): Promise<void> {
  const used = new Set(manifests.map(manifest => `${groupOf(manifest)} ${manifest.kind}`));
  const rollouts = manifests.some(isRollouts);
  const wanted = readdirSync(kinds).sort().flatMap(file => readFileSync(join(kinds, file), 'utf8').split(/^---\s*$/m)).filter((definition) => {
    const [group, kind] = [/^ {2}group: (\S+)$/m, /^ {4}kind: (\S+)$/m].map(field => field.exec(definition)?.[1]);
    return used.has(`${group} ${kind}`) || (rollouts && group === ROLLOUTS_GROUP);
  });
  if (wanted.length === 0) return;
  const file = join(temporaryFolder(), 'definitions.yaml');
  writeFileSync(file, wanted.join('---\n'));
  // Not applied: some are larger than the annotation that `kubectl apply` would keep of them.
  await kubectl.must('create', '--validate=false', '--filename', file);
  // kubectl takes a definition without any condition, which is one of this very moment, for an error.
  for (let left = 20; left > 0 && (await kubectl.list('customresourcedefinitions')).some(definition => conditionOf(definition, 'Established') === undefined); left--) await sleep(500);
  await kubectl.must('wait', '--for=condition=Established', '--timeout=60s', 'customresourcedefinitions', '--all');
}

/** Whether an object is one of the kinds of Argo Rollouts. Other projects of the same family share the group. */
export function isRollouts(manifest: Manifest): boolean {
  return groupOf(manifest) === ROLLOUTS_GROUP && ['Rollout', 'AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun', 'Experiment'].includes(manifest.kind);
}

async function copyKinds({ module, path, folder, files }: (typeof PROJECTS)[number], into: string): Promise<void> {
  const from = join(await sourceOf(module, path), folder);
  const found = readdirSync(from).filter(file => files.test(file));
  if (found.length === 0) throw new Error(`${path} ${pinnedVersion(module, path)} has no definitions in ${folder}`);
  for (const file of found) copyFileSync(join(from, file), join(into, `${path.replace(/[/.]/g, '-')}-${file.replace(/\.ya?ml$/, '')}.yaml`));
}
