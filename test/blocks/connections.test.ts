import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { ConnectionVariables, Environment, ExternalEndpoint, Health, NetworkPeer, Port, ProductionService, type ProductionServiceProps, ServiceExposure } from 'cdk8s-production';
import { errorOf, type Manifest, MINIMAL, one, synth, testChart } from '../helpers/manifests';

const selector = (name: string) => ({ 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': name });
const service = (chart: Chart, id: string, props: Partial<ProductionServiceProps> = {}) => new ProductionService(chart, id, { ...MINIMAL, ...props });
const policy = (chart: Chart, name: string): Manifest => one(synth(chart), 'NetworkPolicy', name).spec;
/** The egress beyond name lookups. */
const egress = (chart: Chart, name: string): Manifest[] => policy(chart, name).egress.filter((rule: Manifest) => rule.ports[0].port !== 53);
const env = (chart: Chart, name: string): Manifest[] | undefined => one(synth(chart), 'Deployment', name).spec.template.spec.containers[0].env;
const EVENTS = Port.udp(8125, { name: 'events' });
const ADMIN = Port.tcp(9090, { name: 'admin', servicePort: 9000 });

/** `front` and `stock` in one chart. */
function shop(stockProps: Partial<ProductionServiceProps> = {}) {
  const chart = testChart();
  return { chart, front: service(chart, 'front'), stock: service(chart, 'stock', stockProps) };
}

describe('a connection', () => {
  test('opens both ends: egress of the caller, ingress of the target, on the container\'s port', () => {
    const { chart, front, stock } = shop();
    front.connectTo(stock);

    expect(egress(chart, 'front')).toEqual([{ ports: [{ port: 8080, protocol: 'TCP' }], to: [{ podSelector: { matchLabels: selector('stock') } }] }]);
    expect(policy(chart, 'stock').ingress).toEqual([{ from: [{ podSelector: { matchLabels: selector('front') } }], ports: [{ port: 8080, protocol: 'TCP' }] }]);
    expect(policy(chart, 'front').ingress).toBeUndefined();
    expect(egress(chart, 'stock')).toEqual([]);
  });

  test('gives the caller the Service\'s name and port', () => {
    const { chart, front, stock } = shop();
    front.connectTo(stock);

    expect(env(chart, 'front')).toEqual([{ name: 'STOCK_HOST', value: 'stock' }, { name: 'STOCK_PORT', value: '80' }]);
    expect(env(chart, 'stock')).toBeUndefined();
  });

  test('is an edge of the graph', () => {
    const { front, stock } = shop();
    front.connectTo(stock);

    expect(front.edges).toMatchObject([{ from: 'chart/front', to: 'chart/stock', port: { name: 'http', number: 8080, servicePort: 80, protocol: 'TCP' } }]);
    expect(stock.edges).toEqual([]);
  });

  test('goes to the port that is named: policies to the container\'s, variables to the Service\'s', () => {
    const { chart, front, stock } = shop({ additionalPorts: [ADMIN] });
    front.connectTo(stock, { port: 'admin' });

    expect(egress(chart, 'front')[0].ports).toEqual([{ port: 9090, protocol: 'TCP' }]);
    expect(policy(chart, 'stock').ingress[0].ports).toEqual([{ port: 9090, protocol: 'TCP' }]);
    expect(env(chart, 'front')).toContainEqual({ name: 'STOCK_PORT', value: '9000' });
  });

  test('of UDP stays UDP on both ends', () => {
    const { chart, front, stock } = shop({ additionalPorts: [EVENTS] });
    front.connectTo(stock, { port: 'events' });

    expect(egress(chart, 'front')[0].ports).toEqual([{ port: 8125, protocol: 'UDP' }]);
    expect(policy(chart, 'stock').ingress[0].ports).toEqual([{ port: 8125, protocol: 'UDP' }]);
  });

  test('to a sidecar\'s port is one to the service', () => {
    const { chart, front, stock } = shop({ sidecars: [{ name: 'proxy', image: MINIMAL.image, ports: [Port.tcp(15000, { name: 'proxy' })] }] });
    front.connectTo(stock, { port: 'proxy' });

    expect(policy(chart, 'stock').ingress[0].ports).toEqual([{ port: 15000, protocol: 'TCP' }]);
  });

  test('to a headless Service dials the pods: the container\'s port', () => {
    const { chart, front, stock } = shop({ exposure: ServiceExposure.headless() });
    front.connectTo(stock);

    expect(env(chart, 'front')).toContainEqual({ name: 'STOCK_PORT', value: '8080' });
  });

  test('can be declared again without a change', () => {
    const declare = (times: number): string => {
      const { chart, front, stock } = shop();
      for (let i = 0; i < times; i++) { front.connectTo(stock); }
      return JSON.stringify([synth(chart), front.edges]);
    };

    expect(declare(3)).toBe(declare(1));
  });

  test('to two ports of one target needs names for one of them', () => {
    const { chart, front, stock } = shop({ additionalPorts: [ADMIN] });
    front.connectTo(stock);
    expect(errorOf(() => front.connectTo(stock, { port: 'admin' }))).toMatchObject({
      code: 'EnvironmentVariableConflict', constructPath: 'chart/front', property: 'connectTo.variables.STOCK_PORT', allowed: expect.stringContaining('sets it to 80') as string,
    });
    front.connectTo(stock, { port: 'admin', variables: ConnectionVariables.prefix('STOCK_ADMIN') });

    expect(egress(chart, 'front')).toEqual([{
      ports: [{ port: 8080, protocol: 'TCP' }, { port: 9090, protocol: 'TCP' }], to: [{ podSelector: { matchLabels: selector('stock') } }],
    }]);
    expect(env(chart, 'front')!.map(({ name, value }) => `${name}=${value}`)).toEqual([
      'STOCK_ADMIN_HOST=stock', 'STOCK_ADMIN_PORT=9000', 'STOCK_HOST=stock', 'STOCK_PORT=80',
    ]);
  });

  test('to itself opens its own pods to each other', () => {
    const { chart, front } = shop();
    front.connectTo(front);

    expect(egress(chart, 'front')[0].to).toEqual([{ podSelector: { matchLabels: selector('front') } }]);
    expect(policy(chart, 'front').ingress[0].from).toEqual([{ podSelector: { matchLabels: selector('front') } }]);
    expect(env(chart, 'front')).toContainEqual({ name: 'FRONT_HOST', value: 'front' });
  });

  test('both ways opens both policies both ways', () => {
    const { chart, front, stock } = shop();
    front.connectTo(stock);
    stock.connectTo(front);

    for (const [name, other] of [['front', 'stock'], ['stock', 'front']] as const) {
      expect(egress(chart, name)[0].to).toEqual([{ podSelector: { matchLabels: selector(other) } }]);
      expect(policy(chart, name).ingress[0].from).toEqual([{ podSelector: { matchLabels: selector(other) } }]);
    }
  });

  test('adds no variable to a sidecar or an init container', () => {
    const chart = testChart();
    const helper = { name: 'helper', image: MINIMAL.image };
    const front = service(chart, 'front', { sidecars: [helper], initContainers: [{ ...helper, name: 'init' }] });
    front.connectTo(service(chart, 'stock'));

    expect(one(synth(chart), 'Deployment', 'front').spec.template.spec.initContainers.map((c: Manifest) => c.env)).toEqual([undefined, undefined]);
  });

  test('refuses a target that is a worker', () => {
    const { front, stock } = shop({ port: undefined, health: Health.none('it takes messages from a queue') });

    expect(errorOf(() => front.connectTo(stock))).toMatchObject({
      code: 'NetworkUnreachable', constructPath: 'chart/front', property: 'connectTo', value: '"chart/stock"', fix: 'give it a port, or turn the connection around',
    });
  });

  test('refuses a port that the target does not have, with those it has', () => {
    const { front, stock } = shop({ additionalPorts: [ADMIN] });

    expect(errorOf(() => front.connectTo(stock, { port: 'grpc' }))).toMatchObject({
      code: 'PortConflict', property: 'connectTo.port', allowed: "one of the ports http, admin of 'chart/stock'",
    });
  });

  test('refuses what is no target, and options it does not know', () => {
    const { front, stock } = shop();

    expect(errorOf(() => front.connectTo('stock' as never))).toMatchObject({ code: 'InvalidValue', property: 'connectTo', value: '"stock"' });
    expect(errorOf(() => front.connectTo(stock, { ports: ['http'] } as object))).toMatchObject({ code: 'UnknownProperty', property: 'connectTo.ports', fix: "did you mean 'port'?" });
  });
});

describe('a connection across namespaces', () => {
  const across = (from: string | undefined, to: string | undefined) => {
    const app = new App({ outdir: 'never-written' });
    const [here, there] = [new Chart(app, 'here', { namespace: from }), new Chart(app, 'there', { namespace: to })];
    return { here, there, front: service(here, 'front'), stock: service(there, 'stock') };
  };

  test('names the other end\'s namespace in both policies, and its full host name', () => {
    const { here, there, front, stock } = across('web', 'backend');
    front.connectTo(stock);

    expect(egress(here, 'front')[0].to).toEqual([
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'backend' } }, podSelector: { matchLabels: selector('stock') } },
    ]);
    expect(policy(there, 'stock').ingress[0].from).toEqual([
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'web' } }, podSelector: { matchLabels: selector('front') } },
    ]);
    expect(env(here, 'front')).toContainEqual({ name: 'STOCK_HOST', value: 'stock.backend.svc.cluster.local' });
  });

  test('uses the domain of the caller\'s cluster', () => {
    const app = new App({ outdir: 'never-written' });
    Environment.production({ clusterDomain: 'eu.example.com' }).attachTo(app);
    const [here, there] = [new Chart(app, 'here', { namespace: 'web' }), new Chart(app, 'there', { namespace: 'backend' })];
    service(here, 'front').connectTo(service(there, 'stock'));

    expect(env(here, 'front')).toContainEqual({ name: 'STOCK_HOST', value: 'stock.backend.svc.eu.example.com' });
  });

  test('between two charts of one namespace needs no namespace in the policies', () => {
    const { here, front, stock } = across('web', 'web');
    front.connectTo(stock);

    expect(egress(here, 'front')[0].to).toEqual([{ podSelector: { matchLabels: selector('stock') } }]);
    expect(env(here, 'front')).toContainEqual({ name: 'STOCK_HOST', value: 'stock' });
  });

  test('between two charts without namespace is one within whatever namespace they are applied to', () => {
    const { here, front, stock } = across(undefined, undefined);
    front.connectTo(stock);

    expect(egress(here, 'front')[0].to).toEqual([{ podSelector: { matchLabels: selector('stock') } }]);
  });

  test.each([['web', undefined, 'from namespace web to (unknown)'], [undefined, 'backend', 'from namespace (unknown) to backend']])('refuses one from %s to %s: a policy could not name it', (from, to, value) => {
    const { front, stock } = across(from, to);

    expect(errorOf(() => front.connectTo(stock))).toMatchObject({
      code: 'NetworkUnreachable', constructPath: 'here/front', property: 'connectTo', value: JSON.stringify(value), fix: 'give both charts a namespace: new Chart(app, id, { namespace })',
    });
  });

  test('refuses one into another environment: that is another cluster', () => {
    const app = new App({ outdir: 'never-written' });
    const [here, there] = [new Chart(app, 'here', { namespace: 'web' }), new Chart(app, 'there', { namespace: 'web' })];
    Environment.named('production-eu').attachTo(here);
    Environment.named('production-us').attachTo(there);
    const [front, stock] = [service(here, 'front'), service(there, 'stock')];

    expect(errorOf(() => front.connectTo(stock))).toMatchObject({
      code: 'NetworkUnreachable', property: 'connectTo', value: '"there/stock"', allowed: "targets in the same environment, 'production-eu'; it is in 'production-us'",
    });
    expect(policy(there, 'stock').ingress).toBeUndefined();
  });
});

describe('two charts connected both ways', () => {
  let outdir: string;
  beforeEach(() => { outdir = mkdtempSync(join(tmpdir(), 'connections-')); });
  afterEach(() => rmSync(outdir, { recursive: true }));

  const write = (connect: boolean): Record<string, string> => {
    const app = new App({ outdir });
    const charts = ['orders', 'stock', 'mail'].map(id => new Chart(app, id, { namespace: id }));
    const [orders, stock, mail] = charts.map(chart => service(chart, chart.node.id)) as [ProductionService, ProductionService, ProductionService];
    if (connect) {
      orders.connectTo(stock);
      stock.connectTo(orders);
      stock.connectTo(mail);
      mail.connectTo(orders);
    }
    app.synth();
    return Object.fromEntries(readdirSync(outdir).sort().map(file => [file, readFileSync(join(outdir, file), 'utf8')]));
  };

  test('are synthesized to the same files as without connections: no cycle, no prefix for order', () => {
    expect(Object.keys(write(true))).toEqual(['mail.k8s.yaml', 'orders.k8s.yaml', 'stock.k8s.yaml']);
    expect(Object.keys(write(false))).toEqual(['mail.k8s.yaml', 'orders.k8s.yaml', 'stock.k8s.yaml']);
  });

  test('each hold their end', () => {
    const files = write(true);

    expect(files['orders.k8s.yaml']).toContain('value: stock.stock.svc.cluster.local');
    expect(files['stock.k8s.yaml']).toContain('kubernetes.io/metadata.name: orders');
  });
});

describe('variables', () => {
  const connected = (variables: ConnectionVariables, id = 'stock', props: Partial<ProductionServiceProps> = {}) => {
    const chart = testChart();
    service(chart, 'front', props).connectTo(service(chart, id), { variables });
    return env(chart, 'front')?.map(({ name, value }) => `${name}=${value}`);
  };

  test.each([
    ['prefix', ConnectionVariables.prefix('DB'), ['DB_HOST=stock', 'DB_PORT=80']],
    ['names of their own', ConnectionVariables.named({ host: 'PGHOST', port: 'PGPORT' }), ['PGHOST=stock', 'PGPORT=80']],
    ['one address', ConnectionVariables.named({ url: 'STOCK_URL', scheme: 'grpc' }), ['STOCK_URL=grpc://stock:80']],
    ['none', ConnectionVariables.none(), undefined],
  ])('by %s', (_, variables, expected) => {
    expect(connected(variables)).toEqual(expected);
  });

  test('come before the service\'s own, so that those can be made of them', () => {
    expect(connected(ConnectionVariables.prefix('DB'), 'stock', { env: { DATABASE_URL: 'postgres://$(DB_HOST):$(DB_PORT)/shop' } })).toEqual([
      'DB_HOST=stock', 'DB_PORT=80', 'DATABASE_URL=postgres://$(DB_HOST):$(DB_PORT)/shop',
    ]);
  });

  test('turn every character that a variable cannot have into an underscore', () => {
    const chart = testChart();
    const front = service(chart, 'front');
    front.connectTo(ExternalEndpoint.cidr('203.0.113.0/24', 443, { host: '3rd-party.example.com' }));

    expect(env(chart, 'front')!.map(({ name }) => name)).toEqual(['_3RD_PARTY_EXAMPLE_COM_HOST', '_3RD_PARTY_EXAMPLE_COM_PORT']);
  });

  test('refuses a name that the service itself sets', () => {
    expect(errorOf(() => connected(ConnectionVariables.prefix('DB'), 'stock', { env: { DB_HOST: 'localhost' } }))).toMatchObject({
      code: 'EnvironmentVariableConflict',
      property: 'connectTo.variables.DB_HOST',
      allowed: expect.stringContaining('the workload sets it in "env"') as string,
      fix: "choose other names: { variables: ConnectionVariables.prefix('OTHER') }",
    });
  });

  test('refuses two targets under one name, but not one value twice', () => {
    const chart = testChart();
    const front = service(chart, 'front');
    front.connectTo(service(chart, 'stock'), { variables: ConnectionVariables.named({ port: 'BACKEND_PORT' }) });
    front.connectTo(service(chart, 'orders'), { variables: ConnectionVariables.named({ port: 'BACKEND_PORT' }) });
    const mail = service(chart, 'mail', { port: Port.tcp(2525) });

    expect(errorOf(() => front.connectTo(mail, { variables: ConnectionVariables.named({ port: 'BACKEND_PORT' }) }))).toMatchObject({
      code: 'EnvironmentVariableConflict', property: 'connectTo.variables.BACKEND_PORT', value: '"2525"',
    });
  });

  test.each(['1ST', 'A-B', '', 'A B'])('refuses the name %j', host => {
    expect(errorOf(() => connected(ConnectionVariables.named({ host })))).toMatchObject({ code: 'InvalidValue', property: 'connectTo.variables.host' });
  });

  test('refuses a host variable where no host is known', () => {
    const chart = testChart();
    const front = service(chart, 'front');

    expect(errorOf(() => front.connectTo(ExternalEndpoint.pods({ app: 'db' }, 5432), { variables: ConnectionVariables.prefix('DB') }))).toMatchObject({
      code: 'MissingValue', property: 'connectTo.variables', fix: expect.stringContaining("{ host: 'database' }") as string,
    });
  });
});

describe('allowFrom', () => {
  test.each([
    ['pods of the same namespace', NetworkPeer.pods({ app: 'gateway' }), { podSelector: { matchLabels: { app: 'gateway' } } }],
    ['pods elsewhere', NetworkPeer.pods({ app: 'gateway' }, { namespace: 'edge' }), {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'edge' } }, podSelector: { matchLabels: { app: 'gateway' } },
    }],
    ['pods by the labels of their namespace', NetworkPeer.pods({ app: 'gateway' }, { namespaceLabels: { team: 'edge' } }), {
      namespaceSelector: { matchLabels: { team: 'edge' } }, podSelector: { matchLabels: { app: 'gateway' } },
    }],
    ['a namespace', NetworkPeer.namespace('edge'), { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'edge' } } }],
    ['its own namespace', NetworkPeer.namespace('shop'), { podSelector: {} }],
    ['addresses', NetworkPeer.cidr('10.0.0.0/8', { except: ['10.9.0.0/16'] }), { ipBlock: { cidr: '10.0.0.0/8', except: ['10.9.0.0/16'] } }],
  ])('lets in %s', (_, peer, rendered) => {
    const { chart, front } = shop();
    front.allowFrom(peer);

    expect(policy(chart, 'front').ingress).toEqual([{ from: [rendered], ports: [{ port: 8080, protocol: 'TCP' }] }]);
  });

  test('lets a service in on several ports, and lets it out there, without variables', () => {
    const { chart, front, stock } = shop({ additionalPorts: [EVENTS] });
    stock.allowFrom(front, { ports: ['http', 'events'] });

    expect(policy(chart, 'stock').ingress).toEqual([{
      from: [{ podSelector: { matchLabels: selector('front') } }], ports: [{ port: 8080, protocol: 'TCP' }, { port: 8125, protocol: 'UDP' }],
    }]);
    expect(egress(chart, 'front')[0].ports).toEqual([{ port: 8080, protocol: 'TCP' }, { port: 8125, protocol: 'UDP' }]);
    expect(env(chart, 'front')).toBeUndefined();
  });

  test('refuses an unknown port, a peer that could not be, and what is no peer', () => {
    const { front } = shop();

    expect(errorOf(() => front.allowFrom(NetworkPeer.namespace('edge'), { ports: ['grpc'] }))).toMatchObject({ code: 'PortConflict', property: 'allowFrom.ports[0]' });
    expect(errorOf(() => front.allowFrom(NetworkPeer.cidr('10.0.0.1')))).toMatchObject({ code: 'InvalidValue', property: 'allowFrom.cidr', fix: 'did you mean 10.0.0.1/32?' });
    expect(errorOf(() => front.allowFrom(undefined as never))).toMatchObject({ code: 'InvalidValue', property: 'allowFrom' });
  });
});
