import { Duration } from 'cdk8s';
import type { Handler } from 'cdk8s-plus-28';
import type { KnownProperties, PropertyPath } from './property-path';

/** How long the parts of a shutdown take. */
export interface ShutdownOptions {
  /**
   * How long the container goes on serving after its pod is marked for deletion, before it gets SIGTERM: the time
   * in which endpoints, proxies and load balancers learn that it is going. Whole seconds, 1 s to 10 minutes.
   *
   * @default - 5 s; 15 s behind a load balancer, ingress or gateway
   */
  readonly delay?: Duration;

  /**
   * How long the application may take to end what it is doing, after SIGTERM. Whole seconds, 1 s to 1 hour.
   *
   * @default Duration.seconds(30)
   */
  readonly drain?: Duration;
}

const KNOWN: KnownProperties<ShutdownOptions> = { delay: true, drain: true };

/** What ends the wait before SIGTERM. @internal */
export type ShutdownWait =
  | { readonly kind: 'sleep' }
  | { readonly kind: 'hook'; readonly handler: Handler }
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  | { readonly kind: 'none'; readonly reason: string };

/** A shutdown in whole seconds. @internal */
export interface ShutdownTimes {
  readonly delay: number;
  readonly grace: number;
}

/** Grace left over when everything took its full time. */
const MARGIN_SECONDS = 5;

/**
 * How a pod goes without dropping a request: it serves on while the network forgets it, then drains, then ends.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
 */
export class Shutdown {
  /**
   * The kubelet waits; the image needs nothing for it. From Kubernetes 1.30.
   *
   * @param options times that differ from the default
   */
  public static graceful(options: ShutdownOptions = {}): Shutdown {
    return new Shutdown({ kind: 'sleep' }, options);
  }

  /**
   * A command in the container waits: for clusters before 1.30, and for images that have one.
   *
   * @param command such as `['/bin/sleep', '5']`
   * @param options times; `delay` must be at least what the command takes
   */
  public static exec(command: string[], options: ShutdownOptions = {}): Shutdown {
    return new Shutdown({ kind: 'exec', command }, options);
  }

  /**
   * A hook of the application's own, such as an HTTP endpoint that starts the drain and returns when it is done.
   *
   * @param handler `Handler.fromHttpGet(…)`, `Handler.fromCommand(…)`
   * @param options times; `delay` must be at least what the hook takes
   */
  public static hook(handler: Handler, options: ShutdownOptions = {}): Shutdown {
    return new Shutdown({ kind: 'hook', handler }, options);
  }

  /**
   * SIGTERM at once: for an application that itself goes on serving for some seconds after SIGTERM.
   *
   * @param reason how requests are kept, at least 10 characters
   * @param options times; `delay` does not apply
   */
  public static none(reason: string, options: ShutdownOptions = {}): Shutdown {
    return new Shutdown({ kind: 'none', reason }, options);
  }

  private constructor(
    /** @internal */
    public readonly _wait: ShutdownWait,
    private readonly options: ShutdownOptions,
  ) {}

  /** @internal */
  public _times(at: PropertyPath, defaultDelay: number): ShutdownTimes {
    at.onlyKnown(this.options, KNOWN);
    if (this._wait.kind === 'none') {
      at.at('none').reason(this._wait.reason);
      if (this.options.delay !== undefined) {
        seconds(at.at('delay'), this.options.delay, 600);
        at.at('delay').refuse('ConflictingProperties', { value: this.options.delay.toHumanString(), allowed: 'no delay beside Shutdown.none', fix: 'use Shutdown.graceful({ delay })' });
      }
    }
    if (this._wait.kind === 'exec') {
      const command = at.at('command').list(this._wait.command);
      if (command.length === 0) { at.at('command').refuse('MissingValue', { value: command, allowed: 'a command that returns when the wait is over', fix: "write ['/bin/sleep', '5']" }); }
      command.forEach((part, i) => at.at('command').at(i).text(part, 'a text'));
    }
    const delay = this._wait.kind === 'none' ? 0 : seconds(at.at('delay'), this.options.delay ?? Duration.seconds(defaultDelay), 600);
    const slept = this._wait.kind === 'exec' ? secondsSlept(this._wait.command) : undefined;
    if (slept !== undefined && slept > delay) {
      at.at('delay').refuse('ShutdownTooShort', {
        value: `${delay} s`, allowed: `at least the ${slept} s that the command sleeps`, fix: `write Shutdown.exec([…], { delay: Duration.seconds(${slept}) }): the grace period grows with it`,
      });
    }
    const drain = seconds(at.at('drain'), this.options.drain ?? Duration.seconds(30), 3600);
    return { delay, grace: delay + drain + MARGIN_SECONDS };
  }
}

function seconds(at: PropertyPath, duration: Duration, max: number): number {
  return at.seconds(duration, 1, max, `give whole seconds from 1 to ${max}`, 'Duration.seconds(5)');
}

function secondsSlept(command: readonly string[]): number | undefined {
  const sleeps = [...command.join(' ').matchAll(/(?<=^|[/\s;&])sleep\s+(\d+(?:\.\d+)?)([smh]?)(?![\w.])/g)];
  return sleeps.length === 0 ? undefined : sleeps.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unit === 'm' ? 60 : unit === 'h' ? 3600 : 1), 0);
}
