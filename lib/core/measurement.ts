import type { IConstruct } from 'constructs';
import type { MeasuredResult } from './measured-result';

/** Plain JSON of another project's object. */
export interface PlainFields { readonly [field: string]: unknown }

/** A measurement as Flagger's MetricTemplate states it. */
export interface FlaggerMeasurement {
  /** The template's `provider`, but for its Secret. */
  readonly provider: PlainFields;
  /** The template's `query`. */
  readonly query: string;
}

/** A value that is read from a Secret when it is measured, and stands in the provider as `{{args.NAME}}`. */
export interface MeasurementSecret {
  /** The NAME. */
  readonly argument: string;
  /** Name of the Secret, in the namespace of the release. */
  readonly secret: string;
  /** Key in the Secret. */
  readonly key: string;
}

/** A measurement, as the manifests of one scope state it. */
export interface MeasurementFields {
  /** The `provider` of a metric of Argo Rollouts: one field, named for the kind of provider. */
  readonly provider: PlainFields;
  /**
   * What the answer looks like, for thresholds.
   *
   * @default - nobody knows: only a condition, or no error, can say whether it is good
   */
  readonly result?: MeasuredResult;
  /**
   * What the provider reads from Secrets.
   *
   * @default - nothing
   */
  readonly secrets?: MeasurementSecret[];
  /**
   * Whether it is a single run that ends by itself and says how it went, such as a Job, rather than something that is asked again and again.
   *
   * @default false
   */
  readonly runsOnce?: boolean;
  /**
   * The same for Flagger.
   *
   * @default - Flagger has no such provider
   */
  readonly flagger?: FlaggerMeasurement;
}

/** A question to a system that knows how a release does: what is measured, and where. */
export interface IMeasurement {
  /** Such as `Prometheus at http://prometheus.monitoring:9090`, for people. */
  readonly description: string;
  /**
   * What it looks like in the manifests of a scope, whose environment counts.
   *
   * @param scope the release or the template that measures
   * @param property where it stands there, for errors
   */
  bind(scope: IConstruct, property: string): MeasurementFields;
}

/** A system that answers queries in a language of its own. */
export interface IQueryProvider {
  /** Such as `Prometheus at http://prometheus.monitoring:9090`, for people. */
  readonly description: string;
  /** Whether it understands PromQL, in which the ready-made metrics are written. */
  readonly speaksPromQl: boolean;
  /** A measurement by a query. @param text the query */
  query(text: string): IMeasurement;
}
