import { Cpu, EnvFrom, EnvValue, Secret } from 'cdk8s-plus-28';
import { Environment, Health, ImagePullPolicy, Resources } from 'cdk8s-production';
import { errorOf } from '../helpers/manifests';
import { chartIn, podOf, web } from '../helpers/service';

const DIGEST = `@sha256:${'a'.repeat(64)}`;

test('the application is one container, named after the service, with image, port, checks, resources and the security of its pod', () => {
  const [container, ...others] = podOf(web()).containers;
  expect(others).toEqual([]);
  expect(Object.keys(container).sort()).toEqual([
    'image', 'imagePullPolicy', 'lifecycle', 'livenessProbe', 'name', 'ports', 'readinessProbe', 'resources', 'securityContext', 'startupProbe', 'volumeMounts',
  ]);
  expect(container).toMatchObject({ name: 'web', image: 'registry.example.com/shop/web:1.4.2', ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }] });
});

test('command and arguments are written as given, and not run in a shell', () => {
  const [container] = podOf(web({ command: ['/app', ''], args: ['--level', 'info', '--user=$(USER)'] })).containers;
  expect([container.command, container.args]).toEqual([['/app', ''], ['--level', 'info', '--user=$(USER)']]);
});

describe('a node asks the registry', () => {
  test.each([
    ['at each start', {}, undefined, 'Always'],
    ['at each start, for a digest too', { image: `registry.example.com/web${DIGEST}` }, undefined, 'Always'],
    ['only if it has not the digest', { image: `registry.example.com/web:1.0.0${DIGEST}`, imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT }, undefined, 'IfNotPresent'],
    ['as the environment says, for a digest', { image: `registry.example.com/web${DIGEST}` }, ImagePullPolicy.IF_NOT_PRESENT, 'IfNotPresent'],
    ['at each start for a tag, whatever the environment says', {}, ImagePullPolicy.IF_NOT_PRESENT, 'Always'],
    ['as the service says, before the environment', { image: `registry.example.com/web${DIGEST}`, imagePullPolicy: ImagePullPolicy.ALWAYS }, ImagePullPolicy.IF_NOT_PRESENT, 'Always'],
  ])('%s', (_, props, imagePullPolicy, expected) => {
    expect(podOf(web(props, chartIn(Environment.production({ imagePullPolicy })))).containers[0].imagePullPolicy).toBe(expected);
  });

  test('refuses to trust a tag that a node has', () => {
    const error = errorOf(() => web({ imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT }));
    expect([error.code, error.property]).toEqual(['InvalidValue', 'imagePullPolicy']);
    expect(error.fix).toContain('digest');
  });
});

test('an image without a registry comes from that of the environment', () => {
  const chart = chartIn(Environment.production({ registry: 'mirror.example.com/proxy' }));
  expect(podOf(web({ image: 'shop/web:1.0.0' }, chart)).containers[0].image).toBe('mirror.example.com/proxy/shop/web:1.0.0');
});

test('variables keep their order, after those that connections add', () => {
  const secret = Secret.fromSecretName(chartIn(Environment.production()), 'secret', 'db');
  const [container] = podOf(web({ env: { Z: 'last', A: '', DSN: EnvValue.fromSecretValue({ secret, key: 'url' }) }, envFrom: [new EnvFrom(undefined, 'DB_', secret)] })).containers;
  expect(container.env).toEqual([{ name: 'Z', value: 'last' }, { name: 'A', value: '' }, { name: 'DSN', valueFrom: { secretKeyRef: { name: 'db', key: 'url' } } }]);
  expect(container.envFrom).toEqual([{ prefix: 'DB_', secretRef: { name: 'db' } }]);
});

test.each([
  ['an argument with a password', { args: ['serve', '--password=hunter2'] }, 'args[1]'],
  ['a command with a token', { command: ['/app', 'ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'] }, 'command[1]'],
])('refuses %s, and does not show it', (_, props, property) => {
  const error = errorOf(() => web(props));
  expect([error.code, error.property]).toEqual(['SecretInManifest', property]);
  expect(error.message).not.toMatch(/hunter2|ghp_/);
});

test('a typo beside a secret does not show it either', () => {
  const error = errorOf(() => web({ enviroment: { DB_PASSWORD: 'hunter2' } } as never));
  expect([error.code, error.fix]).toEqual(['UnknownProperty', expect.any(String)]);
  expect(error.message).not.toContain('hunter2');
});

test('resources are those of the service, in Kubernetes\' spelling', () => {
  const [container] = podOf(web({ resources: Resources.of({ cpu: Cpu.units(1.5) }), health: Health.tcp() })).containers;
  expect(container.resources).toEqual({
    limits: { 'cpu': '3', 'ephemeral-storage': '512Mi', 'memory': '512Mi' }, requests: { 'cpu': '1500m', 'ephemeral-storage': '512Mi', 'memory': '256Mi' },
  });
});
