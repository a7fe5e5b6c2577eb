import type { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { checkCloudWatchQueries, type CloudWatchQuery } from './cloud-watch-query';
import { goDuration } from '../../core/go-duration';
import { MeasuredResult } from '../../core/measured-result';
import type { IMeasurement, MeasurementFields } from '../../core/measurement';
import { type KnownProperties, PropertyPath } from '../../core/property-path';

/** How CloudWatch is asked. */
export interface CloudWatchOptions {
  /**
   * How far back the queries look, 1 minute to 1 day.
   *
   * @default - 5 minutes
   */
  readonly window?: Duration;
  /**
   * Region of the metrics, for Flagger. Argo Rollouts asks in its own.
   *
   * @default - none: Flagger cannot ask
   */
  readonly region?: string;
}

const KNOWN: KnownProperties<CloudWatchOptions> = { window: true, region: true };

/**
 * Amazon CloudWatch. The controller needs `cloudwatch:GetMetricData`.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/cloudwatch/
 */
export class CloudWatch implements IMeasurement {
  /**
   * A number that is made of metrics and expressions.
   *
   * @param queries the first yields the number, the others are its parts, unless `returnData` says otherwise
   * @param options what differs from the default: the last 5 minutes
   */
  public static queries(queries: CloudWatchQuery[], options: CloudWatchOptions = {}): CloudWatch {
    return new CloudWatch(queries, options);
  }

  /** For people. */
  public readonly description = 'CloudWatch';

  private constructor(private readonly asked: CloudWatchQuery[], private readonly options: CloudWatchOptions) {}

  /** @see IMeasurement.bind */
  public bind(scope: IConstruct, property: string): MeasurementFields {
    const at = new PropertyPath(scope, property);
    at.onlyKnown(this.options, KNOWN);
    const { window, region } = this.options;
    const queries = checkCloudWatchQueries(at.at('queries'), this.asked);
    return {
      provider: {
        cloudWatch: {
          interval: goDuration(window === undefined ? 300 : at.at('window').seconds(window, 60, 86_400, 'give whole seconds, 1 minute to 1 day', 'Duration.minutes(5)')),
          metricDataQueries: queries,
        },
      },
      // Of the one query that returns data: each of its points.
      result: MeasuredResult.list('result[0].Values'),
      ...region === undefined ? {} : {
        flagger: {
          provider: { type: 'cloudwatch', region: at.at('region').text(region, 'a region such as eu-central-1', /^[a-z]{2}(-[a-z]+)+-\d$/) },
          query: JSON.stringify(queries.map(query => capitalized(query))),
        },
      },
    };
  }
}

/** As the API of AWS spells it, which Flagger passes on. */
function capitalized(value: unknown): unknown {
  if (Array.isArray(value)) { return value.map(capitalized); }
  if (typeof value !== 'object' || value === null) { return value; }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [`${key.charAt(0).toUpperCase()}${key.slice(1)}`, capitalized(member)]));
}
