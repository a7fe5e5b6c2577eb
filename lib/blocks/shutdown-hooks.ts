import type { Handler } from 'cdk8s-plus-28';
import { handlerOf } from './kplus-values';
import type { ILifecycle, ILifecycleHandler } from '../core/kubernetes';
import type { KubernetesVersion } from '../core/kubernetes-version';
import { PropertyPath } from '../core/property-path';
import type { ShutdownWait } from '../core/shutdown';
import { Shutdown } from '../core/shutdown';

/** @internal */
export interface BoundShutdown {
  readonly lifecycle?: ILifecycle;
  readonly terminationGracePeriodSeconds: number;
}

/** What a shutdown has to know of its workload. @internal */
export interface ShutdownSubject {
  /** Whether requests come over the network: only then is there something to wait for before SIGTERM. */
  readonly servesRequests: boolean;
  /** Whether the service itself asked for it; a worker's image may lack the command that its environment names. */
  readonly isOwn: boolean;
  readonly behindLoadBalancer: boolean;
  readonly mainPort: number | undefined;
  readonly postStart: Handler | undefined;
}

/**
 * The hooks and the grace period that let a container finish what it has begun.
 *
 * @internal
 */
export function bindShutdown(at: PropertyPath, shutdown: Shutdown, subject: ShutdownSubject, version: KubernetesVersion): BoundShutdown {
  at.instance(shutdown, Shutdown, 'Shutdown.graceful()');
  const { delay, grace } = shutdown._times(at, subject.behindLoadBalancer ? 15 : 5);
  const wait = shutdown._wait;
  const waits = subject.servesRequests || (subject.isOwn && (wait.kind === 'hook' || wait.kind === 'exec'));
  const preStop = waits ? renderWait(at, wait, delay, subject.mainPort, version) : undefined;
  const postStart = subject.postStart === undefined ? undefined : hookOf(new PropertyPath(at.construct, 'postStart'), subject.postStart, subject.mainPort);
  return {
    ...preStop === undefined && postStart === undefined ? {} : {
      lifecycle: { ...postStart === undefined ? {} : { postStart }, ...preStop === undefined ? {} : { preStop } },
    },
    terminationGracePeriodSeconds: waits ? grace : grace - delay,
  };
}

function hookOf(at: PropertyPath, handler: Handler, port: number | undefined): ILifecycleHandler {
  const hook = handlerOf(at, handler, port);
  if (hook.tcpSocket !== undefined) {
    at.refuse('InvalidValue', { value: 'Handler.fromTcpSocket', allowed: 'a command or an HTTP request: the kubelet cannot run a TCP hook, and each start or stop would fail', fix: 'use Handler.fromCommand or Handler.fromHttpGet' });
  }
  if (hook.httpGet?.host !== undefined) {
    at.at('host').refuse('PodSecurityViolation', { value: hook.httpGet.host, allowed: 'hooks of the pod itself: Pod Security forbids hosts in hooks', fix: 'leave the host out' });
  }
  if (hook.httpGet?.port === 80 && port === undefined) { // cdk8s-plus' default, where an ordinary user cannot listen
    at.at('port').refuse('MissingValue', { value: undefined, allowed: 'a port where the service has none', fix: "write Handler.fromHttpGet('/drain', { port: 8081 })" });
  }
  return hook;
}

function renderWait(at: PropertyPath, wait: ShutdownWait, delay: number, port: number | undefined, version: KubernetesVersion): ILifecycleHandler | undefined {
  switch (wait.kind) {
    case 'sleep':
      version.require('preStopSleep', at, 'Shutdown.graceful()',
        "write Shutdown.exec(['/bin/sleep', '5']) if the image has that command, or Shutdown.none(reason) if the application itself serves on after SIGTERM");
      return { sleep: { seconds: delay } };
    case 'exec': return { exec: { command: [...wait.command] } };
    case 'hook': return hookOf(at.at('handler'), wait.handler, port);
    case 'none': return undefined;
  }
}
