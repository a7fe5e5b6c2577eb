import { Chart } from 'cdk8s';
import { CiliumFqdnEgress, Environment, ExternalEndpoint, type ExternalEndpointOptions, Protocol } from 'cdk8s-production';
import { errorOf, type Manifest } from '../helpers/manifests';
import { chartIn, containerOf, manifestsOf, objectOf, web } from '../helpers/service';

const connected = (...endpoints: ExternalEndpoint[]) => {
  const service = web({}, chartIn(Environment.production({ fqdnEgress: new CiliumFqdnEgress() })));
  endpoints.forEach(endpoint => service.connectTo(endpoint));
  return service;
};
const egress = (...endpoints: ExternalEndpoint[]): Manifest[] => objectOf(connected(...endpoints), 'NetworkPolicy').spec.egress.filter((rule: Manifest) => rule.ports[0].port !== 53);
const env = (...endpoints: ExternalEndpoint[]) => containerOf(connected(...endpoints)).env?.map(({ name, value }: Manifest) => `${name}=${value}`);

describe('addresses', () => {
  test('are let out to, on their port', () => {
    expect(egress(ExternalEndpoint.cidr('203.0.113.0/24', 5432))).toEqual([{ ports: [{ port: 5432, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '203.0.113.0/24' } }] }]);
  });

  test('of IPv6 are, too', () => {
    expect(egress(ExternalEndpoint.cidr('2001:db8::/32', 443))[0].to).toEqual([{ ipBlock: { cidr: '2001:db8::/32' } }]);
  });

  test.each([
    ['0.0.0.0/0', ['169.254.169.254/32']], ['169.254.0.0/16', ['169.254.169.254/32']], ['::/0', ['fd00:ec2::254/128']], ['fd00::/8', ['fd00:ec2::254/128']], ['10.0.0.0/8', undefined],
  ])('never reach the metadata endpoint of a cloud by accident: %s', (cidr, except) => {
    expect(egress(ExternalEndpoint.cidr(cidr, 443))[0].to[0].ipBlock.except).toEqual(except);
  });

  test('reach it where it is asked for by itself', () => {
    expect(egress(ExternalEndpoint.cidr('169.254.169.254/32', 80))[0].to).toEqual([{ ipBlock: { cidr: '169.254.169.254/32' } }]);
  });

  test('of one port share a rule; those of another have their own', () => {
    const rules = egress(ExternalEndpoint.cidr('203.0.113.0/24', 443), ExternalEndpoint.cidr('198.51.100.0/24', 443), ExternalEndpoint.cidr('192.0.2.0/24', 53, { protocol: Protocol.UDP }));

    expect(rules).toEqual([{
      ports: [{ port: 443, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '198.51.100.0/24' } }, { ipBlock: { cidr: '203.0.113.0/24' } }],
    }]);
    const names = objectOf(connected(ExternalEndpoint.cidr('192.0.2.0/24', 53, { protocol: Protocol.UDP })), 'NetworkPolicy').spec.egress;
    expect(names).toContainEqual({ ports: [{ port: 53, protocol: 'UDP' }], to: [{ ipBlock: { cidr: '192.0.2.0/24' } }] });
  });

  test('give variables where their host is named', () => {
    expect(env(ExternalEndpoint.cidr('203.0.113.0/24', 5432))).toBeUndefined();
    expect(env(ExternalEndpoint.cidr('203.0.113.0/24', 5432, { name: 'ledger', host: 'db.example.com' }))).toEqual(['LEDGER_HOST=db.example.com', 'LEDGER_PORT=5432']);
  });

  test.each([
    ['203.0.113.7', 'did you mean 203.0.113.7/32?'], ['203.0.113.7/24', 'did you mean 203.0.113.0/24?'], ['203.0.113.0/33', 'write the address and the length of the prefix'],
    ['300.0.0.0/8', 'write the address and the length of the prefix'], ['api.example.com', 'write the address and the length of the prefix'], ['', 'write the address and the length of the prefix'],
  ])('refuses %j', (cidr, fix) => {
    expect(errorOf(() => connected(ExternalEndpoint.cidr(cidr, 443)))).toMatchObject({ code: 'InvalidValue', property: 'connectTo(ExternalEndpoint).cidr', fix });
  });
});

describe('pods made elsewhere', () => {
  test('are let out to by their labels and namespace; callers dial the Service\'s port', () => {
    const endpoint = ExternalEndpoint.pods({ app: 'database' }, 5432, { name: 'db', host: 'database.data', namespace: 'data', servicePort: 6432 });

    expect(egress(endpoint)).toEqual([{
      ports: [{ port: 5432, protocol: 'TCP' }],
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'data' } }, podSelector: { matchLabels: { app: 'database' } } }],
    }]);
    expect(env(endpoint)).toEqual(['DB_HOST=database.data', 'DB_PORT=6432']);
  });

  test('of UDP stay UDP', () => {
    expect(egress(ExternalEndpoint.pods({ app: 'statsd' }, 8125, { protocol: Protocol.UDP }))[0].ports).toEqual([{ port: 8125, protocol: 'UDP' }]);
  });

  test('refuses labels and namespaces that cannot be', () => {
    expect(errorOf(() => connected(ExternalEndpoint.pods({ 'bad key!': 'x' }, 1)))).toMatchObject({ code: 'InvalidName', property: 'connectTo(ExternalEndpoint).labels' });
    expect(errorOf(() => connected(ExternalEndpoint.pods({ app: 'x' }, 1, { namespace: 'Data' })))).toMatchObject({ code: 'InvalidValue', property: 'connectTo(ExternalEndpoint).namespace' });
  });
});

describe('host names', () => {
  test('write no rule by address, and variables of their own', () => {
    expect(egress(ExternalEndpoint.fqdn('api.example.com', 443))).toEqual([]);
    expect(env(ExternalEndpoint.fqdn('api.example.com', 443))).toEqual(['API_EXAMPLE_COM_HOST=api.example.com', 'API_EXAMPLE_COM_PORT=443']);
  });

  test('with a wildcard have no host to dial', () => {
    expect(env(ExternalEndpoint.fqdn('*.example.com', 443))).toBeUndefined();
    expect(manifestsOf(connected(ExternalEndpoint.fqdn('*.example.com', 443))).map(manifest => manifest.kind)).toContain('CiliumNetworkPolicy');
  });

  test('refuses them where no one says how the network knows names', () => {
    expect(errorOf(() => web().connectTo(ExternalEndpoint.fqdn('api.example.com', 443)))).toMatchObject({
      code: 'NetworkUnreachable', constructPath: 'chart/web', property: 'connectTo.hostName', fix: expect.stringContaining('ExternalEndpoint.cidr') as string,
    });
  });

  test.each(['https://api.example.com', 'api.example.com/v1', 'api.example.com:443', 'localhost', 'API.example.com', ''])('refuses %j', hostName => {
    expect(errorOf(() => connected(ExternalEndpoint.fqdn(hostName, 443)))).toMatchObject({ code: 'InvalidValue', property: 'connectTo(ExternalEndpoint).hostName' });
  });
});

describe('every endpoint', () => {
  test.each([0, 65536, 80.5, NaN, '443'])('refuses the port %p', port => {
    expect(errorOf(() => connected(ExternalEndpoint.cidr('203.0.113.0/24', port as number)))).toMatchObject({ code: 'InvalidValue', property: 'connectTo(ExternalEndpoint).port', allowed: 'a whole number from 1 to 65535' });
  });

  test('refuses options it does not know', () => {
    expect(errorOf(() => connected(ExternalEndpoint.cidr('203.0.113.0/24', 443, { hosts: 'x' } as ExternalEndpointOptions)))).toMatchObject({ code: 'UnknownProperty', fix: "did you mean 'host'?" });
  });

  test('refuses a port name: it has one port', () => {
    expect(errorOf(() => web().connectTo(ExternalEndpoint.cidr('203.0.113.0/24', 443), { port: 'https' }))).toMatchObject({ code: 'PortConflict', property: 'connectTo(ExternalEndpoint).port' });
  });

  test('can be shared by services of several charts', () => {
    const bank = ExternalEndpoint.cidr('203.0.113.0/24', 443);
    const [one, two] = ['a', 'b'].map(namespace => web({}, chartIn(Environment.production(), namespace)));
    one!.connectTo(bank);
    two!.connectTo(bank);

    expect(objectOf(one!, 'NetworkPolicy').spec).toEqual(objectOf(two!, 'NetworkPolicy').spec);
    expect(Chart.of(two!).namespace).toBe('b');
  });
});
