import type { Duration } from 'cdk8s';
import type { ExperimentOptions } from './experiment';
import type { StringMatch } from './string-match';
import type { Analysis } from '../analysis/analysis';

/** How many pods the canary has, apart from the share of requests it gets. */
export class CanaryScale {
  /** A fixed number. @param count pods, from 0 */
  public static replicas(count: number): CanaryScale {
    return new CanaryScale('replicas', count);
  }

  /** A share of the service's replicas, rounded up. @param percent 0 to 100 */
  public static percent(percent: number): CanaryScale {
    return new CanaryScale('weight', percent);
  }

  /** As many as its share of requests asks for: what holds until a step says otherwise. */
  public static matchTrafficWeight(): CanaryScale {
    return new CanaryScale('matchTrafficWeight', true);
  }

  private constructor(
    /** @internal */
    public readonly _kind: 'replicas' | 'weight' | 'matchTrafficWeight',
    /** @internal */
    public readonly _value: number | true,
  ) {}
}

/** A header by which requests are told apart. */
export interface HeaderMatch {
  /** Name of the header, such as `x-canary`. */
  readonly name: string;
  /** What its value has to be. */
  readonly value: StringMatch;
}

/** Requests that go to the canary whatever the weight. */
export interface HeaderRouteOptions {
  /** Name of the route, which the controller puts before all others. Needed to remove it again. */
  readonly name: string;
  /** Headers that a request must have, all of them. */
  readonly headers: HeaderMatch[];
}

/** Which requests are copied. Everything that is given must hold. */
export interface MirrorMatch {
  /**
   * The method.
   *
   * @default - any
   */
  readonly method?: StringMatch;
  /**
   * The path.
   *
   * @default - any
   */
  readonly path?: StringMatch;
  /**
   * Headers.
   *
   * @default - any
   */
  readonly headers?: HeaderMatch[];
}

/** Requests whose copies the canary gets, its answers thrown away. */
export interface MirrorRouteOptions {
  /** Name of the route. Needed to remove it again. */
  readonly name: string;
  /**
   * How many of the requests that match are copied, 1 to 100.
   *
   * @default 100
   */
  readonly percent?: number;
  /** Which requests are copied; each entry alone is enough. Only those that may be answered twice, such as `GET`. */
  readonly match: MirrorMatch[];
}

/** What a step does, for those that render it. @internal */
export type StepAction =
  | { readonly kind: 'setWeight'; readonly percent: number; readonly lowerBecause?: string; readonly lowers: boolean }
  | { readonly kind: 'pause'; readonly duration: Duration | undefined; readonly endedByPerson?: true }
  | { readonly kind: 'setCanaryScale'; readonly scale: CanaryScale }
  | { readonly kind: 'analysis'; readonly analysis: Analysis }
  | { readonly kind: 'experiment'; readonly experiment: ExperimentOptions }
  | { readonly kind: 'setHeaderRoute'; readonly route: HeaderRouteOptions }
  | { readonly kind: 'setMirrorRoute'; readonly route: MirrorRouteOptions }
  | { readonly kind: 'removeRoute'; readonly name: string; readonly mirrors?: boolean };

/**
 * One step of a canary. Steps are taken in their order, each after the one before has ended.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/canary/
 */
export class CanaryStep {
  /**
   * Sends a share of the requests to the canary, and waits until its pods are available. Weights only rise;
   * `lowerWeight` goes back.
   *
   * @param percent of the requests (of the pods, where nothing routes requests), 0 to 100
   */
  public static setWeight(percent: number): CanaryStep {
    return new CanaryStep({ kind: 'setWeight', percent, lowers: false });
  }

  /**
   * Takes requests away from the canary again, such as after a first look at full load.
   *
   * @param percent of the requests, 0 to 100, lower than before
   * @param reason why, at least 10 characters
   */
  public static lowerWeight(percent: number, reason: string): CanaryStep {
    return new CanaryStep({ kind: 'setWeight', percent, lowers: true, lowerBecause: reason });
  }

  /** Waits. @param duration whole seconds, from 1 s */
  public static pause(duration: Duration): CanaryStep {
    return new CanaryStep({ kind: 'pause', duration });
  }

  /** Waits until a person promotes the release: `kubectl argo rollouts promote NAME`. */
  public static pauseUntilPromoted(): CanaryStep {
    return new CanaryStep({ kind: 'pause', duration: undefined, endedByPerson: true });
  }

  /** Sets the number of the canary's pods apart from its share of requests. Needs a router. @param scale how many */
  public static setCanaryScale(scale: CanaryScale): CanaryStep {
    return new CanaryStep({ kind: 'setCanaryScale', scale });
  }

  /** Judges the canary, and goes on only when it passes. @param analysis `Analysis.inline({ … })` */
  public static analysis(analysis: Analysis): CanaryStep {
    return new CanaryStep({ kind: 'analysis', analysis });
  }

  /** Runs pods of both versions beside the service and compares them, as with a baseline. @param experiment which pods, for how long, judged by what */
  public static experiment(experiment: ExperimentOptions): CanaryStep {
    return new CanaryStep({ kind: 'experiment', experiment });
  }

  /** Sends requests with certain headers to the canary. Needs a router that can. @param route its name and headers */
  public static setHeaderRoute(route: HeaderRouteOptions): CanaryStep {
    return new CanaryStep({ kind: 'setHeaderRoute', route });
  }

  /** Sends copies of requests to the canary. Needs a router that can. @param route its name, share and matches */
  public static setMirrorRoute(route: MirrorRouteOptions): CanaryStep {
    return new CanaryStep({ kind: 'setMirrorRoute', route });
  }

  /** Removes a header or mirror route before the release ends, when the controller removes them all. @param name of the route */
  public static removeRoute(name: string): CanaryStep {
    return new CanaryStep({ kind: 'removeRoute', name });
  }

  private constructor(
    /** @internal */
    public readonly _action: StepAction,
  ) {}
}
