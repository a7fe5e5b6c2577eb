import { Duration } from 'cdk8s';
import type { Probe } from 'cdk8s-plus-28';
import { probeOf } from './kplus-values';
import { type ProbeTiming, renderTiming, wholeSeconds } from './probe-timing';
import type { IProbe } from '../core/kubernetes';
import type { Port } from '../core/port';
import type { KnownProperties, PropertyPath } from '../core/property-path';

/** What every kind of check has in common. */
export interface HealthTiming {
  /**
   * How long the application may take to start before it is restarted, 1 s to 1 hour. Only with liveness: nothing else restarts.
   *
   * @default Duration.minutes(5)
   */
  readonly startupBudget?: Duration;

  /**
   * Timing of the readiness check.
   *
   * @default - each 5 s, 2 s long, 3 failures
   */
  readonly readinessTiming?: ProbeTiming;

  /**
   * Timing of the liveness check. It must be more patient than readiness: a restart is the last resort.
   *
   * @default - each 10 s, 5 s long, 6 failures
   */
  readonly livenessTiming?: ProbeTiming;
}

/** Checks by HTTP. */
export interface HttpHealthOptions extends HealthTiming {
  /** Path that answers 200 to 399 when the application can serve. It may depend on what the application needs. */
  readonly readiness: string;

  /**
   * Path that answers 200 to 399 as long as a restart would not help. It must not depend on anything outside the process:
   * else one failing database restarts every pod at once.
   *
   * @default - no liveness check: a process that ends is restarted anyway
   */
  readonly liveness?: string;

  /**
   * Name of the port.
   *
   * @default - the main port
   */
  readonly port?: string;

  /**
   * Whether the port speaks TLS. The certificate is not verified.
   *
   * @default - true for a port of kind https
   */
  readonly tls?: boolean;
}

/** Checks by the gRPC health protocol. */
export interface GrpcHealthOptions extends HealthTiming {
  /**
   * Service name to ask for readiness.
   *
   * @default - the server as a whole
   */
  readonly readiness?: string;

  /**
   * Service name to ask for liveness; not the one for readiness.
   *
   * @default - no liveness check
   */
  readonly liveness?: string;

  /**
   * Name of the port.
   *
   * @default - the main port
   */
  readonly port?: string;
}

/** A check whether a connection opens: it says that something listens, no more. */
export interface TcpHealthOptions extends HealthTiming {
  /**
   * Name of the port.
   *
   * @default - the main port
   */
  readonly port?: string;
}

/** Checks by a command in the container. */
export interface ExecHealthOptions extends HealthTiming {
  /**
   * Command that ends with 0 when the application can work.
   *
   * @default - none; a service with a port needs one
   */
  readonly readiness?: string[];

  /**
   * Command that ends with 0 as long as a restart would not help.
   *
   * @default - no liveness check
   */
  readonly liveness?: string[];
}

/** Checks written with cdk8s-plus, their timing included. */
export interface ProbeHealthOptions {
  /** Whether the pod may get requests. */
  readonly readiness: Probe;

  /**
   * Whether the container must be restarted.
   *
   * @default - no liveness check
   */
  readonly liveness?: Probe;

  /**
   * Whether the container has started.
   *
   * @default - with liveness, the liveness check with 5 minutes of patience; else none
   */
  readonly startup?: Probe;
}

const TIMING: KnownProperties<HealthTiming> = { startupBudget: true, readinessTiming: true, livenessTiming: true };
const KNOWN_HTTP: KnownProperties<HttpHealthOptions> = { ...TIMING, readiness: true, liveness: true, port: true, tls: true };
const KNOWN_GRPC: KnownProperties<GrpcHealthOptions> = { ...TIMING, readiness: true, liveness: true, port: true };
const KNOWN_TCP: KnownProperties<TcpHealthOptions> = { ...TIMING, port: true };
const KNOWN_EXEC: KnownProperties<ExecHealthOptions> = { ...TIMING, readiness: true, liveness: true };
const KNOWN_PROBES: KnownProperties<ProbeHealthOptions> = { readiness: true, liveness: true, startup: true };

/** @internal */
export interface RenderedHealth {
  readonly readinessProbe?: IProbe;
  readonly livenessProbe?: IProbe;
  readonly startupProbe?: IProbe;
}

type Check = Pick<IProbe, 'httpGet' | 'grpc' | 'tcpSocket' | 'exec'>;

const STARTUP_PERIOD = 5;

/**
 * How Kubernetes learns whether a container can serve, and whether it must be restarted.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
 */
export class Health {
  /** Checks by HTTP. @param options the paths, and times that differ from the default */
  public static http(options: HttpHealthOptions): Health {
    return new Health((at, ports) => {
      at.onlyKnown(options, KNOWN_HTTP);
      const port = portOf(at, ports, options.port);
      const tls = options.tls === undefined ? port.appProtocol === 'https' : at.at('tls').flag(options.tls);
      const check = (path: string | undefined, where: PropertyPath): Check | undefined => {
        if (path === undefined) { return undefined; }
        where.text(path, 'a path that starts with "/"', /^\/\S*$/);
        return { httpGet: { path, port: port.name, ...tls ? { scheme: 'HTTPS' } : {} } };
      };
      return withTimes(at, options, check(options.readiness, at.at('readiness')) ?? at.at('readiness').refuse('MissingValue', {
        value: options.readiness, allowed: 'the path that says whether requests may come', fix: "write Health.http({ readiness: '/ready' })",
      }), check(options.liveness, at.at('liveness')));
    });
  }

  /** Checks by the gRPC health protocol. @param options the service names, and times that differ from the default */
  public static grpc(options: GrpcHealthOptions = {}): Health {
    return new Health((at, ports) => {
      at.onlyKnown(options, KNOWN_GRPC);
      const port = portOf(at, ports, options.port).number; // a gRPC probe takes no port name
      for (const key of ['readiness', 'liveness'] as const) {
        if (options[key] !== undefined) { at.at(key).text(options[key], 'the name of a service, as the gRPC server registers it'); }
      }
      return withTimes(at, options,
        { grpc: { port, ...options.readiness === undefined ? {} : { service: options.readiness } } },
        options.liveness === undefined ? undefined : { grpc: { port, service: options.liveness } });
    });
  }

  /** A check whether a connection opens, for readiness alone. @param options times that differ from the default */
  public static tcp(options: TcpHealthOptions = {}): Health {
    return new Health((at, ports) => {
      at.onlyKnown(options, KNOWN_TCP);
      return withTimes(at, options, { tcpSocket: { port: portOf(at, ports, options.port).name } }, undefined);
    });
  }

  /** Checks by a command in the container. @param options the commands, and times that differ from the default */
  public static exec(options: ExecHealthOptions): Health {
    return new Health((at, ports) => {
      at.onlyKnown(options, KNOWN_EXEC);
      for (const key of ['readiness', 'liveness'] as const) {
        const command = options[key];
        if (command === undefined) { continue; }
        at.at(key).list(command).forEach((part, i) => at.at(key).at(i).text(part, 'a text'));
        if (command.length === 0) { at.at(key).refuse('MissingValue', { value: command, allowed: 'a command', fix: `write Health.exec({ ${key}: ['/bin/check'] }), or leave '${key}' out` }); }
      }
      if (options.readiness === undefined && (ports.length > 0 || options.liveness === undefined)) {
        at.at('readiness').refuse('MissingValue', {
          value: options.readiness,
          allowed: ports.length > 0 ? 'a command: a service with a port needs to say when requests may come' : 'a command for readiness, liveness or both',
          fix: "write Health.exec({ readiness: ['/bin/check', 'ready'] }), or Health.none(reason)",
        });
      }
      const check = (command: string[] | undefined): Check | undefined => (command === undefined ? undefined : { exec: { command: [...command] } });
      return withTimes(at, options, check(options.readiness), check(options.liveness));
    });
  }

  /** Checks written with cdk8s-plus. @param options the probes */
  public static probes(options: ProbeHealthOptions): Health {
    return new Health((at, ports) => {
      at.onlyKnown(options, KNOWN_PROBES);
      const port = ports.find(p => p.protocol === 'TCP')?.number;
      const liveness = options.liveness === undefined ? undefined : probeOf(at.at('liveness'), options.liveness, port);
      const startup = options.startup === undefined ? liveness && patientStart(actionOf(liveness), 300) : probeOf(at.at('startup'), options.startup, port);
      const rendered = {
        readinessProbe: probeOf(at.at('readiness'), options.readiness, port),
        ...liveness === undefined ? {} : { livenessProbe: liveness },
        ...startup === undefined ? {} : { startupProbe: startup },
      };
      for (const [name, probe] of Object.entries(rendered)) {
        const here = at.at(name.replace('Probe', ''));
        refuseForeign(here, probe, ports);
        here.at('failureThreshold').integer(probe.failureThreshold, 1, 1000);
        if (name !== 'readinessProbe' && (probe.successThreshold ?? 1) !== 1) {
          here.at('successThreshold').refuse('InvalidValue', { value: probe.successThreshold, allowed: '1: Kubernetes takes more for readiness alone', fix: 'leave it out' });
        }
      }
      return rendered;
    }, 'liveness');
  }

  /** No check at all. @param reason why Kubernetes need not know, at least 10 characters */
  public static none(reason: string): Health {
    return new Health(at => {
      at.at('none').reason(reason);
      return {};
    });
  }

  private constructor(
    private readonly render: (at: PropertyPath, ports: readonly Port[]) => RenderedHealth,
    /** Where the timing of liveness is said. */
    private readonly livenessTiming: 'livenessTiming' | 'liveness' = 'livenessTiming',
  ) {}

  /** @internal */
  public _render(at: PropertyPath, ports: readonly Port[]): RenderedHealth {
    const rendered = this.render(at, ports);
    const { readinessProbe, livenessProbe } = rendered;
    if (readinessProbe !== undefined && livenessProbe !== undefined) {
      if (JSON.stringify(actionOf(readinessProbe)) === JSON.stringify(actionOf(livenessProbe))) {
        at.at('liveness').refuse('ProbeConflict', {
          value: actionOf(livenessProbe),
          allowed: 'another check than readiness: what makes a pod unready must not restart it',
          fix: 'leave liveness out, or give it an endpoint that looks at the process alone',
        });
      }
      if (patience(livenessProbe) < patience(readinessProbe)) {
        at.at(this.livenessTiming).refuse('ProbeConflict', {
          value: `${patience(livenessProbe)} s until a restart`,
          allowed: `at least the ${patience(readinessProbe)} s until readiness fails`,
          fix: 'raise period or failureThreshold of liveness: a pod should leave the Service before it is restarted',
        });
      }
    }
    return rendered;
  }
}

/** How long the whole start may take, in seconds; 0 if nothing watches it. @internal */
export function startupBudgetOf(health: RenderedHealth): number {
  return health.startupProbe === undefined ? 0 : patience(health.startupProbe);
}

function withTimes(at: PropertyPath, options: HealthTiming, readiness: Check | undefined, liveness: Check | undefined): RenderedHealth {
  if (liveness === undefined && (options.livenessTiming ?? options.startupBudget) !== undefined) {
    at.at(options.livenessTiming === undefined ? 'startupBudget' : 'livenessTiming').refuse('ConflictingProperties', {
      value: options.livenessTiming ?? (options.startupBudget instanceof Duration ? options.startupBudget.toHumanString() : options.startupBudget), allowed: 'nothing without a liveness check: only liveness restarts a container', fix: 'add liveness, or leave it out',
    });
  }
  const budget = wholeSeconds(at.at('startupBudget'), options.startupBudget ?? Duration.minutes(5), 3600);
  return {
    ...readiness === undefined ? {} : { readinessProbe: { ...readiness, ...renderTiming(at.at('readinessTiming'), options.readinessTiming, 5, 2, 3) } },
    ...liveness === undefined ? {} : {
      livenessProbe: { ...liveness, ...renderTiming(at.at('livenessTiming'), options.livenessTiming, 10, 5, 6) },
      startupProbe: patientStart(liveness, budget),
    },
  };
}

function portOf(at: PropertyPath, ports: readonly Port[], name: string | undefined): Port {
  const port = name === undefined ? ports.find(p => p.protocol === 'TCP') : ports.find(p => p.name === name);
  if (port === undefined || port.protocol !== 'TCP') {
    return at.at('port').refuse('PortConflict', {
      value: name,
      allowed: ports.length === 0 ? 'checks by command: there is no port' : `one of the TCP ports ${ports.filter(p => p.protocol === 'TCP').map(p => p.name).join(', ') || '(there is none)'}`,
      fix: 'add the port, or use Health.exec or Health.none(reason)',
    });
  }
  return port;
}

function refuseForeign(at: PropertyPath, probe: IProbe, ports: readonly Port[]): void {
  const target = probe.httpGet ?? probe.tcpSocket;
  if (target === undefined) { return; }
  if (target.host !== undefined) {
    at.at('host').refuse('PodSecurityViolation', { value: target.host, allowed: 'checks of the pod itself: Pod Security forbids hosts in probes', fix: 'leave the host out' });
  }
  const reachable = ports.filter(port => port.protocol === 'TCP'); // HTTP and TCP checks alike
  if (!reachable.some(port => port.number === target.port || port.name === target.port)) {
    at.at('port').refuse('PortConflict', { value: target.port, allowed: `a TCP port of the container: ${reachable.map(p => p.number).join(', ') || '(there is none)'}`, fix: 'add the port to "additionalPorts", or correct it' });
  }
}

function actionOf(probe: IProbe): Check {
  const { httpGet, grpc, tcpSocket, exec } = probe;
  return { httpGet, grpc, tcpSocket, exec };
}

function patience(probe: IProbe): number {
  return (probe.periodSeconds ?? 10) * (probe.failureThreshold ?? 3);
}

/** The liveness check itself, with all the patience a start needs: until it passes, nothing else is asked. */
function patientStart(liveness: Check, budget: number): IProbe {
  return { ...liveness, failureThreshold: Math.ceil(budget / STARTUP_PERIOD), periodSeconds: STARTUP_PERIOD, timeoutSeconds: 2 };
}
