import { Duration } from 'cdk8s';

/** A moment of a release: what happens, and what holds meanwhile. */
export interface TimelineStep {
  /** Number of the step, from 0; the last one is the end of the release. */
  readonly index: number;
  /** When it begins, if nobody has to be waited for. The start of pods is not counted. */
  readonly startsAfter: Duration;
  /** How long it lasts; nothing when a person ends it. */
  readonly lasts?: Duration;
  /** What happens, such as `sends 20 % of the requests to the canary`. */
  readonly says: string;
  /** Percent of the requests that the new version gets. */
  readonly weight: number;
  /** Pods of the new version. */
  readonly canaryPods: number;
  /** Pods of the version before. */
  readonly stablePods: number;
  /** What is judged meanwhile, such as `success-rate at least 0.95`. */
  readonly judged: readonly string[];
}

/** A moment, before it has its place. @internal */
export type TimelineMoment = Omit<TimelineStep, 'index' | 'startsAfter'>;

/** Moments that follow on each other. @param index of the first @param seconds after which it begins @internal */
export function placed(moments: readonly TimelineMoment[], index = 0, seconds = 0): TimelineStep[] {
  let passed = seconds;
  return moments.map((moment, i): TimelineStep => {
    const startsAfter = Duration.seconds(passed);
    passed += moment.lasts?.toSeconds() ?? 0;
    return { index: index + i, startsAfter, ...moment };
  });
}

/** A release as it will go when nothing goes wrong. */
export class ReleaseTimeline {
  /** @internal */
  public constructor(
    /** Name of the release. */
    public readonly name: string,
    /** For how many replicas the numbers of pods are. */
    public readonly replicas: number,
    /** What happens, one after the other. */
    public readonly steps: readonly TimelineStep[],
  ) {}

  /** Whether a person has to promote it. */
  public get waitsForPerson(): boolean {
    return this.steps.some(step => step.lasts === undefined);
  }

  /** How long it takes at least: the start of pods, and what people take, come on top. */
  public get duration(): Duration {
    return Duration.seconds(this.steps.reduce((sum, step) => sum + (step.lasts?.toSeconds() ?? 0), 0));
  }

  /** The fewest pods of both versions together. */
  public get leastPods(): number {
    return Math.min(...this.steps.map(step => step.canaryPods + step.stablePods));
  }

  /** A table for people. */
  public toText(): string {
    // What is judged stands where there is time for it; the moments between have none.
    const judged = (step: TimelineStep): string => (step.judged.length === 0 || step.lasts?.toSeconds() === 0 ? '' : `; judged: ${step.judged.join(', ')}`);
    const rows = this.steps.map(step => [
      String(step.index),
      inWords(step.startsAfter.toSeconds()), `${round(step.weight)} %`, `${step.canaryPods} + ${step.stablePods}`, step.says + judged(step),
    ]);
    const table = [['step', 'after', 'canary', 'pods', 'what'], ...rows];
    const widths = [0, 1, 2, 3].map(column => Math.max(...table.map(row => row[column]!.length)));
    const person = this.waitsForPerson ? ', and what a person takes to promote it' : '';
    return [
      `${this.name}: ${inWords(this.duration.toSeconds())}${person}, for ${this.replicas} replicas; the start of pods comes on top`,
      ...table.map(row => row.map((cell, column) => (column === 4 ? cell : cell.padStart(widths[column]!))).join('  ')),
      '',
    ].join('\n');
  }

  /** A Gantt chart for Markdown. A step that a person ends is drawn as a milestone. @see https://mermaid.js.org/syntax/gantt.html */
  public toMermaid(): string {
    const label = (text: string): string => text.replace(/;/g, ' and').replace(/[:,#]/g, ' ').replace(/ +/g, ' ').trim();
    let section = '';
    const lines = this.steps.flatMap((step) => {
      const title = `  section ${round(step.weight)} % (${step.canaryPods} + ${step.stablePods} pods)`;
      const head = title === section ? [] : [title];
      section = title;
      const from = step.startsAfter.toSeconds();
      const seconds = step.lasts?.toSeconds();
      const span = seconds === undefined || seconds === 0 ? `milestone, ${from}, 0s` : `${from}, ${seconds}s`;
      return [...head, `  ${label(step.says)} :${span}`];
    });
    return ['gantt', `  title ${label(this.name)}`, '  dateFormat X', '  axisFormat %H:%M', ...lines, ''].join('\n');
  }
}

function round(weight: number): number {
  return Math.round(weight * 10) / 10;
}

/** Seconds as people say them: `30 min`, `1 min 30 s`, `1 h`. @internal */
export function inWords(seconds: number): string {
  const parts = [[Math.floor(seconds / 3600), 'h'], [Math.floor(seconds % 3600 / 60), 'min'], [seconds % 60, 's']] as const;
  return parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount} ${unit}`).join(' ') || '0 s';
}
