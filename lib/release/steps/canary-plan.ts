import { CanaryScale, CanaryStep, type StepAction } from './canary-step';
import { checkExperiment } from './experiment';
import { checkHeaderRoute, checkMirrorRoute } from './managed-route';
import type { PropertyPath } from '../../core/property-path';
import type { TrafficCapabilities } from '../../core/traffic-routing';
import { Analysis } from '../analysis/analysis';
import type { Sizes } from '../timeline/canary-sizes';

/** What holds while a step is taken. @internal */
export interface PlannedStep {
  readonly index: number;
  readonly action: StepAction;
  /** Percent that the steps have asked for so far. */
  readonly weight: number;
  /** How the canary is scaled, apart from its weight. */
  readonly scale: CanaryScale | undefined;
}

/** @internal */
export interface CanaryPlanProps {
  readonly steps: readonly CanaryStep[];
  readonly capabilities: TrafficCapabilities;
  /** Who routes, for errors. */
  readonly router: string;
  /** The pods that the fewest replicas give at a weight. */
  readonly sizesAt: (weight: number) => Sizes;
  /** The fewest replicas there will be. */
  readonly replicas: number;
}

/** How far the pods' share may be from the weight that was asked for, in percent of the requests. */
const TOLERANCE = 5;

/** Whether the pods' share comes near enough to the weight that was asked for. @internal */
export function isGiven(weight: number, real: number): boolean {
  return Math.abs(real - weight) <= TOLERANCE;
}

/**
 * The steps of a canary, in their order, each with what holds while it is taken. Refused are steps that the controller
 * would refuse, that would never end, or that do something else than they say.
 *
 * @internal
 */
export class CanaryPlan {
  public readonly steps: readonly PlannedStep[];
  /** Names of header and mirror routes, in the order in which they are first set, which is that of their precedence. */
  public readonly managedRoutes: readonly string[];

  public constructor(at: PropertyPath, props: CanaryPlanProps) {
    at.list(props.steps);
    if (props.steps.length === 0) {
      at.refuse('MissingValue', { value: [], allowed: 'at least one step: without any, all pods are replaced at once and nothing is judged', fix: 'leave "steps" out, or write CanarySteps.ramp([5, 20, 50], Duration.minutes(5))' });
    }
    let weight = 0;
    let scale: CanaryScale | undefined;
    const routes = new Set<string>();
    const open = new Map<string, StepAction>();
    this.steps = props.steps.map((given, index) => {
      const here = at.at(index);
      const action = here.instance(given, CanaryStep, 'CanaryStep.setWeight(20)')._action;
      if (action.kind === 'setWeight') {
        weight = checkWeight(here, action, weight, props);
      } else if (action.kind === 'setCanaryScale') {
        scale = checkScale(here, action.scale, props);
      } else if (action.kind === 'setHeaderRoute' || action.kind === 'setMirrorRoute') {
        if (action.kind === 'setHeaderRoute') { checkHeaderRoute(here, action.route, props); } else { checkMirrorRoute(here, action.route, props); }
        if (!hasPods(weight, scale)) {
          here.refuse('InvalidValue', {
            value: action.route.name, allowed: 'a route to a canary that has pods: at weight 0 there are none, and the requests would fail', fix: 'put CanaryStep.setCanaryScale(CanaryScale.replicas(2)) before it',
          });
        }
        routes.add(action.route.name);
        open.set(action.route.name, action);
      } else if (action.kind === 'removeRoute') {
        const set = open.get(action.name);
        if (set === undefined) {
          return here.refuse('InvalidValue', { value: action.name, allowed: `a route that is set before: ${[...open.keys()].join(', ') || '(there is none)'}`, fix: 'name a header or mirror route of an earlier step' });
        }
        open.delete(action.name);
        return { index, action: { ...action, mirrors: set.kind === 'setMirrorRoute' }, weight, scale };
      } else {
        checkWait(here, action, props.capabilities);
      }
      if (open.size > 0 && !hasPods(weight, scale)) {
        here.refuse('InvalidValue', {
          value: action.kind,
          allowed: `pods as long as requests are routed to them, by ${[...open.keys()].join(', ')}: at weight ${weight} there would be none`,
          fix: 'remove the route before it: CanaryStep.removeRoute(…), set a weight, or give the canary pods: CanaryScale.replicas(2)',
        });
      }
      checkLoad(here, weight, scale, props);
      return { index, action, weight, scale };
    });
    this.managedRoutes = [...routes];
    if (this.steps.every(step => step.action.kind !== 'setWeight' && step.action.kind !== 'setCanaryScale' && step.action.kind !== 'experiment')) {
      at.refuse('InvalidValue', { value: `${this.steps.length} steps`, allowed: 'a step that gives the canary pods: CanaryStep.setWeight, setCanaryScale or experiment', fix: 'begin with CanaryStep.setWeight(5)' });
    }
  }

  /** Every analysis of the steps, with the place where it stands. */
  public analyses(at: PropertyPath): { readonly analysis: Analysis; readonly at: PropertyPath; readonly index: number }[] {
    return this.steps.flatMap(({ action, index }) => {
      if (action.kind === 'analysis') { return [{ analysis: action.analysis, at: at.at(index), index }]; }
      return action.kind === 'experiment' && action.experiment.analysis !== undefined ? [{ analysis: action.experiment.analysis, at: at.at(index).at('analysis'), index }] : [];
    });
  }
}

function hasPods(weight: number, scale: CanaryScale | undefined): boolean {
  return scale === undefined || scale._kind === 'matchTrafficWeight' ? weight > 0 : scale._value !== 0;
}

/** A scale holds until another step changes it, while weights rise: few pods would get the requests of many. */
function checkLoad(at: PropertyPath, weight: number, scale: CanaryScale | undefined, { capabilities, replicas }: CanaryPlanProps): void {
  if (!capabilities.weights || scale === undefined || scale._kind === 'matchTrafficWeight') { return; }
  const needed = Math.ceil(weight * replicas / 100);
  const pods = scale._kind === 'replicas' ? scale._value as number : Math.ceil(scale._value as number * replicas / 100);
  if (pods < needed) {
    at.refuse('InvalidValue', {
      value: `${weight} % of the requests for ${pods} pods`,
      allowed: `pods for their share: ${needed} of ${replicas} replicas; a scale holds until a step changes it`,
      fix: 'add CanaryStep.setCanaryScale(CanaryScale.matchTrafficWeight()) after the first weight',
    });
  }
}

function checkWeight(at: PropertyPath, action: StepAction & { readonly kind: 'setWeight' }, before: number, { capabilities, sizesAt }: CanaryPlanProps): number {
  const weight = at.integer(action.percent, 0, 100, 'give percent of the requests, such as 20');
  if (action.lowers) {
    at.at('reason').reason(action.lowerBecause);
    if (weight >= before) { at.refuse('InvalidValue', { value: weight, allowed: `less than the ${before} % before it`, fix: 'write CanaryStep.setWeight to go up' }); }
  } else if (weight < before || (weight === before && weight !== 0)) {
    at.refuse('InvalidValue', {
      value: weight, allowed: `more than the ${before} % before it: a canary that goes back by mistake is judged on less than was meant`, fix: `put the weights into their order, or write CanaryStep.lowerWeight(${weight}, reason)`,
    });
  }
  const real = sizesAt(weight).weight;
  if (!capabilities.weights && !isGiven(weight, real)) {
    at.refuse('InvalidValue', {
      value: weight,
      allowed: `a weight that the number of pods can give: without a router ${weight} % comes out as ${Math.round(real)} %`,
      fix: `write CanaryStep.setWeight(${Math.round(real)}), add replicas, or let a router split the requests: traffic: TrafficRouting.istio() and others`,
    });
  }
  return weight;
}

function checkScale(at: PropertyPath, scale: CanaryScale, { capabilities, router }: CanaryPlanProps): CanaryScale {
  at.instance(scale, CanaryScale, 'CanaryScale.replicas(2)');
  if (!capabilities.weights) {
    at.refuse('UnsupportedByController', { value: 'setCanaryScale', allowed: `a router: by ${router} the number of pods is the weight`, fix: 'leave the step out, or add traffic: TrafficRouting.istio() and others' });
  }
  if (scale._kind !== 'matchTrafficWeight') { at.integer(scale._value, 0, scale._kind === 'weight' ? 100 : 5000); }
  return scale;
}

function checkWait(at: PropertyPath, action: StepAction, capabilities: TrafficCapabilities): void {
  if (action.kind === 'pause' && action.endedByPerson !== true) {
    at.seconds(action.duration, 1, 604_800, 'give whole seconds, at most a week; or CanaryStep.pauseUntilPromoted()', 'Duration.minutes(5)');
  }
  if (action.kind === 'analysis') { at.instance(action.analysis, Analysis, 'Analysis.inline({ metrics: […] })'); }
  if (action.kind === 'experiment') { checkExperiment(at, action.experiment, capabilities); }
}
