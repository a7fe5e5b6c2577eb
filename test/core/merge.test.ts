import fc from 'fast-check';
import type { Json } from '../../lib/core/merge';
import { deepMerge, isObject, notJson } from '../../lib/core/merge';

describe('deepMerge', () => {
  test.each<[what: string, document: Json | undefined, patch: Json, expected: Json | undefined]>([
    ['merges objects at every depth', { a: { b: { c: 1, d: 2 } } }, { a: { b: { d: 3 } } }, { a: { b: { c: 1, d: 3 } } }],
    ['adds branches that are not there', {}, { a: { b: { c: 1 } } }, { a: { b: { c: 1 } } }],
    ['replaces a value', { a: 1 }, { a: 2 }, { a: 2 }],
    ['replaces a value by an object', { a: 1 }, { a: { b: 2 } }, { a: { b: 2 } }],
    ['replaces an object by a value', { a: { b: 2 } }, { a: 1 }, { a: 1 }],
    ['replaces an object by a list', { a: { b: 2 } }, { a: [1] }, { a: [1] }],
    ['replaces a list of plain values', { args: ['a', 'b', 'c'] }, { args: ['x'] }, { args: ['x'] }],
    ['replaces a list of objects without names', { rules: [{ from: 1 }, { from: 2 }] }, { rules: [{ from: 3 }] }, { rules: [{ from: 3 }] }],
    ['replaces a list that is partly without names', { x: [{ name: 'a' }, { port: 1 }] }, { x: [{ name: 'a', port: 2 }] }, { x: [{ name: 'a', port: 2 }] }],
    ['replaces a list of plain values by an empty one', { args: ['a'] }, { args: [] }, { args: [] }],
    ['leaves a named list alone that is patched by an empty one', { env: [{ name: 'A' }] }, { env: [] }, { env: [{ name: 'A' }] }],
    ['removes by null', { a: 1, b: { c: 2, d: 3 } }, { a: null, b: { c: null } }, { b: { d: 3 } }],
    ['removes nothing where nothing is', { a: 1 }, { b: null, c: { d: null } }, { a: 1, c: {} }],
    ['keeps empty objects and lists', { a: 1 }, { emptyDir: {}, args: [] }, { a: 1, emptyDir: {}, args: [] }],
    ['leaves an object alone that is patched by an empty one', { a: { b: 1 } }, { a: {} }, { a: { b: 1 } }],
    ['keeps 0, false and empty texts', { a: 1, b: true, c: 'x' }, { a: 0, b: false, c: '' }, { a: 0, b: false, c: '' }],
    ['keeps null inside a list', {}, { list: [null, 1, [null]] }, { list: [null, 1, [null]] }],
    ['drops null of an object inside a list', {}, { list: [{ a: null, b: 1 }] }, { list: [{ b: 1 }] }],
    ['keeps lists in lists', {}, { list: [[1, [2]], []] }, { list: [[1, [2]], []] }],
    ['knows keys that objects inherit for what they are', { a: 1 }, { toString: 'x', constructor: { b: 1 }, hasOwnProperty: 0 }, { a: 1, toString: 'x', constructor: { b: 1 }, hasOwnProperty: 0 }],
    ['makes something of nothing', undefined, { a: [{ name: 'x', b: 1 }] }, { a: [{ name: 'x', b: 1 }] }],
    ['makes nothing of null', { a: 1 }, null, undefined],
  ])('%s', (_, document, patch, expected) => {
    expect(deepMerge(document, patch)).toEqual(expected);
  });

  test('keeps a key named __proto__ as a key', () => {
    const patch = JSON.parse('{"__proto__": {"c": 2}}') as Json;
    expect(JSON.stringify(deepMerge({}, patch))).toBe('{"__proto__":{"c":2}}');
    expect(JSON.stringify(deepMerge(JSON.parse('{"__proto__": {"b": 1}}') as Json, patch))).toBe('{"__proto__":{"b":1,"c":2}}');
  });

  test.each([
    ['containers', 'name'], ['initContainers', 'name'], ['env', 'name'], ['ports', 'name'], ['volumes', 'name'], ['imagePullSecrets', 'name'], ['anythingElse', 'name'],
    ['volumeMounts', 'mountPath'], ['volumeDevices', 'devicePath'], ['hostAliases', 'ip'], ['topologySpreadConstraints', 'topologyKey'],
  ])('merges %s by %s: the order stays, new elements go to the end', (list, key) => {
    const document = { [list]: [{ [key]: 'b', x: 1, y: 1 }, { [key]: 'a', x: 2 }, { [key]: 'c' }] };
    const patch = { [list]: [{ [key]: 'new', x: 9 }, { [key]: 'a', x: 3, z: { w: 4 } }, { [key]: 'b', y: null }] };
    expect(deepMerge(document, patch)).toEqual({ [list]: [{ [key]: 'b', x: 1 }, { [key]: 'a', x: 3, z: { w: 4 } }, { [key]: 'c' }, { [key]: 'new', x: 9 }] });
  });

  test('merges named lists inside named lists', () => {
    const document = { containers: [{ name: 'web', env: [{ name: 'A', value: '1' }, { name: 'B', value: '2' }], volumeMounts: [{ mountPath: '/tmp', name: 'tmp' }] }] };
    const patch = { containers: [{ name: 'web', env: [{ name: 'B', value: '3' }], volumeMounts: [{ mountPath: '/data', name: 'data' }] }] };
    expect(deepMerge(document, patch)).toEqual({
      containers: [{
        name: 'web', env: [{ name: 'A', value: '1' }, { name: 'B', value: '3' }], volumeMounts: [{ mountPath: '/tmp', name: 'tmp' }, { mountPath: '/data', name: 'data' }],
      }],
    });
  });

  test.each<[what: string, document: Json, patch: Json, expected: Json]>([
    ['removes a namesake and leaves the rest in order', { env: [{ name: 'A' }, { name: 'B' }, { name: 'C' }] }, { env: [{ name: 'B', $patch: 'delete' }] }, { env: [{ name: 'A' }, { name: 'C' }] }],
    ['removes the last one to an empty list', { env: [{ name: 'A' }] }, { env: [{ name: 'A', $patch: 'delete' }] }, { env: [] }],
    ['removes nothing without a namesake', { env: [{ name: 'A' }] }, { env: [{ name: 'B', $patch: 'delete' }] }, { env: [{ name: 'A' }] }],
    ['removes nothing from a list that is not there', {}, { env: [{ name: 'B', $patch: 'delete' }] }, { env: [] }],
    ['removes by the key of the list', { volumeMounts: [{ mountPath: '/a', name: 'v' }, { mountPath: '/b', name: 'v' }] }, { volumeMounts: [{ mountPath: '/a', $patch: 'delete' }] }, { volumeMounts: [{ mountPath: '/b', name: 'v' }] }],
    ['replaces whole: deleted, then new at the end', { env: [{ name: 'A', valueFrom: {} }, { name: 'B' }] }, { env: [{ name: 'A', $patch: 'delete' }, { name: 'A', value: '1' }] }, { env: [{ name: 'B' }, { name: 'A', value: '1' }] }],
  ])('$patch: delete %s', (_, document, patch, expected) => {
    expect(deepMerge(document, patch)).toEqual(expected);
  });

  test.each<[what: string, document: Json]>([
    ['there is no such list', {}],
    ['there is one of the same key', { topologySpreadConstraints: [{ topologyKey: 'zone', maxSkew: 1 }] }],
    ['there are two of the same key', { topologySpreadConstraints: [{ topologyKey: 'zone', maxSkew: 1 }, { topologyKey: 'zone', maxSkew: 5 }] }],
  ])('keeps two elements of one key apart where %s', (_, document) => {
    const constraints = [{ topologyKey: 'zone', maxSkew: 2 }, { topologyKey: 'zone', maxSkew: 3 }];
    expect(deepMerge(document, { topologySpreadConstraints: constraints })).toEqual({ topologySpreadConstraints: constraints });
  });

  test('changes neither the document nor the patch', () => {
    const document: Json = { a: { b: 1 }, env: [{ name: 'A', value: '1' }] };
    const patch: Json = { a: { c: [{ d: 1 }] }, env: [{ name: 'A', value: '2' }, { name: 'B', $patch: 'delete' }] };
    const before = JSON.stringify([document, patch]);
    const merged = deepMerge(document, patch) as unknown as { a: { b: number; c: { d: number }[] }; env: { value: string }[] };
    merged.a.c[0]!.d = 9;
    merged.env[0]!.value = '9';
    expect(JSON.stringify([document, patch])).toBe(before);
  });

  const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json; object: Json }>(tie => ({
    value: fc.oneof({ depthSize: 'small' }, fc.string(), fc.integer(), fc.boolean(), fc.constant(''), fc.array(tie('value'), { maxLength: 3 }), tie('object')),
    object: fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  })).object;

  test('is idempotent: what was laid over once changes nothing the second time', () => {
    fc.assert(fc.property(json, json, (document, patch) => {
      const once = deepMerge(document, patch);
      expect(JSON.stringify(deepMerge(once, patch))).toBe(JSON.stringify(once));
    }), { numRuns: 500 });
  });

  test('over nothing gives the patch itself', () => {
    fc.assert(fc.property(json, patch => {
      expect(JSON.stringify(deepMerge(undefined, patch))).toBe(JSON.stringify(patch));
    }), { numRuns: 500 });
  });
});

describe('isObject', () => {
  test.each<[unknown, boolean]>([[{}, true], [{ a: 1 }, true], [[], false], [null, false], [undefined, false], ['a', false], [1, false], [() => 0, false]])('of %j is %s', (value, expected) => {
    expect(isObject(value)).toBe(expected);
  });
});

describe('notJson', () => {
  const shared = { a: 1 };
  const loop: Record<string, unknown> = { a: 1 };
  loop.b = { c: [loop] };
  const list: unknown[] = [];
  list.push(list);

  test.each<[string, unknown]>([
    ['null', null], ['a text', ''], ['a number', -0.5], ['a boolean', false], ['an empty object', {}], ['an empty list', []],
    ['deep nesting', { a: [{ b: [[{ c: null }]] }] }],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 })],
    ['one object in two places', { x: shared, y: [shared, shared] }],
  ])('finds nothing wrong with %s', (_, value) => {
    expect(notJson(value)).toBeUndefined();
  });

  test.each<[what: string, value: unknown, path: string]>([
    ['undefined', undefined, ''],
    ['a function', () => 0, ''],
    ['an undefined property', { a: { b: undefined } }, '/a/b'],
    ['an undefined element', { a: [1, undefined] }, '/a/1'],
    ['a hole in a list', { a: Object.assign([], { 1: 'b', length: 2 }) }, '/a/0'],
    ['NaN', { a: NaN }, '/a'],
    ['Infinity', { a: [-Infinity] }, '/a/0'],
    ['a method', { a: { b: () => 0 } }, '/a/b'],
    ['a symbol', { a: Symbol('x') }, '/a'],
    ['a bigint', { a: 1n }, '/a'],
    ['a date', { a: new Date(0) }, '/a'],
    ['a map', { a: new Map() }, '/a'],
    ['a regular expression', { a: /x/ }, '/a'],
    ['an instance', { spec: { cpu: new (class Cpu { public readonly amount = '1'; })() } }, '/spec/cpu'],
    ['an object that holds itself', loop, '/b/c/0'],
    ['a list that holds itself', { list }, '/list/0'],
  ])('finds %s', (_, value, path) => {
    expect(notJson(value)).toBe(path);
  });
});
