import { Construct } from 'constructs';
import { ApplicationMetrics } from '../../lib/release/analysis/application-metrics';
import { analysisContext, trafficContext } from '../../lib/release/release-context';
import { checkRelease } from '../../lib/release/release-props';
import { web } from '../helpers/service';

const service = web();
const release = new Construct(service, 'release');
const request = checkRelease(release, { service });
const services = { stableService: 'web-stable', canaryService: 'web-canary' };

test('an analysis learns of the release itself, its workload, namespace and labels', () => {
  const requestMetrics = ApplicationMetrics.http();
  const { labels, environment } = service._release.facts;
  expect(analysisContext(request, { ...services, ingress: undefined, requestMetrics, purpose: 'inline' })).toEqual({
    ...services, release, workload: 'web', namespace: service.namespace, ingress: undefined, requestMetrics, labels, availability: environment.availability, purpose: 'inline',
  });
});

test('a router learns of the Service that callers use, of its ports, and whether gateways may reach it', () => {
  const { applicationPorts, labels, environment } = service._release.facts;
  expect(trafficContext(request, { ...services, managedRoutes: ['testers'] })).toEqual({
    ...services, workload: 'web', namespace: service.namespace, rootService: 'web', ports: applicationPorts, labels, managedRoutes: ['testers'], behindGateway: false, environment,
  });
});
