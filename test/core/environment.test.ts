import { App, Chart, Duration } from 'cdk8s';
import type { EffectiveEnvironment, EnvironmentProps } from 'cdk8s-production';
import {
  Availability, CiliumFqdnEgress, DnsProfile, Environment, ImagePullPolicy, KubernetesVersion, MeshProfile, NetworkPeer, ProductionService, Replicas, Resources, Shutdown,
} from 'cdk8s-production';
import { Construct } from 'constructs';
import { errorOf, MINIMAL, one, synth, testChart } from '../helpers/manifests';

/** Every property, set to something that is no default. */
const EVERYTHING: Required<EnvironmentProps> = {
  kubernetesVersion: KubernetesVersion.V1_34,
  availability: Availability.RELAXED,
  registry: 'registry.example.com/mirror',
  imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
  dns: DnsProfile.openShift(),
  monitoring: [NetworkPeer.namespace('monitoring')],
  gateways: [NetworkPeer.namespace('ingress')],
  kubernetesApi: [{ peer: NetworkPeer.cidr('10.0.0.1/32'), ports: [{ number: 6443 }] }],
  mesh: MeshProfile.istio(),
  fqdnEgress: { allow: () => undefined },
  clusterDomain: 'eu.example.com',
  team: 'payments',
  partOf: 'shop',
  replicas: Replicas.fixed(4),
  resources: Resources.large(),
  shutdown: Shutdown.graceful({ drain: Duration.seconds(60) }),
};
const PROPERTIES = Object.keys(EVERYTHING) as (keyof EnvironmentProps)[];
/** What a preset says, and no outer scope may overrule. */
const OF_THE_PRESET = ['availability', 'replicas', 'resources'] as const;
const FACTS = PROPERTIES.filter(property => !(OF_THE_PRESET as readonly string[]).includes(property));

/** Another answer to each question of fact. */
const ENVIRONMENT_OF_ITS_OWN: Required<EnvironmentProps> = {
  ...EVERYTHING,
  kubernetesVersion: KubernetesVersion.V1_29,
  registry: 'other.example.com',
  imagePullPolicy: ImagePullPolicy.ALWAYS,
  dns: DnsProfile.nodeLocal(),
  monitoring: [],
  gateways: [],
  kubernetesApi: [],
  mesh: MeshProfile.linkerd(),
  fqdnEgress: new CiliumFqdnEgress(),
  clusterDomain: 'other.example.com',
  shutdown: Shutdown.graceful(),
};

/** App, chart, construct: three scopes, one below the other. */
function scopes(): [App, Chart, Construct] {
  const app = new App({ outdir: 'never-written' });
  const chart = new Chart(app, 'chart');
  return [app, chart, new Construct(chart, 'construct')];
}

/** What an environment says of replicas and availability, in words. */
function summary(effective: EffectiveEnvironment): unknown {
  const { name, availability, replicas, resources } = effective;
  return { name, availability, replicas: `${replicas.owner} ${replicas.minimum} to ${replicas.maximum}`, resources };
}

const PRODUCTION = { name: 'production', availability: 'high', replicas: 'autoscaled 3 to 10', resources: Resources.medium() };

describe('Environment.of', () => {
  test('is production where nobody attached one', () => {
    const effective = Environment.of(testChart());
    expect(summary(effective)).toEqual(PRODUCTION);
    expect(effective).toMatchObject({
      kubernetesVersion: KubernetesVersion.V1_31, imagePullPolicy: 'Always', dns: DnsProfile.kubeDns(), monitoring: [], gateways: [], kubernetesApi: [], clusterDomain: 'cluster.local', shutdown: Shutdown.graceful(),
    });
    expect([effective.registry, effective.mesh, effective.fqdnEgress, effective.team, effective.partOf]).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  test.each<[what: string, environment: Environment, expected: unknown]>([
    ['production', Environment.production(), PRODUCTION],
    ['staging', Environment.staging(), { ...PRODUCTION, name: 'staging', replicas: 'autoscaled 3 to 5' }],
    ['development', Environment.development(), { name: 'development', availability: 'relaxed', replicas: 'fixed 1 to 1', resources: Resources.small() }],
    ['any other, as production', Environment.named('production-eu'), { ...PRODUCTION, name: 'production-eu' }],
  ])('knows the preset %s', (_, environment, expected) => {
    const chart = testChart();
    environment.attachTo(chart);
    expect(summary(Environment.of(chart))).toEqual(expected);
  });

  test.each(['production', 'staging', 'development'] as const)('has the same facts in %s as without one, replicas, resources and availability apart', preset => {
    const [, chart, construct] = scopes();
    Environment[preset]().attachTo(chart);
    const facts = ({ name: _, availability: __, replicas: ___, resources: ____, ...rest }: EffectiveEnvironment): unknown => rest;
    expect(facts(Environment.of(construct))).toEqual(facts(Environment.of(testChart())));
  });

  test.each(FACTS)('takes %s from the nearest scope that sets it', property => {
    const outer = EVERYTHING[property];
    const own = property === 'team' || property === 'partOf' ? 'own' : ENVIRONMENT_OF_ITS_OWN[property];
    const [app, chart, construct] = scopes();
    Environment.production({ [property]: outer }).attachTo(app);
    Environment.staging().attachTo(chart);
    Environment.development({ [property]: own }).attachTo(construct);
    expect([app, chart, construct].map(scope => Environment.of(scope)[property])).toEqual([outer, outer, own]);
    expect(own).not.toEqual(outer);
  });

  test.each(OF_THE_PRESET)('takes %s from the nearest environment, whatever an outer one says', property => {
    const [app, chart, construct] = scopes();
    Environment.named('outer', EVERYTHING).attachTo(app);
    Environment.production().attachTo(chart);
    Environment.production({ [property]: EVERYTHING[property] }).attachTo(construct);
    const preset = Environment.of(testChart())[property];
    expect([app, chart, construct].map(scope => Environment.of(scope)[property])).toEqual([EVERYTHING[property], preset, EVERYTHING[property]]);
    expect(preset).not.toEqual(EVERYTHING[property]);
  });

  test('decides property by property, not environment by environment', () => {
    const [app, chart, construct] = scopes();
    Environment.production({ team: 'platform', partOf: 'shop', kubernetesVersion: KubernetesVersion.V1_33, clusterDomain: 'a.example.com' }).attachTo(app);
    Environment.staging({ team: 'payments', registry: 'registry.example.com' }).attachTo(chart);
    Environment.named('staging-eu', { clusterDomain: 'eu.example.com' }).attachTo(construct);
    expect(Environment.of(construct)).toMatchObject({
      name: 'staging-eu', team: 'payments', partOf: 'shop', registry: 'registry.example.com', clusterDomain: 'eu.example.com', kubernetesVersion: KubernetesVersion.V1_33,
    });
    expect(Environment.of(chart)).toMatchObject({ name: 'staging', team: 'payments', clusterDomain: 'a.example.com' });
    expect(Environment.of(app)).toMatchObject({ name: 'production', team: 'platform', registry: undefined });
  });

  test('lets a development chart be small in an application that says what production has', () => {
    const [app, chart] = scopes();
    Environment.production({ replicas: Replicas.fixed(7) }).attachTo(app);
    Environment.development().attachTo(chart);
    expect(summary(Environment.of(chart))).toEqual({ name: 'development', availability: 'relaxed', replicas: 'fixed 1 to 1', resources: Resources.small() });
  });

  test('takes an explicit empty list for an answer', () => {
    const [app, chart] = scopes();
    Environment.production({ monitoring: [NetworkPeer.namespace('monitoring')] }).attachTo(app);
    Environment.production({ monitoring: [] }).attachTo(chart);
    expect(Environment.of(chart).monitoring).toEqual([]);
  });

  test('leaves siblings alone', () => {
    const app = new App({ outdir: 'never-written' });
    const [first, second] = [new Chart(app, 'first'), new Chart(app, 'second')];
    Environment.staging({ team: 'a' }).attachTo(first);
    expect([Environment.of(first).team, Environment.of(second).team, Environment.of(second).name]).toEqual(['a', undefined, 'production']);
  });
});

describe('attachTo', () => {
  test('returns the environment, and one environment may be attached to many scopes', () => {
    const app = new App({ outdir: 'never-written' });
    const environment = Environment.staging({ team: 'a' });
    const charts = ['one', 'two'].map(id => new Chart(app, id));
    expect(charts.map(chart => environment.attachTo(chart))).toEqual([environment, environment]);
    expect(charts.map(chart => Environment.of(chart).team)).toEqual(['a', 'a']);
  });

  test('takes every property at once', () => {
    const chart = testChart();
    Environment.named('all', EVERYTHING).attachTo(chart);
    expect(Environment.of(chart)).toEqual({ name: 'all', ...EVERYTHING });
  });

  test('refuses a second environment on one scope, and names the first', () => {
    const chart = testChart();
    Environment.staging().attachTo(chart);
    expect(errorOf(() => Environment.production().attachTo(chart))).toMatchObject({
      code: 'ConflictingProperties', constructPath: 'chart', property: 'environment', value: '"production"', allowed: "one environment a scope; it has 'staging'",
    });
  });

  test('refuses the same one twice on one scope', () => {
    const chart = testChart();
    const environment = Environment.staging();
    environment.attachTo(chart);
    expect(errorOf(() => environment.attachTo(chart)).code).toBe('ConflictingProperties');
  });

  test('refuses to come after a service below it, which would not see it', () => {
    const chart = testChart();
    new ProductionService(chart, 'web', MINIMAL);
    for (const scope of [chart, chart.node.root as App]) {
      const error = errorOf(() => Environment.staging().attachTo(scope));
      expect(error).toMatchObject({ code: 'ConflictingProperties', property: 'environment', fix: 'attach the environment right after the scope is made' });
      expect(error.allowed).toMatch(/^a scope without constructs that have asked for their environment; 'chart\/web/);
    }
  });

  test('may come after constructs that have nothing to ask, and after a look at the scope itself', () => {
    const [app, chart] = scopes();
    Environment.of(app);
    Environment.staging({ team: 'a' }).attachTo(app);
    expect(Environment.of(chart).team).toBe('a');
  });

  const notAPeer = {} as NetworkPeer;

  test.each<[props: unknown, code: string, property: string]>([
    [{ kubernetesVersion: '1.33' }, 'InvalidValue', 'environment.kubernetesVersion'],
    [{ availability: 'highest' }, 'InvalidValue', 'environment.availability'],
    [{ imagePullPolicy: 'always' }, 'InvalidValue', 'environment.imagePullPolicy'],
    [{ registry: 'https://registry.example.com' }, 'InvalidValue', 'environment.registry'],
    [{ registry: 'registry.example.com/' }, 'InvalidValue', 'environment.registry'],
    [{ registry: 'registry.example.com/Mirror' }, 'InvalidValue', 'environment.registry'],
    [{ registry: '' }, 'InvalidValue', 'environment.registry'],
    [{ registry: 5 }, 'InvalidValue', 'environment.registry'],
    [{ dns: 'kube-dns' }, 'InvalidValue', 'environment.dns'],
    [{ dns: DnsProfile.nodeLocal('169.254.20') }, 'InvalidValue', 'environment.dns.peers[0].peer.cidr'],
    [{ monitoring: NetworkPeer.namespace('monitoring') }, 'InvalidValue', 'environment.monitoring'],
    [{ monitoring: [notAPeer] }, 'InvalidValue', 'environment.monitoring[0]'],
    [{ monitoring: [NetworkPeer.namespace('ok'), NetworkPeer.namespace('Not OK')] }, 'InvalidValue', 'environment.monitoring[1].namespace'],
    [{ kubernetesApi: [{ peer: NetworkPeer.cidr('10.0.0.1/32'), ports: [] }] }, 'MissingValue', 'environment.kubernetesApi[0].ports'],
    [{ kubernetesApi: ['10.0.0.1'] }, 'InvalidValue', 'environment.kubernetesApi[0]'],
    [{ replicas: Replicas.fixed(0) }, 'InvalidValue', 'environment.replicas'],
    [{ resources: Resources.withoutCpuLimit('') }, 'MissingValue', 'environment.resources.withoutCpuLimit'],
    [{ gateways: 'ingress' }, 'InvalidValue', 'environment.gateways'],
    [{ gateways: [undefined] }, 'InvalidValue', 'environment.gateways[0]'],
    [{ gateways: [NetworkPeer.cidr('10.0.0.1/8')] }, 'InvalidValue', 'environment.gateways[0].cidr'],
    [{ mesh: 'istio' }, 'InvalidValue', 'environment.mesh'],
    [{ mesh: MeshProfile.custom([{ peer: NetworkPeer.namespace('-'), ports: [{ number: 15012 }] }]) }, 'InvalidValue', 'environment.mesh.controlPlane[0].peer.namespace'],
    [{ fqdnEgress: true }, 'InvalidValue', 'environment.fqdnEgress'],
    [{ clusterDomain: 'Cluster.local' }, 'InvalidValue', 'environment.clusterDomain'],
    [{ clusterDomain: '' }, 'InvalidValue', 'environment.clusterDomain'],
    [{ clusterDomain: 5 }, 'InvalidValue', 'environment.clusterDomain'],
    [{ team: '' }, 'InvalidValue', 'environment.team'],
    [{ team: 'two words' }, 'InvalidValue', 'environment.team'],
    [{ team: 5 }, 'InvalidValue', 'environment.team'],
    [{ partOf: 'x'.repeat(64) }, 'InvalidValue', 'environment.partOf'],
    [{ replicas: 3 }, 'InvalidValue', 'environment.replicas'],
    [{ resources: {} }, 'InvalidValue', 'environment.resources'],
    [{ shutdown: 'graceful' }, 'InvalidValue', 'environment.shutdown'],
    [{ kubernetesversion: KubernetesVersion.V1_33 }, 'UnknownProperty', 'environment.kubernetesversion'],
    [null, 'InvalidValue', 'environment'],
    ['staging', 'InvalidValue', 'environment'],
  ])('refuses %j', (props, code, property) => {
    const chart = testChart();
    const error = errorOf(() => Environment.production(props as EnvironmentProps).attachTo(chart));
    expect({ code: error.code, path: error.constructPath, property: error.property }).toEqual({ code, path: 'chart', property });
    expect(Environment.of(chart).team).toBeUndefined();
  });

  test.each<[unknown]>([[''], ['two words'], ['-a'], [5], [undefined]])('refuses the name %j', name => {
    expect(errorOf(() => Environment.named(name as string).attachTo(testChart()))).toMatchObject({ code: 'InvalidValue', property: 'environment.name' });
  });

  test.each(['a', 'production-eu', 'Staging_2.1', '9z9Z9'])('takes the name %s', name => {
    const chart = testChart();
    Environment.named(name).attachTo(chart);
    expect(Environment.of(chart).name).toBe(name);
  });

  test('leaves the scope without an environment when it refuses', () => {
    const chart = testChart();
    expect(errorOf(() => Environment.staging({ team: '' }).attachTo(chart)).code).toBe('InvalidValue');
    Environment.staging({ team: 'a' }).attachTo(chart);
    expect(Environment.of(chart).team).toBe('a');
  });
});

test('the function that builds an application gives each environment its own', () => {
  const app = new App({ outdir: 'never-written' });
  const build = (id: string, environment: Environment): Chart => {
    const chart = new Chart(app, id, { namespace: 'shop' });
    environment.attachTo(chart);
    new ProductionService(chart, 'web', MINIMAL);
    return chart;
  };
  const staging = build('staging', Environment.staging({ team: 'payments' }));
  const production = build('production', Environment.production({ replicas: Replicas.autoscaled({ minReplicas: 6, maxReplicas: 20 }) }));
  const scale = (chart: Chart): unknown => {
    const { minReplicas, maxReplicas } = one(synth(chart), 'HorizontalPodAutoscaler').spec;
    return [minReplicas, maxReplicas];
  };
  expect([scale(staging), scale(production)]).toEqual([[3, 5], [6, 20]]);
  expect(one(synth(staging), 'Deployment').metadata.labels.team).toBe('payments');
});
