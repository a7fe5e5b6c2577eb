import type { WorkloadProps } from './workload-props';
import { Concurrency } from '../core/concurrency';
import type { CronFields } from '../core/cron-expression';
import type { EffectiveEnvironment } from '../core/environment';
import type { Finding } from '../core/findings';

type FindingText = Pick<Finding, 'id' | 'message' | 'fix'>;

/** Labels and annotations by which meshes leave a pod alone. */
const WITHOUT_PROXY: readonly (readonly [string, string])[] = [['sidecar.istio.io/inject', 'false'], ['linkerd.io/inject', 'disabled']];

/**
 * What keeps a job from ending.
 *
 * @internal
 */
export function jobFindings(props: WorkloadProps, environment: EffectiveEnvironment): FindingText[] {
  const said = { ...props.labels, ...props.annotations };
  if (environment.mesh === undefined || WITHOUT_PROXY.some(([key, value]) => said[key] === value)) { return []; }
  return [{
    id: 'let-the-proxy-end',
    message: 'a mesh puts a proxy into the pod: unless it is a native sidecar, it outlives the application, and the Job runs until its deadline',
    fix: 'let the mesh inject native sidecars and acknowledge it, or keep the proxy away: labels: { \'sidecar.istio.io/inject\': \'false\' }',
  }];
}

/**
 * What keeps a hook from its target, for ever.
 *
 * @internal
 */
export function firstConnectionFinding(target: string): FindingText {
  return {
    id: 'run-the-migration-after-its-database',
    message: `as a hook it runs before anything of its application is there: neither '${target}' nor the policy that lets it in there, if they are deployed together`,
    fix: 'use MigrationOrder.argoSyncWave(), or deploy the target as an application of its own and acknowledge it',
  };
}

/** @internal */
export interface ScheduleSubject {
  readonly fields: CronFields;
  readonly timeZone: string;
  readonly concurrency: Concurrency;
  /** Shortest time between two runs, and the longest a run may take, in seconds. */
  readonly interval: number;
  readonly deadline: number;
}

/**
 * What a schedule allows, and whoever is on call should know.
 *
 * @internal
 */
export function scheduleFindings({ fields, timeZone, concurrency, interval, deadline }: ScheduleSubject): FindingText[] {
  const atOnce = Math.ceil(deadline / interval);
  return [
    ...concurrency !== Concurrency.ALLOW || atOnce < 4 ? [] : [{
      id: 'keep-runs-from-piling-up',
      message: `a run may take ${deadline} s and the next comes after ${interval} s: as many as ${atOnce} may run at once`,
      fix: 'shorten the deadline, or use Concurrency.FORBID; or acknowledge it with the reason why so many do no harm',
    }],
    // An hour that is there twice, or not at all, once a year: nearly everywhere it is between one and three in the morning.
    ...hasClockChanges(timeZone) && fields.hours?.some(hour => hour === 1 || hour === 2) === true ? [{
      id: 'keep-schedules-off-clock-changes',
      message: `between one and three in the morning of ${timeZone}, a run is left out or comes twice when clocks change`,
      fix: 'choose another hour, or the time zone Etc/UTC; or acknowledge it with the reason why a run more or less does no harm',
    }] : [],
  ];
}

function hasClockChanges(timeZone: string): boolean {
  return timeZone !== 'UTC' && !timeZone.startsWith('Etc/');
}
