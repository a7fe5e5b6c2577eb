import { ApiObject } from 'cdk8s';
import { ConfigurationError, describeConfigurationError, show } from '../../lib/core/errors';
import { testChart } from '../helpers/manifests';

const DETAILS = {
  code: 'InvalidValue',
  constructPath: 'payments/payment-service',
  property: 'replicas.minReplicas',
  value: '1',
  allowed: 'a whole number from 2 to 5000',
  fix: 'give at least 2',
} as const;

describe('ConfigurationError', () => {
  test('says in its text all that its fields say, because cdk8s keeps nothing but the text', () => {
    expect(new ConfigurationError(DETAILS).message).toBe([
      "InvalidValue at 'payments/payment-service', property 'replicas.minReplicas'",
      '  given:   1',
      '  allowed: a whole number from 2 to 5000',
      '  fix:     give at least 2',
    ].join('\n'));
  });

  test('carries each part as a field', () => {
    const { code, constructPath, property, value, allowed, fix } = new ConfigurationError(DETAILS);
    expect({ code, constructPath, property, value, allowed, fix }).toEqual(DETAILS);
  });

  test('can be caught by class and by name', () => {
    const error = new ConfigurationError(DETAILS);
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.name).toBe('ConfigurationError');
    expect(String(error)).toMatch(/^ConfigurationError: InvalidValue at /);
  });

  test('has the text that late findings use', () => {
    expect(new ConfigurationError(DETAILS).message).toBe(describeConfigurationError(DETAILS));
  });
});

describe('show', () => {
  class Named { public constructor(public readonly size: number) {} }

  test.each<[string, unknown, string]>([
    ['what is not there', undefined, 'nothing'],
    ['null', null, 'null'],
    ['a text, in quotes', 'latest', '"latest"'],
    ['an empty text', '', '""'],
    ['a text of several lines on one', 'a\nb', '"a\\nb"'],
    ['a number', 5, '5'],
    ['NaN, which JSON would call null', NaN, 'NaN'],
    ['Infinity, which JSON would call null', Infinity, 'Infinity'],
    ['zero', 0, '0'],
    ['false', false, 'false'],
    ['a list', [1, 'a'], '[1,"a"]'],
    ['an empty list', [], '[]'],
    ['an object', { a: { b: 1 } }, '{"a":{"b":1}}'],
    ['an instance by its fields', new Named(3), '{"size":3}'],
    ['a class', Named, 'a function (Named)'],
    ['a function without a name', (() => () => 0)(), 'a function (anonymous)'],
    ['a symbol', Symbol('x'), 'Symbol(x)'],
    ['a bigint', 5n, 'an object of type BigInt'],
  ])('writes %s', (_, value, text) => {
    expect(show(value)).toBe(text);
  });

  test('names the type of what refers to itself, such as a construct', () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    const bare = Object.assign(Object.create(null) as Record<string, unknown>, { loop });
    const construct = new ApiObject(testChart(), 'object', { apiVersion: 'v1', kind: 'ConfigMap' });
    expect([show(loop), show([loop]), show(bare), show(construct)]).toEqual([
      'an object of type Object', 'an object of type Array', 'an object of type unknown', 'an object of type ApiObject',
    ]);
  });

  test.each<[string, unknown, string]>([
    ['what is named like a secret', { user: 'app', password: 'hunter2' }, '{"user":"app","password":"(not shown: it may be a secret)"}'],
    ['what is named like one at any depth', [{ env: { API_TOKEN: 12345 } }], '[{"env":{"API_TOKEN":"(not shown: it may be a secret)"}}]'],
    ['what looks like a secret', 'postgres://app:hunter2@db:5432', '"(not shown: it may be a secret)"'],
    ['an argument that holds one', ['serve', '--password=hunter2'], '["serve","(not shown: it may be a secret)"]'],
  ])('never writes %s', (_, value, text) => {
    expect(show(value)).toBe(text);
  });

  test.each([
    [158, `"${'x'.repeat(158)}"`],
    [159, `"${'x'.repeat(159)}… (161 characters)`],
    [5000, `"${'x'.repeat(159)}… (5002 characters)`],
  ])('cuts a text of %d characters after 160 with its quotes', (length, shown) => {
    expect(show('x'.repeat(length))).toBe(shown);
  });
});
