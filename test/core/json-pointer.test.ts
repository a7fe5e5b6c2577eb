import { leaves, missingPlace, pathsTo } from '../../lib/core/json-pointer';

const DOCUMENT = { spec: { ports: [{ port: 80 }], labels: { 'a/b': 'x', 'c~d': 'y' }, name: 'web' } };

test('a patch sets its leaves, their keys escaped; an empty object is a place, not a value', () => {
  expect(leaves({ spec: { 'a/b': 1, 'c~d': [1], 'empty': {} } })).toEqual(['/spec/a~1b', '/spec/c~0d', '/spec/empty/']);
  expect(leaves('text')).toEqual(['']);
});

test('a key is found at any depth, in lists too', () => {
  expect(pathsTo('$patch', { a: [{ $patch: 'delete' }], b: { $patch: 1 } })).toEqual(['/a/0/$patch', '/b/$patch']);
});

test.each([
  ['replace', '/spec/name', undefined, undefined],
  ['replace', '/spec/labels/a~1b', undefined, undefined],
  ['remove', '/spec/labels/c~0d', undefined, undefined],
  ['replace', '/spec/other', undefined, '/spec/other'],
  ['test', '/spec/ports/1', undefined, '/spec/ports/1'],
  ['add', '/spec/ports/-', undefined, undefined],
  ['add', '/spec/ports/1', undefined, undefined],
  ['add', '/spec/ports/2', undefined, '/spec/ports/2'],
  ['add', '/spec/ports/first', undefined, '/spec/ports/first'],
  ['add', '/spec/new/deep', undefined, '/spec/new'],
  ['add', '/spec/name/first', undefined, '/spec/name'],
  ['add', 'spec/name', undefined, 'spec/name'],
  ['move', '/spec/copy', '/spec/name', undefined],
  ['copy', '/spec/copy', '/spec/nothing', '/spec/nothing'],
])('%s %s (from %s) lacks %s', (op, path, from, missing) => {
  expect(missingPlace(DOCUMENT, op, path, from)).toBe(missing);
});
