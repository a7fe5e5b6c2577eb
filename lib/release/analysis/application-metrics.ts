import type { Port } from '../../core/port';
import type { KnownProperties, PropertyPath } from '../../core/property-path';
import type { IRequestMetrics, MetricSubject } from '../../core/request-metrics';

/** Names that an application gives its metrics. */
export interface ApplicationMetricNames {
  /**
   * The counter of requests.
   *
   * @default 'http_requests_total'
   */
  readonly requests?: string;
  /**
   * The histogram of their durations in seconds, without `_bucket`.
   *
   * @default 'http_request_duration_seconds'
   */
  readonly durations?: string;
  /**
   * The counter's label that holds the status.
   *
   * @default 'status'
   */
  readonly statusLabel?: string;
  /**
   * A regular expression of the statuses that are the server's fault.
   *
   * @default '5..'
   */
  readonly errorStatus?: string;
  /**
   * What else a series must match to count. Leave probes out: many good ones hide a few bad requests.
   *
   * @default - nothing
   */
  readonly matchers?: string[];
}

const KNOWN: KnownProperties<ApplicationMetricNames> = { requests: true, durations: true, statusLabel: true, errorStatus: true, matchers: true };
const METRIC = /^[a-zA-Z_:][\w:]*$/;

const DEFAULTS: Required<ApplicationMetricNames> = {
  requests: 'http_requests_total', durations: 'http_request_duration_seconds', statusLabel: 'status', errorStatus: '5..', matchers: [],
};
const GRPC: Required<ApplicationMetricNames> = {
  requests: 'grpc_server_handled_total',
  durations: 'grpc_server_handling_seconds',
  statusLabel: 'grpc_code',
  errorStatus: 'Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss',
  matchers: [],
};
const OPEN_TELEMETRY: Required<ApplicationMetricNames> = {
  requests: 'http_server_request_duration_seconds_count', durations: 'http_server_request_duration_seconds', statusLabel: 'http_response_status_code', errorStatus: '5..', matchers: [],
};

/**
 * Requests as the pods of the application count them, found by Prometheus' labels `namespace` and `pod`.
 *
 * @example
 *
 * ApplicationMetrics.http({ statusLabel: 'code', matchers: ['path!~"/health/.*"'] })
 */
export class ApplicationMetrics implements IRequestMetrics {
  /** As many libraries count them: `http_requests_total`, `http_request_duration_seconds`. @param names what is called otherwise */
  public static http(names: ApplicationMetricNames = {}): ApplicationMetrics {
    return new ApplicationMetrics(names, DEFAULTS);
  }

  /**
   * gRPC, as its interceptors for Prometheus count it: `grpc_server_handled_total`, `grpc_server_handling_seconds`. Failed
   * by the server's fault are the codes Unknown, DeadlineExceeded, Unimplemented, Internal, Unavailable and DataLoss.
   *
   * @param names what is called otherwise
   * @see https://github.com/grpc-ecosystem/go-grpc-middleware/tree/main/providers/prometheus
   */
  public static grpc(names: ApplicationMetricNames = {}): ApplicationMetrics {
    return new ApplicationMetrics(names, GRPC);
  }

  /**
   * HTTP, as OpenTelemetry counts it: one histogram for both.
   *
   * @param matchers what a series must match to count
   * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
   */
  public static openTelemetry(matchers: string[] = []): ApplicationMetrics {
    return new ApplicationMetrics({ matchers }, OPEN_TELEMETRY);
  }

  /** As an application counts them that says nothing: by what its main port speaks. @internal */
  public static _of(ports: readonly Port[]): ApplicationMetrics {
    return /grpc|h2c/.test(ports[0]?.appProtocol ?? '') ? ApplicationMetrics.grpc() : ApplicationMetrics.http();
  }

  /** For people. */
  public readonly description = "the application's own metrics";
  /** Whether the pods themselves must be scraped: they must. */
  public readonly scrapesPods = true;

  private constructor(private readonly given: ApplicationMetricNames, private readonly defaults: Required<ApplicationMetricNames>) {}

  /** @see IRequestMetrics.requestRate */
  public requestRate(subject: MetricSubject, window: string): string {
    return `sum(rate(${this.names.requests}{${this.selector(subject)}}[${window}]))`;
  }

  /** @see IRequestMetrics.errorRate */
  public errorRate(subject: MetricSubject, window: string): string {
    const { requests, statusLabel, errorStatus } = this.names;
    const selector = this.selector(subject);
    // A series of errors begins with the first error; until then there are none, but only where there are requests.
    return `(sum(rate(${requests}{${selector},${statusLabel}=~"${errorStatus}"}[${window}])) or 0 * sum(rate(${requests}{${selector}}[${window}])))`;
  }

  /** @see IRequestMetrics.latency */
  public latency(subject: MetricSubject, window: string, quantile: number): string {
    return `histogram_quantile(${quantile}, sum by (le) (rate(${this.names.durations}_bucket{${this.selector(subject)}}[${window}])))`;
  }

  /** @internal */
  public _check(at: PropertyPath): void {
    at.onlyKnown(this.given, KNOWN);
    const { requests, durations, statusLabel, errorStatus, matchers } = this.names;
    at.at('requests').text(requests, 'the name of a metric', METRIC);
    at.at('durations').text(durations, 'the name of a histogram, without _bucket', METRIC);
    if (durations.endsWith('_bucket')) { at.at('durations').refuse('InvalidValue', { value: durations, allowed: 'the name of a histogram, without _bucket', fix: `write ${durations.slice(0, -'_bucket'.length)}` }); }
    at.at('statusLabel').text(statusLabel, 'the name of a label', /^[a-zA-Z_]\w*$/);
    at.at('errorStatus').text(errorStatus, 'a regular expression without quotation marks, such as 5..', /^[^"\\{]+$/);
    at.at('matchers').list(matchers).forEach((matcher, i) => at.at('matchers').at(i).text(matcher, 'a matcher of PromQL, such as path!~"/health/.*"', /^[a-zA-Z_]\w*(=|!=|=~|!~)"([^"\\]|\\.)*"$/));
  }

  private get names(): Required<ApplicationMetricNames> {
    return { ...this.defaults, ...this.given };
  }

  private selector({ namespace, pods }: MetricSubject): string {
    return [`namespace="${namespace}"`, `pod=~"${pods}"`, ...this.names.matchers].join(',');
  }
}
