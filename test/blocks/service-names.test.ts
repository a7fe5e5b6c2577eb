import type { Chart } from 'cdk8s';
import { NamePrefix } from 'cdk8s-production';
import { Construct } from 'constructs';
import { type IdentityProps, objectLabels, resolveNames } from '../../lib/blocks/service-names';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const construct = (id = 'web', scope: Construct = testChart()): Construct => new Construct(scope, id);
const resolve = (props: IdentityProps, id = 'web') => resolveNames(construct(id), props);
const OWN = { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'web' };

test('every object has the construct\'s id for a name, and the selector says it twice', () => {
  const { selectorLabels, ...names } = resolve({});
  expect(new Set(Object.values(names))).toEqual(new Set(['web']));
  expect(selectorLabels).toEqual(OWN);
});

test('a prefix is part of the instance, not of the name', () => {
  const chart: Chart = testChart();
  NamePrefix.on(chart, 'eu-');
  expect(resolveNames(construct('web', chart), {})).toMatchObject({ name: 'eu-web', base: 'web', selectorLabels: { ...OWN, 'app.kubernetes.io/instance': 'eu-web' } });
});

test('a service that was renamed is the same as before', () => {
  expect(resolve({ renamedFrom: 'web' }, 'frontend')).toEqual(resolve({}));
});

test('what runs already keeps its names and its selector, even a name that would be too long for a new one', () => {
  const workload = 'a-deployment-with-a-name-of-more-than-forty-six-characters';
  expect(resolve({ names: { workload, service: 'shop' }, selectorLabels: { app: 'shop' } })).toMatchObject({ workload, service: 'shop', autoscaler: 'web', selectorLabels: { app: 'shop' } });
});

test.each<[string, IdentityProps, string, string]>([
  ['two answers to the same question', { name: 'a', renamedFrom: 'b' }, 'ConflictingProperties', 'renamedFrom'],
  ['a selector that takes every pod', { selectorLabels: {} }, 'MissingValue', 'selectorLabels'],
  ['a Service named like none may be', { names: { service: '1st' } }, 'InvalidName', 'names.service'],
  ['an object that a service has not', { names: { ingress: 'x' } as never }, 'UnknownProperty', 'names.ingress'],
  ['a name too long for its pods', { name: 'a'.repeat(47) }, 'InvalidName', 'name'],
])('refuses %s', (_, props, code, property) => {
  expect(errorOf(() => resolve(props))).toMatchObject({ code, property });
});

test('labels say what is known, and leave out what is no label', () => {
  const at = new PropertyPath(construct(), '');
  const known = { version: 'not a label', component: undefined, partOf: 'shop', team: 'web' };
  expect(objectLabels(at, resolve({}), known, { tier: 'front' })).toEqual({ ...OWN, 'app.kubernetes.io/managed-by': 'cdk8s-production', 'app.kubernetes.io/part-of': 'shop', 'team': 'web', 'tier': 'front' });
  expect(errorOf(() => objectLabels(at, resolve({}), known, { 'app.kubernetes.io/name': 'other' }))).toMatchObject({ code: 'ConflictingProperties' });
});
