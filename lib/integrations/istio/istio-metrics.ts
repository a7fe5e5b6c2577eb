import type { IRequestMetrics, MetricSubject } from '../../core/request-metrics';

/** Codes of gRPC that are the server's fault: unknown, deadline exceeded, unimplemented, internal, unavailable, data loss. */
const GRPC_FAULTS = '2|4|12|13|14|15';

/**
 * Requests as Istio's proxies in the pods count them: HTTP and gRPC, by those that answer.
 *
 * Prometheus has to scrape the proxies (port 15020) and to label each series with the `namespace` and the `pod` that it
 * comes from, as PodMonitors and ServiceMonitors do by themselves; other configurations take them from
 * `__meta_kubernetes_namespace` and `__meta_kubernetes_pod_name`. `MeshProfile.istio()` lets the environment's `monitoring` in.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export class IstioMetrics implements IRequestMetrics {
  /** @see IRequestMetrics.description */
  public readonly description = "Istio's proxies";
  /** @see IRequestMetrics.scrapesPods */
  public readonly scrapesPods = true;

  /** @see IRequestMetrics.requestRate */
  public requestRate(subject: MetricSubject, window: string): string {
    return `sum(rate(istio_requests_total{${selectorOf(subject)}}[${window}]))`;
  }

  /** @see IRequestMetrics.errorRate */
  public errorRate(subject: MetricSubject, window: string): string {
    const failed = (matcher: string): string => `rate(istio_requests_total{${selectorOf(subject)},${matcher}}[${window}])`;
    // No series of errors is no error, as long as there are requests: without any the answer stays empty.
    return `sum(${failed('response_code=~"5.."')} or ${failed(`grpc_response_status=~"${GRPC_FAULTS}"`)}) or 0 * ${this.requestRate(subject, window)}`;
  }

  /** @see IRequestMetrics.latency */
  public latency(subject: MetricSubject, window: string, quantile: number): string {
    return `histogram_quantile(${quantile}, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${selectorOf(subject)}}[${window}]))) / 1000`;
  }
}

function selectorOf({ namespace, pods }: MetricSubject): string {
  return `reporter="destination",namespace="${namespace}",pod=~"${pods}"`;
}
