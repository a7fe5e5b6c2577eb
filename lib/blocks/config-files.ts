import { posix } from 'node:path';
import type { Construct } from 'constructs';
import { contentHash } from '../core/hash';
import type { IVolume, IVolumeMount } from '../core/kubernetes';
import { KubernetesObject } from '../core/kubernetes-object';
import type { PropertyPath } from '../core/property-path';
import { looksSecret, NOT_SHOWN } from '../core/secrets';

/** Files by their absolute path in the container. */
export interface ConfigFiles {
  /** Content of the file, as text. */
  readonly [path: string]: string;
}

const VOLUME = 'files';
/** etcd takes objects up to 1.5 MiB; the API server refuses data over 1 MiB. */
const LIMIT = 1024 * 1024;

/** Whoever deploys must leave it when a new version no longer names it: Argo CD (without calling the application out of sync), Flux, Helm. */
const KEPT = {
  'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
  'argocd.argoproj.io/sync-options': 'Prune=false',
  'helm.sh/resource-policy': 'keep',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
};

/** @internal */
export interface BoundFiles {
  readonly configMap: KubernetesObject;
  readonly volume: IVolume;
  readonly mounts: IVolumeMount[];
}

/**
 * Puts files into an immutable ConfigMap whose name is a hash of its content: a change makes a new one, so the pods roll,
 * and a rollback finds the old one as it was. Argo CD, Flux and Helm are told to keep those that are no longer in the manifest:
 * a kept revision may still mount them.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-immutable
 * @internal
 */
export function bindConfigFiles(scope: Construct, at: PropertyPath, files: ConfigFiles, name: string, labels: Readonly<Record<string, string>>): BoundFiles | undefined {
  const paths = Object.keys(at.record(files, 'texts by their paths', "{ '/etc/app/config.yaml': 'debug: false' }")).sort();
  if (paths.length === 0) { return undefined; }
  for (const path of paths) {
    const here = at.at(path);
    here.absolutePath(path);
    if (posix.normalize(path) !== path || path.endsWith('/')) {
      here.refuse('InvalidValue', { value: path, allowed: 'the path of a file, without "//", "/./" or a slash at the end', fix: `write ${posix.normalize(path).replace(/\/$/, '')}` });
    }
    if (keyOf(path).length > 253 || keyOf(path).startsWith('..')) {
      here.refuse('InvalidName', { value: path, allowed: 'at most 253 characters, not starting with ".."', fix: 'shorten or rename the path' });
    }
    const content = files[path];
    if (typeof content !== 'string') { return here.refuse('InvalidValue', { value: content, allowed: 'the content of the file as a text', fix: 'write JSON.stringify(value), or readFileSync(path, "utf8")' }); }
    if (looksSecret(content)) {
      here.refuse('SecretInManifest', { value: NOT_SHOWN, allowed: 'configuration without secrets', fix: 'put the secret into a Secret and mount it with "mounts"' });
    }
  }
  const data = Object.fromEntries(paths.map(path => [keyOf(path), files[path]!]));
  if (Object.keys(data).length < paths.length) {
    at.refuse('VolumeConflict', { value: paths, allowed: 'paths that differ in more than "/" and "_"', fix: 'rename one of the files' });
  }
  const bytes = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > LIMIT) {
    at.refuse('InvalidValue', { value: `${bytes} bytes`, allowed: `at most ${LIMIT} bytes in all`, fix: 'put large files into the image, or fetch them in an init container' });
  }
  const configMap = new KubernetesObject(scope, 'Files', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: `${name}-files-${contentHash(data)}`,
    labels,
    annotations: KEPT,
    contentIsHashed: true,
    content: { data: () => data, immutable: () => true },
  });
  return {
    configMap,
    volume: { name: VOLUME, configMap: { name: configMap.name } },
    // One mount a file: mounting their folder would hide what the image has there.
    mounts: paths.map(path => ({ mountPath: path, name: VOLUME, readOnly: true, subPath: keyOf(path) })),
  };
}

function keyOf(path: string): string {
  return path.slice(1).replaceAll('/', '_').replaceAll(/[^-._a-zA-Z0-9]/g, '-');
}
