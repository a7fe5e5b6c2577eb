import { ApiObject } from 'cdk8s';
import { KubernetesObject } from 'cdk8s-production';
import { claimIdentity } from '../../lib/core/unique-identities';
import { errorOf, identities, synth, testChart } from '../helpers/manifests';

function configMap(chart = testChart(), name = 'web'): KubernetesObject {
  return new KubernetesObject(chart, name, { apiVersion: 'v1', kind: 'ConfigMap', name, content: { data: () => ({ a: '1' }) } });
}

describe('an object that somebody else writes', () => {
  test('is in no manifest, and tells them all that was and will be said of it', () => {
    const chart = testChart();
    const object = configMap(chart);
    object.patch({ data: { b: '2' } });
    const read = object._leaveTo('Flagger');
    object.patch({ data: { c: '3' } });
    object.metadata.addAnnotation('note', 'kept');

    expect(synth(chart)).toEqual([]);
    expect(object.name).toBe('web');
    expect(read()).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { annotations: { note: 'kept' }, name: 'web', namespace: 'shop' }, data: { a: '1', b: '2', c: '3' } });
  });

  test('is refused where it would be written after all', () => {
    const chart = testChart();
    const object = configMap(chart);
    object._leaveTo('Flagger');
    const error = errorOf(() => object.toJson());

    expect([error.code, error.property, error.value]).toEqual(['ReleaseConflict', 'toJson', '"ConfigMap web"']);
    expect(error.allowed).toContain('made by Flagger');
  });
});

describe('an object that a controller will make', () => {
  test.each([
    ['one of this library', (chart: ReturnType<typeof testChart>) => { configMap(chart, 'web-primary'); }],
    ['one of another library', (chart: ReturnType<typeof testChart>) => { new ApiObject(chart, 'other', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web-primary' } }); }],
    ['one that another controller makes', (chart: ReturnType<typeof testChart>) => { claimIdentity(configMap(chart, 'api'), 'core', 'ConfigMap', 'web-primary'); }],
  ])('may have the identity of no other: %s', (_, make) => {
    const chart = testChart();
    const object = configMap(chart);
    claimIdentity(object, object.apiGroup, 'ConfigMap', 'web-primary');
    make(chart);

    expect(() => synth(chart)).toThrow(/DuplicateIdentity[^]*ConfigMap shop\/web-primary[^]*'chart\/web'/);
  });

  test('may have a name that is another in another namespace or kind', () => {
    const chart = testChart();
    const object = configMap(chart);
    claimIdentity(object, object.apiGroup, 'Service', 'web');
    claimIdentity(object, 'apps', 'ConfigMap', 'web');

    expect(identities(synth(chart))).toEqual(['ConfigMap/web']);
  });
});
