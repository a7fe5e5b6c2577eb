import type { AnalysisContext } from './analysis/analysis-context';
import type { ReleaseRequest } from './release-request';
import type { TrafficContext } from '../core/traffic-routing';

/** What an analysis may know of a release, whoever carries it out. @internal */
export function analysisContext(
  { release, service }: ReleaseRequest,
  rest: Pick<AnalysisContext, 'canaryService' | 'stableService' | 'ingress' | 'requestMetrics' | 'purpose'>,
): AnalysisContext {
  const { labels, environment } = service._release.facts;
  return { release, workload: service.workload.name, namespace: service.namespace, labels, availability: environment.availability, ...rest };
}

/** What a router has to know of a release, whoever carries it out. @internal */
export function trafficContext({ service }: ReleaseRequest, rest: Pick<TrafficContext, 'stableService' | 'canaryService' | 'managedRoutes'>): TrafficContext {
  const { applicationPorts, labels, exposure, environment } = service._release.facts;
  return {
    workload: service.workload.name,
    namespace: service.namespace,
    rootService: service.name,
    ports: applicationPorts,
    labels,
    behindGateway: exposure._kind === 'gateway',
    environment,
    ...rest,
  };
}
