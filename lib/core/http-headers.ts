import type { MeasurementSecret } from './measurement';
import type { PropertyPath } from './property-path';
import { looksSecret, NOT_SHOWN } from './secrets';

/** A value of a header that stands in a Secret. */
export class SecretHeader {
  /**
   * A value that is read from a Secret in the namespace of the release, each time it is needed.
   *
   * @param secret name of the Secret
   * @param key key in the Secret
   * @param prefix what stands before it, such as `Bearer `
   */
  public static of(secret: string, key: string, prefix = ''): SecretHeader {
    return new SecretHeader(secret, key, prefix);
  }

  private constructor(private readonly secret: string, private readonly key: string, private readonly prefix: string) {}

  /** @internal */
  public _render(at: PropertyPath): { readonly text: string; readonly secret: MeasurementSecret } {
    const secret = secretArgument(at, this.secret, this.key);
    return { text: `${at.at('prefix').literal(this.prefix)}{{args.${secret.argument}}}`, secret };
  }
}

/** Headers of a request, by their names. What opens doors is no text: `SecretHeader.of('prometheus', 'token', 'Bearer ')`. */
export interface HttpHeaders {
  /** The header's value. */
  readonly [name: string]: string | SecretHeader;
}

/** Headers that carry credentials by their names. */
const CREDENTIAL = /^(proxy-)?authorization$|cookie|token|secret|password|api-?key|app(lication)?-?key|credential/i;

/**
 * The Secret's value under a name that no user gives, and that is the same wherever the same value is meant.
 *
 * @internal
 */
export function secretArgument(at: PropertyPath, secret: unknown, key: unknown): MeasurementSecret {
  const name = at.at('secret').text(secret, 'the name of a Secret', /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
  const entry = at.at('key').text(key, 'a key of the Secret: letters, digits, "-", "_" and "."', /^[-._a-zA-Z0-9]+$/);
  return { argument: `secret/${name}/${entry}`, secret: name, key: entry };
}

/**
 * Headers as Argo Rollouts lists them, by name. A literal that opens doors is refused.
 *
 * @internal
 */
export function renderHeaders(at: PropertyPath, headers: HttpHeaders): { readonly list: readonly { readonly key: string; readonly value: string }[]; readonly secrets: MeasurementSecret[] } {
  const secrets: MeasurementSecret[] = [];
  const list = Object.entries(at.record(headers, 'texts by the names of headers', "{ 'X-Scope-OrgID': 'payments' }")).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => {
    const here = at.at(key);
    if (!/^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/.test(key)) {
      here.refuse('InvalidName', { value: key, allowed: 'the name of a header', fix: 'rename it' });
    }
    if (value instanceof SecretHeader) {
      const { text, secret } = value._render(here);
      secrets.push(secret);
      return { key, value: text };
    }
    const secretByName = CREDENTIAL.test(key);
    if (typeof value === 'string' && !/^\w* ?\{\{ *args\.[^}]+\}\}$/.test(value) && (secretByName || looksSecret(value))) {
      here.refuse('SecretInManifest', { value: NOT_SHOWN, allowed: 'a reference to a Secret: manifests are kept and read in many places', fix: "write SecretHeader.of('prometheus', 'token', 'Bearer ')" });
    }
    return { key, value: here.literal(value) };
  });
  return { list, secrets };
}
