import { Duration } from 'cdk8s';
import { type OAuth2Client, Prometheus, type PrometheusOptions, SecretHeader, type SigV4Signature } from 'cdk8s-production';
import { measured } from '../../helpers/analysis';
import { errorOf } from '../../helpers/manifests';

const URL = 'http://prometheus.monitoring:9090';
const AMAZON = 'https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1';
const asked = (options?: PrometheusOptions, url = URL) => measured(Prometheus.at(url, options).query('up'));
const OAUTH: Required<OAuth2Client> = { tokenUrl: 'https://login.example.com/token', clientId: 'rollouts', secret: 'prometheus', secretKey: 'client-secret', scopes: ['metrics.read'] };
const SIGNATURE: Required<SigV4Signature> = { region: 'eu-central-1', roleArn: 'arn:aws:iam::123456789012:role/prometheus', profile: 'metrics' };

test('a Prometheus is asked at its address, by Argo Rollouts and by Flagger', () => {
  expect(asked()).toEqual({
    provider: { prometheus: { address: URL, query: 'up' } },
    result: expect.anything(),
    flagger: { provider: { type: 'prometheus', address: URL }, query: 'up' },
  });
  expect(Prometheus.at(URL)).toMatchObject({ description: `Prometheus at ${URL}`, speaksPromQl: true });
  expect(Prometheus.at(URL).query('up').description).toBe(`Prometheus at ${URL}`);
});

test('headers, a timeout and an unknown certificate are passed on', () => {
  const options: Omit<Required<PrometheusOptions>, 'oauth2' | 'sigV4'> = { headers: { 'X-Team': 'shop', 'X-Scope-OrgID': 'payments' }, timeout: Duration.seconds(40), insecure: true };

  expect(asked(options)).toMatchObject({
    provider: { prometheus: { address: URL, headers: [{ key: 'X-Scope-OrgID', value: 'payments' }, { key: 'X-Team', value: 'shop' }], insecure: true, query: 'up', timeout: 40 } },
    flagger: { provider: { type: 'prometheus', address: URL, headers: { 'X-Scope-OrgID': ['payments'], 'X-Team': ['shop'] }, insecureSkipVerify: true }, query: 'up' },
  });
});

test('a credential comes from a Secret, as an argument; Flagger has no such thing', () => {
  expect(asked({ headers: { Authorization: SecretHeader.of('prometheus', 'token', 'Bearer ') } })).toEqual({
    provider: { prometheus: { address: URL, headers: [{ key: 'Authorization', value: 'Bearer {{args.secret/prometheus/token}}' }], query: 'up' } },
    result: expect.anything(),
    secrets: [{ argument: 'secret/prometheus/token', secret: 'prometheus', key: 'token' }],
  });
});

test('an argument of the user\'s may stand in a header that opens doors', () => {
  expect(asked({ headers: { Authorization: 'Bearer {{args.token}}' } }).provider).toMatchObject({ prometheus: { headers: [{ key: 'Authorization', value: 'Bearer {{args.token}}' }] } });
});

test('a client gets its token by a secret that stands in a Secret', () => {
  expect(asked({ oauth2: OAUTH })).toEqual({
    provider: {
      prometheus: {
        address: URL,
        authentication: { oauth2: { clientId: 'rollouts', clientSecret: '{{args.secret/prometheus/client-secret}}', scopes: ['metrics.read'], tokenUrl: 'https://login.example.com/token' } },
        query: 'up',
      },
    },
    result: expect.anything(),
    secrets: [{ argument: 'secret/prometheus/client-secret', secret: 'prometheus', key: 'client-secret' }],
  });
});

test('requests to Amazon are signed, by its own role or another', () => {
  expect(asked({ sigV4: SIGNATURE }, AMAZON).provider).toEqual({
    prometheus: { address: AMAZON, authentication: { sigv4: { profile: 'metrics', region: 'eu-central-1', roleArn: 'arn:aws:iam::123456789012:role/prometheus' } }, query: 'up' },
  });
  expect(asked({ sigV4: { region: 'eu-central-1' } }, AMAZON).provider).toMatchObject({ prometheus: { authentication: { sigv4: { region: 'eu-central-1' } } } });
  expect(asked({ sigV4: SIGNATURE }, AMAZON).flagger).toBeUndefined();
});

test.each<[what: string, options: unknown, code: string, property: string]>([
  ['a misspelt option', { header: {} }, 'UnknownProperty', 'header'],
  ['options as a text', 'insecure', 'InvalidValue', ''],
  ['a literal token', { headers: { Authorization: 'Bearer abc' } }, 'SecretInManifest', 'headers.Authorization'],
  ['a literal cookie', { headers: { Cookie: 'session=abc' } }, 'SecretInManifest', 'headers.Cookie'],
  ['a token under another name', { headers: { 'X-Extra': 'ghp_abcdefghijklmnopqrstuvwxyz0123456789' } }, 'SecretInManifest', 'headers.X-Extra'],
  ['a number in a header', { headers: { 'X-Scope-OrgID': 7 } }, 'InvalidValue', 'headers.X-Scope-OrgID'],
  ['headers as a list', { headers: [{ key: 'a', value: 'b' }] }, 'InvalidValue', 'headers'],
  ['a header with a space in its name', { headers: { 'X Team': 'shop' } }, 'InvalidName', 'headers["X Team"]'],
  ['a Secret without a name', { headers: { Authorization: SecretHeader.of('', 'token') } }, 'InvalidValue', 'headers.Authorization.secret'],
  ['a key that is none', { headers: { Authorization: SecretHeader.of('prometheus', 'my token') } }, 'InvalidValue', 'headers.Authorization.key'],
  ['a prefix that is no text', { headers: { Authorization: SecretHeader.of('prometheus', 'token', 1 as unknown as string) } }, 'InvalidValue', 'headers.Authorization.prefix'],
  ['a timeout of nothing', { timeout: Duration.seconds(0) }, 'InvalidValue', 'timeout'],
  ['a timeout as a number', { timeout: 40 }, 'InvalidValue', 'timeout'],
  ['a text for a flag', { insecure: 'no' }, 'InvalidValue', 'insecure'],
  ['a client without a name', { oauth2: { ...OAUTH, clientId: '' } }, 'InvalidValue', 'oauth2.clientId'],
  ['a client with a literal secret', { oauth2: { ...OAUTH, clientSecret: 'hunter2' } }, 'UnknownProperty', 'oauth2.clientSecret'],
  ['a token from nowhere', { oauth2: { ...OAUTH, tokenUrl: 'login' } }, 'InvalidValue', 'oauth2.tokenUrl'],
  ['scopes as a text', { oauth2: { ...OAUTH, scopes: 'all' } }, 'InvalidValue', 'oauth2.scopes'],
  ['a signature for another Prometheus', { sigV4: SIGNATURE }, 'UnsupportedByController', 'sigV4'],
])('refuses %s', (_, options, code, property) => {
  expect(errorOf(() => asked(options as PrometheusOptions))).toMatchObject({ code, constructPath: 'chart', property: property === '' ? 'measurement' : `measurement.${property}` });
});

test.each<[what: string, options: unknown, code: string, property: string]>([
  ['both ways in', { sigV4: SIGNATURE, oauth2: OAUTH }, 'ConflictingProperties', 'sigV4'],
  ['a region that is none', { sigV4: { region: 'Frankfurt' } }, 'InvalidValue', 'sigV4.region'],
  ['a role that is no ARN', { sigV4: { ...SIGNATURE, roleArn: 'prometheus' } }, 'InvalidValue', 'sigV4.roleArn'],
  ['a profile without a name', { sigV4: { ...SIGNATURE, profile: '' } }, 'InvalidValue', 'sigV4.profile'],
])('refuses for Amazon %s', (_, options, code, property) => {
  expect(errorOf(() => asked(options as PrometheusOptions, AMAZON))).toMatchObject({ code, property: `measurement.${property}` });
});

test.each<[unknown, string]>([['prometheus:9090', 'InvalidValue'], ['', 'InvalidValue'], [undefined, 'InvalidValue'], [9090, 'InvalidValue'], ['http://', 'InvalidValue'], ['http://me:hunter2@prometheus', 'SecretInManifest']])('refuses the address %j', (url, code) => {
  const error = errorOf(() => measured(Prometheus.at(url as string).query('up')));

  expect(error).toMatchObject({ code, property: 'measurement.url' });
  expect(error.message).not.toContain('hunter2');
});
