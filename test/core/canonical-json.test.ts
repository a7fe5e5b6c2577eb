import { canonicalJson, jsonHash } from '../../lib/core/canonical-json';

test('the order of keys does not show, that of lists does', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}');
  expect(jsonHash({ a: 1, b: 2 })).toBe(jsonHash({ b: 2, a: 1 }));
  expect(jsonHash([1, 2])).not.toBe(jsonHash([2, 1]));
});
