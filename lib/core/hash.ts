import { createHash } from 'node:crypto';

// Kubernetes' own alphabet for generated names: no vowels, nothing that reads as a word or as another digit.
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const LENGTH = 10;

/**
 * A short name for a content: the same content gives the same name on every machine.
 *
 * @internal
 */
export function contentHash(content: Readonly<Record<string, string>>): string {
  const canonical = JSON.stringify(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1)));
  const digest = createHash('sha256').update(canonical).digest();
  return Array.from(digest.subarray(0, LENGTH), byte => ALPHABET[byte % ALPHABET.length]).join('');
}
