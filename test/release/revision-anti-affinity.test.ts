import { RevisionAntiAffinity } from 'cdk8s-production';
import { errorOf } from '../helpers/manifests';
import { blueGreen, canary, strategyOf } from '../helpers/release';

const js = <T>(value: unknown): T => value as T;

test.each<[what: string, antiAffinity: RevisionAntiAffinity, rendered: object]>([
  ['where there is another node', RevisionAntiAffinity.preferred(), { preferredDuringSchedulingIgnoredDuringExecution: { weight: 100 } }],
  ['with a weight', RevisionAntiAffinity.preferred(1), { preferredDuringSchedulingIgnoredDuringExecution: { weight: 1 } }],
  ['without exception', RevisionAntiAffinity.required(), { requiredDuringSchedulingIgnoredDuringExecution: {} }],
])('pods of two versions are kept apart %s', (_, antiAffinity, rendered) => {
  expect(strategyOf(canary({ antiAffinity })).antiAffinity).toEqual(rendered);
  expect(strategyOf(blueGreen({ antiAffinity })).antiAffinity).toEqual(rendered);
});

test.each<[what: string, antiAffinity: RevisionAntiAffinity, property: string, value: string, fix: string]>([
  ['a weight of nothing', RevisionAntiAffinity.preferred(0), 'antiAffinity.weight', '0', 'give a whole number within the bounds'],
  ['a weight above the most', RevisionAntiAffinity.preferred(101), 'antiAffinity.weight', '101', 'give a whole number within the bounds'],
  ['a weight as a text', RevisionAntiAffinity.preferred(js('50')), 'antiAffinity.weight', '"50"', 'write 50, without quotes'],
  ['a text', js('required'), 'antiAffinity', '"required"', 'write RevisionAntiAffinity.preferred()'],
  ['true', js(true), 'antiAffinity', 'true', 'write RevisionAntiAffinity.preferred()'],
])('refused is %s', (_, antiAffinity, property, value, fix) => {
  for (const release of [() => canary({ antiAffinity }), () => blueGreen({ antiAffinity })]) {
    expect(errorOf(release)).toMatchObject({ code: 'InvalidValue', constructPath: 'chart/release', property, value, fix });
  }
});
