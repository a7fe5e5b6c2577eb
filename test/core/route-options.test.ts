import { Duration } from 'cdk8s';
import { PropertyPath } from '../../lib/core/property-path';
import { checkHosts, checkName, checkNames, checkUrlPath, proxySeconds } from '../../lib/core/route-options';
import { errorOf, type Manifest, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'traffic');
const js = <T>(value: unknown): T => value as T;

test.each([['shop.example.com'], ['*.example.com'], ['localhost'], ['web.shop.svc.cluster.local']])('takes the host %s', host => {
  expect(() => checkHosts(at, [host], 'a.example.com')).not.toThrow();
});

test.each([['https://shop.example.com'], ['shop.example.com:443'], ['shop.example.com/web'], ['Shop.example.com'], ['*'], ['a.*.example.com'], [''], [7]])('refuses the host %j', host => {
  expect(errorOf(() => checkHosts(at, ['a.example.com', js(host)], 'a.example.com'))).toMatchObject({ code: 'InvalidValue', property: 'traffic[1]' });
});

test('refuses no host, and no name', () => {
  expect(errorOf(() => checkHosts(at, [], 'a.example.com'))).toMatchObject({ code: 'MissingValue', fix: "write ['a.example.com']" });
  expect(errorOf(() => checkNames(at, [], 'Ingress'))).toMatchObject({ code: 'MissingValue', allowed: 'the name of at least one Ingress' });
});

test('refuses names that no object has, and one that comes twice', () => {
  expect(errorOf(() => checkName(at, 'Web', 'Ingress'))).toMatchObject({ code: 'InvalidName', property: 'traffic' });
  expect(errorOf(() => checkNames(at, ['web', js(7)], 'Ingress'))).toMatchObject({ code: 'InvalidName', property: 'traffic[1]' });
  expect(errorOf(() => checkNames(at, ['web', 'shop', 'web'], 'Ingress'))).toMatchObject({ code: 'ConflictingProperties', value: '"web"' });
  expect(checkName(at, 'web.v2', 'Ingress')).toBe('web.v2');
});

test.each([['/'], ['/*'], ['/web/(.*)'], ['/a%20b']])('takes the path %s', path => {
  expect(checkUrlPath(at, path)).toBe(path);
});

test.each([['web'], ['/web?a=1'], ['/web#top'], ['/a b'], [''], [null]])('refuses the path %j', path => {
  expect(errorOf(() => checkUrlPath(at, path))).toMatchObject({ code: 'InvalidValue', property: 'traffic' });
});

test.each([[Duration.seconds(10), '10s'], [Duration.minutes(2), '120s'], [Duration.millis(250), '0.25s'], [Duration.millis(1), '0.001s']])('writes a duration in seconds: %s', (duration, text) => {
  expect(proxySeconds(at, duration)).toBe(text);
});

test.each<[unknown, Manifest]>([['10s', '10s'], [10, '10'], [Duration.millis(0), '0 ms']])('refuses the duration %j', (duration, value) => {
  expect(errorOf(() => proxySeconds(at, duration))).toMatchObject({ code: 'InvalidValue', value: expect.stringContaining(value) as string });
});
