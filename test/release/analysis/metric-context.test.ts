import { PodSet } from 'cdk8s-production';
import { subjectOfTemplate } from '../../../lib/release/analysis/metric-context';

test('a template names nothing but its arguments, each set by its own hash and Service', () => {
  expect(subjectOfTemplate(PodSet.CANARY)).toEqual({
    namespace: '{{args.namespace}}', workload: '{{args.workload}}', pods: '{{args.workload}}-{{args.canary-hash}}-.*', service: '{{args.service-name}}', ingress: '{{args.ingress}}', set: 'canary',
  });
  expect(subjectOfTemplate(PodSet.STABLE)).toMatchObject({ pods: '{{args.workload}}-{{args.stable-hash}}-.*', service: '{{args.stable-service-name}}', set: 'stable' });
});
