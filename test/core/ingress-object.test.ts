import { PathType } from 'cdk8s-production';
import { Construct } from 'constructs';
import { createIngress } from '../../lib/core/ingress-object';
import type { TrafficContext } from '../../lib/core/traffic-routing';
import { synth, testChart } from '../helpers/manifests';

const PROPS = { name: 'web', className: 'nginx', annotations: {}, hosts: [], path: '/', pathType: PathType.PREFIX, service: 'web-stable', port: { number: 80 } };
const ingressOf = (props: Partial<Parameters<typeof createIngress>[2]>) => {
  const chart = testChart();
  createIngress(new Construct(chart, 'release'), { labels: { app: 'web' } } as unknown as TrafficContext, { ...PROPS, ...props });
  return synth(chart)[0];
};
const http = { paths: [{ backend: { service: { name: 'web-stable', port: { number: 80 } } }, path: '/', pathType: 'Prefix' }] };

test('without hosts one rule is for all of them, and nothing is written of annotations and certificates', () => {
  expect(ingressOf({})).toEqual({
    apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { labels: { app: 'web' }, name: 'web', namespace: 'shop' }, spec: { ingressClassName: 'nginx', rules: [{ http }] },
  });
});

test('each host has a rule, and all have one certificate', () => {
  expect(ingressOf({ hosts: ['a.example.com', 'b.example.com'], tlsSecret: 'tls' }).spec).toEqual({
    ingressClassName: 'nginx',
    rules: [{ host: 'a.example.com', http }, { host: 'b.example.com', http }],
    tls: [{ hosts: ['a.example.com', 'b.example.com'], secretName: 'tls' }],
  });
});
