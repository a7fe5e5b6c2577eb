import { ConfigMap, EnvFrom, EnvValue, Secret } from 'cdk8s-plus-28';
import type { EnvironmentVariables, ProductionServiceProps } from 'cdk8s-production';
import { errorOf, testChart } from '../helpers/manifests';
import { containerOf, web } from '../helpers/service';

const env = (variables: EnvironmentVariables, props: Partial<ProductionServiceProps> = {}) => containerOf(web({ env: variables, ...props })).env;

describe('variables', () => {
  test('come in the order given: one may be made of those before it', () => {
    expect(env({ B: '1', A: '2', URL: 'http://$(B)/$(A)' })).toEqual([{ name: 'B', value: '1' }, { name: 'A', value: '2' }, { name: 'URL', value: 'http://$(B)/$(A)' }]);
  });

  test('may be empty, a number or a boolean as text, and of several lines', () => {
    expect(env({ EMPTY: '', PORT: '8080', DEBUG: 'false', LINES: 'a\nb' })).toEqual([
      { name: 'EMPTY', value: '' }, { name: 'PORT', value: '8080' }, { name: 'DEBUG', value: 'false' }, { name: 'LINES', value: 'a\nb' },
    ]);
  });

  test.each(['lower', 'With.dots', 'with-dash', '_underscore', '.dot'])('may be called %s', name => {
    expect(env({ [name]: 'x' })).toEqual([{ name, value: 'x' }]);
  });

  test.each(['1ST', 'A B', 'A=B', 'É', ''])('refuses the name %j', name => {
    expect(errorOf(() => env({ [name]: 'x' }))).toMatchObject({ code: 'InvalidName', value: JSON.stringify(name), fix: 'rename the variable' });
  });

  test.each([[8080, "put it into quotes: '8080'"], [true, "put it into quotes: 'true'"], [undefined, 'give it a value, or leave it out'], [null, 'give it a value, or leave it out']])('refuses %p', (value, fix) => {
    expect(errorOf(() => env({ LEVEL: value as never }))).toMatchObject({ code: 'InvalidValue', property: 'env.LEVEL', fix });
  });

  test('refuses one of the pipeline that is not set there', () => {
    expect(errorOf(() => env({ LEVEL: EnvValue.fromProcess('SURELY_NOT_SET_ANYWHERE') }))).toMatchObject({ code: 'InvalidValue', property: 'env.LEVEL' });
  });
});

describe('secrets', () => {
  test.each([
    'PASSWORD', 'DB_PASSWORD', 'PGPASSWORD', 'db_password', 'DB_PASSWD', 'REDIS_PASS', 'MYSQL_PWD', 'SSH_PASSPHRASE', 'CLIENT_SECRET', 'SECRET_KEY', 'AUTH_TOKEN', 'TOKEN', 'API_KEY', 'STRIPE_APIKEY', 'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY', 'PRIVATE_KEY', 'ENCRYPTION_KEY', 'SIGNING_KEY', 'DB_CREDENTIALS', 'CREDENTIAL',
  ])('refuses %s as a literal, without showing its value', name => {
    const error = errorOf(() => env({ [name]: 'hunter2-the-value' }));

    expect(error).toMatchObject({ code: 'SecretInManifest', constructPath: 'chart/web', property: `env.${name}`, fix: expect.stringContaining('EnvValue.fromSecretValue') as string });
    expect(error.message).not.toContain('hunter2-the-value');
  });

  const KEY = ['-----BEGIN', 'PRIVATE KEY-----'].join(' ');
  test.each([
    ['a private key', `${KEY}\nMIIE`], ['an AWS key', ['AKIA', 'IOSFODNN7EXAMPLE'].join('')], ['a temporary AWS key', ['ASIA', 'IOSFODNN7EXAMPLE'].join('')],
    ['a GitHub token', `ghp_${'a1'.repeat(18)}`], ['a GitLab token', `glpat-${'a1'.repeat(10)}`], ['a Slack token', 'xoxb-1234567890-abc'], ['a Stripe key', `sk_live_${'a1'.repeat(12)}`],
    ['a Google key', `AIza${'a'.repeat(35)}`], ['a JSON Web Token', `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.c`], ['a password in an address', 'postgres://shop:hunter2@db:5432/shop'],
    ['a password without a user', 'redis://:hunter2@cache:6379'],
  ])('refuses %s under whatever name', (_, value) => {
    const error = errorOf(() => env({ SETTING: value }));

    expect(error).toMatchObject({ code: 'SecretInManifest', property: 'env.SETTING' });
    expect(error.message).not.toContain(value);
  });

  test.each([
    ['TOKEN_TTL', '3600'], ['PASSWORD_FILE', '/run/secrets/password'], ['SECRET_NAME', 'web-tls'], ['PASSWORD_MIN_LENGTH', '12'], ['API_KEY_HEADER', 'X-Api-Key'], ['TOKEN_URL', 'https://login.example.com/token'],
    ['SECRETS_DIR', '/run/secrets'], ['COMPASS', 'north'], ['BYPASS', 'true'], ['MONKEY', 'george'], ['KEY', 'user-id'], ['PASSENGERS', '4'], ['PASSWORD', ''],
    ['PUBLIC_URL', 'https://user@example.com/a:b'], ['IMAGE', 'registry.example.com:5000/app@sha256:abc'], ['DATABASE_URL', 'postgres://db:5432/shop'],
  ])('takes %s=%s: it is none', (name, value) => {
    expect(env({ [name]: value })).toEqual([{ name, value }]);
  });

  test('takes one that is made of references', () => {
    const variables = { PASSWORD: '$(DB_PASSWORD)', API_KEY: '$(A)$(B)', DATABASE_URL: 'postgres://$(DB_USER):$(DB_PASSWORD)@db/shop' };

    expect(env(variables)).toEqual(Object.entries(variables).map(([name, value]) => ({ name, value })));
  });

  test('refuses a literal beside a reference', () => {
    expect(errorOf(() => env({ API_KEY: 'prefix-$(A)' })).code).toBe('SecretInManifest');
    expect(errorOf(() => env({ DATABASE_URL: 'postgres://$(DB_USER):hunter2@db/shop' })).code).toBe('SecretInManifest');
  });

  test('takes a literal that is none by its owner\'s word, and that one alone', () => {
    expect(env({ CSRF_TOKEN: 'header' }, { notSecret: ['CSRF_TOKEN'] })).toEqual([{ name: 'CSRF_TOKEN', value: 'header' }]);
    expect(errorOf(() => env({ DATABASE_URL: 'postgres://shop:hunter2@db/shop' }, { notSecret: ['DATABASE_URL'] })).code).toBe('SecretInManifest');
    expect(errorOf(() => env({ CSRF_TOKEN: 'header', API_TOKEN: 'x' }, { notSecret: ['CSRF_TOKEN'] }))).toMatchObject({ code: 'SecretInManifest', property: 'env.API_TOKEN' });
  });

  test('refuses a literal by EnvValue, too', () => {
    expect(errorOf(() => env({ DB_PASSWORD: EnvValue.fromValue('hunter2') })).code).toBe('SecretInManifest');
  });

  test('takes references to Secrets and ConfigMaps, single and whole', () => {
    const chart = testChart();
    const [vault, settings] = [Secret.fromSecretName(chart, 'vault', 'vault'), ConfigMap.fromConfigMapName(chart, 'settings', 'settings')];
    const container = containerOf(web({
      env: { DB_PASSWORD: EnvValue.fromSecretValue({ secret: vault, key: 'password' }, { optional: false }), LEVEL: EnvValue.fromConfigMap(settings, 'level') },
      envFrom: [new EnvFrom(settings, 'S_'), new EnvFrom(undefined, undefined, vault)],
    }, chart));

    expect(container.env).toEqual([
      { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { key: 'password', name: 'vault', optional: false } } }, { name: 'LEVEL', valueFrom: { configMapKeyRef: { key: 'level', name: 'settings' } } },
    ]);
    expect(container.envFrom).toEqual([{ configMapRef: { name: 'settings' }, prefix: 'S_' }, { secretRef: { name: 'vault' } }]);
  });

  test.each([['--password=hunter2-the-value'], ['postgres://shop:hunter2-the-value@db/shop'], ['--api-key=hunter2-the-value']])('refuses the argument %s, without showing it', argument => {
    const error = errorOf(() => web({ args: ['serve', argument] }));

    expect(error).toMatchObject({ code: 'SecretInManifest', property: 'args[1]' });
    expect(error.message).not.toContain('hunter2-the-value');
  });

  test('takes an argument that refers to one', () => {
    expect(containerOf(web({ args: ['--password=$(DB_PASSWORD)', '--password-file=/run/secrets/password', '--token-ttl=60s'] })).args).toHaveLength(3);
  });
});
