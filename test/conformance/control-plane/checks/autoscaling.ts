import { setTimeout as sleep } from 'node:timers/promises';
import { conditionOf, countAt, listAt, textAt } from '../../shared/json';
import { nameOf } from '../../shared/manifests';
import type { Check, Scene } from '../check';
import { result } from '../check';
import { metricsAnswer } from '../metrics';
import { settled } from '../readiness';
import type { Placed } from '../snapshot';
import { Snapshot } from '../snapshot';

/** Far above any CPU request of an example, so that utilization is over any target. */
const BUSY = '4';
const SECONDS = 60;

/** With every pod busy, metrics-server tells, the autoscaler raises the number of pods, and the new pods become ready. */
export const autoscaling: Check = {
  name: 'autoscaling',
  needsSimulatedNodes: true,
  async judge(scene) {
    if (scene.simulated !== undefined) await metricsAnswer(scene.simulated);
    const autoscalers = scene.subjects.flatMap(staged => staged.manifests.filter(measuresCpu).map(manifest => ({ staged, manifest })));
    const before = await Snapshot.take(scene.kubectl);
    for (const { manifest } of autoscalers) await makeBusy(scene, manifest, before);

    const raised = await waitUntilRaised(scene, autoscalers.map(({ manifest }) => manifest));
    const missing = await settled(scene.kubectl, autoscalers.map(({ staged }) => staged), 'ready', 90);
    return scene.subjects.map((staged) => {
      const own = autoscalers.filter(autoscaler => autoscaler.staged === staged);
      const idle = own.flatMap(({ manifest }) => raised.get(manifest) ?? []);
      return result(staged, [...idle, ...missing.get(staged) ?? []], own.length > 0 ? [] : ['has no autoscaler on CPU that may grow']);
    });
  },
};

function measuresCpu(manifest: Placed): boolean {
  return manifest.kind === 'HorizontalPodAutoscaler' && countAt(manifest, 'spec', 'maxReplicas') > Math.max(countAt(manifest, 'spec', 'minReplicas'), 1)
    && listAt(manifest, 'spec', 'metrics').some(metric => ['resource', 'containerResource'].some(source => textAt(metric, source, 'name') === 'cpu'));
}

/** Tells the simulated kubelets that the pods of the autoscaler's target work hard. */
async function makeBusy({ kubectl }: Scene, { namespace, spec }: Placed, snapshot: Snapshot): Promise<void> {
  const workload = snapshot.find(textAt(spec, 'scaleTargetRef', 'kind') ?? '', namespace, textAt(spec, 'scaleTargetRef', 'name') ?? '');
  const pods = snapshot.podsUnder(workload).map(({ name }) => name);
  if (pods.length > 0) await kubectl.must('--namespace', namespace, 'annotate', '--overwrite', 'pod', ...pods, `conformance.invalid/usage-cpu=${BUSY}`);
}

/** Autoscalers that asked for no more than their minimum in time, with what they say of themselves. */
async function waitUntilRaised({ kubectl }: Scene, autoscalers: readonly Placed[]): Promise<Map<Placed, string>> {
  const end = Date.now() + SECONDS * 1000;
  for (;;) {
    const snapshot = await Snapshot.take(kubectl);
    const live = autoscalers.map(manifest => ({ manifest, object: snapshot.find('HorizontalPodAutoscaler', manifest.namespace, manifest.metadata.name) }));
    const idle = live.filter(({ object }) => countAt(object, 'status', 'desiredReplicas') <= Math.max(countAt(object, 'spec', 'minReplicas'), 1));
    if (idle.length === 0 || Date.now() > end) return new Map(idle.map(({ manifest, object }) => [manifest, `${nameOf(manifest)} did not scale within ${SECONDS} s: ${stateOf(object)}`]));
    await sleep(1000);
  }
}

function stateOf(autoscaler: unknown): string {
  const conditions = listAt(autoscaler, 'status', 'conditions').map(condition => textAt(condition, 'message') ?? '');
  return `${countAt(autoscaler, 'status', 'desiredReplicas')} replicas desired, ScalingActive ${conditionOf(autoscaler, 'ScalingActive') ?? 'unknown'}: ${conditions.join('; ')}`;
}
