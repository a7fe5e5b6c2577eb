import { Size } from 'cdk8s';
import { refuseNotJson, refuseUnwritable } from '../../lib/core/plain-json';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'content');

test.each([[{ a: [1, 'x', true, {}] }], ['text'], [0], [[]]])('takes %j', value => {
  expect(() => { refuseNotJson(at, value); refuseUnwritable(at, value); }).not.toThrow();
});

test.each<[string, unknown, string]>([
  ['null', { a: { b: null } }, '"/a/b"'],
  ['no number', { a: NaN }, '"/a"'],
  ['nothing in a list', { a: [1, undefined] }, '"/a/1"'],
  ['a key that JavaScript keeps', { constructor: 1 }, '"/constructor"'],
])('refuses to write %s, which cdk8s would drop, and says where', (_, value, where) => {
  expect(errorOf(() => refuseUnwritable(at, value))).toMatchObject({ code: 'InvalidValue', property: 'content', value: where });
});

test.each<[string, unknown, string]>([
  ['an instance', { a: Size.mebibytes(1) }, '"/a"'],
  ['a function', { a: { b: () => 1 } }, '"/a/b"'],
  ['infinity', { a: Infinity }, '"/a"'],
])('refuses %s in a patch', (_, value, where) => {
  expect(errorOf(() => refuseNotJson(at, value))).toMatchObject({ code: 'InvalidPatch', value: where });
});
