import { podSpecsIn } from './node-labels';
import type { Staged } from './stage';
import { at, listAt, textAt } from '../shared/json';
import type { Manifest } from '../shared/manifests';

/**
 * What a subject's pods name and a team would have made beforehand: claims, priority classes, ServiceAccounts. Without them no
 * pod would be admitted or placed, and whether a real cluster has them is not for the manifests to say.
 */
export function prerequisitesOf({ manifests }: Staged): object[] {
  const has = (kind: string, name: string): boolean => manifests.some(manifest => manifest.kind === kind && manifest.metadata.name === name);
  return manifests.flatMap((manifest) => {
    const { namespace } = manifest;
    const pods = podSpecsIn(manifest);
    return [
      ...pods.flatMap(claimNames).filter(name => !has('PersistentVolumeClaim', name) && !manifests.some(set => isMadeBy(set, name))).map(name => claim(name, namespace)),
      ...pods.flatMap(pod => textAt(pod, 'serviceAccountName') ?? []).filter(name => name !== 'default' && !has('ServiceAccount', name))
        .map(name => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } })),
      ...pods.flatMap(pod => textAt(pod, 'priorityClassName') ?? []).filter(name => !name.startsWith('system-') && !has('PriorityClass', name)).map(priorityClass),
    ];
  });
}

function claimNames(pod: unknown): string[] {
  return listAt(pod, 'volumes').flatMap(volume => textAt(at(volume, 'persistentVolumeClaim'), 'claimName') ?? []);
}

/** A claim that comes with a pod of a StatefulSet, such as `data-redis-0`. */
function isMadeBy({ spec, metadata }: Manifest, claimName: string): boolean {
  return listAt(spec, 'volumeClaimTemplates').some((template) => {
    const prefix = `${textAt(template, 'metadata', 'name') ?? ''}-${metadata.name}-`;
    return claimName.startsWith(prefix) && /^\d+$/.test(claimName.slice(prefix.length));
  });
}

function claim(name: string, namespace: string): object {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace }, spec };
}

function priorityClass(name: string): object {
  return { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value: 1000 };
}
