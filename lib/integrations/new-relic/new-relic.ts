import type { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { MeasuredResult } from '../../core/measured-result';
import type { IMeasurement, IQueryProvider, MeasurementFields } from '../../core/measurement';
import { type KnownProperties, PropertyPath } from '../../core/property-path';

/** How New Relic is asked. */
export interface NewRelicOptions {
  /**
   * The field of the answer that is judged: what the query selects `AS`, or the name of its function, such as `average.duration`.
   *
   * @default 'value'
   */
  readonly field?: string;
  /**
   * How long a query may take, 1 s to 2 minutes.
   *
   * @default - 5 s
   */
  readonly timeout?: Duration;
}

const KNOWN: KnownProperties<NewRelicOptions> = { field: true, timeout: true };

/**
 * New Relic, by queries in NRQL that yield one row. A query that yields none is an error, whatever `whenEmpty` says.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/newrelic/
 */
export class NewRelic implements IQueryProvider {
  /**
   * An account.
   *
   * @param secret name of the Secret with `personal-api-key` and `account-id`, in the namespace of the controller
   * @param options what differs from the default
   */
  public static profile(secret = 'newrelic', options: NewRelicOptions = {}): NewRelic {
    return new NewRelic(secret, options);
  }

  /** For people. */
  public readonly description = 'New Relic';
  /** Whether it understands PromQL: it does not. */
  public readonly speaksPromQl = false;

  private constructor(private readonly secret: string, private readonly options: NewRelicOptions) {}

  /** @see IQueryProvider.query */
  public query(text: string): IMeasurement {
    return {
      description: this.description,
      bind: (scope: IConstruct, property: string): MeasurementFields => {
        const at = new PropertyPath(scope, property);
        at.onlyKnown(this.options, KNOWN);
        const { field = 'value', timeout } = this.options;
        return {
          provider: {
            newRelic: {
              profile: at.at('secret').text(this.secret, 'the name of a Secret', /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/),
              query: text,
              ...timeout === undefined ? {} : { timeout: at.at('timeout').seconds(timeout, 1, 120, 'give whole seconds, 1 s to 2 minutes', 'Duration.seconds(10)') },
            },
          },
          result: MeasuredResult.field(at.at('field').text(field, 'the name of a field of the answer')),
          flagger: { provider: { type: 'newrelic' }, query: text },
        };
      },
    };
  }
}
