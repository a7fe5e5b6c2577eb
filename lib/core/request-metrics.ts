/** One of the two sets of pods that a release compares. */
export enum PodSet {
  /** The pods of the new version. */
  CANARY = 'canary',
  /** The pods of the version that serves. */
  STABLE = 'stable',
}

/** How a query names the things of one release. Each is a text to be put into a PromQL string, as it is. */
export interface MetricSubject {
  /** Namespace of the pods. */
  readonly namespace: string;
  /** Name of the workload: the Rollout or Deployment. */
  readonly workload: string;
  /** A regular expression that matches the names of the set's pods, and no others. */
  readonly pods: string;
  /** Name of the Service in front of the set. */
  readonly service: string;
  /** Name of the Ingress in front of the workload; empty where there is none. */
  readonly ingress: string;
  /** Which of the two sets it is, for proxies that count them apart. */
  readonly set: PodSet;
}

/**
 * Where requests are counted: by the application itself, by a mesh's proxies or by an ingress controller. Each method gives
 * PromQL that yields one number for one set of pods.
 */
export interface IRequestMetrics {
  /** Such as `Istio's proxies`, for people. */
  readonly description: string;
  /** Whether the pods themselves must be scraped for it, which their network policy has to allow. */
  readonly scrapesPods: boolean;
  /** Requests in a second. @param subject whose @param window such as `5m` */
  requestRate(subject: MetricSubject, window: string): string;
  /** Requests in a second that failed by the server's fault. @param subject whose @param window such as `5m` */
  errorRate(subject: MetricSubject, window: string): string;
  /** A quantile of the duration of requests, in seconds. @param subject whose @param window such as `5m` @param quantile such as 0.99 */
  latency(subject: MetricSubject, window: string, quantile: number): string;
}
