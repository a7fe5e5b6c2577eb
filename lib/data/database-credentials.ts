import { checkObjectName } from '../core/names';
import type { KnownProperties, PropertyPath } from '../core/property-path';

/** Which key of the Secret holds what. */
export interface CredentialKeys {
  /**
   * Key with the name of the application's user.
   *
   * @default username
   */
  readonly username?: string;

  /**
   * Key with the password of the application's user.
   *
   * @default password
   */
  readonly password?: string;

  /**
   * Key with the administrator's password. Redis and MongoDB's and PostgreSQL's operators may need none.
   *
   * @default admin-password
   */
  readonly adminPassword?: string;
}

/** A value in a Secret, as a manifest refers to it. @internal */
export interface SecretKey {
  readonly secretKeyRef: { readonly key: string; readonly name: string };
}

const KNOWN: KnownProperties<CredentialKeys> = { username: true, password: true, adminPassword: true };
const DEFAULT: Required<CredentialKeys> = { username: 'username', password: 'password', adminPassword: 'admin-password' };

/** Where the names and passwords of a database are: always in a Secret that is made elsewhere, never in a manifest. */
export class DatabaseCredentials {
  /**
   * A Secret of the database's namespace.
   *
   * @param secret its name, or a `Secret` of cdk8s-plus
   * @param keys which of its keys holds what
   */
  public static fromSecret(secret: string | { readonly name: string }, keys: CredentialKeys = {}): DatabaseCredentials {
    return new DatabaseCredentials(secret, keys);
  }

  private constructor(private readonly secret: string | { readonly name: string }, private readonly keys: CredentialKeys) {}

  /** Name of the Secret. */
  public get secretName(): string {
    return typeof this.secret === 'string' ? this.secret : this.secret?.name;
  }

  /** @internal */
  public _check(at: PropertyPath): void {
    checkObjectName(at.at('secret'), 'Secret', this.secretName);
    at.at('keys').onlyKnown(this.keys, KNOWN);
    for (const [key, value] of Object.entries(this.keys)) { at.at('keys').at(key).text(value, 'a key of a Secret: letters, digits, "-", "_" and "."', /^[-._a-zA-Z0-9]{1,253}$/); }
  }

  /** @internal */
  public _key(name: keyof CredentialKeys): string {
    return this.keys[name] ?? DEFAULT[name];
  }

  /** A reference to one value, as `valueFrom` of a variable. @internal */
  public _reference(name: keyof CredentialKeys): SecretKey {
    return { secretKeyRef: { key: this._key(name), name: this.secretName } };
  }
}
