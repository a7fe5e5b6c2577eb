import { show } from '../../lib/core/errors';
import { checkAnnotations, checkLabels, identityLabels, isLabelValue } from '../../lib/core/labels';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'labels');

test('the identity of pods is the name and the instance, nothing that may change', () => {
  expect(identityLabels('web', 'eu-web')).toEqual({ 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'eu-web' });
});

const VALUES: [value: string, valid: boolean][] = [
  ['', true], ['a', true], ['A', true], ['0', true], ['v1.4.2', true], ['a_b-c.d', true], ['9z-9Z9', true], ['Z', true], ['true', true], ['x'.repeat(63), true],
  ['x'.repeat(64), false], ['-a', false], ['a-', false], ['.a', false], ['a.', false], ['_a', false], ['a b', false], ['a/b', false], ['a+b', false], ['é', false], ['a\n', false],
];

describe('a label\'s value', () => {
  test.each(VALUES)('%j is valid: %s', (value, valid) => {
    expect(isLabelValue(value)).toBe(valid);
  });

  test.each(VALUES.filter(([, valid]) => valid))('%j is taken', value => {
    const labels = { team: value };
    expect(checkLabels(at, labels)).toBe(labels);
  });

  test.each(VALUES.filter(([, valid]) => !valid))('%j is refused with its key', value => {
    expect(errorOf(() => checkLabels(at, { ok: 'a', team: value }))).toMatchObject({
      code: 'InvalidValue', property: 'labels.team', value: JSON.stringify(value), fix: 'shorten or reword the value; longer texts belong into an annotation',
    });
  });

  test.each<[string, unknown]>([['a number', 1], ['a boolean', true], ['null', null], ['undefined', undefined], ['an object', {}]])('%s is refused: YAML would not make it a text', (_, value) => {
    expect(errorOf(() => checkLabels(at, { team: value as string }))).toMatchObject({ code: 'InvalidValue', property: 'labels.team', fix: 'put the value into quotes' });
  });
});

const KEYS: [key: string, valid: boolean][] = [
  ['team', true], ['Team', true], ['a.b_c-d', true], ['0', true], ['example.com/team', true], ['app.kubernetes.io/name', true], ['a/b', true], ['9Z9-9Z9', true], ['9z9-z9.9z9-z9/9z', true],
  ['x'.repeat(63), true], [`${'x'.repeat(253)}/a`, true], [`example.com/${'x'.repeat(63)}`, true],
  ['x'.repeat(64), false], [`${'x'.repeat(254)}/a`, false], [`example.com/${'x'.repeat(64)}`, false],
  ['', false], ['/team', false], ['example.com/', false], ['a/b/c', false], ['Example.com/team', false], ['example_com/team', false], ['exa..mple/team', false],
  ['-team', false], ['team-', false], ['my team', false], ['é', false], ['__proto__', false],
];

describe.each([['label', checkLabels], ['annotation', checkAnnotations]] as const)('the key of a %s', (_, check) => {
  const holding = (key: string): Record<string, string> => Object.fromEntries([[key, 'value']]);

  test.each(KEYS.filter(([, valid]) => valid))('may be %s', key => {
    expect(check(at, holding(key))).toEqual(holding(key));
  });

  test.each(KEYS.filter(([, valid]) => !valid))('is refused as %j', key => {
    expect(errorOf(() => check(at, holding(key)))).toMatchObject({ code: 'InvalidName', property: 'labels', value: show(key), fix: 'rename the key' });
  });

  test.each<[string, unknown]>([['a text', 'team'], ['a list', ['team']], ['null', null], ['a number', 5]])('is not looked for in %s', (__, value) => {
    expect(errorOf(() => check(at, value as Record<string, string>))).toMatchObject({ code: 'InvalidValue', property: 'labels' });
  });
});

test('an annotation that holds a secret is refused, and the secret is not shown', () => {
  const secret = `ghp_${'a1'.repeat(18)}`;
  const error = errorOf(() => checkAnnotations(at, { note: `token ${secret}` }));
  expect(error).toMatchObject({ code: 'SecretInManifest', property: 'labels.note', value: '"(not shown: it may be a secret)"' });
  expect(error.message).not.toContain(secret);
});

describe('an annotation\'s value', () => {
  test.each(['', 'two words', 'x'.repeat(5000), '{"json": true}', 'a\nb', 'é'])('may be any text: %j', value => {
    const annotations = { note: value };
    expect(checkAnnotations(at, annotations)).toBe(annotations);
  });

  test.each<[string, unknown]>([['a number', 1], ['a boolean', false], ['null', null], ['undefined', undefined], ['a list', ['a']]])('is refused as %s', (_, value) => {
    expect(errorOf(() => checkAnnotations(at, { note: value as string }))).toMatchObject({ code: 'InvalidValue', property: 'labels.note', allowed: 'a text', fix: 'put the value into quotes' });
  });
});
