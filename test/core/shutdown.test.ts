import { Duration } from 'cdk8s';
import { Handler } from 'cdk8s-plus-28';
import type { ShutdownOptions } from 'cdk8s-production';
import { Shutdown } from 'cdk8s-production';
import { PropertyPath } from '../../lib/core/property-path';
import { errorOf, testChart } from '../helpers/manifests';

const at = new PropertyPath(testChart(), 'shutdown');
const s = (amount: number): Duration => Duration.seconds(amount);
const REASON = 'the server serves on for ten seconds';
const hook = (options?: ShutdownOptions): Shutdown => Shutdown.hook(Handler.fromHttpGet('/drain'), options);

describe('the times of a shutdown', () => {
  test.each<[what: string, shutdown: Shutdown, defaultDelay: number, delay: number, grace: number]>([
    ['graceful', Shutdown.graceful(), 5, 5, 40],
    ['graceful behind a load balancer', Shutdown.graceful(), 15, 15, 50],
    ['graceful with a delay of its own', Shutdown.graceful({ delay: s(20) }), 5, 20, 55],
    ['graceful with a drain of its own', Shutdown.graceful({ drain: s(120) }), 5, 5, 130],
    ['graceful at the lower bounds', Shutdown.graceful({ delay: s(1), drain: s(1) }), 5, 1, 7],
    ['graceful at the upper bounds', Shutdown.graceful({ delay: Duration.minutes(10), drain: Duration.hours(1) }), 5, 600, 4205],
    ['graceful in other units', Shutdown.graceful({ delay: Duration.millis(2000), drain: Duration.minutes(1) }), 5, 2, 67],
    ['exec', Shutdown.exec(['/bin/sleep', '5']), 5, 5, 40],
    ['exec, shorter than its delay', Shutdown.exec(['/bin/sleep', '5']), 15, 15, 50],
    ['exec with a delay', Shutdown.exec(['/bin/sh', '-c', 'sleep 30'], { delay: s(30) }), 5, 30, 65],
    ['exec of something that does not sleep', Shutdown.exec(['/app/drain', '--wait']), 5, 5, 40],
    ['exec of something that only sounds like it', Shutdown.exec(['/app/usleep', '500']), 5, 5, 40],
    ['hook', hook(), 5, 5, 40],
    ['hook with times', hook({ delay: s(10), drain: s(5) }), 5, 10, 20],
    ['none: SIGTERM comes at once', Shutdown.none(REASON), 15, 0, 35],
    ['none with a drain', Shutdown.none(REASON, { drain: s(60) }), 5, 0, 65],
  ])('%s', (_, shutdown, defaultDelay, delay, grace) => {
    expect(shutdown._times(at, defaultDelay)).toEqual({ delay, grace });
  });

  test.each<[command: string[], seconds: number]>([
    [['/bin/sleep', '6'], 6],
    [['sleep', '6'], 6],
    [['sleep', '5.5'], 5.5],
    [['/bin/sh', '-c', 'sleep 10'], 10],
    [['/bin/sh', '-c', 'sleep 10; echo done'], 10],
    [['/bin/sh', '-c', 'echo going && sleep 10s'], 10],
    [['/busybox/sleep', '20s'], 20],
    [['sleep', '1m'], 60],
    [['sleep', '0.5h'], 1800],
    [['/bin/sh', '-c', 'sleep 3;sleep 3'], 6],
    [['/bin/sh', '-c', 'sleep 4 && /app/drain && sleep 4'], 8],
  ])('refuses %j, which sleeps longer than the delay it was given', (command, seconds) => {
    expect(errorOf(() => Shutdown.exec(command, { delay: s(5) })._times(at, 15))).toMatchObject({
      code: 'ShutdownTooShort', constructPath: 'chart', property: 'shutdown.delay', value: '"5 s"', allowed: `at least the ${seconds} s that the command sleeps`,
    });
  });

  test('refuses a sleep longer than the delay that nobody gave', () => {
    expect(errorOf(() => Shutdown.exec(['sleep', '10'])._times(at, 5))).toMatchObject({
      code: 'ShutdownTooShort', fix: 'write Shutdown.exec([…], { delay: Duration.seconds(10) }): the grace period grows with it',
    });
  });

  const times = (options: unknown): (() => unknown)[] => [Shutdown.graceful, hook, (o: ShutdownOptions) => Shutdown.exec(['/app/drain'], o)].map(make => () => make(options as ShutdownOptions)._times(at, 5));

  test.each<[options: unknown, code: string, property: string]>([
    [{ delay: s(0) }, 'InvalidValue', 'shutdown.delay'],
    [{ delay: s(601) }, 'InvalidValue', 'shutdown.delay'],
    [{ delay: Duration.millis(1500) }, 'InvalidValue', 'shutdown.delay'],
    [{ delay: 5 }, 'InvalidValue', 'shutdown.delay'],
    [{ delay: '5s' }, 'InvalidValue', 'shutdown.delay'],
    [{ delay: null }, 'InvalidValue', 'shutdown.delay'],
    [{ drain: s(0) }, 'InvalidValue', 'shutdown.drain'],
    [{ drain: s(3601) }, 'InvalidValue', 'shutdown.drain'],
    [{ drain: Duration.millis(999) }, 'InvalidValue', 'shutdown.drain'],
    [{ drain: 30 }, 'InvalidValue', 'shutdown.drain'],
    [{ grace: s(60) }, 'UnknownProperty', 'shutdown.grace'],
    [null, 'InvalidValue', 'shutdown'],
    [s(30), 'UnknownProperty', 'shutdown.amount'],
    ['30s', 'InvalidValue', 'shutdown'],
  ])('refuses the options %j for every kind that waits', (options, code, property) => {
    for (const action of times(options)) {
      expect(errorOf(action)).toMatchObject({ code, property });
    }
  });

  test.each<[what: string, shutdown: Shutdown, code: string, property: string]>([
    ['no command', Shutdown.exec([]), 'MissingValue', 'shutdown.command'],
    ['a command in one text', Shutdown.exec('/bin/sleep 5' as unknown as string[]), 'InvalidValue', 'shutdown.command'],
    ['an empty part of a command', Shutdown.exec(['/bin/sleep', '']), 'InvalidValue', 'shutdown.command[1]'],
    ['a number in a command', Shutdown.exec(['/bin/sleep', 5 as unknown as string]), 'InvalidValue', 'shutdown.command[1]'],
    ['none without a reason', Shutdown.none(''), 'MissingValue', 'shutdown.none'],
    ['none for a short reason', Shutdown.none('it is fine'.slice(0, 9)), 'MissingValue', 'shutdown.none'],
    ['none with options for a reason', Shutdown.none({ drain: s(5) } as unknown as string), 'MissingValue', 'shutdown.none'],
    ['none with a delay, which it has not', Shutdown.none(REASON, { delay: s(5) }), 'ConflictingProperties', 'shutdown.delay'],
    ['none with a delay that is no Duration', Shutdown.none(REASON, { delay: 5 as unknown as Duration }), 'InvalidValue', 'shutdown.delay'],
    ['none with a drain of nothing', Shutdown.none(REASON, { drain: s(0) }), 'InvalidValue', 'shutdown.drain'],
    ['none with a misspelt option', Shutdown.none(REASON, { drains: s(5) } as object), 'UnknownProperty', 'shutdown.drains'],
  ])('refuses %s', (_, shutdown, code, property) => {
    expect(errorOf(() => shutdown._times(at, 5))).toMatchObject({ code, property });
  });
});
