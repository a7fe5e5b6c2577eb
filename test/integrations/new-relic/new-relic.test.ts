import { Duration } from 'cdk8s';
import { Metric, NewRelic, type NewRelicOptions } from 'cdk8s-production';
import { measured, rendered } from '../../helpers/analysis';
import { errorOf } from '../../helpers/manifests';

const NRQL = 'SELECT percentage(count(*), WHERE error IS false) AS value FROM Transaction';

test('New Relic is asked with the credentials of a Secret of the controller', () => {
  expect(measured(NewRelic.profile().query(NRQL))).toEqual({
    provider: { newRelic: { profile: 'newrelic', query: NRQL } },
    result: expect.anything(),
    flagger: { provider: { type: 'newrelic' }, query: NRQL },
  });
  expect(NewRelic.profile()).toMatchObject({ description: 'New Relic', speaksPromQl: false });
});

test('another account, another field and a timeout are passed on', () => {
  const options: Required<NewRelicOptions> = { field: 'average.duration', timeout: Duration.seconds(10) };
  const metric = rendered(Metric.query({ name: 'duration', provider: NewRelic.profile('newrelic-shop', options), query: 'SELECT average(duration) FROM Transaction', atMost: 0.3 }));

  expect(metric.fields).toMatchObject({
    provider: { newRelic: { profile: 'newrelic-shop', query: 'SELECT average(duration) FROM Transaction', timeout: 10 } },
    successCondition: "result['average.duration'] != nil && result['average.duration'] <= 0.3",
  });
});

test('the field that is judged is called value', () => {
  expect(rendered(Metric.query({ name: 'success', provider: NewRelic.profile(), query: NRQL, atLeast: 95 })).fields.successCondition).toBe("result['value'] != nil && result['value'] >= 95");
});

test.each<[what: string, secret: unknown, options: unknown, code: string, property: string]>([
  ['a Secret that is no name', 'New Relic', {}, 'InvalidValue', '.secret'],
  ['a misspelt option', 'newrelic', { fields: 'a' }, 'UnknownProperty', '.fields'],
  ['a field without a name', 'newrelic', { field: '' }, 'InvalidValue', '.field'],
  ['a timeout of an hour', 'newrelic', { timeout: Duration.hours(1) }, 'InvalidValue', '.timeout'],
  ['options as a text', 'newrelic', 'value', 'InvalidValue', ''],
])('refuses %s', (_, secret, options, code, property) => {
  expect(errorOf(() => measured(NewRelic.profile(secret as string, options as NewRelicOptions).query(NRQL)))).toMatchObject({ code, property: `measurement${property}` });
});
