import type { Duration } from 'cdk8s';
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { DeploymentMigration } from './deployment-migration';
import { ReleaseController } from './release-controller';
import type { ReleaseRequest } from './release-request';
import { RevisionAntiAffinity } from './revision-anti-affinity';
import { Environment } from '../core/environment';
import type { KnownProperties } from '../core/property-path';
import { PropertyPath } from '../core/property-path';
import { ProductionService } from '../workloads/production-service';

/** What every release says. */
export interface ReleaseProps {
  /** The service whose next versions are released so. It has one release at most, in its own namespace and environment. */
  readonly service: ProductionService;

  /**
   * Who carries it out in the cluster.
   *
   * @default ReleaseController.argoRollouts()
   */
  readonly controller?: ReleaseController;

  /**
   * How long the pods of the old version stay after the new one has taken over, whole seconds, at least 30: a rollback
   * within that time needs no new pods.
   *
   * @default - 60 s; none without a router, where the old pods go one by one
   */
  readonly scaleDownDelay?: Duration;

  /**
   * How long the pods of the new version stay after an abort, whole seconds; 0 keeps them until somebody has looked.
   *
   * @default - the controller's 30 s
   */
  readonly abortScaleDownDelay?: Duration;

  /**
   * Whether a release whose pods do not become available within the service's progress deadline is aborted. If not, it is
   * reported, and waits.
   *
   * @default true
   */
  readonly progressDeadlineAbort?: boolean;

  /**
   * How many revisions back a rollback skips the steps and goes there at once, 0 to the service's `revisionHistoryLimit`.
   *
   * @default - 3, or all that the service keeps if they are fewer
   * @see https://argo-rollouts.readthedocs.io/en/stable/features/rollback/
   */
  readonly rollbackWindow?: number;

  /**
   * Keeps pods of the new version away from nodes of the old one.
   *
   * @default - pods may share nodes
   */
  readonly antiAffinity?: RevisionAntiAffinity;

  /**
   * How a Deployment that runs already becomes a Rollout without an outage.
   *
   * @default - there is none, or the way is over
   */
  readonly migration?: DeploymentMigration;
}

/** @internal */
export const RELEASE_PROPS: KnownProperties<ReleaseProps> = {
  service: true, controller: true, scaleDownDelay: true, abortScaleDownDelay: true, progressDeadlineAbort: true, rollbackWindow: true, antiAffinity: true, migration: true,
};

/**
 * What holds for every release; refuses a service that cannot be released so.
 *
 * @internal
 */
export function checkRelease(release: Construct, props: ReleaseProps): ReleaseRequest & { readonly controller: ReleaseController } {
  const at = new PropertyPath(release, '');
  const service = checkSameScope(release, props.service);
  const { facts } = service._release;
  const controller = at.at('controller').instance(props.controller ?? ReleaseController.argoRollouts(), ReleaseController, 'ReleaseController.argoRollouts()');
  if (facts.hasOwnStrategy && !controller._keepsDeployment) {
    at.at('service').refuse('ConflictingProperties', {
      value: `${service.node.path}: rollout.strategy`, allowed: 'a service that leaves its pods to the release: the strategy of a Deployment would not be heeded', fix: "leave \"strategy\" out of the service's rollout",
    });
  }
  const seconds = (key: 'scaleDownDelay' | 'abortScaleDownDelay', min: number): number | undefined => (props[key] === undefined
    ? undefined : at.at(key).seconds(props[key], min, 604_800, `give whole seconds, at least ${min}`, 'Duration.minutes(1)'));
  const history = facts.workload.pace.revisionHistoryLimit;
  if (props.antiAffinity !== undefined) { at.at('antiAffinity').instance(props.antiAffinity, RevisionAntiAffinity, 'RevisionAntiAffinity.preferred()'); }
  if (props.migration !== undefined) { at.at('migration').instance(props.migration, DeploymentMigration, 'DeploymentMigration.fromRunning(10)')._check(at.at('migration'), service._release); }
  return {
    release,
    at,
    service,
    controller,
    progressDeadlineAbort: props.progressDeadlineAbort === undefined ? true : at.at('progressDeadlineAbort').flag(props.progressDeadlineAbort),
    rollbackWindow: props.rollbackWindow === undefined
      ? Math.min(3, history) : at.at('rollbackWindow').integer(props.rollbackWindow, 0, history, `give at most the ${history} revisions that the service keeps, or raise its revisionHistoryLimit`),
    scaleDownDelay: seconds('scaleDownDelay', 30),
    abortScaleDownDelay: seconds('abortScaleDownDelay', 0),
    antiAffinity: props.antiAffinity,
    migration: props.migration,
    given: { ...props },
  };
}

/** The service of a release: in the same namespace and environment, where everything that is made for it must stand. @internal */
export function checkSameScope(release: Construct, given: ProductionService): ProductionService {
  const at = new PropertyPath(release, 'service');
  const service = at.instance(given, ProductionService, 'the ProductionService itself; databases and other workloads have no release strategy');
  const { environment } = service._release.facts;
  const [own, theirs] = [Chart.of(release).namespace, service.namespace];
  if (own !== theirs || Environment.of(release).name !== environment.name) {
    at.refuse('ConflictingProperties', {
      value: service.node.path,
      allowed: `a service of the same namespace and environment; it is in ${theirs ?? '(no namespace)'} of '${environment.name}', the release in ${own ?? '(no namespace)'} of '${Environment.of(release).name}'`,
      fix: 'put the release into the chart of its service: what it creates must stand in the same namespace',
    });
  }
  return service;
}

const SERVICE_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Name of a Service of a release: one that is not the service's own. @internal */
export function serviceNameOf(at: PropertyPath, given: string | undefined, fallback: string, taken: readonly string[]): string {
  const name = given ?? fallback;
  if (typeof name !== 'string' || !SERVICE_NAME.test(name) || taken.includes(name)) {
    at.refuse('InvalidName', {
      value: name,
      allowed: `the name of a Service of its own, other than ${taken.join(' and ')}: lower-case letters, digits and "-", starting with a letter, at most 63 characters`,
      fix: given === undefined ? 'give it a shorter name' : SERVICE_NAME.test(fallback) ? `leave it out for ${fallback}` : 'shorten it',
    });
  }
  return name;
}
