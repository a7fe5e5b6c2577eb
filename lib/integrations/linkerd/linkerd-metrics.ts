import type { IRequestMetrics, MetricSubject } from '../../core/request-metrics';

/**
 * Requests as Linkerd's proxies in the pods count them: HTTP and gRPC, by those that answer. Probes of the kubelet and requests
 * to the proxy itself do not count. Durations are those until the first byte of an answer. An HTTPRoute on the service's port
 * that is named `probe` is taken for Linkerd's own, and not counted.
 *
 * Prometheus has to scrape the proxies (port 4191) and to label each series with the `namespace` and the `pod` that it comes
 * from, as PodMonitors and Linkerd's own configuration do. `MeshProfile.linkerd()` lets the environment's `monitoring` in.
 *
 * @see https://linkerd.io/2/reference/proxy-metrics/
 */
export class LinkerdMetrics implements IRequestMetrics {
  /** @see IRequestMetrics.description */
  public readonly description = "Linkerd's proxies";
  /** @see IRequestMetrics.scrapesPods */
  public readonly scrapesPods = true;

  /** @see IRequestMetrics.requestRate */
  public requestRate(subject: MetricSubject, window: string): string {
    return `sum(rate(response_total{${selectorOf(subject)}}[${window}]))`;
  }

  /** @see IRequestMetrics.errorRate */
  public errorRate(subject: MetricSubject, window: string): string {
    // No series of errors is no error, as long as there are requests: without any the answer stays empty.
    return `sum(rate(response_total{${selectorOf(subject)},classification="failure"}[${window}])) or 0 * ${this.requestRate(subject, window)}`;
  }

  /** @see IRequestMetrics.latency */
  public latency(subject: MetricSubject, window: string, quantile: number): string {
    return `histogram_quantile(${quantile}, sum by (le) (rate(response_latency_ms_bucket{${selectorOf(subject)}}[${window}]))) / 1000`;
  }
}

function selectorOf({ namespace, pods }: MetricSubject): string {
  return `direction="inbound",namespace="${namespace}",pod=~"${pods}",route_name!="probe",target_addr!~".+:4191"`;
}
