import { Duration } from 'cdk8s';
import { SecretHeader, Web, type WebBodyOptions, type WebOptions } from 'cdk8s-production';
import { measured } from '../../helpers/analysis';
import { errorOf } from '../../helpers/manifests';

const URL = 'http://gate.shop/verdict?service={{args.service-name}}';

test('an address is read, and any good answer is one', () => {
  expect(measured(Web.get(URL))).toEqual({ provider: { web: { url: URL } } });
  expect(Web.get(URL).description).toBe(`GET ${URL}`);
});

test('all options are passed on', () => {
  const options: Required<WebOptions> = { jsonPath: '{$.data.ok}', headers: { 'Authorization': SecretHeader.of('gate', 'token', 'Bearer '), 'X-Team': 'shop' }, timeout: Duration.seconds(20), insecure: true };

  expect(measured(Web.get(URL, options))).toEqual({
    provider: {
      web: {
        headers: [{ key: 'Authorization', value: 'Bearer {{args.secret/gate/token}}' }, { key: 'X-Team', value: 'shop' }], insecure: true, jsonPath: '{$.data.ok}', timeoutSeconds: 20, url: URL,
      },
    },
    result: expect.anything(),
    secrets: [{ argument: 'secret/gate/token', secret: 'gate', key: 'token' }],
  });
});

test('a text or JSON is sent, by POST or PUT', () => {
  expect(measured(Web.post(URL, { body: 'go' })).provider).toEqual({ web: { body: 'go', method: 'POST', url: URL } });
  expect(measured(Web.put(URL, { json: { version: '{{args.canary-hash}}', token: '{{args.token}}' } })).provider).toEqual({ web: { jsonBody: { version: '{{args.canary-hash}}', token: '{{args.token}}' }, method: 'PUT', url: URL } });
  expect(measured(Web.post(URL)).provider).toEqual({ web: { method: 'POST', url: URL } });
});

test.each<[what: string, options: unknown, code: string, property: string]>([
  ['both a text and JSON', { body: 'a', json: {} }, 'ConflictingProperties', '.json'],
  ['an empty text', { body: '' }, 'InvalidValue', '.body'],
  ['a text for JSON', { json: 'a' }, 'InvalidValue', '.json'],
  ['a date in JSON', { json: { at: new Date(0) } }, 'InvalidValue', '.json'],
  ['null in JSON, which would be lost', { json: { at: null } }, 'InvalidValue', '.json'],
  ['a password in a text', { body: 'password=hunter2' }, 'SecretInManifest', '.body'],
  ['a password in JSON', { json: { login: { password: 'hunter2' } } }, 'SecretInManifest', '.json'],
  ['a key in JSON', { json: { key: 'ghp_abcdefghijklmnopqrstuvwxyz0123456789' } }, 'SecretInManifest', '.json'],
  ['a literal token', { headers: { 'X-Api-Key': 'abc' } }, 'SecretInManifest', '.headers.X-Api-Key'],
  ['a path without braces', { jsonPath: '$.data.ok' }, 'InvalidValue', '.jsonPath'],
  ['a timeout as a number', { timeout: 20 }, 'InvalidValue', '.timeout'],
  ['a text for a flag', { insecure: 'no' }, 'InvalidValue', '.insecure'],
  ['a misspelt option', { jsonBody: {} }, 'UnknownProperty', '.jsonBody'],
  ['null for the options', null, 'InvalidValue', ''],
])('refuses %s', (_, options, code, property) => {
  expect(errorOf(() => measured(Web.post(URL, options as WebBodyOptions)))).toMatchObject({ code, property: `measurement${property}` });
});

test('refuses to send anything by GET', () => {
  expect(errorOf(() => measured(Web.get(URL, { body: 'a' } as WebOptions)))).toMatchObject({ code: 'UnknownProperty', property: 'measurement.body' });
});

test.each<[unknown]>([['gate.shop'], [''], [undefined], ['ftp://gate']])('refuses the address %j', url => {
  expect(errorOf(() => measured(Web.get(url as string)))).toMatchObject({ code: 'InvalidValue', property: 'measurement.url' });
});
