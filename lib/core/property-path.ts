import { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { ConfigurationErrorCode } from './errors';
import { ConfigurationError, show } from './errors';
import { namesSecret, NOT_SHOWN } from './secrets';

/**
 * Every property of a struct, named once. A property that is added to the struct and not here does not compile.
 *
 * @internal
 */
export type KnownProperties<T extends object> = Readonly<Record<keyof Required<T>, true>>;

/**
 * What `refuse` needs beyond the place itself.
 *
 * @internal
 */
export interface Refusal {
  /** The value that was given. */
  readonly value: unknown;
  /** What is accepted, or why the value is not. */
  readonly allowed: string;
  /** What to do. */
  readonly fix: string;
}

/**
 * The address of one value: which construct, which property. Checks hang on it, so that every error says where.
 *
 * Values such as `Replicas` are made before any construct knows of them; they are checked when a construct takes them,
 * because only then is there an address to give.
 *
 * @internal
 */
export class PropertyPath {
  public constructor(public readonly construct: IConstruct, public readonly property: string) {}

  /** The address of a member or element of this value. */
  public at(segment: string | number): PropertyPath {
    if (typeof segment === 'number') { return new PropertyPath(this.construct, `${this.property}[${segment}]`); }
    if (!/^[A-Za-z_][\w-]*$/.test(segment)) { return new PropertyPath(this.construct, `${this.property}[${JSON.stringify(segment)}]`); }
    return new PropertyPath(this.construct, this.property === '' ? segment : `${this.property}.${segment}`);
  }

  /** Ends the synthesis with an error that has this address. */
  public refuse(code: ConfigurationErrorCode, refusal: Refusal): never {
    throw new ConfigurationError({
      code,
      constructPath: this.construct.node.path || '(root)',
      property: this.property || '(props)',
      value: typeof refusal.value === 'string' && namesSecret(lastOf(this.property)) ? NOT_SHOWN : show(refusal.value),
      allowed: refusal.allowed,
      fix: refusal.fix,
    });
  }

  /**
   * Refuses properties that the struct does not have: TypeScript sees most typos, but pipelines also run
   * without a type check, and a default that silently stays is the worst outcome.
   */
  public onlyKnown<T extends object>(value: T, known: KnownProperties<T>): T {
    if (typeof value !== 'object' || value === null || Symbol.iterator in value) { // a list or a Map has no properties of ours
      this.refuse('InvalidValue', {
        value, allowed: `an object with the properties ${Object.keys(known).sort().join(', ')}`, fix: 'pass an object',
      });
    }
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(known, key)) {
        const near = nearest(key, Object.keys(known));
        this.at(key).refuse('UnknownProperty', {
          value: (value as Record<string, unknown>)[key],
          allowed: `the properties ${Object.keys(known).sort().join(', ')}`,
          fix: near === undefined ? `remove '${key}'` : `did you mean '${near}'?`,
        });
      }
      if ((value as Record<string, unknown>)[key] === null) {
        this.at(key).refuse('InvalidValue', { value: null, allowed: 'a value; null is none, and no default either', fix: `give a value, or leave '${key}' out` });
      }
    }
    return value;
  }

  /** A whole number within bounds. */
  public integer(value: unknown, min: number, max: number, fix = 'give a whole number within the bounds'): number {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      const quoted = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
      this.refuse('InvalidValue', { value, allowed: `a whole number from ${min} to ${max}`, fix: quoted ? `write ${Number(value)}, without quotes` : fix });
    }
    return value;
  }

  /** Yes or no. A text such as "no" would count as yes. */
  public flag(value: unknown): boolean {
    if (typeof value !== 'boolean') {
      this.refuse('InvalidValue', { value, allowed: 'true or false', fix: 'write true or false, without quotes' });
    }
    return value;
  }

  /** Values by their names. */
  public record<T extends object>(value: T, what: string, example: string): T {
    if (typeof value !== 'object' || value === null || Symbol.iterator in value) { // a list or a Map has no properties of ours
      this.refuse('InvalidValue', { value, allowed: `an object of ${what}`, fix: `write ${example}` });
    }
    return value;
  }

  /** One of an enum's values. */
  public member<T extends string>(value: T, members: Readonly<Record<string, T>>, name: string): T {
    if (!Object.values(members).includes(value)) {
      this.refuse('InvalidValue', { value, allowed: `one of ${Object.values(members).join(', ')}`, fix: `write ${Object.keys(members).map(key => `${name}.${key}`).join(' or ')}` });
    }
    return value;
  }

  /** A text that is not empty. */
  public text(value: unknown, what: string, pattern?: RegExp): string {
    if (typeof value !== 'string' || value.trim() === '' || (pattern !== undefined && !pattern.test(value))) {
      this.refuse('InvalidValue', { value, allowed: what, fix: `give ${what}` });
    }
    return value;
  }

  /** A text, which may be empty. */
  public literal(value: unknown): string {
    if (typeof value !== 'string') {
      this.refuse('InvalidValue', { value, allowed: 'a text', fix: 'put the value into quotes' });
    }
    return value;
  }

  /** A reason: the price of a way out, so that a reader of the code knows why it was taken. */
  public reason(value: unknown): string {
    if (typeof value !== 'string' || value.trim().length < 10) {
      this.refuse('MissingValue', {
        value, allowed: 'a reason of at least 10 characters', fix: 'say why, for whoever reads this next year',
      });
    }
    return value;
  }

  /** An absolute path inside a container. */
  public absolutePath(value: unknown): string {
    if (typeof value !== 'string' || !/^\/[^\0:]*$/.test(value) || value.split('/').includes('..')) {
      this.refuse('InvalidValue', {
        value, allowed: 'an absolute path without "..", ":" or null characters, such as /etc/app/config.yaml', fix: 'write the path from the root of the container',
      });
    }
    return value;
  }

  /** An instance of a class of ours; anything else came from code without type checks. */
  public instance<T>(value: unknown, type: { readonly prototype: T; readonly name: string }, example: string): T {
    if (!(value instanceof (type as unknown as new () => object))) {
      this.refuse('InvalidValue', { value, allowed: `${/^[AEIOU]/.test(type.name) ? 'an' : 'a'} ${type.name}`, fix: `write ${example}` });
    }
    return value as T;
  }

  /** A Duration of whole seconds within bounds. */
  public seconds(duration: unknown, min: number, max: number, fix: string, example: string): number {
    return this.integer(this.instance(duration, Duration, example).toMilliseconds() / 1000, min, max, fix);
  }

  /** An array. */
  public list<T>(value: readonly T[]): readonly T[] {
    if (!Array.isArray(value)) {
      this.refuse('InvalidValue', { value, allowed: 'a list', fix: 'put the value into square brackets' });
    }
    return value;
  }
}

/** The innermost name of a property: of `env.DB_PASSWORD` the variable. */
function lastOf(property: string): string {
  return /([\w-]+)[^\w-]*$/.exec(property)?.[1] ?? '';
}

/**
 * The known word closest to a misspelt one, when it is close enough to be what was meant.
 *
 * @internal
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const distances = known
    .map(candidate => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  const best = distances[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** Insertions, deletions, substitutions and swaps of neighbours, each counting one. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]![j - 2]! + 1 : Infinity;
      row.push(Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + (same ? 0 : 1), swapped));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
