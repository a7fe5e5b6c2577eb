import { Duration } from 'cdk8s';
import { Datadog, DatadogAggregator, type DatadogOptions } from 'cdk8s-production';
import { measured } from '../../helpers/analysis';
import { errorOf } from '../../helpers/manifests';

const asked = (options?: DatadogOptions) => measured(Datadog.of(options).query('avg:requests{service:web}'));

test('Datadog is asked by the second version of its API, over five minutes, with the controller\'s credentials', () => {
  expect(asked()).toEqual({
    provider: { datadog: { apiVersion: 'v2', interval: '5m', query: 'avg:requests{service:web}' } },
    result: expect.anything(),
    flagger: { provider: { type: 'datadog' }, query: 'avg:requests{service:web}' },
  });
  expect(Datadog.of()).toMatchObject({ description: 'Datadog', speaksPromQl: false });
});

test('all options are passed on', () => {
  const options: Omit<Required<DatadogOptions>, 'controllerSecret'> = { secret: 'datadog-shop', window: Duration.minutes(10), aggregator: DatadogAggregator.SUM, timeout: Duration.seconds(30) };

  expect(asked(options).provider).toEqual({
    datadog: { aggregator: 'sum', apiVersion: 'v2', interval: '10m', query: 'avg:requests{service:web}', requestTimeout: '30s', secretRef: { name: 'datadog-shop', namespaced: true } },
  });
  expect(asked({ controllerSecret: 'datadog-eu' }).provider).toMatchObject({ datadog: { secretRef: { name: 'datadog-eu' } } });
});

test('a formula is made of several queries, which Flagger cannot ask', () => {
  const formula = Datadog.of().formula('errors / requests', { errors: 'sum:errors{*}.as_count()', requests: 'sum:requests{*}.as_count()' });

  expect(measured(formula)).toEqual({
    provider: { datadog: { apiVersion: 'v2', formula: 'errors / requests', interval: '5m', queries: { errors: 'sum:errors{*}.as_count()', requests: 'sum:requests{*}.as_count()' } } },
    result: expect.anything(),
  });
});

test.each<[what: string, options: unknown, code: string, property: string]>([
  ['a misspelt option', { interval: Duration.minutes(5) }, 'UnknownProperty', '.interval'],
  ['two Secrets', { secret: 'a', controllerSecret: 'b' }, 'ConflictingProperties', '.controllerSecret'],
  ['a Secret that is no name', { secret: 'My Secret' }, 'InvalidValue', '.secret'],
  ['a Secret of the controller that is no name', { controllerSecret: '' }, 'InvalidValue', '.controllerSecret'],
  ['an aggregator that never was', { aggregator: 'median' }, 'InvalidValue', '.aggregator'],
  ['a window of a second', { window: Duration.seconds(1) }, 'InvalidValue', '.window'],
  ['a timeout as a text', { timeout: '30s' }, 'InvalidValue', '.timeout'],
  ['null for the options', null, 'InvalidValue', ''],
])('refuses %s', (_, options, code, property) => {
  expect(errorOf(() => asked(options as DatadogOptions))).toMatchObject({ code, property: `measurement${property}` });
});

test.each<[what: string, formula: unknown, queries: unknown, code: string, property: string]>([
  ['no formula', '', { a: 'b' }, 'InvalidValue', 'formula'],
  ['no queries', 'a', {}, 'MissingValue', 'queries'],
  ['queries as a list', 'a', ['b'], 'InvalidValue', 'queries'],
  ['an empty query', 'a', { a: '' }, 'InvalidValue', 'queries.a'],
  ['a name that no formula can use', 'a', { 'A-b': 'c' }, 'InvalidName', 'queries'],
])('refuses a formula with %s', (_, formula, queries, code, property) => {
  expect(errorOf(() => measured(Datadog.of().formula(formula as string, queries as Record<string, string>)))).toMatchObject({ code, property: `measurement.${property}` });
});
