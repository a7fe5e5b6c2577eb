import { App, Chart } from 'cdk8s';
import { CiliumFqdnEgress, Environment, ExternalNameService, type ExternalNameServiceProps, ProductionService } from 'cdk8s-production';
import { errorOf, identities, type Manifest, MINIMAL, one, synth, testChart } from '../helpers/manifests';
import { chartIn, containerOf, objectOf, web } from '../helpers/service';

const LEDGER: ExternalNameServiceProps = { hostName: 'ledger.example.com', port: 8443 };
const ADDRESSES = ['203.0.113.0/24', '2001:db8::/32'];
const ledger = (chart: Chart, props: Partial<ExternalNameServiceProps> = {}) => new ExternalNameService(chart, 'ledger', { ...LEDGER, ...props });

test('is a Service of type ExternalName, without a selector or an address of its own', () => {
  const chart = testChart();
  ledger(chart);

  expect(synth(chart)).toEqual([{
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'cdk8s-production', 'app.kubernetes.io/name': 'ledger' }, name: 'ledger', namespace: 'shop' },
    spec: { externalName: 'ledger.example.com', ports: [{ name: 'main', port: 8443, protocol: 'TCP' }], type: 'ExternalName' },
  }]);
});

test('carries the team and the application of its environment', () => {
  const chart = chartIn(Environment.production({ team: 'finance', partOf: 'store' }));
  ledger(chart);

  expect(one(synth(chart), 'Service').metadata.labels).toMatchObject({ 'team': 'finance', 'app.kubernetes.io/part-of': 'store' });
});

test('is dialled by its inner name, and let out to by all its addresses', () => {
  const chart = testChart();
  const service = web({}, chart);
  service.connectTo(ledger(chart, { cidrs: ADDRESSES }));

  expect(containerOf(service).env).toEqual([{ name: 'LEDGER_HOST', value: 'ledger' }, { name: 'LEDGER_PORT', value: '8443' }]);
  expect(objectOf(service, 'NetworkPolicy').spec.egress).toContainEqual({
    ports: [{ port: 8443, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '2001:db8::/32' } }, { ipBlock: { cidr: '203.0.113.0/24' } }],
  });
});

test('is dialled by its full name from another namespace', () => {
  const app = new App({ outdir: 'never-written' });
  const [here, there] = [new Chart(app, 'here', { namespace: 'shop' }), new Chart(app, 'there', { namespace: 'gateway' })];
  const service = web({}, here);
  service.connectTo(ledger(there, { cidrs: ADDRESSES }));

  expect(containerOf(service).env).toContainEqual({ name: 'LEDGER_HOST', value: 'ledger.gateway.svc.cluster.local' });
});

test('is let out to by its outer name where the network knows names: that is the name that is looked up in the end', () => {
  const chart = chartIn(Environment.production({ fqdnEgress: new CiliumFqdnEgress() }));
  const service = web({}, chart);
  service.connectTo(ledger(chart));

  expect(one(synth(chart), 'CiliumNetworkPolicy').spec.egress[1]).toEqual({ toFQDNs: [{ matchName: 'ledger.example.com' }], toPorts: [{ ports: [{ port: '8443', protocol: 'TCP' }] }] });
  expect(containerOf(service).env).toContainEqual({ name: 'LEDGER_HOST', value: 'ledger' });
});

test('refuses a caller where nobody knows its addresses', () => {
  const chart = testChart();

  expect(errorOf(() => web({}, chart).connectTo(ledger(chart)))).toMatchObject({ code: 'NetworkUnreachable', property: 'connectTo.hostName' });
});

test('can be used beside a service of another name', () => {
  const chart = testChart();
  ledger(chart, { name: 'bank' });
  new ProductionService(chart, 'ledger-ui', MINIMAL);

  expect(identities(synth(chart)).filter(identity => identity.startsWith('Service/'))).toEqual(['Service/bank', 'Service/ledger-ui']);
});

test.each<[string, Partial<ExternalNameServiceProps>, Manifest]>([
  ['an address', { hostName: '203.0.113.7' }, { code: 'InvalidValue', property: 'hostName', fix: 'write the name, or use ExternalEndpoint.cidr for addresses' }],
  ['a URL', { hostName: 'https://ledger.example.com' }, { code: 'InvalidValue', property: 'hostName' }],
  ['a name without domain', { hostName: 'ledger' }, { code: 'InvalidValue', property: 'hostName' }],
  ['a port out of bounds', { port: 70_000 }, { code: 'InvalidValue', property: 'port' }],
  ['a name no Service can have', { name: '1ledger' }, { code: 'InvalidName', property: 'name' }],
  ['a property it does not know', { cidr: '203.0.113.0/24' } as object, { code: 'UnknownProperty', property: 'cidr', fix: "did you mean 'cidrs'?" }],
])('refuses %s', (_, props, expected) => {
  expect(errorOf(() => ledger(testChart(), props))).toMatchObject({ constructPath: 'chart/ledger', ...expected });
});

test.each([[[], 'MissingValue'], [['203.0.113.7'], 'InvalidValue'], [['203.0.113.0/24', 'nonsense'], 'InvalidValue']])('refuses the addresses %j', (cidrs, code) => {
  const chart = testChart();

  expect(errorOf(() => web({}, chart).connectTo(ledger(chart, { cidrs }))).code).toBe(code);
});
