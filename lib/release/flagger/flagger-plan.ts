import { Duration } from 'cdk8s';
import type { PlainFields } from '../../core/measurement';
import type { PropertyPath } from '../../core/property-path';
import { type FlaggerRouting, HeaderMatching } from '../../core/traffic-routing';
import type { PlannedStep } from '../steps/canary-plan';
import { CanaryStep, type HeaderRouteOptions, type MirrorRouteOptions, type StepAction } from '../steps/canary-step';
import { checkHeaderRoute, checkMirrorRoute } from '../steps/managed-route';

/** What follows on each other at one weight, or beside all weights. */
interface Stage {
  readonly kind: 'weight' | 'mirror' | 'headers';
  readonly index: number;
  readonly action: StepAction;
  /** Seconds of its pauses; nothing when it has none. */
  seconds: number | undefined;
  /** The last of its pauses. */
  pause: number;
}

/** Flagger looks every 10 s at the most. */
const SHORTEST_INTERVAL = 10;
const DEFAULT_INTERVAL = 60;

/**
 * The steps of a canary as Flagger takes them: each weight for one interval, and all intervals alike. Refused is what it would
 * do otherwise than the steps say.
 *
 * @see https://docs.flagger.app/usage/deployment-strategies
 * @internal
 */
export class FlaggerPlan {
  public readonly steps: readonly PlannedStep[];
  /** Seconds between two looks. */
  public readonly interval: number;
  /** What the Canary's `analysis` says of traffic. */
  public readonly fields: PlainFields;
  /** Whether a person lets it begin. */
  public readonly waitsForRollout: boolean;
  /** Whether a person lets it end. */
  public readonly waitsForPromotion: boolean;
  /** The weight at the end of the steps; nothing for a test by header. */
  public readonly lastWeight: number | undefined;

  private readonly stages: Stage[] = [];

  public constructor(private readonly at: PropertyPath, given: readonly CanaryStep[], private readonly routing: FlaggerRouting, private readonly router: string) {
    at.list(given);
    let weight = 0;
    const steps: PlannedStep[] = given.map((step, index) => {
      const action = at.at(index).instance(step, CanaryStep, 'CanaryStep.setWeight(20)')._action;
      weight = this.take(index, action, weight, given.length);
      return { index, action, weight, scale: undefined };
    });
    const waits = (index: number): boolean => { const action = steps[index]?.action; return action?.kind === 'pause' && action.duration === undefined; };
    this.waitsForRollout = waits(0);
    this.waitsForPromotion = steps.length > 1 && waits(steps.length - 1);
    const weights = this.stages.filter(stage => stage.kind === 'weight');
    const headers = this.stages.find(stage => stage.kind === 'headers');
    if (weights.length === 0 && headers === undefined) {
      at.refuse(given.length === 0 ? 'MissingValue' : 'InvalidValue', { value: `${given.length} steps`, allowed: 'at least one weight, or a test by header', fix: 'leave "steps" out, or write CanarySteps.ramp([5, 20, 50], Duration.minutes(5))' });
    }
    this.interval = headers === undefined ? this.commonInterval() : this.testInterval(headers);
    const mirror = this.stages.find(stage => stage.kind === 'mirror');
    this.fields = {
      ...headers === undefined ? { stepWeights: weights.map(({ action }) => (action as StepAction & { readonly kind: 'setWeight' }).percent) } : {
        iterations: headers.seconds! / this.interval,
        match: [{ headers: Object.fromEntries((headers.action as StepAction & { readonly kind: 'setHeaderRoute' }).route.headers.map(({ name, value }) => [name, value._render()])) }],
      },
      ...mirror === undefined ? {} : { mirror: true, ...mirrorWeight((mirror.action as StepAction & { readonly kind: 'setMirrorRoute' }).route) },
    };
    this.lastWeight = headers === undefined ? weight : undefined;
    // It looks once more at the last weight, whether or not the steps say so.
    const last = weights[weights.length - 1];
    const after = last === undefined ? steps.length : last.index + 1;
    this.steps = last === undefined || last.seconds !== undefined ? steps : [
      ...steps.slice(0, after), { index: after, action: CanaryStep.pause(Duration.seconds(this.interval))._action, weight, scale: undefined }, ...steps.slice(after),
    ].map((step, index) => ({ ...step, index }));
  }

  /** Looks at one step. @returns the weight from then on */
  private take(index: number, action: StepAction, weight: number, count: number): number {
    const here = this.at.at(index);
    switch (action.kind) {
      case 'setWeight': return this.takeWeight(here, index, action, weight);
      case 'pause': this.takePause(here, index, action, count); break;
      case 'setCanaryScale':
        // All of the replicas is what Flagger gives the canary in any case.
        if (this.stages.length > 0 || action.scale._kind !== 'weight' || action.scale._value !== 100) {
          this.refuse(here, 'setCanaryScale', 'a canary as large as the service: it gets the fixed number of replicas, or the fewest of the autoscaler', 'leave the step out');
        }
        break;
      case 'analysis':
        return this.refuse(here, 'analysis', 'one analysis for all steps: it looks after each interval', 'use analysis: Analysis.background({ metrics: […] }) of the release');
      case 'experiment': return this.refuse(here, 'experiment', 'a canary and nothing beside it', 'leave the step out, or use ReleaseController.argoRollouts()');
      case 'setHeaderRoute': this.takeHeaders(here, index, action.route); break;
      case 'setMirrorRoute': this.takeMirror(here, index, action.route); break;
      case 'removeRoute': this.takeRemoval(here, action.name); break;
    }
    return weight;
  }

  private takeWeight(at: PropertyPath, index: number, action: StepAction & { readonly kind: 'setWeight' }, before: number): number {
    const percent = at.integer(action.percent, 0, 100, 'give percent of the requests, such as 20');
    if (this.stages.some(stage => stage.kind === 'headers')) { this.refuse(at, `setWeight(${percent})`, 'a test by header alone, without weights', 'leave the weights out, or the header route'); }
    if (action.lowers || percent === 0) { this.refuse(at, `setWeight(${percent})`, 'weights that rise, from 1', 'leave the step out'); }
    if (percent <= before) { at.refuse('InvalidValue', { value: percent, allowed: `more than the ${before} % before it`, fix: 'put the weights into their order' }); }
    this.stages.push({ kind: 'weight', index, action, seconds: undefined, pause: index });
    return percent;
  }

  private takePause(at: PropertyPath, index: number, { duration }: StepAction & { readonly kind: 'pause' }, count: number): void {
    const stage = this.stages[this.stages.length - 1];
    if (duration === undefined) {
      if (index !== 0 && index !== count - 1) {
        this.refuse(at, 'pauseUntilPromoted', 'a person at the beginning or at the end: its gate for a weight would hold at each weight', 'put it first or last, or use ReleaseController.argoRollouts()');
      }
      return;
    }
    const seconds = at.seconds(duration, SHORTEST_INTERVAL, 604_800, `give whole seconds, from ${SHORTEST_INTERVAL} s, the shortest interval of Flagger, to a week`, 'Duration.minutes(5)');
    if (stage === undefined) { return this.refuse(at, `pause ${seconds} s`, 'weights from the first step on', 'begin with CanaryStep.setWeight(5)'); }
    stage.seconds = (stage.seconds ?? 0) + seconds;
    stage.pause = index;
  }

  private takeHeaders(at: PropertyPath, index: number, route: HeaderRouteOptions): void {
    const { headerMatches, mostHeaders = Infinity } = this.routing;
    const headerRoutes = headerMatches.length === 0 ? HeaderMatching.NONE : HeaderMatching.ANY;
    checkHeaderRoute(at, route, { capabilities: { weights: true, headerRoutes, mirrorRoutes: false, experimentWeights: false }, router: this.router });
    if (this.stages.length > 0) { this.refuse(at, 'setHeaderRoute', 'a test by header alone, without weights', 'leave the weights out, or the header route'); }
    if (route.headers.length > mostHeaders) { this.refuse(at.at('headers'), `${route.headers.length} headers`, `at most ${mostHeaders} of a request by ${this.router}`, 'leave the others out'); }
    route.headers.forEach(({ value }, i) => {
      if (!headerMatches.includes(value._kind)) { this.refuse(at.at('headers').at(i).at('value'), value._kind, `${headerMatches.join(' or ')} for ${this.router}`, `write StringMatch.${headerMatches[0]!}(…)`); }
    });
    this.stages.push({ kind: 'headers', index, action: { kind: 'setHeaderRoute', route }, seconds: undefined, pause: index });
  }

  private takeMirror(at: PropertyPath, index: number, route: MirrorRouteOptions): void {
    checkMirrorRoute(at, route, { capabilities: { weights: true, headerRoutes: HeaderMatching.NONE, mirrorRoutes: this.routing.mirrors, experimentWeights: false }, router: this.router });
    if (this.stages.length > 0) { this.refuse(at, 'setMirrorRoute', 'copies before the first weight', 'put the step first'); }
    if (route.match.length !== 1 || Object.keys(route.match[0]!).length > 0) {
      this.refuse(at.at('match'), 'a part of the requests', 'copies of all requests, whatever their method', 'write [{}] where each request may be answered twice, or leave the step out');
    }
    this.stages.push({ kind: 'mirror', index, action: { kind: 'setMirrorRoute', route }, seconds: undefined, pause: index });
  }

  private takeRemoval(at: PropertyPath, name: string): void {
    const stage = this.stages[this.stages.length - 1];
    const route = stage?.action.kind === 'setMirrorRoute' || stage?.action.kind === 'setHeaderRoute' ? stage.action.route : undefined;
    if (route?.name !== name || stage?.seconds === undefined) {
      this.refuse(at, name, 'routes that end by themselves: copies with the first weight, a test with the release', 'leave the step out, or put it right after the pause of its route');
    }
  }

  /** The pause of every weight, and of the copies before them. */
  private commonInterval(): number {
    const timed = this.stages.filter(stage => stage.seconds !== undefined);
    const interval = timed[0]?.seconds ?? DEFAULT_INTERVAL;
    const other = timed.find(stage => stage.seconds !== interval);
    if (other !== undefined) {
      this.refuse(this.at.at(other.pause), `${other.seconds} s`, `the same pause at each weight; the first is ${interval} s`, `write CanarySteps.ramp([5, 20, 50], Duration.seconds(${interval}))`);
    }
    const without = this.stages.find((stage, i) => stage.seconds === undefined && i < this.stages.length - 1);
    if (without !== undefined) {
      this.refuse(this.at.at(without.index), 'no pause', `a pause of ${interval} s: Flagger waits that long at each weight`, `add CanaryStep.pause(Duration.seconds(${interval})) after it`);
    }
    return interval;
  }

  private testInterval({ index, seconds }: Stage): number {
    if (seconds === undefined) {
      return this.at.at(index).refuse('ReleaseNeverFinishes', { value: 'a test without an end', allowed: 'a pause after the header route: so long the test lasts', fix: 'add CanaryStep.pause(Duration.minutes(10))' });
    }
    return seconds % DEFAULT_INTERVAL === 0 ? DEFAULT_INTERVAL : seconds;
  }

  private refuse(at: PropertyPath, value: string, allowed: string, fix: string): never {
    return at.refuse('UnsupportedByController', { value, allowed: `with Flagger, ${allowed}`, fix });
  }
}

function mirrorWeight({ percent }: MirrorRouteOptions): PlainFields {
  return percent === undefined || percent === 100 ? {} : { mirrorWeight: percent };
}
