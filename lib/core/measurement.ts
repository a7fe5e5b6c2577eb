/** Plain JSON of another project's object. */
export interface PlainFields { readonly [field: string]: unknown }

/** A measurement as Flagger's MetricTemplate states it. */
export interface FlaggerMeasurement {
  /** The template's `provider`, but for its Secret. */
  readonly provider: PlainFields;
  /** The template's `query`. */
  readonly query: string;
}

/** A question to a system that knows how a release does: what is measured, and where. */
export interface IMeasurement {
  /** Such as `Prometheus at http://prometheus.monitoring:9090`, for people. */
  readonly description: string;
  /** The `provider` of a metric of Argo Rollouts. */
  readonly provider: PlainFields;
  /** The same for Flagger; nothing where Flagger has no such provider. */
  readonly flagger?: FlaggerMeasurement;
  /** Whether it is a single run that ends by itself, such as a Job, rather than something that is asked again and again. @default false */
  readonly runsOnce?: boolean;
}

/** A system that answers queries in a language of its own. */
export interface IQueryProvider {
  /** Such as `Prometheus at http://prometheus.monitoring:9090`, for people. */
  readonly description: string;
  /** Whether it understands PromQL, in which the ready-made metrics are written. */
  readonly speaksPromQl: boolean;
  /** What the answer to a query looks like in a condition: `result[0]` for a list of numbers, `result` for a number. */
  readonly resultExpression: string;
  /** A measurement by a query. @param text the query */
  query(text: string): IMeasurement;
}
