import { mapLimited } from '../../shared/collections';
import { at, labelsAt, listAt, textAt } from '../../shared/json';
import { nameOf } from '../../shared/manifests';
import type { Check } from '../check';
import { complaints, result } from '../check';
import { settled } from '../readiness';
import type { Pod } from '../snapshot';
import { replicasOf, Snapshot } from '../snapshot';
import type { Staged } from '../stage';

/** Really applied where Pod Security restricted is enforced: pods come up, spread over zones and nodes, and Services find them. */
export const appliedRestricted: Check = {
  name: 'applied-restricted',
  needsSimulatedNodes: false,
  async judge(scene) {
    const applied = new Map(await mapLimited(scene.subjects, 3, async (staged): Promise<[Staged, string[]]> => [staged, complaints(await staged.kubectl.apply(staged.dir), staged)]));
    if (scene.simulated === undefined) {
      return scene.subjects.map(staged => result(staged, applied.get(staged) ?? [], ['pods are not waited for: a real kubelet cannot pull the images of examples']));
    }
    const missing = await settled(scene.kubectl, scene.subjects, 'available', 90);
    const snapshot = await Snapshot.take(scene.kubectl);
    return scene.subjects.map((staged) => {
      const problems = [...applied.get(staged) ?? [], ...missing.get(staged) ?? []];
      // Where pods are missing, how the others are spread or served says nothing new.
      return result(staged, problems.length > 0 ? problems : [...unevenlySpread(staged, snapshot), ...unserving(staged, snapshot)], staged.unserved);
    });
  },
};

/** One pod to a node and all three zones, as far as the number of replicas allows. */
function unevenlySpread({ manifests }: Staged, snapshot: Snapshot): string[] {
  const zones = new Map(snapshot.of('Node').map(node => [textAt(node, 'metadata', 'name'), labelsAt(node, 'metadata', 'labels')['topology.kubernetes.io/zone']]));
  const several = ['Deployment', 'StatefulSet', 'Rollout'].flatMap(kind => snapshot.live(manifests, kind)).filter(({ object }) => replicasOf(object) > 1);
  return several.flatMap(({ manifest, object }) => {
    const pods = snapshot.podsUnder(object);
    return [
      ...tooFew(nameOf(manifest), 'nodes', pods, new Set(pods.map(pod => pod.node)), zones.size),
      ...tooFew(nameOf(manifest), 'zones', pods, new Set(pods.map(pod => zones.get(pod.node))), new Set(zones.values()).size),
    ];
  });
}

function tooFew(name: string, what: string, pods: readonly Pod[], used: ReadonlySet<unknown>, there: number): string[] {
  const wanted = Math.min(pods.length, there);
  return used.size >= wanted ? [] : [`${name}: ${pods.length} pods on ${used.size} ${what}, of ${there}`];
}

/** A Service with a selector has ready endpoints for each of its ports, which is where a wrong selector or port name shows. */
function unserving({ manifests }: Staged, snapshot: Snapshot): string[] {
  return snapshot.live(manifests, 'Service').filter(({ object }) => Object.keys(labelsAt(object, 'spec', 'selector')).length > 0).flatMap(({ manifest, object }) => {
    const slices = snapshot.of('EndpointSlice', manifest.namespace)
      .filter(slice => labelsAt(slice, 'metadata', 'labels')['kubernetes.io/service-name'] === manifest.metadata.name);
    const ready = slices.filter(slice => listAt(slice, 'endpoints').some(endpoint => at(endpoint, 'conditions', 'ready') === true));
    const served = new Set(ready.flatMap(slice => listAt(slice, 'ports').map(port => textAt(port, 'name') ?? '')));
    const unserved = listAt(object, 'spec', 'ports').filter(port => !served.has(textAt(port, 'name') ?? ''));
    return unserved.map(port => `${nameOf(manifest)}: no ready endpoint for port ${textAt(port, 'name') ?? String(at(port, 'port'))}`);
  });
}

