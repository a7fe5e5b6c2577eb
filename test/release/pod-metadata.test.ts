import { type CanaryReleaseProps, type PodMetadata } from 'cdk8s-production';
import { errorOf } from '../helpers/manifests';
import { blueGreen, canary, strategyOf } from '../helpers/release';

const js = <T>(value: unknown): T => value as T;
const metadataOf = (canaryMetadata: PodMetadata): unknown => strategyOf(canary({ canaryMetadata })).canaryMetadata;

test.each<[what: string, given: PodMetadata, rendered: object]>([
  ['labels', { labels: { role: 'canary' } }, { labels: { role: 'canary' } }],
  ['annotations', { annotations: { 'example.com/role': 'on trial' } }, { annotations: { 'example.com/role': 'on trial' } }],
  ['both', { labels: { role: 'canary' }, annotations: { note: 'x' } }, { annotations: { note: 'x' }, labels: { role: 'canary' } }],
  ['neither', {}, {}],
])('%s reach the Rollout', (_, given, rendered) => {
  expect(metadataOf(given)).toEqual(rendered);
});

test('each role has its own, of canaries and of blue and green', () => {
  const [first, second]: PodMetadata[] = [{ labels: { role: 'new' } }, { labels: { role: 'old' } }];

  expect(strategyOf(canary({ canaryMetadata: first, stableMetadata: second }))).toMatchObject({ canaryMetadata: first, stableMetadata: second });
  expect(strategyOf(blueGreen({ previewMetadata: first, activeMetadata: second }))).toMatchObject({ previewMetadata: first, activeMetadata: second });
});

test.each<[what: string, metadata: PodMetadata, code: string, property: string, value: string, fix: string]>([
  ['a label that selects the pods', { labels: { 'app.kubernetes.io/instance': 'x' } }, 'ConflictingProperties', 'labels["app.kubernetes.io/instance"]', '"x"', 'use another key, such as "role"'],
  ['a label that is no value', { labels: { role: 'the canary' } }, 'InvalidValue', 'labels.role', '"the canary"', 'annotation'],
  ['a number for a label', { labels: { generation: js(2) } }, 'InvalidValue', 'labels.generation', '2', 'quotes'],
  ['a number for an annotation', { annotations: { generation: js(2) } }, 'InvalidValue', 'annotations.generation', '2', 'quotes'],
  ['labels as a list', { labels: js(['role']) }, 'InvalidValue', 'labels', '["role"]', '{ '],
  ['a typo', js({ label: { role: 'canary' } }), 'UnknownProperty', 'label', '{"role":"canary"}', "did you mean 'labels'?"],
])('refused is %s', (_, metadata, code, property, value, fix) => {
  for (const prop of ['canaryMetadata', 'stableMetadata'] satisfies (keyof CanaryReleaseProps)[]) {
    const error = errorOf(() => canary({ [prop]: metadata }));
    expect(error).toMatchObject({ code, constructPath: 'chart/release', property: `${prop}.${property}`, value });
    expect(error.fix).toContain(fix);
  }
  for (const prop of ['previewMetadata', 'activeMetadata'] as const) {
    expect(errorOf(() => blueGreen({ [prop]: metadata }))).toMatchObject({ code, property: `${prop}.${property}` });
  }
});

test('refused is a label of a selector that was adopted', () => {
  expect(errorOf(() => canary({ canaryMetadata: { labels: { app: 'x' } } }, { selectorLabels: { app: 'old-web' } }))).toMatchObject({ code: 'ConflictingProperties', property: 'canaryMetadata.labels.app' });
});
