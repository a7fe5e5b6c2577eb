import { argumentHoldsSecret, hidingSecrets, looksSecret, namesSecret, NOT_SHOWN } from '../../lib/core/secrets';

// Written in parts, so that no scanner of repositories takes them for real ones.
const JWT = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0In0', 'c2lnbmF0dXJl'].join('.');
const PEM = ['-----BEGIN RSA ', 'PRIVATE KEY-----\nMIIE'].join('');

describe('namesSecret', () => {
  test.each([
    'PASSWORD', 'DB_PASSWORD', 'db-password', 'password', 'PASSWD', 'PGPASS_PASS', 'REDIS_PASS', 'MYSQL_PWD', 'SSH_PASSPHRASE', 'CLIENT_SECRET', 'secret', 'DJANGO_SECRET_KEY', 'GITHUB_TOKEN',
    'API_KEY', 'STRIPE_APIKEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'PRIVATE_KEY', 'ENCRYPTION_KEY', 'JWT_SIGNING_KEY', 'CREDENTIALS', 'GOOGLE_CREDENTIAL',
  ])('says yes to %s', name => {
    expect(namesSecret(name)).toBe(true);
  });

  test.each([
    '', 'DB_HOST', 'PASSWORD_FILE', 'SECRET_NAME', 'TOKEN_TTL', 'PASSWORD_MIN_LENGTH', 'COMPASS', 'BYPASS', 'TOKENIZER', 'KEY', 'PUBLIC_KEY', 'SORT_KEY', 'MONKEY', 'SECRETARY', 'API_KEY_HEADER', 'tokens',
  ])('says no to "%s"', name => {
    expect(namesSecret(name)).toBe(false);
  });
});

const SECRETS: [what: string, text: string][] = [
  ['a private key', PEM],
  ['a private key without its algorithm', ['-----BEGIN ', 'PRIVATE KEY-----'].join('')],
  ['an AWS key', `AKIA${'A1B2C3D4E5F6G7H8'}`],
  ['a temporary AWS key inside a text', `key ASIA${'A1B2C3D4E5F6G7H8'}, please`],
  ['a GitHub token', `ghp_${'a1B2'.repeat(9)}`],
  ['a GitLab token', `glpat-${'a1B2c3D4e5'.repeat(2)}`],
  ['a Slack token', `xoxb-${'1234567890'}`],
  ['a Stripe key', ['sk', 'live', 'a1B2c3D4e5F6g7H8'].join('_')],
  ['a Google key', `AIza${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R'}`],
  ['a JSON Web Token', JWT],
  ['a password in an address', 'postgres://app:hunter2@db:5432/shop'],
];

const HARMLESS: [what: string, text: string][] = [
  ['nothing', ''],
  ['an address without a password', 'postgres://app@db:5432/shop'],
  ['an address with a port', 'http://db:5432/a@b'],
  ['an address whose password is a variable', 'postgres://app:$(DB_PASSWORD)@db:5432/shop'],
  ['a public key', '-----BEGIN PUBLIC KEY-----'],
  ['a certificate', '-----BEGIN CERTIFICATE-----'],
  ['a word that begins like a key', 'AKIAH'],
  ['a key of the test mode', ['sk', 'test', 'a1B2c3D4e5F6g7H8'].join('_')],
  ['JSON', '{"level": "info"}'],
];

describe('looksSecret', () => {
  test.each(SECRETS)('says yes to %s', (_, text) => {
    expect(looksSecret(text)).toBe(true);
  });

  test.each(HARMLESS)('says no to %s', (_, text) => {
    expect(looksSecret(text)).toBe(false);
  });
});

describe('argumentHoldsSecret', () => {
  test.each([...SECRETS.map(([, text]) => text), '--password=hunter2', '-token=abc', '--db-password: x', 'secret=x', '--api-key=x', '--apikey=x', 'PRIVATE_KEY=x', '--Password=x'])('says yes to %s', text => {
    expect(argumentHoldsSecret(text)).toBe(true);
  });

  test.each([...HARMLESS.map(([, text]) => text), '--password', '--password=', '--password=$(DB_PASSWORD)', '--password-file=/etc/password', '--tokenizer=bpe', '--max-tokens=100', '--secret-name=db'])('says no to "%s"', text => {
    expect(argumentHoldsSecret(text)).toBe(false);
  });
});

describe('hidingSecrets', () => {
  test('hides by name and by look, and leaves the rest as it is', () => {
    const value = { host: 'db', port: 5432, password: 'hunter2', pin: { TOKEN: 1234 }, urls: ['http://a', 'http://a:b@c'], secret: { name: 'db-secret', key: 'url' }, credentials: true, token: '' };
    expect(JSON.parse(JSON.stringify(value, hidingSecrets))).toEqual({
      host: 'db', port: 5432, password: NOT_SHOWN, pin: { TOKEN: NOT_SHOWN }, urls: ['http://a', NOT_SHOWN], secret: { name: 'db-secret', key: 'url' }, credentials: true, token: NOT_SHOWN,
    });
  });
});
