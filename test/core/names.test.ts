import { NamePrefix, ProductionService } from 'cdk8s-production';
import { Construct } from 'constructs';
import { checkLabelName, checkObjectName, isSubdomain } from '../../lib/core/names';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, MINIMAL, synth, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'name');
const LABELS = ['a', '0', '9', 'web', 'web-1', 'a--b', '1web', '9z9z9', 'z-9'];
const SUBDOMAINS = [...LABELS, 'a.b', '1.2.3', 'web.shop.example.com', 'z9.9z9.z-9'];

/** What each kind's name may be: how long, and why not longer. */
const LIMITS: [kind: string, limit: number, why: string][] = [
  ['Deployment', 46, '63 of a pod\'s host name, less a ReplicaSet\'s 11 and a pod\'s 6'],
  ['Rollout', 46, 'as a Deployment'],
  ['ReplicaSet', 57, '63 less a pod\'s 6'],
  ['StatefulSet', 52, 'label controller-revision-hash: 63 less 11'],
  ['DaemonSet', 52, 'label controller-revision-hash: 63 less 11'],
  ['Job', 57, '63 less a pod\'s 6'],
  ['CronJob', 52, 'the API server\'s own rule'],
  ['Pod', 63, 'a host name'],
  ['Service', 63, 'a DNS label'],
  ['Namespace', 63, 'a DNS label'],
  ['ServiceAccount', 253, 'a subdomain'],
  ['ConfigMap', 253, 'a subdomain'],
  ['Secret', 253, 'a subdomain'],
  ['HorizontalPodAutoscaler', 253, 'a subdomain'],
  ['PodDisruptionBudget', 253, 'a subdomain'],
  ['NetworkPolicy', 253, 'a subdomain'],
  ['PersistentVolumeClaim', 253, 'a subdomain'],
  ['StorageClass', 253, 'a subdomain'],
  ['CiliumNetworkPolicy', 253, 'a subdomain'],
  ['Role', 253, 'a path segment'],
  ['ClusterRole', 253, 'a path segment'],
  ['RoleBinding', 253, 'a path segment'],
  ['ClusterRoleBinding', 253, 'a path segment'],
];

describe('the name of a kind', () => {
  test.each(LIMITS)('%s may have %d characters (%s)', (kind, limit) => {
    expect(checkObjectName(at, kind, 'n'.repeat(limit))).toBe('n'.repeat(limit));
  });

  test.each(LIMITS)('%s is refused with one character more than %d', (kind, limit) => {
    const error = errorOf(() => checkObjectName(at, kind, 'n'.repeat(limit + 1)));
    expect(error).toMatchObject({ code: 'InvalidName', constructPath: 'chart', property: 'name' });
    expect(error.fix).toBe('shorten it by 1 characters (it comes from the construct\'s id, the name prefix or the property "name")');
    expect(error.allowed).toMatch(new RegExp(`^the name of a ${kind}: `));
  });

  test.each(['Deployment', 'Rollout', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod', 'Namespace'])('%s takes every RFC 1123 label', kind => {
    expect(LABELS.map(name => checkObjectName(at, kind, name))).toEqual(LABELS);
  });

  test.each(['ConfigMap', 'ServiceAccount', 'NetworkPolicy'])('%s takes every RFC 1123 subdomain', kind => {
    expect(SUBDOMAINS.map(name => checkObjectName(at, kind, name))).toEqual(SUBDOMAINS);
  });

  test.each(['Role', 'ClusterRoleBinding'])('%s takes what is a path segment', kind => {
    const names = ['system:node-reader', 'Reader', 'a b', '...', '.a', 'role_1'];
    expect(names.map(name => checkObjectName(at, kind, name))).toEqual(names);
  });

  test.each<[string, unknown]>([
    ['Deployment', ''],
    ['Deployment', 'Web'],
    ['Deployment', 'web_1'],
    ['Deployment', 'web.shop'],
    ['Deployment', '-web'],
    ['Deployment', 'web-'],
    ['Deployment', 'web shop'],
    ['Deployment', 'wéb'],
    ['Deployment', 'web\n'],
    ['Deployment', undefined],
    ['Deployment', null],
    ['Deployment', 5],
    ['Service', '1web'],
    ['Service', 'web.shop'],
    ['Service', '-'],
    ['ConfigMap', 'a..b'],
    ['ConfigMap', '.a'],
    ['ConfigMap', 'a.'],
    ['ConfigMap', 'a.-b'],
    ['ConfigMap', 'A'],
    ['ConfigMap', ''],
    ['Role', '.'],
    ['Role', '..'],
    ['Role', 'a/b'],
    ['Role', 'a%b'],
    ['Role', ''],
  ])('%s is refused as %j', (kind, name) => {
    expect(errorOf(() => checkObjectName(at, kind, name))).toMatchObject({ code: 'InvalidName', fix: 'rename the construct, or set its name explicitly' });
  });
});

describe('checkLabelName', () => {
  test.each([...LABELS, 'n'.repeat(63)])('takes %s', name => {
    expect(checkLabelName(at, 'the name of a container', name)).toBe(name);
  });

  test.each<[unknown]>([['n'.repeat(64)], [''], ['a.b'], ['A'], ['-a'], ['a-'], [undefined], [7]])('refuses %j', name => {
    const error = errorOf(() => checkLabelName(at, 'the name of a container', name));
    expect(error).toMatchObject({ code: 'InvalidName', fix: typeof name === 'string' ? 'rename it' : 'give it a name' });
    expect(error.allowed).toMatch(/^the name of a container: lower-case letters/);
  });
});

test.each<[string, boolean]>([
  ['cluster.local', true], ['a', true], ['a'.repeat(253), true], ['a'.repeat(254), false], ['', false], ['a..b', false], ['a.b.', false], ['A.b', false], ['a_b', false],
])('isSubdomain says of %s: %s', (text, expected) => {
  expect(isSubdomain(text)).toBe(expected);
});

describe('NamePrefix', () => {
  class Shop extends Construct {
    public readonly web: ProductionService;
    public constructor(scope: Construct, id: string, prefix?: string) {
      super(scope, id);
      if (prefix !== undefined) { NamePrefix.on(this, prefix); }
      this.web = new ProductionService(this, 'web', MINIMAL);
    }
  }

  test('is empty where nobody set one', () => {
    expect(NamePrefix.of(new Construct(testChart(), 'shop'))).toBe('');
  });

  test('adds up over nested scopes, outermost first, and skips scopes without one', () => {
    const chart = testChart();
    const region = new Construct(chart, 'region');
    const between = new Construct(region, 'between');
    const tenant = new Construct(between, 'tenant');
    NamePrefix.on(tenant, 'acme-');
    NamePrefix.on(chart, 'p-');
    NamePrefix.on(region, 'eu-');
    expect([chart, region, between, tenant].map(scope => NamePrefix.of(scope))).toEqual(['p-', 'p-eu-', 'p-eu-', 'p-eu-acme-']);
  });

  test('lets a composite be used twice in one namespace', () => {
    const chart = testChart();
    new Shop(chart, 'first', 'a-');
    new Shop(chart, 'second', 'b-');
    const deployments = synth(chart).filter(manifest => manifest.kind === 'Deployment');
    expect(deployments.map(manifest => manifest.metadata.name)).toEqual(['a-web', 'b-web']);
    expect(deployments.map(manifest => manifest.spec.selector.matchLabels['app.kubernetes.io/instance'])).toEqual(['a-web', 'b-web']);
  });

  test('reaches the name of every object, and leaves explicit names alone', () => {
    const chart = testChart();
    NamePrefix.on(chart, 'eu-');
    new ProductionService(chart, 'web', MINIMAL);
    new ProductionService(chart, 'api', { ...MINIMAL, name: 'legacy' });
    expect(new Set(synth(chart).map(manifest => manifest.metadata.name))).toEqual(new Set(['eu-web', 'legacy']));
  });

  test('counts towards the limit of the name', () => {
    const chart = testChart();
    NamePrefix.on(chart, 'p'.repeat(40));
    expect(errorOf(() => new ProductionService(chart, 'w'.repeat(7), MINIMAL))).toMatchObject({ code: 'InvalidName', fix: expect.stringMatching(/^shorten it by 1 characters/) });
  });

  test.each<[string, unknown]>([
    ['upper case', 'EU-'], ['a digit first', '1-'], ['a dash first', '-eu'], ['a dot', 'eu.'], ['an underscore', 'eu_'], ['nothing', ''], ['undefined', undefined], ['a number', 1], ['41 characters', 'p'.repeat(41)],
  ])('refuses %s', (_, prefix) => {
    expect(errorOf(() => NamePrefix.on(testChart(), prefix as string))).toMatchObject({ code: 'InvalidName', property: 'prefix', fix: 'use a prefix such as "eu-"' });
  });

  test('refuses to come after names below it are given', () => {
    const chart = testChart();
    new Shop(chart, 'shop');
    const error = errorOf(() => NamePrefix.on(chart, 'eu-'));
    expect(error).toMatchObject({ code: 'ConflictingProperties', constructPath: 'chart', property: 'prefix', value: '"eu-"', fix: 'set the prefix before anything is made in the scope' });
    expect(error.allowed).toBe("a scope without constructs that have their names; 'chart/shop/web' has");
  });

  test.each([undefined, 'eu-'])('leaves no "undefined" in any name, label or selector, with the prefix %s', prefix => {
    const chart = testChart();
    new Shop(chart, 'shop', prefix);
    expect(JSON.stringify(synth(chart))).not.toContain('undefined');
  });
});
