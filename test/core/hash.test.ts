import fc from 'fast-check';
import { contentHash } from '../../lib/core/hash';

const CONTENT = fc.dictionary(fc.string(), fc.string(), { maxKeys: 6 });

describe('contentHash', () => {
  // Pinned: another algorithm would rename every ConfigMap and restart every pod.
  test.each([
    ['no content', {}, '8dv9hvlqff'],
    ['one file', { 'app.yaml': 'a: 1\n' }, 'bf27c5rkhd'],
    ['two files', { 'app.yaml': 'a: 1\n', 'log.yaml': 'level: info\n' }, 'mgjbfcj9b6'],
    ['text that is not ASCII', { 'app.yaml': 'gruß: ☕\n' }, 'tqsbwxngjd'],
  ])('of %s is the same in every release', (_, content, hash) => {
    expect(contentHash(content)).toBe(hash);
  });

  test('does not depend on the order of the keys', () => {
    fc.assert(fc.property(CONTENT, content => {
      const reversed = Object.fromEntries(Object.entries(content).reverse());
      expect(contentHash(reversed)).toBe(contentHash(content));
    }), { numRuns: 300 });
  });

  test('is ten characters that read neither as a word nor as another digit', () => {
    fc.assert(fc.property(CONTENT, content => {
      expect(contentHash(content)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
    }), { numRuns: 300 });
  });

  test.each([
    ['one character of a value', { a: 'x' }, { a: 'y' }],
    ['a space at the end', { a: 'x' }, { a: 'x ' }],
    ['a key', { a: 'x' }, { b: 'x' }],
    ['where one value ends and the next key begins', { a: 'bc', d: '' }, { a: 'b', cd: '' }],
    ['an empty file more', { a: 'x' }, { a: 'x', b: '' }],
    ['two values that change places', { a: 'x', b: 'y' }, { a: 'y', b: 'x' }],
  ])('differs by %s', (_, before, after) => {
    expect(contentHash(before as Record<string, string>)).not.toBe(contentHash(after as Record<string, string>));
  });
});
