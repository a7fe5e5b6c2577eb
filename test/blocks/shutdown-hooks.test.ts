import { Duration } from 'cdk8s';
import { Handler } from 'cdk8s-plus-28';
import { Health, type ProductionServiceProps, ServiceExposure, Shutdown } from 'cdk8s-production';
import { errorOf } from '../helpers/manifests';
import { containerOf, podOf, web } from '../helpers/service';

const WORKER: Partial<ProductionServiceProps> = { port: undefined, health: Health.none('it takes messages from a queue') };
const gone = (shutdown: Shutdown, props: Partial<ProductionServiceProps> = {}) => {
  const service = web({ shutdown, ...props });
  return { preStop: containerOf(service).lifecycle?.preStop, grace: podOf(service).terminationGracePeriodSeconds };
};
const LONG = { delay: Duration.seconds(20), drain: Duration.minutes(2) };

describe('each way to go', () => {
  test.each([
    ['graceful', Shutdown.graceful(), {}, { sleep: { seconds: 5 } }, 40],
    ['graceful, in other times', Shutdown.graceful(LONG), {}, { sleep: { seconds: 20 } }, 145],
    ['graceful, behind a load balancer', Shutdown.graceful(), { exposure: ServiceExposure.loadBalancer() }, { sleep: { seconds: 15 } }, 50],
    ['by a command', Shutdown.exec(['/bin/sleep', '5']), {}, { exec: { command: ['/bin/sleep', '5'] } }, 40],
    ['by a command that takes long', Shutdown.exec(['sh', '-c', 'sleep 20'], { delay: Duration.seconds(20) }), {}, { exec: { command: ['sh', '-c', 'sleep 20'] } }, 55],
    ['by the application\'s own endpoint', Shutdown.hook(Handler.fromHttpGet('/drain'), { delay: Duration.seconds(30) }), {}, { httpGet: { path: '/drain', port: 8080, scheme: 'HTTP' } }, 65],
    ['by another endpoint', Shutdown.hook(Handler.fromHttpGet('/drain', { port: 8081 })), {}, { httpGet: { path: '/drain', port: 8081, scheme: 'HTTP' } }, 40],
    ['by a command as a hook', Shutdown.hook(Handler.fromCommand(['/drain'])), {}, { exec: { command: ['/drain'] } }, 40],
    ['at once', Shutdown.none('it serves on for ten seconds after SIGTERM'), {}, undefined, 35],
    ['graceful, without requests to wait for', Shutdown.graceful(LONG), WORKER, undefined, 125],
    ['by a hook, without requests', Shutdown.hook(Handler.fromCommand(['/drain'])), WORKER, { exec: { command: ['/drain'] } }, 40],
  ])('%s', (_, shutdown, props, preStop, grace) => {
    expect(gone(shutdown, props)).toEqual({ preStop, grace });
  });

  test('leaves room for everything: the grace period is longer than wait and drain together', () => {
    for (const delay of [1, 5, 600]) {
      const { preStop, grace } = gone(Shutdown.graceful({ delay: Duration.seconds(delay), drain: Duration.seconds(30) }));
      expect(grace).toBe(preStop.sleep.seconds + 30 + 5);
    }
  });
});

describe('refuses', () => {
  test.each<[string, Shutdown, string, string]>([
    ['a command that sleeps longer than it says', Shutdown.exec(['/bin/sleep', '30']), 'shutdown.delay', 'ShutdownTooShort'],
    ['the same in a shell', Shutdown.exec(['sh', '-c', 'sync && sleep 6']), 'shutdown.delay', 'ShutdownTooShort'],
    ['no command', Shutdown.exec([]), 'shutdown.command', 'MissingValue'],
    ['a wait of nothing', Shutdown.graceful({ delay: Duration.seconds(0) }), 'shutdown.delay', 'InvalidValue'],
    ['a drain of nothing', Shutdown.graceful({ drain: Duration.seconds(0) }), 'shutdown.drain', 'InvalidValue'],
    ['half seconds', Shutdown.graceful({ delay: Duration.millis(1500) }), 'shutdown.delay', 'InvalidValue'],
    ['no reason', Shutdown.none(''), 'shutdown.none', 'MissingValue'],
    ['a delay beside none', Shutdown.none('it serves on for ten seconds', { delay: Duration.seconds(5) }), 'shutdown.delay', 'ConflictingProperties'],
    ['a TCP hook: the kubelet runs none', Shutdown.hook(Handler.fromTcpSocket({ port: 8080 })), 'shutdown.handler', 'InvalidValue'],
    ['what is no handler', Shutdown.hook({ path: '/drain' } as never), 'shutdown.handler', 'InvalidValue'],
  ])('%s', (_, shutdown, property, code) => {
    expect(errorOf(() => gone(shutdown))).toMatchObject({ constructPath: 'chart/web', code, property });
  });

  test('an HTTP hook without a port where there is none', () => {
    expect(errorOf(() => gone(Shutdown.hook(Handler.fromHttpGet('/drain')), WORKER))).toMatchObject({ code: 'MissingValue', property: 'shutdown.handler.port' });
    expect(gone(Shutdown.hook(Handler.fromHttpGet('/drain', { port: 8081 })), WORKER).preStop.httpGet.port).toBe(8081);
  });
});

describe('after the start', () => {
  test.each([
    ['a command', Handler.fromCommand(['/started']), { exec: { command: ['/started'] } }], ['a request', Handler.fromHttpGet('/started'), { httpGet: { path: '/started', port: 8080, scheme: 'HTTP' } }],
  ])('%s runs beside what waits at the end', (_, postStart, written) => {
    expect(containerOf(web({ postStart })).lifecycle).toEqual({ postStart: written, preStop: { sleep: { seconds: 5 } } });
  });

  test('a worker may have it, too', () => {
    expect(containerOf(web({ ...WORKER, postStart: Handler.fromCommand(['/started']) })).lifecycle).toEqual({ postStart: { exec: { command: ['/started'] } } });
  });

  test('refuses a TCP hook, by its own name', () => {
    expect(errorOf(() => web({ postStart: Handler.fromTcpSocket() }))).toMatchObject({ code: 'InvalidValue', property: 'postStart', fix: 'use Handler.fromCommand or Handler.fromHttpGet' });
  });
});
