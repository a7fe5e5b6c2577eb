import { checkObjectName } from './names';
import type { KnownProperties, PropertyPath } from './property-path';

/** A value in a Secret of the same namespace. */
export interface SecretValue {
  /** Name of the Secret. */
  readonly secret: string;
  /** Key in it. */
  readonly key: string;
}

/** A value in a Secret, as a manifest refers to it. @internal */
export interface SecretKey {
  readonly key: string;
  readonly name: string;
}

const KNOWN: KnownProperties<SecretValue> = { secret: true, key: true };

/** @internal */
export function secretKeyOf(at: PropertyPath, value: SecretValue): SecretKey {
  const { secret, key } = at.onlyKnown(value, KNOWN);
  checkObjectName(at.at('secret'), 'Secret', secret);
  return { key: at.at('key').text(key, 'a key of a Secret: letters, digits, "-", "_" and "."', /^[-._a-zA-Z0-9]{1,253}$/), name: secret };
}
