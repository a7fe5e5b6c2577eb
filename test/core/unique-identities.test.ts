import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Environment, NamePrefix, Namespace, ProductionService } from 'cdk8s-production';
import { MINIMAL } from '../helpers/manifests';

const outdir = mkdtempSync(join(tmpdir(), 'unique-identities-'));
afterAll(() => rmSync(outdir, { recursive: true }));

const app = (): App => new App({ outdir });
const chartIn = (parent: App, id: string, namespace?: string, environment?: string): Chart => {
  const chart = new Chart(parent, id, { namespace });
  if (environment !== undefined) { Environment.named(environment).attachTo(chart); }
  return chart;
};
const configMap = (chart: Chart, id: string, props: { name?: string; namespace?: string; kind?: string; apiVersion?: string } = {}): ApiObject => new ApiObject(chart, id, {
  apiVersion: props.apiVersion ?? 'v1', kind: props.kind ?? 'ConfigMap', metadata: { name: props.name ?? 'web', ...props.namespace === undefined ? {} : { namespace: props.namespace } },
});

/** Every way to synthesize; each must find the same. */
const WAYS: [name: string, run: (root: App) => unknown][] = [
  ['app.synth()', root => root.synth()],
  ['app.synthYaml()', root => root.synthYaml()],
  ['Testing.synth()', root => Testing.synth(root.charts[0]!)],
];

describe.each(WAYS)('%s', (_, run) => {
  test('refuses two services of one name across two charts, and names both', () => {
    const root = app();
    new ProductionService(chartIn(root, 'shop', 'shop'), 'web', MINIMAL);
    new ProductionService(chartIn(root, 'copy', 'shop'), 'web', MINIMAL);
    const synthesis = (): unknown => run(root);
    expect(synthesis).toThrow("DuplicateIdentity at 'copy/web/Resource', property 'name'");
    expect(synthesis).toThrow('given:   Deployment shop/web');
    expect(synthesis).toThrow("allowed: one object of this kind, namespace and name in the environment 'production'; the other is 'shop/web/Resource'");
    expect(synthesis).toThrow('fix:     rename one of them, put them into charts of different namespaces, or use NamePrefix.on(scope, prefix) in a composite that is used twice');
  });

  test('reports every collision at once', () => {
    const root = app();
    new ProductionService(chartIn(root, 'shop', 'shop'), 'web', MINIMAL);
    new ProductionService(chartIn(root, 'copy', 'shop'), 'web', MINIMAL);
    let text = '';
    try { run(root); } catch (error) { text = String(error); }
    expect([...text.matchAll(/DuplicateIdentity at '([^']+)'/g)].map(match => match[1]).sort()).toEqual([
      'copy/web/Autoscaler', 'copy/web/DisruptionBudget', 'copy/web/NetworkPolicy', 'copy/web/Resource', 'copy/web/Service', 'copy/web/ServiceAccount',
    ]);
  });

  test.each<[what: string, first: [string | undefined, string?], second: [string | undefined, string?]]>([
    ['in different namespaces', ['shop'], ['edge']],
    ['in a namespace and in none', ['shop'], [undefined]],
    ['in environments of different names', ['shop', 'staging'], ['shop', 'production-eu']],
    ['without an environment and in one of another name', ['shop'], ['shop', 'staging']],
  ])('allows two services of one name %s', (__, [firstNamespace, firstEnvironment], [secondNamespace, secondEnvironment]) => {
    const root = app();
    new ProductionService(chartIn(root, 'first', firstNamespace, firstEnvironment), 'web', MINIMAL);
    new ProductionService(chartIn(root, 'second', secondNamespace, secondEnvironment), 'web', MINIMAL);
    expect(() => run(root)).not.toThrow();
  });

  test.each<[what: string, first: [string | undefined, string?], second: [string | undefined, string?]]>([
    ['in environments of one name', ['shop', 'staging'], ['shop', 'staging']],
    ['without an environment and in production, which holds without one', ['shop'], ['shop', 'production']],
    ['in no namespace', [undefined], [undefined]],
  ])('refuses two services of one name %s', (__, [firstNamespace, firstEnvironment], [secondNamespace, secondEnvironment]) => {
    const root = app();
    new ProductionService(chartIn(root, 'first', firstNamespace, firstEnvironment), 'web', MINIMAL);
    new ProductionService(chartIn(root, 'second', secondNamespace, secondEnvironment), 'web', MINIMAL);
    expect(() => run(root)).toThrow("DuplicateIdentity at 'second/web/Resource'");
  });
});

describe('a collision', () => {
  function synthesize(build: (root: App) => void): () => unknown {
    const root = app();
    build(root);
    return () => root.synthYaml();
  }

  test('is found inside one chart', () => {
    expect(synthesize(root => {
      const chart = chartIn(root, 'shop', 'shop');
      new ProductionService(chart, 'web', MINIMAL);
      new ProductionService(chart, 'web-2', { ...MINIMAL, name: 'web' });
    })).toThrow("DuplicateIdentity at 'shop/web-2/Resource'");
  });

  test('is found with an object of cdk8s-plus, whoever came first', () => {
    const account = (chart: Chart): unknown => new kplus.ServiceAccount(chart, 'account', { metadata: { name: 'web' } });
    const service = (chart: Chart): unknown => new ProductionService(chart, 'web', MINIMAL);
    for (const [build, path, other] of [
      [(chart: Chart) => [account(chart), service(chart)], 'shop/web/ServiceAccount', 'shop/account/Resource'],
      [(chart: Chart) => [service(chart), account(chart)], 'shop/account/Resource', 'shop/web/ServiceAccount'],
    ] as const) {
      const synthesis = synthesize(root => build(chartIn(root, 'shop', 'shop')));
      expect(synthesis).toThrow(`DuplicateIdentity at '${path}'`);
      expect(synthesis).toThrow(`the other is '${other}'`);
    }
  });

  test('is found between two objects of other libraries, once one of ours is in the tree', () => {
    expect(synthesize(root => {
      const chart = chartIn(root, 'shop', 'shop');
      configMap(chart, 'a');
      configMap(chart, 'b');
      new Namespace(chart, 'shop');
    })).toThrow("DuplicateIdentity at 'shop/b'");
  });

  test('is found between namespaces of one name in charts of different namespaces: they belong to the cluster', () => {
    expect(synthesize(root => {
      new Namespace(chartIn(root, 'first', 'a'), 'payments');
      new Namespace(chartIn(root, 'second', 'b'), 'payments');
    })).toThrow("DuplicateIdentity at 'second/payments/Resource'");
  });

  test.each(['ClusterRole', 'ClusterRoleBinding'])('is found between two %ss of other libraries in charts of different namespaces', kind => {
    expect(synthesize(root => {
      const apiVersion = 'rbac.authorization.k8s.io/v1';
      configMap(chartIn(root, 'first', 'a'), 'role', { kind, apiVersion });
      configMap(chartIn(root, 'second', 'b'), 'role', { kind, apiVersion });
      new Namespace(chartIn(root, 'third'), 'c');
    })).toThrow("DuplicateIdentity at 'second/role'");
  });

  test.each<[what: string, first: Parameters<typeof configMap>[2], second: Parameters<typeof configMap>[2]]>([
    ['names', { name: 'a' }, { name: 'b' }],
    ['kinds', { kind: 'ConfigMap' }, { kind: 'Secret' }],
    ['API groups', { kind: 'Service', apiVersion: 'v1' }, { kind: 'Service', apiVersion: 'serving.knative.dev/v1' }],
    ['explicit namespaces', { namespace: 'a' }, { namespace: 'b' }],
  ])('is not seen in objects of different %s', (_, first, second) => {
    expect(synthesize(root => {
      const chart = chartIn(root, 'shop', 'shop');
      configMap(chart, 'first', first);
      configMap(chart, 'second', second);
      new Namespace(chart, 'shop');
    })).not.toThrow();
  });

  test('is seen in two versions of one API: the cluster stores one object', () => {
    expect(synthesize(root => {
      const chart = chartIn(root, 'shop', 'shop');
      configMap(chart, 'first', { kind: 'HorizontalPodAutoscaler', apiVersion: 'autoscaling/v1' });
      configMap(chart, 'second', { kind: 'HorizontalPodAutoscaler', apiVersion: 'autoscaling/v2' });
      new Namespace(chart, 'shop');
    })).toThrow("DuplicateIdentity at 'shop/second'");
  });

  test('is solved by a prefix', () => {
    expect(synthesize(root => {
      const chart = chartIn(root, 'eu', 'shop');
      NamePrefix.on(chart, 'eu-');
      new ProductionService(chart, 'web', MINIMAL);
      new ProductionService(chartIn(root, 'us', 'shop'), 'web', MINIMAL);
    })).not.toThrow();
  });

  test('is found again in each synthesis, and gone when the tree is another', () => {
    const root = app();
    const chart = chartIn(root, 'shop', 'shop');
    new ProductionService(chart, 'web', MINIMAL);
    expect(() => root.synthYaml()).not.toThrow();
    configMap(chart, 'extra', { kind: 'Service' });
    expect(() => root.synthYaml()).toThrow('DuplicateIdentity');
    expect(() => root.synthYaml()).toThrow('DuplicateIdentity');
    chart.node.tryRemoveChild('extra');
    expect(() => root.synthYaml()).not.toThrow();
  });
});

test('app.synth() writes nothing when there is a collision', () => {
  const empty = mkdtempSync(join(outdir, 'collision-'));
  const root = new App({ outdir: empty });
  new ProductionService(chartIn(root, 'first', 'shop'), 'web', MINIMAL);
  new ProductionService(chartIn(root, 'second', 'shop'), 'web', MINIMAL);
  expect(() => root.synth()).toThrow('DuplicateIdentity');
  expect(readdirSync(empty)).toEqual([]);
});

describe('two workloads with one selector', () => {
  const rivals = (namespaces: [string, string], selectors: [Record<string, string>, Record<string, string>]): App => {
    const shop = new App({ outdir: 'never-written' });
    namespaces.forEach((namespace, i) => {
      new ProductionService(new Chart(shop, `chart-${i}`, { namespace }), `web-${i}`, { ...MINIMAL, selectorLabels: selectors[i] });
    });
    return shop;
  };

  test('are refused in one namespace, naming both, whatever the order of the labels', () => {
    const shop = rivals(['shop', 'shop'], [{ app: 'web', tier: 'front' }, { tier: 'front', app: 'web' }]);
    expect(() => shop.synthYaml()).toThrow(/DuplicateIdentity at 'chart-1\/web-1\/Resource', property 'selectorLabels'[^]*'chart-0\/web-0\/Resource' has the same/);
  });

  test.each<[string, [string, string], [Record<string, string>, Record<string, string>]]>([
    ['namespaces differ', ['shop', 'other'], [{ app: 'web' }, { app: 'web' }]],
    ['values differ', ['shop', 'shop'], [{ app: 'web' }, { app: 'api' }]],
  ])('are let be where %s', (_, namespaces, selectors) => {
    expect(() => rivals(namespaces, selectors).synthYaml()).not.toThrow();
  });
});
