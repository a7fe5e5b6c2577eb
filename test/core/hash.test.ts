import fc from 'fast-check';
import { contentHash } from '../../lib/core/hash';

/** The keys in the opposite order of insertion. */
function reversed(content: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(content).reverse());
}

describe('contentHash', () => {
  test.each([
    ['nothing', {}, 'h4pzg8ptwj'],
    ['one file', { 'app.yaml': 'a: 1\n' }, ''],
    ['two files', { 'app.yaml': 'a: 1\n', 'log.yaml': 'level: info\n' }, ''],
    ['text that is not ASCII', { 'app.yaml': 'gruß: ☕\n' }, ''],
  ])('stays what it was in every release, for %s', (_, content, hash) => {
    expect(contentHash(content)).toBe(hash);
  });
});
