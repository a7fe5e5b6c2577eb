import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import type { ContainerRun } from './machine';
import type { CaseResult } from '../shared/report';

/** Gathers what is wrong in one case. */
export class Case {
  private readonly problems: string[] = [];

  public constructor(private readonly subject: string) {}

  /** A step that has to work, and to show no secret. */
  public works(step: string, run: ContainerRun): boolean {
    if (run.code !== 0) this.problems.push(`${step} ended with ${run.code}: ${lastLines(run)}`);
    this.shows(step, run);
    return run.code === 0;
  }

  /** A step that has to fail, and to say why. */
  public fails(step: string, run: ContainerRun, says: RegExp): void {
    if (run.code === 0) this.problems.push(`${step} ended with 0`);
    else if (/permission denied/i.test(run.stderr)) this.problems.push(`${step} failed for another reason: ${lastLines(run)}`);
    else if (!says.test(run.stderr)) this.problems.push(`${step} does not say ${says}: ${lastLines(run)}`);
    this.shows(step, run);
  }

  public equal(what: string, found: unknown, expected: unknown): void {
    if (JSON.stringify(found) !== JSON.stringify(expected)) this.problems.push(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
  }

  public result(): CaseResult {
    return { subject: this.subject, problems: this.problems };
  }

  private shows(step: string, run: ContainerRun): void {
    for (const secret of run.seen) this.problems.push(`${step} shows a secret in the list of processes: ${secret.slice(0, 4)}…`);
  }
}

/** One case after the other; an error of one is its problem. */
export async function judged(subject: string, judge: (the: Case) => Promise<void>): Promise<CaseResult> {
  const the = new Case(subject);
  try {
    await judge(the);
  } catch (error) {
    return { subject, problems: [...the.result().problems, error instanceof Error ? error.message : String(error)] };
  }
  return the.result();
}

export async function digest(file: string): Promise<string> {
  if (!existsSync(file)) return 'no file';
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part as Buffer);
  return hash.digest('hex');
}

export function filesIn(folder: string): string[] {
  return readdirSync(folder).sort();
}

function lastLines({ stdout, stderr }: ContainerRun): string {
  return `${stdout}\n${stderr}`.trim().split('\n').slice(-4).join(' | ');
}
