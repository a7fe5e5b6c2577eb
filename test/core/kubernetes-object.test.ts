import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart, JsonPatch, Lazy, Size } from 'cdk8s';
import type { KubernetesObject, ProductionServiceProps } from 'cdk8s-production';
import {
  CiliumFqdnEgress, Environment, ExternalEndpoint, ExternalNameService, Identity, KubernetesVersion, Namespace, NetworkPeer, ProductionService,
} from 'cdk8s-production';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObjectProps } from '../../lib/core/kubernetes-object';
import { KubernetesObject as InternalObject } from '../../lib/core/kubernetes-object';
import type { JsonObject } from '../../lib/core/merge';
import { errorOf, type Manifest, MINIMAL, one, synth, testChart } from '../helpers/manifests';

const SPEC = {
  replicas: 3,
  template: {
    metadata: { labels: { app: 'web' } },
    spec: {
      containers: [
        { name: 'web', image: 'web:1.4.2', env: [{ name: 'A', value: '1' }, { name: 'B', value: '2' }], args: ['serve'] },
        { name: 'proxy', image: 'proxy:2.0.0' },
      ],
      volumes: [{ name: 'tmp', emptyDir: {} }],
    },
  },
};

function objectIn(chart: Chart, props: Partial<KubernetesObjectProps> = {}, id = 'object'): InternalObject {
  return new InternalObject(chart, id, { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', content: { spec: () => SPEC }, ...props });
}

/** The one object of a chart, after what is done to it. */
function rendered(edit: (object: InternalObject) => void, props: Partial<KubernetesObjectProps> = {}): Manifest {
  const chart = testChart();
  edit(objectIn(chart, props));
  return synth(chart)[0];
}

describe('an object', () => {
  test('is written with everything that was put in, identity first', () => {
    const manifest = rendered(() => undefined, { labels: { a: 'b' }, annotations: { c: '' } });
    expect(manifest).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop', labels: { a: 'b' }, annotations: { c: '' } }, spec: SPEC });
    expect(Object.keys(manifest)).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
  });

  test('keeps empty lists, empty objects, 0, false and empty texts', () => {
    const spec = { list: [], object: {}, zero: 0, no: false, text: '', deep: [[], [{}], { a: { b: { c: [] } } }] };
    expect(rendered(() => undefined, { content: { spec: () => spec, data: () => ({}), items: () => [], immutable: () => false } })).toEqual({
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec, data: {}, items: [], immutable: false,
    });
  });

  test.each<[what: string, spec: unknown, value: string]>([
    ['null', null, 'null'],
    ['null in an object', { a: { b: null } }, '"/a/b"'],
    ['null in a list', { a: [1, null] }, '"/a/1"'],
    ['undefined in a list', { a: [undefined] }, '"/a/0"'],
    ['NaN', { a: NaN }, '"/a"'],
    ['Infinity', { a: [Infinity] }, '"/a/0"'],
    ['a key named constructor', { a: { constructor: 'x' } }, '"/a/constructor"'],
    ['a key named __proto__', JSON.parse('{"a": {"__proto__": 1}}'), '"/a/__proto__"'],
  ])('fails at synthesis when its content holds %s, which cdk8s would lose', (_, spec, value) => {
    expect(() => rendered(() => undefined, { content: { spec: () => spec } })).toThrow(
      `InvalidValue at 'chart/object', property 'content.spec'\n  given:   ${value}\n  allowed: plain JSON without null, NaN, Infinity, undefined in lists`,
    );
  });

  test('leaves out what is undefined, and lets cdk8s resolve what it knows', () => {
    const content = { spec: () => ({ a: undefined, b: Lazy.any({ produce: () => ({ c: 1 }) }) }) };
    expect(rendered(() => undefined, { content }).spec).toEqual({ b: { c: 1 } });
  });

  test('asks for its content at synthesis, so that it sees what came after construction', () => {
    const chart = testChart();
    const spec = { replicas: 1 };
    objectIn(chart, { content: { spec: () => spec } });
    spec.replicas = 2;
    expect(synth(chart)[0].spec).toEqual({ replicas: 2 });
    spec.replicas = 5;
    expect(synth(chart)[0].spec).toEqual({ replicas: 5 });
  });

  test('carries the labels of its chart', () => {
    const chart = new Chart(new App({ outdir: 'never-written' }), 'chart', { labels: { from: 'chart' } });
    objectIn(chart, { labels: { from2: 'object' } });
    expect(synth(chart)[0].metadata.labels).toEqual({ from: 'chart', from2: 'object' });
  });

  test('is refused by the rule of its kind when its name is too long', () => {
    expect(errorOf(() => objectIn(testChart(), { name: 'n'.repeat(47) }))).toMatchObject({ code: 'InvalidName', constructPath: 'chart/object', property: 'name' });
    expect(objectIn(testChart(), { name: 'n'.repeat(47), nameAs: 'ConfigMap' }).name).toBe('n'.repeat(47));
  });

  test.each<[what: string, props: object, code: string, property: string]>([
    ['no apiVersion', { apiVersion: undefined }, 'InvalidValue', 'object.apiVersion'],
    ['an apiVersion that is none', { apiVersion: 'apps/v1/x' }, 'InvalidValue', 'object.apiVersion'],
    ['a kind in lower case', { kind: 'deployment' }, 'InvalidValue', 'object.kind'],
    ['no content', { content: undefined }, 'InvalidValue', 'object.content'],
    ['content that is no function', { content: { spec: SPEC } }, 'InvalidValue', 'object.content.spec'],
    ['a kind among the content', { content: { kind: () => 'Secret' } }, 'InvalidValue', 'object.content.kind'],
    ['metadata among the content', { content: { metadata: () => ({}) } }, 'InvalidValue', 'object.content.metadata'],
    ['a label that is none', { labels: { team: 'two words' } }, 'InvalidValue', 'object.labels.team'],
    ['a label that cdk8s cannot write', { labels: { constructor: 'x' } }, 'InvalidValue', 'object.labels'],
    ['an annotation that cdk8s cannot write', { annotations: { constructor: 'x' } }, 'InvalidValue', 'object.annotations'],
    ['an annotation that is no text', { annotations: { port: 9090 } }, 'InvalidValue', 'object.annotations.port'],
    ['a misspelt property', { nameSpace: 'shop' }, 'UnknownProperty', 'object.nameSpace'],
    ['no name', { name: undefined }, 'InvalidName', 'name'],
  ])('is refused with %s', (_, props, code, property) => {
    expect(errorOf(() => objectIn(testChart(), props))).toMatchObject({ code, property });
  });

  test.each<[what: string, chartNamespace: string | undefined, props: Partial<KubernetesObjectProps>, namespace: string | undefined]>([
    ['the chart\'s namespace', 'shop', {}, 'shop'],
    ['none, where the chart names none', undefined, {}, undefined],
    ['its own, before the chart\'s', 'shop', { namespace: 'edge' }, 'edge'],
    ['none, when its kind belongs to the cluster', 'shop', { kind: 'Namespace', apiVersion: 'v1', clusterScoped: true }, undefined],
    ['none for the cluster\'s kinds, even if one is given', 'shop', { kind: 'ClusterRole', clusterScoped: true, namespace: 'edge' }, undefined],
  ])('has %s', (_, chartNamespace, props, namespace) => {
    const chart = new Chart(new App({ outdir: 'never-written' }), 'chart', { namespace: chartNamespace });
    const object = objectIn(chart, props);
    object.patch({ metadata: { labels: { patched: 'yes' } } });
    expect(object.namespace).toBe(namespace);
    expect(synth(chart)[0].metadata).toEqual({ name: 'web', labels: { patched: 'yes' }, ...namespace === undefined ? {} : { namespace } });
  });

  test('is looked at as it will be written, with every patch', () => {
    const seen: JsonObject[] = [];
    const manifest = rendered(object => object.patch({ spec: { replicas: 7 } }), { verify: written => seen.push(written) });
    expect(manifest.spec.replicas).toBe(7);
    expect(seen.at(-1)).toEqual(manifest);
  });
});

describe('patch', () => {
  const container = (index: number) => (manifest: Manifest): unknown => manifest.spec.template.spec.containers[index];

  test.each<[what: string, patch: object, where: (manifest: Manifest) => unknown, expected: unknown]>([
    ['merges deeply', { spec: { template: { spec: { hostname: 'pinned' } } } }, m => m.spec.template.spec, { ...SPEC.template.spec, hostname: 'pinned' }],
    ['replaces a value', { spec: { replicas: 0 } }, m => m.spec.replicas, 0],
    ['removes a field by null', { spec: { replicas: null } }, m => Object.keys(m.spec), ['template']],
    ['removes a branch by null', { spec: { template: { spec: { volumes: null } } } }, m => Object.keys(m.spec.template.spec), ['containers']],
    ['adds a top-level field', { status: { ready: false } }, m => m.status, { ready: false }],
    ['adds labels and keeps those that are there', { metadata: { labels: { b: '2' } } }, m => m.metadata.labels, { a: '1', b: '2' }],
    ['merges containers by name and keeps their order', { spec: { template: { spec: { containers: [{ name: 'proxy', tty: true }] } } } },
      m => m.spec.template.spec.containers, [SPEC.template.spec.containers[0], { name: 'proxy', image: 'proxy:2.0.0', tty: true }]],
    ['adds new containers at the end', { spec: { template: { spec: { containers: [{ name: 'new' }] } } } }, m => m.spec.template.spec.containers.map((c: Manifest) => c.name), ['web', 'proxy', 'new']],
    ['merges variables by name', { spec: { template: { spec: { containers: [{ name: 'web', env: [{ name: 'A', value: '9' }] }] } } } },
      container(0), { ...SPEC.template.spec.containers[0], env: [{ name: 'A', value: '9' }, { name: 'B', value: '2' }] }],
    ['replaces plain lists', { spec: { template: { spec: { containers: [{ name: 'web', args: [] }] } } } }, container(0), { ...SPEC.template.spec.containers[0], args: [] }],
    ['removes an element by $patch: delete', { spec: { template: { spec: { containers: [{ name: 'proxy', $patch: 'delete' }] } } } }, m => m.spec.template.spec.containers, [SPEC.template.spec.containers[0]]],
    ['changes nothing when it is empty', {}, m => m.spec, SPEC],
    ['changes nothing when its metadata is empty', { metadata: {} }, m => m.metadata.name, 'web'],
  ])('%s', (_, patch, where, expected) => {
    expect(where(rendered(object => object.patch(patch), { labels: { a: '1' } }))).toEqual(expected);
  });

  class Cpu { public readonly amount = '1'; }
  const loop: Record<string, unknown> = {};
  loop.spec = { loop };

  test.each<[what: string, patch: unknown, value: string]>([
    ['an instance of a class', { spec: { cpu: new Cpu() } }, '"/spec/cpu"'],
    ['an instance of cdk8s', { spec: { size: Size.gibibytes(1) } }, '"/spec/size"'],
    ['a date', { spec: { at: new Date(0) } }, '"/spec/at"'],
    ['a function', { spec: { replicas: () => 3 } }, '"/spec/replicas"'],
    ['undefined', { spec: { replicas: undefined } }, '"/spec/replicas"'],
    ['undefined in a list', { spec: { args: ['a', undefined] } }, '"/spec/args/1"'],
    ['NaN', { spec: { replicas: NaN } }, '"/spec/replicas"'],
    ['Infinity', { spec: { replicas: -Infinity } }, '"/spec/replicas"'],
    ['a bigint', { spec: { replicas: 3n } }, '"/spec/replicas"'],
    ['an object that holds itself', loop, '"/spec/loop"'],
    ['a list at the top', [{ spec: {} }], '[{"spec":{}}]'],
    ['a text at the top', 'spec: {}', '"spec: {}"'],
    ['null at the top', null, 'null'],
    ['nothing at all', undefined, 'nothing'],
  ])('refuses %s', (_, patch, value) => {
    expect(errorOf(() => rendered(object => object.patch(patch as object)))).toMatchObject({
      code: 'InvalidPatch', constructPath: 'chart/object', property: 'patch', value, allowed: 'plain objects, lists, texts, finite numbers, booleans and null',
    });
  });

  test.each<[patch: object, pointer: string]>([
    [{ apiVersion: 'apps/v2' }, '/apiVersion'],
    [{ kind: 'DaemonSet' }, '/kind'],
    [{ kind: null }, '/kind'],
    [{ kind: {} }, '/kind'],
    [{ metadata: { name: 'other' } }, '/metadata/name'],
    [{ metadata: { name: { a: 1 } } }, '/metadata/name/a'],
    [{ metadata: { namespace: 'other' } }, '/metadata/namespace'],
    [{ metadata: { namespace: null } }, '/metadata/namespace'],
    [{ metadata: null }, '/metadata'],
    [{ metadata: [] }, '/metadata'],
    [{ metadata: 'x' }, '/metadata'],
    [{ spec: { replicas: 1 }, metadata: { labels: { a: 'b' }, name: 'web' } }, '/metadata/name'],
  ])('refuses %j, which would change who the object is', (patch, pointer) => {
    expect(errorOf(() => rendered(object => object.patch(patch)))).toMatchObject({
      code: 'InvalidPatch', property: 'patch', value: expect.stringContaining(pointer), allowed: expect.stringMatching(/^any path but apiVersion, kind, metadata\.name and metadata\.namespace/),
    });
  });

  test.each<[what: string, patch: object]>([
    ['an instruction nobody knows', { spec: { template: { spec: { containers: [{ name: 'web', $patch: 'replace' }] } } } }],
    ['a deletion from a list without names', { spec: { rules: [{ port: 1, $patch: 'delete' }] } }],
    ['a deletion of an object, which null does', { spec: { template: { $patch: 'delete' } } }],
  ])('fails at synthesis when %s would come out as a field', (_, patch) => {
    expect(errorOf(() => rendered(object => object.patch(patch)))).toMatchObject({ code: 'InvalidPatch', constructPath: 'chart/object', property: 'patch' });
  });

  test('takes a copy: what happens to the patch afterwards does not matter', () => {
    const patch = { spec: { list: [{ a: 1 }] } };
    const chart = testChart();
    objectIn(chart).patch(patch);
    patch.spec.list[0]!.a = 2;
    expect(synth(chart)[0].spec.list).toEqual([{ a: 1 }]);
  });

  test('applies in the order of the calls, JSON patches among them', () => {
    const manifest = rendered(object => {
      object.patch({ spec: { replicas: 4, a: { b: [1] } } });
      object.addJsonPatch(JsonPatch.replace('/spec/replicas', 5), JsonPatch.add('/spec/a/b/-', 2));
      object.patch({ spec: { replicas: 6, a: { c: 3 } } });
      object.addJsonPatch(JsonPatch.copy('/spec/replicas', '/spec/a/d'));
    });
    expect(manifest.spec).toEqual({ ...SPEC, replicas: 6, a: { b: [1, 2], c: 3, d: 6 } });
  });

  test('holds in every later synthesis: the second is equal to the first', () => {
    const chart = testChart();
    const object = objectIn(chart);
    object.patch({ spec: { template: { spec: { containers: [{ name: 'new' }, { name: 'web', args: ['x'] }] } } } });
    object.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/args/-', 'y'), JsonPatch.remove('/spec/template/spec/volumes/0'));
    const first = JSON.stringify(synth(chart));
    expect(JSON.stringify(synth(chart))).toBe(first);
    expect(JSON.parse(first)[0].spec.template.spec.containers[0].args).toEqual(['x', 'y']);
  });

  test('does not reach into the content that was given', () => {
    const before = JSON.stringify(SPEC);
    rendered(object => {
      object.patch({ spec: { template: { spec: { containers: [{ name: 'web', args: ['x'] }] } } } });
      object.addJsonPatch(JsonPatch.remove('/spec/template/spec/containers/1'), JsonPatch.replace('/spec/replicas', 9));
    });
    expect(JSON.stringify(SPEC)).toBe(before);
  });
});

describe('addJsonPatch', () => {
  test.each<[what: string, operation: JsonPatch, where: (manifest: Manifest) => unknown, expected: unknown]>([
    ['adds a field', JsonPatch.add('/spec/paused', false), m => m.spec.paused, false],
    ['adds over a field that is there', JsonPatch.add('/spec/replicas', 8), m => m.spec.replicas, 8],
    ['adds at the end of a list', JsonPatch.add('/spec/template/spec/volumes/-', { name: 'b' }), m => m.spec.template.spec.volumes, [{ name: 'tmp', emptyDir: {} }, { name: 'b' }]],
    ['adds at the place after the last', JsonPatch.add('/spec/template/spec/volumes/1', { name: 'b' }), m => m.spec.template.spec.volumes, [{ name: 'tmp', emptyDir: {} }, { name: 'b' }]],
    ['adds before an element', JsonPatch.add('/spec/template/spec/volumes/0', { name: 'b' }), m => m.spec.template.spec.volumes, [{ name: 'b' }, { name: 'tmp', emptyDir: {} }]],
    ['adds empty values', JsonPatch.add('/spec/empty', { list: [], object: {}, zero: 0, text: '', no: false, nothing: null }), m => m.spec.empty,
      { list: [], object: {}, zero: 0, text: '', no: false, nothing: null }],
    ['replaces', JsonPatch.replace('/spec/template/spec/containers/1/image', 'proxy:3.0.0'), m => m.spec.template.spec.containers[1], { name: 'proxy', image: 'proxy:3.0.0' }],
    ['removes', JsonPatch.remove('/spec/replicas'), m => Object.keys(m.spec), ['template']],
    ['copies', JsonPatch.copy('/spec/replicas', '/spec/was'), m => [m.spec.replicas, m.spec.was], [3, 3]],
    ['moves', JsonPatch.move('/spec/replicas', '/spec/was'), m => [m.spec.replicas, m.spec.was], [undefined, 3]],
    ['copies from the identity', JsonPatch.copy('/metadata/name', '/metadata/labels/name'), m => m.metadata.labels.name, 'web'],
    ['tests what stands there', JsonPatch.test('/spec/replicas', 3), m => m.spec.replicas, 3],
    ['may test the identity', JsonPatch.test('/metadata/name', 'web'), m => m.metadata.name, 'web'],
    ['knows escaped keys', JsonPatch.replace('/metadata/labels/example.com~1a', 'y'), m => m.metadata.labels, { 'example.com/a': 'y' }],
  ])('%s', (_, operation, where, expected) => {
    expect(where(rendered(object => object.addJsonPatch(operation), { labels: { 'example.com/a': 'x' } }))).toEqual(expected);
  });

  test.each<[operation: JsonPatch, missing: string]>([
    [JsonPatch.replace('/spec/paused', true), '/spec/paused'],
    [JsonPatch.remove('/spec/template/spec/containers/2'), '/spec/template/spec/containers/2'],
    [JsonPatch.remove('/spec/template/spec/containers/-'), '/spec/template/spec/containers/-'],
    [JsonPatch.replace('/spec/template/spec/containers/web/image', 'x'), '/spec/template/spec/containers/web/image'],
    [JsonPatch.add('/spec/strategy/type', 'Recreate'), '/spec/strategy'],
    [JsonPatch.add('/spec/replicas/most', 3), '/spec/replicas'],
    [JsonPatch.add('/spec/template/spec/volumes/2', {}), '/spec/template/spec/volumes/2'],
    [JsonPatch.add('/spec/template/spec/volumes/first', {}), '/spec/template/spec/volumes/first'],
    [JsonPatch.copy('/spec/paused', '/spec/was'), '/spec/paused'],
    [JsonPatch.move('/spec/replicas', '/spec/no/where'), '/spec/no'],
    [JsonPatch.test('/spec/paused', true), '/spec/paused'],
    [JsonPatch.replace('/spec/toString', 'x'), '/spec/toString'],
    [JsonPatch.replace('spec/replicas', 1), 'spec/replicas'],
    [JsonPatch.replace('x/kind', 'DaemonSet'), 'x/kind'], // the library that applies it would take it for /kind
    [JsonPatch.copy('x/kind', '/spec/x'), 'x/kind'],
    [JsonPatch.add('x/paused', true), 'x/paused'],
    [JsonPatch.add('paused', true), 'paused'],
    [JsonPatch.replace('/spec/template/spec/volumes/00', {}), '/spec/template/spec/volumes/00'],
  ])('refuses at synthesis %j: there is no such place', (operation, missing) => {
    const error = errorOf(() => rendered(object => object.addJsonPatch(operation)));
    expect(error).toMatchObject({ code: 'InvalidPatch', constructPath: 'chart/object', property: 'addJsonPatch' });
    expect(error.allowed).toBe(`paths of this Deployment; '${missing}' is not one`);
  });

  test.each<[operation: JsonPatch, value: string]>([
    [JsonPatch.remove('/spec/paused'), '{"op":"remove","path":"/spec/paused"}'],
    [JsonPatch.copy('/spec/paused', '/spec/was'), '{"op":"copy","path":"/spec/was","from":"/spec/paused"}'],
  ])('shows the operation that was refused: %j', (operation, value) => {
    expect(errorOf(() => rendered(object => object.addJsonPatch(operation))).value).toBe(value);
  });

  test('fails before app.synth() writes the first file', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'kubernetes-object-'));
    try {
      const app = new App({ outdir });
      objectIn(new Chart(app, 'good'));
      objectIn(new Chart(app, 'wrong'), { name: 'other' }).addJsonPatch(JsonPatch.remove('/spec/paused'));
      expect(errorOf(() => app.synth())).toMatchObject({ code: 'InvalidPatch', constructPath: 'wrong/object' });
      expect(readdirSync(outdir)).toEqual([]);
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });

  test.each([
    JsonPatch.replace('/kind', 'DaemonSet'),
    JsonPatch.replace('/apiVersion', 'apps/v2'),
    JsonPatch.add('/metadata/name', 'other'),
    JsonPatch.remove('/metadata/namespace'),
    JsonPatch.add('/metadata/namespace/x', 1),
    JsonPatch.replace('/metadata', {}),
    JsonPatch.replace('', {}),
    JsonPatch.copy('/spec/replicas', '/metadata/name'),
    JsonPatch.move('/metadata/name', '/spec/name'),
    JsonPatch.move('/metadata', '/spec/metadata'),
    JsonPatch.move('', '/spec/all'),
  ])('refuses %j, which would change who the object is', operation => {
    expect(errorOf(() => objectIn(testChart()).addJsonPatch(operation))).toMatchObject({
      code: 'InvalidPatch', constructPath: 'chart/object', property: 'addJsonPatch', allowed: expect.stringMatching(/^any path but apiVersion, kind, metadata\.name/),
    });
  });

  test.each<[what: string, operation: JsonPatch]>([
    ['a test that fails', JsonPatch.test('/spec/replicas', 4)],
    ['a key that would reach the prototype', JsonPatch.add('/spec/__proto__', {})],
  ])('refuses at synthesis %s', (_, operation) => {
    expect(errorOf(() => rendered(object => object.addJsonPatch(operation)))).toMatchObject({ code: 'InvalidPatch', constructPath: 'chart/object', property: 'addJsonPatch' });
  });

  test.each<[what: string, value: unknown]>([
    ['undefined', undefined], ['NaN', NaN], ['a function', () => 0], ['an instance', { cpu: new (class Cpu { public readonly amount = '1'; })() }], ['undefined inside', { a: [undefined] }],
  ])('refuses %s as a value: JSON would change it without a word', (_, value) => {
    expect(errorOf(() => objectIn(testChart()).addJsonPatch(JsonPatch.add('/spec/x', value)))).toMatchObject({ code: 'InvalidPatch', property: 'addJsonPatch' });
  });

  test('refuses what is no operation', () => {
    expect(errorOf(() => objectIn(testChart()).addJsonPatch({ op: 'add', path: '/spec/x', value: 1 } as unknown as JsonPatch))).toMatchObject({
      code: 'InvalidPatch', fix: 'write JsonPatch.replace(path, value), or use patch() for a plain object',
    });
  });
});

describe('an object whose name is a hash of its content', () => {
  const hashed = (edit: (object: InternalObject) => void): Manifest => rendered(edit, { kind: 'ConfigMap', apiVersion: 'v1', contentIsHashed: true, content: { data: () => ({ a: 'b' }) } });

  test('takes patches to its metadata', () => {
    const manifest = hashed(object => {
      object.patch({ metadata: { labels: { a: 'b' } } });
      object.addJsonPatch(JsonPatch.add('/metadata/annotations', { c: 'd' }), JsonPatch.copy('/data/a', '/metadata/labels/data'));
    });
    expect(manifest).toMatchObject({ metadata: { labels: { a: 'b', data: 'b' }, annotations: { c: 'd' } }, data: { a: 'b' } });
  });

  test.each<[what: string, edit: (object: InternalObject) => void]>([
    ['a patch to its data', object => object.patch({ data: { a: 'c' } })],
    ['a patch that removes its data', object => object.patch({ data: null })],
    ['a patch to something else', object => object.patch({ metadata: { labels: {} }, immutable: false })],
    ['a JSON patch to its data', object => object.addJsonPatch(JsonPatch.replace('/data/a', 'c'))],
    ['a JSON patch that moves its data', object => object.addJsonPatch(JsonPatch.move('/data/a', '/metadata/labels/a'))],
  ])('refuses %s', (_, edit) => {
    expect(errorOf(() => hashed(edit))).toMatchObject({ code: 'ContentIsImmutable', constructPath: 'chart/object', fix: 'change the "files" prop; a new name follows by itself' });
  });
});

/** Everything the library makes, in one chart. */
function everyKind(): { chart: Chart; objects: KubernetesObject[] } {
  const chart = testChart();
  Environment.production({
    fqdnEgress: new CiliumFqdnEgress(), kubernetesApi: [{ peer: NetworkPeer.cidr('10.0.0.1/32'), ports: [{ number: 6443 }] }], kubernetesVersion: KubernetesVersion.V1_37,
  }).attachTo(chart);
  new Namespace(chart, 'shop');
  new ExternalNameService(chart, 'legacy', { hostName: 'legacy.example.com', port: 443 });
  const full: ProductionServiceProps = {
    ...MINIMAL, files: { '/etc/web.yaml': 'a: 1' }, identity: Identity.own({ permissions: [{ apiGroup: '', resources: ['configmaps'], verbs: ['get'] }] }),
  };
  new ProductionService(chart, 'web', full).connectTo(ExternalEndpoint.fqdn('api.example.com', 443));
  const released = new ProductionService(chart, 'released', full);
  released.releaseWith({
    description: 'a canary', apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', revisionLabel: 'rollouts-pod-template-hash', renderSpec: common => ({ ...common, strategy: { canary: {} } }),
  });
  return { chart, objects: chart.node.findAll().filter(ApiObject.isApiObject).map(object => object as KubernetesObject) };
}

const KINDS = [
  'CiliumNetworkPolicy', 'ConfigMap', 'Deployment', 'HorizontalPodAutoscaler', 'Namespace', 'NetworkPolicy', 'PodDisruptionBudget', 'Role', 'RoleBinding', 'Rollout', 'Service', 'ServiceAccount',
];

describe('every kind the library makes', () => {
  test('is in this test', () => {
    expect([...new Set(everyKind().objects.map(object => object.kind))].sort()).toEqual(KINDS);
  });

  test('is a KubernetesObject, which can be patched', () => {
    // not by instanceof: cdk8s says yes to that for every ApiObject
    expect(everyKind().objects.map(object => InternalObject.prototype.isPrototypeOf(object))).not.toContain(false);
  });

  // JSON as anybody may write it: empty values, null in lists, keys that objects inherit, lists of namesakes, texts that YAML would take for something else.
  const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom('', 'yes', 'no', 'null', '~', '012', '1e3', '0x1F', '1:30', '2026-11-21', '- a', 'a: b', '# c', '*x', '&y', '!z', ' lead', 'trail ', 'a\nb\n', '\ttab', '|', '>'));
  const key = fc.oneof(text, fc.constantFrom('name', '__proto__', 'constructor', 'toString', 'valueOf', 'resolve', 'value', '0')).filter(word => word !== '$patch');
  const { json } = fc.letrec<{ json: unknown; list: unknown[]; object: Record<string, unknown> }>(tie => ({
    json: fc.oneof({ depthSize: 'medium', withCrossShrink: true },
      text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map(n => n + 0), fc.boolean(), fc.constantFrom(0, '', false), tie('list'), tie('object')),
    list: fc.array(fc.oneof(tie('json'), fc.constant(null)), { maxLength: 4 }),
    object: fc.array(fc.tuple(key, tie('json')), { maxLength: 4 }).map(entries => Object.fromEntries(entries) as Record<string, unknown>),
  }));

  /** Where a new field may go: for a hashed ConfigMap only into the metadata. */
  const placesIn = (manifest: Manifest, kind: string): string[][] => [
    ['metadata'],
    ...kind === 'ConfigMap' ? [] : [[], ...manifest.spec === undefined ? [] : [['spec']], ...manifest.spec?.template === undefined ? [] : [['spec', 'template', 'spec']]],
  ];
  const nest = (place: string[], leaf: object): object => place.reduceRight<object>((inner, step) => ({ [step]: inner }), leaf);
  const at = (manifest: Manifest, place: string[]): Manifest => place.reduce((inner, step) => inner[step], manifest);

  test.each(KINDS)('%s: whatever a patch adds comes out unchanged, and nothing else changes', kind => {
    const { objects } = everyKind();
    const object = objects.find(candidate => candidate.kind === kind)!;
    const before = object.toJson() as Manifest;
    const places = placesIn(before, kind);
    let count = 0;
    fc.assert(fc.property(json, fc.nat(), fc.boolean(), (value, choice, asJsonPatch) => {
      const place = places[choice % places.length]!;
      const field = `x-${count++}`;
      if (asJsonPatch) {
        object.addJsonPatch(JsonPatch.add(['', ...place, field].join('/'), value));
      } else {
        object.patch(nest(place, { [field]: value }));
      }
      const after = object.toJson() as Manifest;
      expect(JSON.stringify(at(after, place)[field])).toBe(JSON.stringify(value));
      places.forEach(spot => Object.keys(at(after, spot)).filter(name => name.startsWith('x-')).forEach(name => { delete at(after, spot)[name]; }));
      expect(after).toEqual(before);
    }), { numRuns: 100 });
  });

  test('reaches the YAML with the very values of its patches', () => {
    const { chart, objects } = everyKind();
    fc.assert(fc.property(fc.array(json, { minLength: objects.length, maxLength: objects.length }), values => {
      for (const [i, object] of objects.entries()) {
        object.patch({ metadata: { 'x-value': null } });
        object.patch({ metadata: { 'x-value': [values[i]] } });
      }
      const documents = parseAllDocuments((chart.node.root as App).synthYaml(), { version: '1.1' }).map(document => document.toJS() as Manifest);
      expect(documents).toHaveLength(objects.length);
      for (const [i, object] of objects.entries()) {
        const written = one(documents, object.kind, object.name);
        expect(JSON.stringify(written.metadata['x-value'])).toBe(JSON.stringify([values[i]]));
      }
    }), { numRuns: 15 });
  });
});

describe('an object of a kind that the library does not write', () => {
  const own = (kind: string, apiVersion: string, content: Record<string, () => unknown>, environment = Environment.production()): Chart => {
    const chart = new Chart(new App({ outdir: 'never-written' }), 'chart', { namespace: 'shop' });
    environment.attachTo(chart);
    new InternalObject(chart, 'own', { apiVersion, kind, name: 'own', content });
    return chart;
  };

  test('is refused with a field that the target does not know, and taken by one that does', () => {
    const job = { spec: () => ({ managedBy: 'example.com/queue' }) };
    expect(() => synth(own('Job', 'batch/v1', job))).toThrow(/UnsupportedByKubernetesVersion[^]*1\.32/);
    expect(synth(own('Job', 'batch/v1', job, Environment.production({ kubernetesVersion: KubernetesVersion.V1_32 })))).toHaveLength(1);
  });

  test.each(['data', 'stringData'])('is refused as a Secret with %s, which is not shown', field => {
    const synthesis = (): unknown => synth(own('Secret', 'v1', { [field]: () => ({ password: 'hunter2' }) }));
    expect(synthesis).toThrow(/SecretInManifest/);
    expect(synthesis).not.toThrow(/hunter2/);
  });

  test.each([['ClusterRole', 'rbac.authorization.k8s.io/v1'], ['PriorityClass', 'scheduling.k8s.io/v1']])('has no namespace as a %s', (kind, apiVersion) => {
    expect(synth(own(kind, apiVersion, {}))[0].metadata).toEqual({ name: 'own' });
  });
});
