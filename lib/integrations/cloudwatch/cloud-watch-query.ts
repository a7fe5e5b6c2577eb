import type { Duration } from 'cdk8s';
import type { KnownProperties, PropertyPath } from '../../core/property-path';

/** A metric of CloudWatch, and how its points in a period become one. */
export interface CloudWatchMetric {
  /** Such as `AWS/ApplicationELB`. */
  readonly namespace: string;
  /** Such as `HTTPCode_Target_5XX_Count`. */
  readonly name: string;
  /** Such as `Sum`, `Average` or `p99`. */
  readonly statistic: string;
  /** How long a period is: 1, 5, 10 or 30 s, or whole minutes. */
  readonly period: Duration;
  /**
   * Which of the metric's series.
   *
   * @default - the one without dimensions
   */
  readonly dimensions?: { readonly [name: string]: string };
  /**
   * Such as `Count`.
   *
   * @default - any
   */
  readonly unit?: string;
}

/** One part of a number that CloudWatch works out: a metric or an expression. */
export interface CloudWatchQuery {
  /** Its name in expressions: a lower-case letter, then letters, digits and `_`. */
  readonly id: string;
  /**
   * Such as `errors / requests`.
   *
   * @default - none: `metric` says what it is
   */
  readonly expression?: string;
  /**
   * A metric.
   *
   * @default - none: `expression` says what it is
   */
  readonly metric?: CloudWatchMetric;
  /**
   * What people see.
   *
   * @default - none
   */
  readonly label?: string;
  /**
   * Whether this is the number that is judged. One query is.
   *
   * @default - true for the first
   */
  readonly returnData?: boolean;
}

const KNOWN: KnownProperties<CloudWatchQuery> = { id: true, expression: true, metric: true, label: true, returnData: true };
const KNOWN_METRIC: KnownProperties<CloudWatchMetric> = { namespace: true, name: true, statistic: true, period: true, dimensions: true, unit: true };

/**
 * The queries as Argo Rollouts states them.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
 * @internal
 */
export function checkCloudWatchQueries(at: PropertyPath, queries: readonly CloudWatchQuery[]): readonly object[] {
  const seen = new Set<string>();
  let returning = 0;
  const said = at.list(queries).some(query => query?.returnData === true);
  const rendered = queries.map((query, i) => {
    const here = at.at(i);
    here.onlyKnown(query, KNOWN);
    const id = here.at('id').text(query.id, 'a lower-case letter, then letters, digits and "_"', /^[a-z]\w*$/);
    if (seen.has(id)) { here.at('id').refuse('InvalidName', { value: id, allowed: 'each id once', fix: 'rename one of the queries' }); }
    seen.add(id);
    if ((query.expression === undefined) === (query.metric === undefined)) {
      here.refuse(query.expression === undefined ? 'MissingValue' : 'ConflictingProperties', { value: id, allowed: 'either an expression or a metric', fix: 'give one of the two' });
    }
    const returnData = query.returnData === undefined ? i === 0 && !said : here.at('returnData').flag(query.returnData);
    returning += returnData ? 1 : 0;
    return {
      ...query.expression === undefined ? {} : { expression: here.at('expression').text(query.expression, 'an expression such as errors / requests') },
      id,
      ...query.label === undefined ? {} : { label: here.at('label').text(query.label, 'a text') },
      ...query.metric === undefined ? {} : { metricStat: renderMetric(here.at('metric'), query.metric) },
      returnData,
    };
  });
  if (returning !== 1) {
    at.refuse(queries.length === 0 ? 'MissingValue' : 'InvalidValue', { value: returning, allowed: 'one query that returns data: the number that is judged', fix: 'put it first, and leave returnData out' });
  }
  return rendered;
}

function renderMetric(at: PropertyPath, metric: CloudWatchMetric): object {
  at.onlyKnown(metric, KNOWN_METRIC);
  const period = at.at('period').seconds(metric.period, 1, 86_400, 'give 1, 5, 10 or 30 s, or whole minutes', 'Duration.minutes(1)');
  if (period % 60 !== 0 && ![1, 5, 10, 30].includes(period)) {
    at.at('period').refuse('InvalidValue', { value: `${period} s`, allowed: '1, 5, 10 or 30 s, or whole minutes', fix: 'write Duration.minutes(1)' });
  }
  const dimensions = Object.entries(at.at('dimensions').record(metric.dimensions ?? {}, 'texts by the names of dimensions', "{ LoadBalancer: 'app/web/50dc6c495c0c9188' }")).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    metric: {
      ...dimensions.length === 0 ? {} : { dimensions: dimensions.map(([name, value]) => ({ name, value: at.at('dimensions').at(name).text(value, 'the value of a dimension') })) },
      metricName: at.at('name').text(metric.name, 'the name of a metric'),
      namespace: at.at('namespace').text(metric.namespace, 'the namespace of a metric, such as AWS/ApplicationELB'),
    },
    period,
    stat: at.at('statistic').text(metric.statistic, 'a statistic such as Sum, Average or p99'),
    ...metric.unit === undefined ? {} : { unit: at.at('unit').text(metric.unit, 'a unit such as Count') },
  };
}
