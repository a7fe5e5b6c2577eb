import type { Duration } from 'cdk8s';
import type { IgnoredDifference } from '../../core/ignored-difference';
import { annotationPath } from '../../core/ignored-paths';
import type { PlainFields } from '../../core/measurement';
import type { PropertyPath } from '../../core/property-path';
import { HeaderMatching, type TrafficCapabilities, type TrafficContext } from '../../core/traffic-routing';

/** What the controller has to know of the load balancer. */
export interface AlbTrafficOptions {
  /**
   * How long the requests of a client go to the same version once they have. From a second to seven days.
   *
   * @default - each request may go to either version
   */
  readonly stickiness?: Duration;

  /**
   * What the annotations of the AWS Load Balancer Controller begin with, where it was started with another prefix.
   *
   * @default alb.ingress.kubernetes.io
   */
  readonly annotationPrefix?: string;
}

/** @internal */
export const albCapabilities: TrafficCapabilities = { weights: true, headerRoutes: HeaderMatching.EXACT, mirrorRoutes: false, experimentWeights: true };

/** @internal */
export const ALB_PREFIX = 'alb.ingress.kubernetes.io';

/** Seven days: the longest that AWS knows. */
const LONGEST_STICKINESS = 604_800;

/** The same for the Rollout, and for the action that the controller makes of it. @internal */
export interface AlbTraffic {
  readonly prefix: string;
  readonly stickySeconds: number | undefined;
  readonly fields: PlainFields;
}

/** @internal */
export function checkAlbTraffic(at: PropertyPath, { stickiness, annotationPrefix }: AlbTrafficOptions): AlbTraffic {
  if (annotationPrefix !== undefined) {
    at.at('annotationPrefix').text(annotationPrefix, `what annotations begin with, such as ${ALB_PREFIX}, without a slash`, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
  }
  const stickySeconds = stickiness === undefined ? undefined
    : at.at('stickiness').seconds(stickiness, 1, LONGEST_STICKINESS, 'give whole seconds, at most seven days: AWS knows no more', 'Duration.hours(1)');
  return {
    prefix: annotationPrefix ?? ALB_PREFIX,
    stickySeconds,
    fields: {
      ...annotationPrefix === undefined ? {} : { annotationPrefix },
      ...stickySeconds === undefined ? {} : { stickinessConfig: { durationSeconds: stickySeconds, enabled: true } },
    },
  };
}

/** What the controller writes into an Ingress. @internal */
export function albDifference(name: string, rootService: string, prefix: string, context: TrafficContext): IgnoredDifference {
  return {
    group: 'networking.k8s.io',
    kind: 'Ingress',
    name,
    namespace: context.namespace,
    jqPathExpressions: [
      annotationPath(`${prefix}/actions.${rootService}`),
      annotationPath('rollouts.argoproj.io/managed-alb-annotations'),
      ...context.managedRoutes.flatMap(route => [
        annotationPath(`${prefix}/actions.${route}`),
        annotationPath(`${prefix}/conditions.${route}`),
        `.spec.rules[].http.paths[] | select(.backend.service.name == ${JSON.stringify(route)})`,
      ]),
    ],
    reason: 'Argo Rollouts writes the weights into the action, adds the actions and paths of header routes as long as they last, and notes which are its own',
  };
}
