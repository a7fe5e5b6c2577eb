import * as kplus from 'cdk8s-plus-28';
import { Chart } from 'cdk8s';
import { Replicas } from 'cdk8s-production';
import { one, synth } from './helpers/manifests';
import { web } from './helpers/service';

describe('a kplus autoscaler', () => {
  test('targets a service whose replicas are left to it', () => {
    const service = web({ replicas: Replicas.external('another autoscaler') });
    new kplus.HorizontalPodAutoscaler(Chart.of(service), 'hpa', { target: service, maxReplicas: 7 });
    expect(one(synth(Chart.of(service)), 'HorizontalPodAutoscaler').spec.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' });
  });
});
