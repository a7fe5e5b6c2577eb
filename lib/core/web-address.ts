import type { PropertyPath } from './property-path';
import { looksSecret, NOT_SHOWN } from './secrets';

/**
 * An address that is asked by HTTP. Arguments such as `{{args.service-name}}` may stand in it, a password may not.
 *
 * @internal
 */
export function checkWebAddress(at: PropertyPath, url: unknown): string {
  if (typeof url === 'string' && looksSecret(url)) {
    at.refuse('SecretInManifest', { value: NOT_SHOWN, allowed: 'an address without a password', fix: "put it into a header: SecretHeader.of('prometheus', 'authorization')" });
  }
  return at.text(url, 'an address such as http://prometheus.monitoring:9090', /^https?:\/\/[^\s/]+/);
}
