import { Duration } from 'cdk8s';
import { CloudWatch, type CloudWatchMetric, type CloudWatchOptions, type CloudWatchQuery, Metric } from 'cdk8s-production';
import { measured, rendered } from '../../helpers/analysis';
import { errorOf } from '../../helpers/manifests';

const COUNT: Required<CloudWatchMetric> = {
  namespace: 'AWS/ApplicationELB', name: 'HTTPCode_Target_5XX_Count', statistic: 'Sum', period: Duration.minutes(1), dimensions: { TargetGroup: 'web', LoadBalancer: 'app/web' }, unit: 'Count',
};
const ERRORS: CloudWatchQuery = { id: 'errors', metric: COUNT };
const RATE: Required<Omit<CloudWatchQuery, 'metric'>> = { id: 'rate', expression: 'errors / 100', label: 'error rate', returnData: true };
const RENDERED = {
  id: 'errors',
  metricStat: {
    metric: { dimensions: [{ name: 'LoadBalancer', value: 'app/web' }, { name: 'TargetGroup', value: 'web' }], metricName: 'HTTPCode_Target_5XX_Count', namespace: 'AWS/ApplicationELB' },
    period: 60,
    stat: 'Sum',
    unit: 'Count',
  },
};

test('the first query yields the number, over five minutes', () => {
  expect(measured(CloudWatch.queries([{ id: 'rate', expression: 'errors / 100' }, ERRORS]))).toEqual({
    provider: { cloudWatch: { interval: '5m', metricDataQueries: [{ expression: 'errors / 100', id: 'rate', returnData: true }, { ...RENDERED, returnData: false }] } },
    result: expect.anything(),
  });
  expect(CloudWatch.queries([ERRORS]).description).toBe('CloudWatch');
});

test('each point of the number is judged', () => {
  expect(rendered(Metric.of({ name: 'errors', measurement: CloudWatch.queries([ERRORS]), atMost: 0.01 })).fields.successCondition)
    .toBe('len(result[0].Values) > 0 && all(result[0].Values, !isNaN(#) && # <= 0.01)');
});

test('another query may yield it, and Flagger asks in its region', () => {
  const options: Required<CloudWatchOptions> = { window: Duration.minutes(10), region: 'eu-central-1' };

  expect(measured(CloudWatch.queries([ERRORS, RATE], options))).toEqual({
    provider: { cloudWatch: { interval: '10m', metricDataQueries: [{ ...RENDERED, returnData: false }, { expression: 'errors / 100', id: 'rate', label: 'error rate', returnData: true }] } },
    result: expect.anything(),
    flagger: {
      provider: { type: 'cloudwatch', region: 'eu-central-1' },
      query: JSON.stringify([{
        Id: 'errors',
        MetricStat: {
          Metric: { Dimensions: [{ Name: 'LoadBalancer', Value: 'app/web' }, { Name: 'TargetGroup', Value: 'web' }], MetricName: 'HTTPCode_Target_5XX_Count', Namespace: 'AWS/ApplicationELB' },
          Period: 60,
          Stat: 'Sum',
          Unit: 'Count',
        },
        ReturnData: false,
      }, { Expression: 'errors / 100', Id: 'rate', Label: 'error rate', ReturnData: true }]),
    },
  });
});

test.each<[what: string, queries: unknown, code: string, property: string]>([
  ['no query', [], 'MissingValue', ''],
  ['one query, not in a list', ERRORS, 'InvalidValue', ''],
  ['a query as a text', ['errors'], 'InvalidValue', '[0]'],
  ['a misspelt property', [{ id: 'a', expr: 'b' }], 'UnknownProperty', '[0].expr'],
  ['an id in capitals', [{ ...ERRORS, id: 'Errors' }], 'InvalidValue', '[0].id'],
  ['an id twice', [ERRORS, ERRORS], 'InvalidName', '[1].id'],
  ['neither expression nor metric', [{ id: 'a' }], 'MissingValue', '[0]'],
  ['both expression and metric', [{ ...ERRORS, expression: 'a' }], 'ConflictingProperties', '[0]'],
  ['two numbers', [{ ...ERRORS, returnData: true }, { ...RATE, returnData: true }], 'InvalidValue', ''],
  ['no number', [{ ...ERRORS, returnData: false }], 'InvalidValue', ''],
  ['a text for a flag', [{ ...ERRORS, returnData: 'yes' }], 'InvalidValue', '[0].returnData'],
  ['a label that is empty', [{ ...ERRORS, label: '' }], 'InvalidValue', '[0].label'],
  ['an expression that is empty', [{ id: 'a', expression: '' }], 'InvalidValue', '[0].expression'],
  ['a period of 45 s', [{ id: 'a', metric: { ...COUNT, period: Duration.seconds(45) } }], 'InvalidValue', '[0].metric.period'],
  ['a period as a number', [{ id: 'a', metric: { ...COUNT, period: 60 } }], 'InvalidValue', '[0].metric.period'],
  ['a metric without a name', [{ id: 'a', metric: { ...COUNT, name: '' } }], 'InvalidValue', '[0].metric.name'],
  ['a metric without a namespace', [{ id: 'a', metric: { ...COUNT, namespace: undefined } }], 'InvalidValue', '[0].metric.namespace'],
  ['a metric without a statistic', [{ id: 'a', metric: { ...COUNT, statistic: '' } }], 'InvalidValue', '[0].metric.statistic'],
  ['an empty unit', [{ id: 'a', metric: { ...COUNT, unit: '' } }], 'InvalidValue', '[0].metric.unit'],
  ['an empty dimension', [{ id: 'a', metric: { ...COUNT, dimensions: { TargetGroup: '' } } }], 'InvalidValue', '[0].metric.dimensions.TargetGroup'],
  ['a misspelt property of a metric', [{ id: 'a', metric: { ...COUNT, stat: 'Sum' } }], 'UnknownProperty', '[0].metric.stat'],
])('refuses %s', (_, queries, code, property) => {
  expect(errorOf(() => measured(CloudWatch.queries(queries as CloudWatchQuery[])))).toMatchObject({ code, property: `measurement.queries${property}` });
});

test.each<[what: string, options: unknown, code: string, property: string]>([
  ['a window of a week', { window: Duration.days(7) }, 'InvalidValue', '.window'],
  ['a region that is none', { region: 'Frankfurt' }, 'InvalidValue', '.region'],
  ['a misspelt option', { interval: '5m' }, 'UnknownProperty', '.interval'],
])('refuses %s', (_, options, code, property) => {
  expect(errorOf(() => measured(CloudWatch.queries([ERRORS], options as CloudWatchOptions)))).toMatchObject({ code, property: `measurement${property}` });
});
