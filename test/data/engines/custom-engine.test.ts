import { Duration, Size } from 'cdk8s';
import { PodManagementPolicy } from 'cdk8s-plus-28';
import { type CustomEngineOptions, DatabaseEngine, Health } from 'cdk8s-production';
import { contextOf, engineOf, serverOf } from '../../helpers/engine';
import { errorOf } from '../../helpers/manifests';

const LEAST: CustomEngineOptions = { name: 'clickhouse', image: 'clickhouse/clickhouse-server:24.8.4', port: 9000, dataPath: '/var/lib/clickhouse', health: Health.tcp() };
const custom = (options: Partial<CustomEngineOptions> = {}): DatabaseEngine => DatabaseEngine.custom({ ...LEAST, ...options });

test('is what its user says, and nothing else', () => {
  const engine = engineOf(custom());
  expect(engine).toMatchObject({ name: 'clickhouse', image: 'clickhouse/clickhouse-server:24.8.4', asksFor: ['username', 'password'], administratorPassword: 'password' });
  expect(engine.port).toMatchObject({ number: 9000, name: 'clickhouse' });
  expect([engine.scheme, engine.database, engine.administrator, engine.scripts, engine.exporter(contextOf())]).toEqual([undefined, undefined, undefined, undefined, undefined]);
  expect(engine.operated(contextOf())).toEqual({ image: LEAST.image, parameters: {}, version: '24.8.4' });
  const { shutdownTime, health, ...server } = engine.server(contextOf());
  expect(server).toEqual({ dataPath: '/var/lib/clickhouse', env: {}, files: {}, scratch: {} });
  expect(shutdownTime.toSeconds()).toBe(120);
  expect(health).toBe(LEAST.health);
});

test('every option has its place', () => {
  const all: Required<CustomEngineOptions> = {
    ...LEAST,
    clusters: true,
    peerPorts: [9234],
    podManagementPolicy: PodManagementPolicy.ORDERED_READY,
    command: ['/entrypoint.sh'],
    args: ['--verbose'],
    env: { LEVEL: 'info' },
    scratch: { '/tmp': Size.mebibytes(10) },
    files: { '/etc/app.conf': 'x' },
    shutdownTime: Duration.minutes(5),
    scheme: 'clickhouse',
    database: 'shop',
    administrator: 'default',
    exporter: { image: 'registry.example.com/exporter:1.0.0', port: 9363, args: ['-v'] },
    scripts: { extension: 'native.gz', dump: 'true', drill: 'true', restore: 'true' },
  };
  const engine = engineOf(DatabaseEngine.custom(all));
  expect(engine).toMatchObject({ scheme: 'clickhouse', database: 'shop', administrator: 'default', administratorPassword: 'adminPassword', asksFor: ['username', 'password', 'adminPassword'], scripts: { ...all.scripts, restoresInto: 'server' }, clusters: true, startsInOrder: true });
  expect(engine.peerPorts!.map(port => [port.name, port.number])).toEqual([['peer-9234', 9234]]);
  expect(engine.exporter(contextOf())).toEqual({ ...all.exporter, env: {} });
  expect(serverOf(DatabaseEngine.custom(all))).toMatchObject({ command: all.command, args: all.args, env: all.env, files: all.files, scratch: all.scratch, shutdownTime: all.shutdownTime });
});

test.each<[string, Partial<CustomEngineOptions>, string, string]>([
  ['a name in capitals', { name: 'ClickHouse' }, 'engine.name', 'InvalidValue'],
  ['an image that moves', { image: 'clickhouse:latest' }, 'engine.image', 'MutableImage'],
  ['a port that an ordinary user cannot have', { port: 80 }, 'engine.port', 'PodSecurityViolation'],
  ['a path that is none', { dataPath: 'data' }, 'engine.dataPath', 'InvalidValue'],
  ['no health', { health: undefined }, 'engine.health', 'InvalidValue'],
  ['an end of no time', { shutdownTime: Duration.millis(10) }, 'engine.shutdownTime', 'InvalidValue'],
  ['a scheme with its slashes', { scheme: 'clickhouse://' }, 'engine.scheme', 'InvalidValue'],
  ['an empty database', { database: '' }, 'engine.database', 'InvalidValue'],
  ['an empty administrator', { administrator: '' }, 'engine.administrator', 'InvalidValue'],
  ['an exporter that moves', { exporter: { image: 'exporter', port: 9363 } }, 'engine.exporter.image', 'MutableImage'],
  ['an exporter without port', { exporter: { image: 'exporter:1.0.0', port: 0 } }, 'engine.exporter.port', 'InvalidValue'],
  ['a dump that nothing restores', { scripts: { extension: 'gz', dump: 'x', drill: 'x' } as unknown as CustomEngineOptions['scripts'] }, 'engine.scripts.restore', 'InvalidValue'],
  ['an ending with its dot', { scripts: { extension: '.gz', dump: 'x', drill: 'x', restore: 'x' } }, 'engine.scripts.extension', 'InvalidValue'],
  ['ports among instances of which there is one', { peerPorts: [9234] }, 'engine.peerPorts', 'ConflictingProperties'],
  ['a port among instances that an ordinary user cannot have', { clusters: true, peerPorts: [80] }, 'engine.peerPorts[0]', 'PodSecurityViolation'],
  ['an order of starts that is none', { podManagementPolicy: 'Ordered' as PodManagementPolicy }, 'engine.podManagementPolicy', 'InvalidValue'],
  ['a misspelt option', { datapath: '/x' } as Partial<CustomEngineOptions>, 'engine.datapath', 'UnknownProperty'],
])('refuses %s', (_, options, property, code) => {
  expect(errorOf(() => engineOf(custom(options)))).toMatchObject({ constructPath: 'chart', property, code });
});
