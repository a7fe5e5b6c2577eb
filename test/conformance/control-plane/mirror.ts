import type { Kubectl } from './kubectl';
import { at, listAt, mustText, textAt } from '../shared/json';
import { isRecord } from '../shared/manifests';

/** A collection to follow, such as `/apis/apps/v1/replicasets`. */
export type Collection = string;

type Look = (changed: unknown) => void;

/** Live copies of some kinds of objects, brought up to date by watches: every state that the server had is seen, in its order. */
export class Mirror {
  public static async of(kubectl: Kubectl, collections: readonly Collection[]): Promise<Mirror> {
    const mirror = new Mirror();
    for (const collection of collections) {
      const now = await kubectl.raw(collection);
      const kind = mustText(now, 'kind').replace(/List$/, '');
      // Items of a list do not say what they are.
      for (const item of listAt(now, 'items')) if (isRecord(item)) mirror.keep({ ...item, kind });
      const version = mustText(now, 'metadata', 'resourceVersion');
      mirror.stops.push(kubectl.watch(`${collection}?watch=true&resourceVersion=${version}`, event => mirror.see(event)));
    }
    return mirror;
  }

  private readonly objects = new Map<string, unknown>();
  private readonly looks = new Set<Look>();
  private readonly stops: (() => Promise<void>)[] = [];

  private constructor() {}

  public async stop(): Promise<void> {
    for (const stop of this.stops.splice(0)) await stop();
  }

  public find(kind: string, namespace: string, name: string): unknown {
    return this.objects.get(key(kind, namespace, name));
  }

  public of(kind: string, namespace: string): unknown[] {
    return [...this.objects.entries()].filter(([name]) => name.startsWith(key(kind, namespace, ''))).map(([, object]) => object);
  }

  /** Calls back with every object that changes, from now until the function that it returns is called. */
  public onChange(look: Look): () => void {
    this.looks.add(look);
    return () => this.looks.delete(look);
  }

  /** The first thing that `read` finds, now or after one of the changes to come; undefined when time is up. */
  public async until<T>(seconds: number, read: () => T | undefined): Promise<T | undefined> {
    const now = read();
    if (now !== undefined) return now;
    return new Promise((resolve) => {
      const end = (found: T | undefined): void => {
        clearTimeout(timer);
        forget();
        resolve(found);
      };
      const timer = setTimeout(() => end(read()), seconds * 1000);
      const forget = this.onChange(() => {
        const found = read();
        if (found !== undefined) end(found);
      });
    });
  }

  private see(event: unknown): void {
    const object = at(event, 'object');
    if (!isRecord(object) || textAt(object, 'metadata', 'name') === undefined) return;
    if (textAt(event, 'type') === 'DELETED') this.objects.delete(keyOf(object));
    else this.keep(object);
    for (const look of [...this.looks]) look(object);
  }

  private keep(object: unknown): void {
    this.objects.set(keyOf(object), object);
  }
}

function keyOf(object: unknown): string {
  return key(mustText(object, 'kind'), textAt(object, 'metadata', 'namespace') ?? '', mustText(object, 'metadata', 'name'));
}

function key(kind: string, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}
