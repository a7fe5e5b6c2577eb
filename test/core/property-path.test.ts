import { App } from 'cdk8s';
import type { ConfigurationErrorCode } from 'cdk8s-production';
import { Availability } from 'cdk8s-production';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import { nearest, PropertyPath } from '../../lib/core/property-path';
import { Replicas } from '../../lib/core/replicas';
import { errorOf, testChart } from '../helpers/manifests';

const chart = testChart();
const props = (construct: IConstruct = chart): PropertyPath => new PropertyPath(construct, '');

describe('an address', () => {
  test.each<[string, (at: PropertyPath) => PropertyPath, string]>([
    ['the props themselves', at => at, ''],
    ['a property', at => at.at('replicas'), 'replicas'],
    ['a member', at => at.at('replicas').at('minReplicas'), 'replicas.minReplicas'],
    ['an element', at => at.at('ports').at(0), 'ports[0]'],
    ['a member of an element', at => at.at('sidecars').at(2).at('image'), 'sidecars[2].image'],
    ['an element of an element', at => at.at('a').at(1).at(3), 'a[1][3]'],
    ['a key with a dash', at => at.at('labels').at('my-team'), 'labels.my-team'],
    ['a key with a slash', at => at.at('labels').at('example.com/team'), 'labels["example.com/team"]'],
    ['a file', at => at.at('files').at('/etc/app.yaml'), 'files["/etc/app.yaml"]'],
    ['a key that begins with a digit', at => at.at('env').at('1A'), 'env["1A"]'],
    ['an empty key', at => at.at('env').at(''), 'env[""]'],
    ['a key with quotes', at => at.at('env').at('a"b'), 'env["a\\"b"]'],
  ])('of %s', (_, step, property) => {
    expect(step(props()).property).toBe(property);
  });

  test('names the construct by its path in the tree', () => {
    const error = errorOf(() => new PropertyPath(new Construct(new Construct(chart, 'shop'), 'web'), 'port').refuse('InvalidValue', { value: 1, allowed: 'a', fix: 'b' }));
    expect(error.constructPath).toBe('chart/shop/web');
  });

  test('has words for the root and for the props as a whole', () => {
    const error = errorOf(() => props(new App({ outdir: 'never-written' })).refuse('InvalidValue', { value: 1, allowed: 'a', fix: 'b' }));
    expect([error.constructPath, error.property]).toEqual(['(root)', '(props)']);
  });

  test('hands code, value, what is allowed and the fix to the error', () => {
    const error = errorOf(() => props().at('image').refuse('MutableImage', { value: 'web:latest', allowed: 'a full version', fix: 'write web:1.4.2' }));
    expect(error).toMatchObject({
      code: 'MutableImage', constructPath: 'chart', property: 'image', value: '"web:latest"', allowed: 'a full version', fix: 'write web:1.4.2',
    });
  });
});

describe('onlyKnown', () => {
  interface Options {
    readonly minReplicas?: number;
    readonly maxReplicas?: number;
    readonly cpu?: string;
  }
  const KNOWN = { minReplicas: true, maxReplicas: true, cpu: true } as const;
  const check = (value: unknown): Options => props().at('replicas').onlyKnown<Options>(value as Options, KNOWN);

  test.each<[string, Options]>([
    ['nothing set', {}],
    ['everything set', { minReplicas: 1, maxReplicas: 2, cpu: '1' }],
    ['a property that is undefined', { cpu: undefined }],
  ])('returns the very struct with %s', (_, value) => {
    expect(check(value)).toBe(value);
  });

  test.each([
    ['minReplica', "did you mean 'minReplicas'?"],
    ['minreplicas', "did you mean 'minReplicas'?"],
    ['MaxReplicas', "did you mean 'maxReplicas'?"],
    ['maxRepilcas', "did you mean 'maxReplicas'?"],
    ['cpuu', "did you mean 'cpu'?"],
    ['somethingElse', "remove 'somethingElse'"],
    ['toString', "remove 'toString'"],
    ['constructor', "remove 'constructor'"],
  ])("refuses '%s' and says: %s", (key, fix) => {
    expect(errorOf(() => check({ [key]: 3 }))).toMatchObject({
      code: 'UnknownProperty', property: `replicas.${key}`, value: '3', allowed: 'the properties cpu, maxReplicas, minReplicas', fix,
    });
  });

  test.each(['minReplicas', 'cpu'])('refuses null as %s: it is neither a value nor the default', key => {
    expect(errorOf(() => check({ [key]: null }))).toMatchObject({ code: 'InvalidValue', property: `replicas.${key}`, value: 'null', fix: `give a value, or leave '${key}' out` });
  });

  test('refuses a property that the prototype chain knows but the struct does not', () => {
    const value = JSON.parse('{"__proto__": 1}') as Options;
    expect(errorOf(() => check(value))).toMatchObject({ code: 'UnknownProperty', property: 'replicas.__proto__' });
  });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'nothing'],
    ['null', null, 'null'],
    ['a text', 'small', '"small"'],
    ['a number', 3, '3'],
    ['a list', [{ minReplicas: 1 }], '[{"minReplicas":1}]'],
    ['a Map, whose entries would be overlooked', new Map([['minReplicas', 1]]), '{}'],
    ['a function', () => 0, 'a function (anonymous)'],
  ])('refuses %s where a struct belongs', (_, value, shown) => {
    expect(errorOf(() => check(value))).toMatchObject({
      code: 'InvalidValue', property: 'replicas', value: shown, allowed: 'an object with the properties cpu, maxReplicas, minReplicas', fix: 'pass an object',
    });
  });
});

type Check = (at: PropertyPath, value: unknown) => unknown;

const CHECKS = {
  integer: (at, value) => at.integer(value, 1, 10),
  text: (at, value) => at.text(value, 'a word'),
  pattern: (at, value) => at.text(value, 'two digits', /^\d\d$/),
  literal: (at, value) => at.literal(value),
  reason: (at, value) => at.reason(value),
  absolutePath: (at, value) => at.absolutePath(value),
  instance: (at, value) => at.instance(value, Replicas, 'Replicas.fixed(3)'),
  list: (at, value) => at.list(value as unknown[]),
  flag: (at, value) => at.flag(value),
  record: (at, value) => at.record(value as object, 'texts', "{ a: 'b' }"),
  member: (at, value) => at.member(value as Availability, Availability, 'Availability'),
} as const satisfies Record<string, Check>;

describe('a check', () => {
  test.each<[keyof typeof CHECKS, unknown]>([
    ['integer', 1], ['integer', 10],
    ['text', 'word'], ['text', ' padded '],
    ['pattern', '42'],
    ['literal', ''], ['literal', 'a'], ['literal', ' '],
    ['reason', 'ten chars!'], ['reason', 'the queue keeps every message'],
    ['absolutePath', '/'], ['absolutePath', '/etc/app/config.yaml'], ['absolutePath', '/with space/..file'], ['absolutePath', '/a...b'],
    ['instance', Replicas.fixed(3)],
    ['list', []], ['list', [1]],
    ['flag', true], ['flag', false],
    ['record', {}], ['record', { a: 'b' }],
    ['member', 'high'], ['member', Availability.RELAXED],
  ])('%s returns %j as it is', (name, value) => {
    expect(CHECKS[name](props(), value)).toBe(value);
  });

  test.each<[keyof typeof CHECKS, unknown, ConfigurationErrorCode, string]>([
    ['integer', 0, 'InvalidValue', '0'],
    ['integer', 11, 'InvalidValue', '11'],
    ['integer', 1.5, 'InvalidValue', '1.5'],
    ['integer', NaN, 'InvalidValue', 'NaN'],
    ['integer', Infinity, 'InvalidValue', 'Infinity'],
    ['integer', -Infinity, 'InvalidValue', '-Infinity'],
    ['integer', '3', 'InvalidValue', '"3"'],
    ['integer', undefined, 'InvalidValue', 'nothing'],
    ['integer', null, 'InvalidValue', 'null'],
    ['integer', true, 'InvalidValue', 'true'],
    ['integer', [3], 'InvalidValue', '[3]'],
    ['integer', 3n, 'InvalidValue', 'an object of type BigInt'],
    ['text', '', 'InvalidValue', '""'],
    ['text', ' \t\n', 'InvalidValue', '" \\t\\n"'],
    ['text', 5, 'InvalidValue', '5'],
    ['text', undefined, 'InvalidValue', 'nothing'],
    ['text', ['a'], 'InvalidValue', '["a"]'],
    ['pattern', '4', 'InvalidValue', '"4"'],
    ['pattern', 42, 'InvalidValue', '42'],
    ['literal', 5, 'InvalidValue', '5'],
    ['literal', true, 'InvalidValue', 'true'],
    ['literal', null, 'InvalidValue', 'null'],
    ['reason', undefined, 'MissingValue', 'nothing'],
    ['reason', '', 'MissingValue', '""'],
    ['reason', 'too short', 'MissingValue', '"too short"'],
    ['reason', '   too short   ', 'MissingValue', '"   too short   "'],
    ['reason', 1234567890, 'MissingValue', '1234567890'],
    ['absolutePath', 'etc/app', 'InvalidValue', '"etc/app"'],
    ['absolutePath', '', 'InvalidValue', '""'],
    ['absolutePath', '/etc/../root', 'InvalidValue', '"/etc/../root"'],
    ['absolutePath', '/..', 'InvalidValue', '"/.."'],
    ['absolutePath', '/a:b', 'InvalidValue', '"/a:b"'],
    ['absolutePath', '/a\0b', 'InvalidValue', '"/a\\u0000b"'],
    ['absolutePath', undefined, 'InvalidValue', 'nothing'],
    ['instance', 3, 'InvalidValue', '3'],
    ['instance', null, 'InvalidValue', 'null'],
    ['instance', { owner: 'fixed' }, 'InvalidValue', '{"owner":"fixed"}'],
    ['list', 'a', 'InvalidValue', '"a"'],
    ['list', undefined, 'InvalidValue', 'nothing'],
    ['list', { 0: 'a', length: 1 }, 'InvalidValue', '{"0":"a","length":1}'],
    ['flag', 'no', 'InvalidValue', '"no"'],
    ['flag', 0, 'InvalidValue', '0'],
    ['flag', undefined, 'InvalidValue', 'nothing'],
    ['record', ['a'], 'InvalidValue', '["a"]'],
    ['record', 'a', 'InvalidValue', '"a"'],
    ['record', null, 'InvalidValue', 'null'],
    ['record', new Map([['a', 'b']]), 'InvalidValue', '{}'],
    ['record', new Set(['a']), 'InvalidValue', '{}'],
    ['member', 'HIGH', 'InvalidValue', '"HIGH"'],
    ['member', '', 'InvalidValue', '""'],
    ['member', undefined, 'InvalidValue', 'nothing'],
    ['member', 0, 'InvalidValue', '0'],
  ])('%s refuses %j', (name, value, code, shown) => {
    const error = errorOf(() => CHECKS[name](props().at('here'), value));
    expect({ code: error.code, property: error.property, value: error.value }).toEqual({ code, property: 'here', value: shown });
    expect(error.fix).not.toBe('');
  });

  test('integer names its bounds and the fix it was given', () => {
    expect(errorOf(() => props().at('port').integer(70000, 1, 65535, 'give a port'))).toMatchObject({ allowed: 'a whole number from 1 to 65535', fix: 'give a port' });
  });

  test('text names what it wants', () => {
    expect(errorOf(() => props().at('name').text('', 'a metric name'))).toMatchObject({ allowed: 'a metric name', fix: 'give a metric name' });
  });

  test.each([['3', 'write 3, without quotes'], [' 3 ', 'write 3, without quotes'], ['three', 'give a whole number within the bounds'], ['', 'give a whole number within the bounds']])(
    'integer says of %j: %s', (value, fix) => {
      expect(errorOf(() => CHECKS.integer(props(), value)).fix).toBe(fix);
    },
  );

  test('member names the values and the members', () => {
    expect(errorOf(() => CHECKS.member(props(), 'low'))).toMatchObject({ allowed: 'one of high, relaxed', fix: 'write Availability.HIGH or Availability.RELAXED' });
  });

  test('instance names the class and an example', () => {
    expect(errorOf(() => CHECKS.instance(props(), {}))).toMatchObject({ allowed: 'a Replicas', fix: 'write Replicas.fixed(3)' });
  });
});

describe('nearest', () => {
  test.each<[string, string[], string | undefined]>([
    ['replica', ['replicas', 'resources'], 'replicas'],
    ['REPLICAS', ['replicas'], 'replicas'],
    ['limts', ['units', 'limits'], 'limits'],
    ['ab', ['yb', 'xb'], 'xb'], // of two equally near the first by alphabet, whatever their order
    ['ab', ['xy'], 'xy'],
    ['ab', ['xyz'], undefined],
    ['port', [], undefined],
    ['stabilisationWindow', ['stabilizationWindow', 'percent'], 'stabilizationWindow'],
  ])('of %s among %j is %s', (word, known, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });
});

test('a value of a property that is named after a secret is not shown, whatever is wrong with it', () => {
  const at = new PropertyPath(testChart(), 'storage');
  expect(errorOf(() => at.at('passphrase').onlyKnown('hunter2' as never, {})).value).not.toContain('hunter2');
  expect(errorOf(() => at.at('settings').at('DB_PASSWORD').integer('hunter2', 1, 2)).message).not.toContain('hunter2');
  expect(errorOf(() => at.at('folder').integer('here', 1, 2)).value).toContain('here');
});
