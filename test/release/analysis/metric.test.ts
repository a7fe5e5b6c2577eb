import { Duration } from 'cdk8s';
import {
  Datadog, EmptyResult, type IMeasurement, type IQueryProvider, JobRun, MeasuredResult, Measurement, type MeasurementOptions, Metric, type QueryOptions, Web,
} from 'cdk8s-production';
import { PROMETHEUS, rendered } from '../../helpers/analysis';
import { errorOf } from '../../helpers/manifests';

const provider = PROMETHEUS;
const query = (options: object = {}) => Metric.query({ name: 'orders', provider, query: 'sum(orders)', atLeast: 1, ...options });
const of = (measurement: unknown, options: object = {}) => Metric.of({ name: 'smoke', measurement: measurement as IMeasurement, ...options });
const JOB = JobRun.of({ image: 'registry.example.com/shop/smoke:1.4.2' });
const WEB = Web.get('http://gate.shop/verdict');

describe('a query', () => {
  test('is asked after a minute, and each of its numbers is judged', () => {
    expect(rendered(query())).toEqual({
      name: 'orders',
      fields: {
        name: 'orders',
        consecutiveErrorLimit: 12,
        failureLimit: 2,
        initialDelay: '1m',
        interval: '1m',
        provider: { prometheus: { address: 'http://prometheus.monitoring:9090', query: 'sum(orders)' } },
        successCondition: 'len(result) > 0 && all(result, !isNaN(#) && # >= 1)',
      },
      dryRun: false,
      secrets: [],
      endless: true,
      judged: { name: 'orders', condition: 'at least 1', scrapesPods: false, firstMeasurement: 60, earliestFailure: 180, needsRequests: false, lastMeasurement: undefined },
      flagger: { provider: { type: 'prometheus', address: 'http://prometheus.monitoring:9090' }, query: 'sum(orders)' },
    });
  });

  test('takes all options', () => {
    const ranged: Required<Omit<QueryOptions, 'successCondition' | 'failureCondition'>> = {
      name: 'orders',
      provider,
      query: 'sum(orders{route="{{args.route}}"})',
      atLeast: 1,
      atMost: 3,
      interval: Duration.seconds(30),
      count: 4,
      initialDelay: Duration.seconds(0),
      failureLimit: 1,
      consecutiveSuccessLimit: 2,
      consecutiveErrorLimit: 0,
      inconclusiveLimit: 3,
      whenEmpty: EmptyResult.PASSES,
      dryRun: true,
    };

    expect(rendered(Metric.query(ranged))).toMatchObject({
      fields: {
        consecutiveErrorLimit: 0, consecutiveSuccessLimit: 2, count: 4, failureLimit: 1, inconclusiveLimit: 3, interval: '30s', successCondition: 'all(result, isNaN(#) || (# >= 1 && # <= 3))',
      },
      dryRun: true,
      judged: { condition: 'from 1 to 3', firstMeasurement: 0, lastMeasurement: 90 },
    });
    expect(rendered(Metric.query(ranged)).fields).not.toHaveProperty('initialDelay');
  });

  test.each<[what: string, options: object, conditions: object, says: string]>([
    ['good', { successCondition: 'result[0] > 1' }, { successCondition: 'result[0] > 1' }, 'result[0] > 1'],
    ['bad', { failureCondition: 'result[0] < 1' }, { failureCondition: 'result[0] < 1' }, 'not result[0] < 1'],
    ['either', { successCondition: 'result[0] > 2', failureCondition: 'result[0] < 1' }, { successCondition: 'result[0] > 2', failureCondition: 'result[0] < 1' }, 'result[0] > 2'],
  ])('may have conditions that say what is %s', (_, options, conditions, says) => {
    const { fields, judged } = rendered(query({ atLeast: undefined, ...options }));

    expect({ successCondition: fields.successCondition, failureCondition: fields.failureCondition }).toEqual({ successCondition: undefined, failureCondition: undefined, ...conditions });
    expect(judged.condition).toBe(says);
  });

  test('may be asked of a system that nobody here knows', () => {
    const own: IQueryProvider = { description: 'ours', speaksPromQl: false, query: text => Measurement.custom({ influxdb: { profile: 'influx', query: text } }, { result: MeasuredResult.list() }) };

    expect(rendered(query({ provider: own, query: 'from(bucket)' })).fields).toMatchObject({
      provider: { influxdb: { profile: 'influx', query: 'from(bucket)' } }, successCondition: 'len(result) > 0 && all(result, !isNaN(#) && # >= 1)',
    });
  });

  test('understands what Datadog answers', () => {
    expect(rendered(query({ provider: Datadog.of(), query: 'avg:orders{*}' })).fields.successCondition).toBe("!isNaN(asFloat(default(result, 'NaN'))) && asFloat(default(result, 'NaN')) >= 1");
  });
});

describe('a measurement', () => {
  test('by a Job is taken once, and says by itself how it went', () => {
    const { fields, judged, endless } = rendered(of(JOB));

    expect(Object.keys(fields).sort()).toEqual(['name', 'provider']);
    expect(judged).toEqual({ name: 'smoke', condition: 'succeeds', scrapesPods: false, firstMeasurement: 0, earliestFailure: 0, needsRequests: false, lastMeasurement: 0 });
    expect(endless).toBe(false);
    expect(Object.keys(rendered(of(JOB), 'inline').fields).sort()).toEqual(['name', 'provider']);
  });

  test('by a Job can be taken several times', () => {
    expect(rendered(of(JOB, { count: 3, interval: Duration.minutes(5), failureLimit: 1 }), 'inline')).toMatchObject({ fields: { count: 3, interval: '5m', failureLimit: 1 }, judged: { lastMeasurement: 600 } });
    expect(rendered(of(JOB, { interval: Duration.minutes(5) })).endless).toBe(true);
  });

  test('by HTTP is good when there is an answer', () => {
    const { fields, judged } = rendered(of(WEB));

    expect(fields).toEqual({ name: 'smoke', consecutiveErrorLimit: 12, failureLimit: 2, interval: '1m', provider: { web: { url: 'http://gate.shop/verdict' } } });
    expect(judged.condition).toBe('answers');
  });

  test('takes all options', () => {
    const options: Required<Omit<MeasurementOptions, 'atLeast' | 'atMost' | 'whenEmpty'>> = {
      name: 'gate',
      measurement: WEB,
      successCondition: 'result.ok',
      failureCondition: '!result.ok',
      interval: Duration.seconds(30),
      count: 4,
      initialDelay: Duration.seconds(30),
      failureLimit: 1,
      consecutiveSuccessLimit: 2,
      consecutiveErrorLimit: 3,
      inconclusiveLimit: 0,
      dryRun: true,
    };

    expect(rendered(Metric.of(options)).fields).toEqual({
      name: 'gate',
      consecutiveErrorLimit: 3,
      consecutiveSuccessLimit: 2,
      count: 4,
      failureCondition: '!result.ok',
      failureLimit: 1,
      inconclusiveLimit: 0,
      initialDelay: '30s',
      interval: '30s',
      provider: { web: { url: 'http://gate.shop/verdict' } },
      successCondition: 'result.ok',
    });
  });

  test('may be any that Argo Rollouts knows', () => {
    const kayenta = { kayenta: { address: 'http://kayenta', application: 'web', canaryConfigName: 'web' } };

    expect(rendered(of(Measurement.custom(kayenta, { runsOnce: true }))).fields).toEqual({ name: 'smoke', provider: kayenta });
    expect(rendered(of(Measurement.custom({ graphite: { address: 'http://graphite', query: 'a' } }, { result: MeasuredResult.list(), description: 'Graphite', secrets: [], runsOnce: false }), { atMost: 2 })).fields.successCondition)
      .toBe('len(result) > 0 && all(result, !isNaN(#) && # <= 2)');
    expect(Measurement.custom(kayenta).description).toBe('kayenta');
    expect(Measurement.custom(kayenta, { description: 'Kayenta of the platform' }).description).toBe('Kayenta of the platform');
  });

  test('what a custom provider reads from Secrets is declared', () => {
    const secrets = [{ argument: 'graphite-token', secret: 'graphite', key: 'token' }];

    expect(rendered(of(Measurement.custom({ graphite: { address: 'http://graphite', query: 'a' } }, { secrets }))).secrets).toEqual(secrets);
  });
});

test.each<[what: string, metric: Metric, code: string, property: string]>([
  ['a query without options', Metric.query(undefined as unknown as QueryOptions), 'InvalidValue', ''],
  ['a measurement without options', Metric.of(null as unknown as MeasurementOptions), 'InvalidValue', ''],
  ['a query without a text', query({ query: '' }), 'InvalidValue', '.query'],
  ['a query without a name', query({ name: undefined }), 'InvalidName', '.name'],
  ['a query without a provider', query({ provider: {} }), 'InvalidValue', '.provider'],
  ['a query by which everything is good', query({ atLeast: undefined }), 'MissingValue', '.atLeast'],
  ['a number of an answer by which everything is good', of(Web.get('http://a', { jsonPath: '{$.a}' })), 'MissingValue', '.atLeast'],
  ['a bound as a text', query({ atLeast: '1' }), 'InvalidValue', '.atLeast'],
  ['a bound that is no number', query({ atMost: NaN }), 'InvalidValue', '.atMost'],
  ['a range without numbers', query({ atLeast: 3, atMost: 1 }), 'InvalidValue', '.atLeast'],
  ['a range beside a condition', query({ successCondition: 'true' }), 'ConflictingProperties', '.successCondition'],
  ['a range beside a failure', query({ failureCondition: 'true' }), 'ConflictingProperties', '.failureCondition'],
  ['an empty condition', query({ atLeast: undefined, successCondition: ' ' }), 'InvalidValue', '.successCondition'],
  ['a condition that is no text', query({ atLeast: undefined, failureCondition: true }), 'InvalidValue', '.failureCondition'],
  ['an empty result beside a condition', query({ atLeast: undefined, successCondition: 'true', whenEmpty: EmptyResult.PASSES }), 'ConflictingProperties', '.whenEmpty'],
  ['a range of an answer that may be anything', of(WEB, { atMost: 1 }), 'InvalidValue', '.atMost'],
  ['a Job with a bound', of(JOB, { atLeast: 1 }), 'ConflictingProperties', ''],
  ['a Job with a condition', of(JOB, { successCondition: 'true' }), 'ConflictingProperties', ''],
  ['a Job of a name that would be cut', of(JOB, { name: 'checkout-smoke-test-of-all' }), 'InvalidName', '.name'],
  ['no measurement', of(undefined), 'InvalidValue', '.measurement'],
  ['a measurement as a text', of('http://gate'), 'InvalidValue', '.measurement'],
  ['a provider that never was', of(Measurement.custom({ grafite: {} })), 'UnknownProperty', '.provider.grafite'],
  ['two providers', of(Measurement.custom({ graphite: {}, web: {} })), 'InvalidValue', '.provider'],
  ['no provider at all', of(Measurement.custom({})), 'InvalidValue', '.provider'],
  ['a provider as a text', of(Measurement.custom('graphite' as unknown as object as never)), 'InvalidValue', '.measurement.provider'],
  ['a provider that is no JSON', of(Measurement.custom({ web: { timeout: Duration.seconds(1) } })), 'InvalidValue', '.measurement.provider'],
  ['a misspelt option of a custom one', of(Measurement.custom({ web: {} }, { results: 1 } as object)), 'UnknownProperty', '.measurement.results'],
  ['a result of a custom one that is none', of(Measurement.custom({ web: {} }, { result: 'list' } as object)), 'InvalidValue', '.measurement.result'],
  ['an empty description', of(Measurement.custom({ web: {} }, { description: '' })), 'InvalidValue', '.measurement.description'],
  ['a text for a flag', of(Measurement.custom({ web: {} }, { runsOnce: 'yes' } as object)), 'InvalidValue', '.measurement.runsOnce'],
  ['a secret without a name', of(Measurement.custom({ web: {} }, { secrets: [{ argument: 'a', secret: '', key: 'k' }] })), 'InvalidValue', '.measurement.secrets[0].secret'],
  ['a secret with a value', of(Measurement.custom({ web: {} }, { secrets: [{ argument: 'a', secret: 'b', value: 'c' }] } as object)), 'UnknownProperty', '.measurement.secrets[0].value'],
])('refuses %s', (_, metric, code, property) => {
  expect(errorOf(() => rendered(metric))).toMatchObject({ code, constructPath: 'chart', property: `analysis.metrics[0]${property}` });
});
