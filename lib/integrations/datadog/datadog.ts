import type { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { goDuration } from '../../core/go-duration';
import { MeasuredResult } from '../../core/measured-result';
import type { IMeasurement, IQueryProvider, MeasurementFields } from '../../core/measurement';
import { type KnownProperties, PropertyPath } from '../../core/property-path';

/** How the points of a query become one number. */
export enum DatadogAggregator {
  /** Average. */
  AVG = 'avg',
  /** Least. */
  MIN = 'min',
  /** Most. */
  MAX = 'max',
  /** Sum. */
  SUM = 'sum',
  /** The newest. */
  LAST = 'last',
  /** A percentile. */
  PERCENTILE = 'percentile',
  /** Mean. */
  MEAN = 'mean',
  /** Root of the sum of squares. */
  L2NORM = 'l2norm',
  /** Area below the curve. */
  AREA = 'area',
}

/** How Datadog is asked. */
export interface DatadogOptions {
  /**
   * Name of the Secret with `api-key`, `app-key` and `address`, in the namespace of the release.
   *
   * @default - the controller's own credentials
   */
  readonly secret?: string;
  /**
   * Name of the Secret in the namespace of the controller.
   *
   * @default - `datadog`, or the controller's environment variables
   */
  readonly controllerSecret?: string;
  /**
   * How far back a query looks, 1 minute to 1 day.
   *
   * @default - 5 minutes
   */
  readonly window?: Duration;
  /**
   * How the points in the window become one number.
   *
   * @default DatadogAggregator.LAST
   */
  readonly aggregator?: DatadogAggregator;
  /**
   * How long a request may take, 1 s to 5 minutes. Needs Argo Rollouts 1.10.
   *
   * @default - 10 s
   */
  readonly timeout?: Duration;
}

const KNOWN: KnownProperties<DatadogOptions> = { secret: true, controllerSecret: true, window: true, aggregator: true, timeout: true };
const SECRET = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/**
 * Datadog, by the second version of its API.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/datadog/
 */
export class Datadog implements IQueryProvider {
  /** An account. @param options whose credentials, and how it is asked */
  public static of(options: DatadogOptions = {}): Datadog {
    return new Datadog(options);
  }

  /** For people. */
  public readonly description = 'Datadog';
  /** Whether it understands PromQL: it does not. */
  public readonly speaksPromQl = false;

  private constructor(private readonly options: DatadogOptions) {}

  /** @see IQueryProvider.query */
  public query(text: string): IMeasurement {
    return this.measure({ query: text }, text);
  }

  /**
   * A number that is made of several queries.
   *
   * @param formula such as `errors / requests`
   * @param queries the queries, by the names the formula uses
   */
  public formula(formula: string, queries: { readonly [name: string]: string }): IMeasurement {
    const description = this.description;
    return {
      description,
      bind: (scope: IConstruct, property: string): MeasurementFields => {
        const at = new PropertyPath(scope, property);
        at.at('formula').text(formula, 'a formula such as errors / requests');
        const entries = Object.entries(at.at('queries').record(queries, 'queries by their names', "{ errors: 'sum:requests.errors{service:web}.as_count()' }"));
        if (entries.length === 0) { at.at('queries').refuse('MissingValue', { value: {}, allowed: 'at least one query', fix: 'name the queries that the formula uses' }); }
        for (const [name, query] of entries) {
          at.at('queries').at(name).text(query, 'a query');
          if (!/^[a-z][a-z0-9_]*$/.test(name)) { at.at('queries').refuse('InvalidName', { value: name, allowed: 'lower-case letters, digits and "_"', fix: 'rename it, in the formula as well' }); }
        }
        return this.bind(at, { formula, queries: { ...queries } }, undefined);
      },
    };
  }

  private measure(fields: { readonly query: string }, flaggerQuery: string): IMeasurement {
    return { description: this.description, bind: (scope: IConstruct, property: string): MeasurementFields => this.bind(new PropertyPath(scope, property), fields, flaggerQuery) };
  }

  private bind(at: PropertyPath, asked: object, flaggerQuery: string | undefined): MeasurementFields {
    const { options } = this;
    at.onlyKnown(options, KNOWN);
    if (options.secret !== undefined && options.controllerSecret !== undefined) {
      at.at('controllerSecret').refuse('ConflictingProperties', { value: options.controllerSecret, allowed: 'either secret or controllerSecret', fix: 'leave one of the two out' });
    }
    if (options.aggregator !== undefined) { at.at('aggregator').member(options.aggregator, DatadogAggregator, 'DatadogAggregator'); }
    const window = options.window === undefined ? 300 : at.at('window').seconds(options.window, 60, 86_400, 'give whole seconds, 1 minute to 1 day', 'Duration.minutes(5)');
    const timeout = options.timeout === undefined ? undefined : at.at('timeout').seconds(options.timeout, 1, 300, 'give whole seconds, 1 s to 5 minutes', 'Duration.seconds(30)');
    const secretRef = options.secret !== undefined
      ? { name: at.at('secret').text(options.secret, 'the name of a Secret', SECRET), namespaced: true }
      : options.controllerSecret !== undefined ? { name: at.at('controllerSecret').text(options.controllerSecret, 'the name of a Secret', SECRET) } : undefined;
    return {
      provider: {
        datadog: {
          ...options.aggregator === undefined ? {} : { aggregator: options.aggregator },
          apiVersion: 'v2',
          interval: goDuration(window),
          ...asked,
          ...timeout === undefined ? {} : { requestTimeout: goDuration(timeout) },
          ...secretRef === undefined ? {} : { secretRef },
        },
      },
      result: MeasuredResult.number(),
      ...flaggerQuery === undefined ? {} : { flagger: { provider: { type: 'datadog' }, query: flaggerQuery } },
    };
  }
}
