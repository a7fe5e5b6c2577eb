import type { Mirror } from './mirror';
import { podOf } from './snapshot';
import { listAt, mustText, textAt } from '../shared/json';

/** What happened to the pods of a StatefulSet. */
export interface OrdinalStory {
  /** Ordinals of the pods that were made, in this order. */
  readonly created: readonly number[];
  /** Pods that were made while one before them was not ready. */
  readonly createdBeforeReady: readonly string[];
  /** The fewest pods that were ready at one moment. */
  readonly lowest: number;
}

/** Looks at every pod of a StatefulSet at each of its changes. */
export class OrdinalWatch {
  private readonly known: Set<string>;
  private readonly created: number[] = [];
  private readonly createdBeforeReady: string[] = [];
  private lowest: number;
  private readonly forget: () => void;

  public constructor(private readonly mirror: Mirror, private readonly namespace: string, private readonly set: string) {
    this.known = new Set(this.pods().map(({ uid }) => uid));
    this.lowest = this.ready();
    this.forget = mirror.onChange(() => this.look());
  }

  public stop(): OrdinalStory {
    this.forget();
    const { created, createdBeforeReady, lowest } = this;
    return { created, createdBeforeReady, lowest };
  }

  private look(): void {
    const pods = this.pods();
    for (const { uid, ordinal } of pods.filter(pod => !this.known.has(pod.uid))) {
      this.known.add(uid);
      this.created.push(ordinal);
      const before = pods.filter(pod => pod.ordinal < ordinal);
      if (before.length < ordinal || before.some(({ pod }) => !pod.ready)) this.createdBeforeReady.push(`pod ${ordinal} was made before pod ${ordinal - 1} was ready`);
    }
    this.lowest = Math.min(this.lowest, this.ready());
  }

  private ready(): number {
    return this.pods().filter(({ pod }) => pod.ready).length;
  }

  private pods() {
    return this.mirror.of('Pod', this.namespace)
      .filter(pod => listAt(pod, 'metadata', 'ownerReferences').some(owner => textAt(owner, 'kind') === 'StatefulSet' && textAt(owner, 'name') === this.set))
      .map(object => ({ uid: mustText(object, 'metadata', 'uid'), ordinal: Number(mustText(object, 'metadata', 'name').slice(this.set.length + 1)), pod: podOf(object) }));
  }
}
