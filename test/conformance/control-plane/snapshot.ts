import type { Kubectl } from './kubectl';
import { at, conditionOf, countAt, labelsAt, listAt, mustText, textAt } from '../shared/json';
import type { Manifest } from '../shared/manifests';
import { isRecord } from '../shared/manifests';

const KINDS = 'nodes,pods,deployments.apps,statefulsets.apps,daemonsets.apps,replicasets.apps,jobs.batch,poddisruptionbudgets,horizontalpodautoscalers,services,endpointslices,configmaps,secrets';

/** A pod as the checks look at it. */
export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly node?: string;
  /** Serves: Ready, and not on its way out. The disruption controller counts in the same way. */
  readonly ready: boolean;
  /** Asked to go, and not gone yet. */
  readonly leaving: boolean;
  readonly object: unknown;
}

/** Everything of interest in the cluster at one moment: one question to the server, however many subjects there are. */
export class Snapshot {
  public static async take(kubectl: Kubectl): Promise<Snapshot> {
    const rollouts = await kubectl.serves('argoproj.io/v1alpha1', 'rollouts');
    return new Snapshot(await kubectl.list(rollouts ? `${KINDS},rollouts.argoproj.io` : KINDS));
  }

  public readonly pods: readonly Pod[];

  private constructor(private readonly objects: readonly unknown[]) {
    this.pods = this.of('Pod').map(podOf);
  }

  public of(kind: string, namespace?: string): unknown[] {
    return this.objects.filter(object => textAt(object, 'kind') === kind && (namespace === undefined || textAt(object, 'metadata', 'namespace') === namespace));
  }

  public find(kind: string, namespace: string | undefined, name: string): unknown {
    return this.of(kind, namespace).find(object => textAt(object, 'metadata', 'name') === name);
  }

  /** The live objects of a subject's manifests of one kind; undefined for one that is not there. */
  public live(manifests: readonly Placed[], kind: string): { readonly manifest: Placed; readonly object: unknown }[] {
    return manifests.filter(manifest => manifest.kind === kind)
      .map(manifest => ({ manifest, object: this.find(kind, manifest.namespace, manifest.metadata.name) }));
  }

  /** The pods of a workload, but for those that are on their way out. */
  public podsUnder(workload: unknown): Pod[] {
    return workload === undefined ? [] : this.podsOf(mustText(workload, 'metadata', 'namespace'), at(this.podOwner(workload), 'spec', 'selector'));
  }

  /** The object that says what a workload's pods are: itself, or the Deployment that a Rollout takes them over from. */
  public podOwner(workload: unknown): unknown {
    const name = textAt(workload, 'spec', 'workloadRef', 'name');
    return name === undefined ? workload : this.find(textAt(workload, 'spec', 'workloadRef', 'kind') ?? '', textAt(workload, 'metadata', 'namespace'), name);
  }

  /** The pods that a selector picks, but for those that are on their way out. */
  public podsOf(namespace: string, selector: unknown): Pod[] {
    return this.pods.filter(pod => pod.namespace === namespace && !pod.leaving && selects(selector, pod.labels));
  }
}

/** A manifest together with the namespace that it goes to. */
export interface Placed extends Manifest {
  readonly namespace: string;
}

export function podOf(object: unknown): Pod {
  const leaving = at(object, 'metadata', 'deletionTimestamp') !== undefined;
  return {
    name: mustText(object, 'metadata', 'name'),
    namespace: mustText(object, 'metadata', 'namespace'),
    labels: labelsAt(object, 'metadata', 'labels'),
    node: textAt(object, 'spec', 'nodeName'),
    ready: conditionOf(object, 'Ready') === 'True' && !leaving,
    leaving,
    object,
  };
}

/** Whether a label selector (matchLabels and matchExpressions) picks these labels; an absent selector picks nothing. */
export function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  if (!isRecord(selector)) return false;
  const wanted = Object.entries(labelsAt(selector, 'matchLabels'));
  return wanted.every(([key, value]) => labels[key] === value) && listAt(selector, 'matchExpressions').every((expression) => {
    const label = labels[mustText(expression, 'key')];
    const values = listAt(expression, 'values');
    switch (textAt(expression, 'operator')) {
      case 'In': return label !== undefined && values.includes(label);
      case 'NotIn': return label === undefined || !values.includes(label);
      case 'Exists': return label !== undefined;
      default: return label === undefined;
    }
  });
}

/** How many replicas a workload asks for at this moment. The server has filled in every default, but for Rollouts, where none is one. */
export function replicasOf(workload: unknown): number {
  return at(workload, 'spec', 'replicas') === undefined && textAt(workload, 'kind') === 'Rollout' ? 1 : countAt(workload, 'spec', 'replicas');
}
