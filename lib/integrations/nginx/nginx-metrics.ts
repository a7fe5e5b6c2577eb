import { type IRequestMetrics, type MetricSubject, PodSet } from '../../core/request-metrics';

/**
 * Requests as ingress-nginx counts them, by Ingress, and apart for the canary. An error of gRPC is a success to it: the status
 * of HTTP counts alone. Works for a release that has an Ingress of ingress-nginx, and only for requests that come through it.
 *
 * Prometheus has to scrape ingress-nginx (port 10254), which has to be started with metrics.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/monitoring/
 */
export class NginxMetrics implements IRequestMetrics {
  /** @see IRequestMetrics.description */
  public readonly description = 'ingress-nginx';
  /** @see IRequestMetrics.scrapesPods */
  public readonly scrapesPods = false;

  /**
   * @param namespaceLabel the label with the Ingress' namespace: `exported_namespace` where the scrape configuration puts that of
   * ingress-nginx into `namespace`, and does not honor labels
   */
  public constructor(private readonly namespaceLabel: string = 'namespace') {}

  /** @see IRequestMetrics.requestRate */
  public requestRate(subject: MetricSubject, window: string): string {
    return `sum(rate(nginx_ingress_controller_requests{${this.selectorOf(subject)}}[${window}]))`;
  }

  /** @see IRequestMetrics.errorRate */
  public errorRate(subject: MetricSubject, window: string): string {
    // No series of errors is no error, as long as there are requests: without any the answer stays empty.
    return `sum(rate(nginx_ingress_controller_requests{${this.selectorOf(subject)},status=~"5.."}[${window}])) or 0 * ${this.requestRate(subject, window)}`;
  }

  /** @see IRequestMetrics.latency */
  public latency(subject: MetricSubject, window: string, quantile: number): string {
    return `histogram_quantile(${quantile}, sum by (le) (rate(nginx_ingress_controller_request_duration_seconds_bucket{${this.selectorOf(subject)}}[${window}])))`;
  }

  /** Both sets are counted under the stable Ingress; the label `canary` names the canary's upstream, and is empty for all others. */
  private selectorOf({ namespace, ingress, service, set }: MetricSubject): string {
    const canary = set === PodSet.CANARY ? `canary=~"${namespace}-${service}-.+"` : 'canary=~"-?"';
    return `${this.namespaceLabel}="${namespace}",ingress="${ingress}",${canary}`;
  }
}
