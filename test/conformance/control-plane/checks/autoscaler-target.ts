import { mapLimited } from '../../shared/collections';
import { at, listAt, textAt } from '../../shared/json';
import { nameOf } from '../../shared/manifests';
import type { Check, Scene } from '../check';
import { result } from '../check';
import type { Placed } from '../snapshot';
import { Snapshot } from '../snapshot';

/** Every autoscaler's target answers on its scale subresource, and the container that it measures is in the target's pods. */
export const autoscalerTarget: Check = {
  name: 'autoscaler-target',
  needsSimulatedNodes: false,
  async judge(scene) {
    const snapshot = await Snapshot.take(scene.kubectl);
    return mapLimited(scene.subjects, 3, async (staged) => {
      const autoscalers = staged.manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
      const problems = await mapLimited(autoscalers, 1, async autoscaler => unresolved(scene, autoscaler, snapshot));
      return result(staged, problems.flat(), autoscalers.length > 0 ? [] : ['has no autoscaler']);
    });
  },
};

async function unresolved({ kubectl }: Scene, autoscaler: Placed, snapshot: Snapshot): Promise<string[]> {
  const target = at(autoscaler, 'spec', 'scaleTargetRef');
  const [apiVersion = '', kind = '', name = ''] = ['apiVersion', 'kind', 'name'].map(field => textAt(target, field));
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const found = await kubectl.ask('get', '--raw', group);
  const plural = found.code !== 0 ? undefined : listAt(JSON.parse(found.stdout), 'resources')
    .find(resource => textAt(resource, 'kind') === kind && textAt(resource, 'name')?.includes('/') === false);
  if (plural === undefined) return [`${nameOf(autoscaler)} targets ${apiVersion} ${kind}, which is not served`];

  const scale = await kubectl.ask('get', '--raw', `${group}/namespaces/${autoscaler.namespace}/${textAt(plural, 'name') ?? ''}/${name}/scale`);
  if (scale.code !== 0) return [`${nameOf(autoscaler)} targets ${kind} ${name}, which has no scale: ${scale.errors.join(' ')}`];
  const workload = snapshot.find(kind, autoscaler.namespace, name);
  if (workload === undefined) return [];
  const containers = listAt(snapshot.podOwner(workload), 'spec', 'template', 'spec', 'containers').map(container => textAt(container, 'name'));
  return listAt(autoscaler, 'spec', 'metrics').flatMap(metric => textAt(metric, 'containerResource', 'container') ?? [])
    .filter(container => !containers.includes(container))
    .map(container => `${nameOf(autoscaler)} measures container ${container}, and ${kind} ${name} has ${containers.join(', ')}`);
}
