import type { Construct } from 'constructs';
import type { IHorizontalPodAutoscalerSpec, IHPAScalingRules, IMetricSpec } from '../core/kubernetes';
import { KubernetesObject } from '../core/kubernetes-object';
import type { KubernetesVersion } from '../core/kubernetes-version';
import type { PropertyPath } from '../core/property-path';
import type { Replicas, ScalingBehavior } from '../core/replicas';

/** @internal */
export interface AutoscalerProps {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Asked at each synthesis: a release strategy changes the kind. */
  readonly target: () => { readonly apiVersion: string; readonly kind: string; readonly name: string };
  readonly container: string;
  readonly replicas: Replicas;
  /** The fewest pods, asked at each synthesis: a release may keep more for a while. @default - what the replicas say */
  readonly leastReplicas?: () => number | undefined;
  readonly kubernetesVersion: KubernetesVersion;
  readonly at: PropertyPath;
}

/**
 * A HorizontalPodAutoscaler. CPU and memory are watched on the application's container alone: a sidecar without
 * requests would make the average unknown, and one with its own load would hide the application's.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#container-resource-metrics
 * @internal
 */
export class Autoscaler extends KubernetesObject {
  public constructor(scope: Construct, id: string, props: AutoscalerProps) {
    const { replicas, at, kubernetesVersion } = props;
    const options = replicas._options;
    for (const direction of ['scaleUp', 'scaleDown'] as const) {
      const tolerance = options[direction]?.tolerance;
      if (tolerance !== undefined) { kubernetesVersion.require('autoscalerTolerance', at.at(direction).at('tolerance'), tolerance); }
    }
    const metrics = renderMetrics(replicas, props.container, at);
    super(scope, id, {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      name: props.name,
      labels: props.labels,
      content: {
        spec: (): IHorizontalPodAutoscalerSpec => ({
          behavior: {
            scaleDown: renderBehavior(options.scaleDown, { window: 300, percent: 20, pods: undefined, period: 60 }),
            scaleUp: renderBehavior(options.scaleUp, { window: 0, percent: 100, pods: 4, period: 15 }),
          },
          maxReplicas: replicas.maximum,
          metrics,
          minReplicas: props.leastReplicas?.() ?? replicas.minimum,
          scaleTargetRef: props.target(),
        }),
      },
    });
  }
}

function renderMetrics(replicas: Replicas, container: string, at: PropertyPath): IMetricSpec[] {
  const { memoryUtilization, metrics = [] } = replicas._options;
  const unsaid = memoryUtilization === undefined && metrics.length === 0;
  const cpuUtilization = replicas._options.cpuUtilization ?? (unsaid ? 70 : undefined);
  const resource = (name: 'cpu' | 'memory', averageUtilization: number | undefined): IMetricSpec[] => (averageUtilization === undefined ? [] : [{
    type: 'ContainerResource', containerResource: { container, name, target: { averageUtilization, type: 'Utilization' } },
  }]);
  return [
    ...resource('cpu', cpuUtilization),
    ...resource('memory', memoryUtilization),
    ...metrics.map((metric, i) => metric._render(at.at('metrics').at(i))),
  ];
}

interface BehaviorDefaults {
  readonly window: number;
  readonly percent: number;
  readonly pods: number | undefined;
  readonly period: number;
}

function renderBehavior(behavior: ScalingBehavior = {}, defaults: BehaviorDefaults): IHPAScalingRules {
  const periodSeconds = behavior.period?.toSeconds() ?? defaults.period;
  // Who gives one of the two limits means that one; both of the defaults hold only together.
  const own = behavior.percent !== undefined || behavior.pods !== undefined;
  const percent = own ? behavior.percent : defaults.percent;
  const pods = own ? behavior.pods : defaults.pods;
  return {
    policies: [
      ...percent === undefined ? [] : [{ periodSeconds, type: 'Percent', value: percent }],
      ...pods === undefined ? [] : [{ periodSeconds, type: 'Pods', value: pods }],
    ],
    selectPolicy: 'Max',
    stabilizationWindowSeconds: behavior.stabilizationWindow?.toSeconds() ?? defaults.window,
    ...behavior.tolerance === undefined ? {} : { tolerance: String(behavior.tolerance) },
  };
}
