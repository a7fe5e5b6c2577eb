/** What a docblock says happens without a property, and the proof that it does. */
export interface Default {
  /** `Struct.property`. */
  readonly of: string;
  /** The text after `@default`, word for word: a reworded one has to be proven again. */
  readonly says: string;
  /** Fails when it is not so. */
  readonly holds: () => void;
}

/** All properties of a struct, by name. */
export function defaultsOf(struct: string, properties: Readonly<Record<string, readonly [says: string, holds: () => void]>>): Default[] {
  return Object.entries(properties).map(([property, [says, holds]]) => ({ of: `${struct}.${property}`, says, holds }));
}
