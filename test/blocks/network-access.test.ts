import { App, Chart, Testing } from 'cdk8s';
import { NetworkPeer, Protocol } from 'cdk8s-production';
import { NetworkAccess } from '../../lib/blocks/network-access';

type Allow = (policy: NetworkAccess) => void;

function specOf(...allow: Allow[]): Record<string, unknown> {
  const chart = new Chart(new App({ outdir: 'never-written' }), 'chart', { namespace: 'shop' });
  const policy = new NetworkAccess(chart, 'policy', { name: 'web', labels: {}, selectorLabels: { app: 'web' } });
  allow.forEach(call => call(policy));
  return (Testing.synth(chart)[0] as { spec: Record<string, unknown> }).spec;
}

const pods = (app: string): NetworkPeer => NetworkPeer.pods({ app }, { namespace: 'shop' });
const selected = (app: string): object => ({ podSelector: { matchLabels: { app } } });

test('denies both ways as long as nothing is allowed, without lists that the API server would drop', () => {
  expect(specOf()).toEqual({ podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress', 'Egress'] });
});

test('peers that share their ports share a rule; a port may be of two protocols', () => {
  const dns = [{ number: 53, protocol: Protocol.UDP }, { number: 53 }];
  expect(specOf(policy => policy.allowFrom([pods('b'), pods('a')], [{ number: 8080 }]), policy => policy.allowTo([pods('dns')], dns))).toMatchObject({
    ingress: [{ from: [selected('a'), selected('b')], ports: [{ port: 8080, protocol: 'TCP' }] }],
    egress: [{ to: [selected('dns')], ports: [{ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }] }],
  });
});

test('neither the order nor the repetition of calls shows', () => {
  const calls: Allow[] = [
    policy => policy.allowFrom([pods('a')], [{ number: 9090 }, { number: 8080 }]),
    policy => policy.allowFrom([pods('b')], [{ number: 8080 }]),
    policy => policy.allowTo([NetworkPeer.cidr('203.0.113.0/24')], [{ number: 443 }]),
  ];
  expect(JSON.stringify(specOf(...[...calls].reverse(), ...calls))).toBe(JSON.stringify(specOf(...calls)));
});

test('a policy of one direction leaves the other alone', () => {
  const chart = new Chart(new App({ outdir: 'never-written' }), 'chart');
  new NetworkAccess(chart, 'policy', { name: 'web', labels: {}, selectorLabels: { app: 'web' }, directions: ['Ingress'] }).allowFrom([pods('a')], [{ number: 1 }]);
  expect((Testing.synth(chart)[0] as { spec: { policyTypes: string[] } }).spec.policyTypes).toEqual(['Ingress']);
});
