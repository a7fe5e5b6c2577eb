import type { Kubectl } from './kubectl';
import type { Pod } from './snapshot';
import { podOf, selects } from './snapshot';
import { at, listAt, mustText, textAt } from '../shared/json';
import { isRecord } from '../shared/manifests';

/** A number of ready pods that must be there at every moment. */
export interface Floor {
  /** Whose floor it is, as a person would name it. */
  readonly title: string;
  readonly namespace: string;
  readonly selector: unknown;
  readonly atLeast: number;
}

/** Looks at every change of every pod in the server's order, so that no dip is too short to be seen. */
export class PodWatch {
  /** Starts from what is there now, and misses nothing that happens after. */
  public static async start(kubectl: Kubectl, floors: readonly Floor[]): Promise<PodWatch> {
    const watch = new PodWatch(floors);
    const now = await kubectl.raw('/api/v1/pods');
    for (const pod of listAt(now, 'items')) watch.pods.set(mustText(pod, 'metadata', 'uid'), podOf(pod));
    watch.measure();
    const version = mustText(now, 'metadata', 'resourceVersion');
    watch.stopWatching = kubectl.watch(`/api/v1/pods?watch=true&resourceVersion=${version}`, event => watch.see(event));
    return watch;
  }

  private readonly pods = new Map<string, Pod>();
  private readonly lowest = new Map<Floor, number>();
  private stopWatching: (() => Promise<void>) | undefined;

  private constructor(private readonly floors: readonly Floor[]) {}

  /** Ends the watch and says which floors were broken, and how low it went. */
  public async stop(): Promise<Map<Floor, string>> {
    await this.stopWatching?.();
    return new Map([...this.lowest].filter(([floor, lowest]) => lowest < floor.atLeast)
      .map(([floor, lowest]) => [floor, `${floor.title}: only ${lowest} pods ready at one moment, ${floor.atLeast} asked for`]));
  }

  private see(event: unknown): void {
    const pod = at(event, 'object');
    if (!isRecord(pod) || textAt(pod, 'kind') !== 'Pod') return;
    const uid = mustText(pod, 'metadata', 'uid');
    if (textAt(event, 'type') === 'DELETED') this.pods.delete(uid);
    else this.pods.set(uid, podOf(pod));
    this.measure();
  }

  private measure(): void {
    for (const floor of this.floors) {
      const ready = [...this.pods.values()].filter(pod => pod.ready && pod.namespace === floor.namespace && selects(floor.selector, pod.labels)).length;
      this.lowest.set(floor, Math.min(ready, this.lowest.get(floor) ?? ready));
    }
  }
}
