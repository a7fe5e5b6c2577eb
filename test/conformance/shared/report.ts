import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from './paths';

/** One subject under one check. It failed when there are problems; the other lists are said, not counted as failures. */
export interface CaseResult {
  readonly subject: string;
  /** One sentence each, with the object and what is wrong with it. */
  readonly problems: readonly string[];
  /** Problems accepted on purpose, with the reason. @default none */
  readonly acknowledged?: readonly string[];
  /** Objects this check has no opinion on. @default none */
  readonly notJudged?: readonly string[];
}

/** One row of the table. */
export interface CheckResult {
  readonly check: string;
  readonly seconds: number;
  readonly cases: readonly CaseResult[];
}

/** Gathers what every part of the suite found, and says it once at the end. */
export class Report {
  private readonly checks: CheckResult[] = [];

  public get failed(): number {
    return this.count((result) => result.problems.length > 0);
  }

  public get passed(): number {
    return this.count((result) => result.problems.length === 0);
  }

  public add(result: CheckResult): void {
    this.checks.push(result);
  }

  /** Runs a check, timed; an error of the check itself is a failed case. */
  public async time(check: string, judge: () => Promise<readonly CaseResult[]>): Promise<void> {
    const started = Date.now();
    let cases: readonly CaseResult[];
    try {
      cases = await judge();
    } catch (error) {
      cases = [{ subject: 'the check itself', problems: [error instanceof Error ? error.message : String(error)] }];
    }
    this.add({ check, seconds: (Date.now() - started) / 1000, cases });
  }

  /** Prints every finding, then the table, then the counts as the last line. */
  public print(): void {
    const lines = this.checks.flatMap(({ check, cases }) => cases.flatMap((result) => [
      ...(result.notJudged ?? []).map((text) => `not judged    ${check}: ${result.subject}: ${text}`),
      ...(result.acknowledged ?? []).map((text) => `acknowledged  ${check}: ${result.subject}: ${text}`),
      ...result.problems.map((text) => `FAILED        ${check}: ${result.subject}: ${text}`),
    ]));
    console.log(['', ...lines, '', ...table(this.checks), '', `${this.passed} passed, ${this.failed} failed`].join('\n'));
  }

  /** The same for machines, in the cache folder. Written whole or not at all. */
  public write(name = 'report.json'): string {
    mkdirSync(CACHE, { recursive: true });
    const file = join(CACHE, name);
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, `${JSON.stringify({ passed: this.passed, failed: this.failed, checks: this.checks }, undefined, 2)}\n`);
    renameSync(unfinished, file);
    return file;
  }

  private count(which: (result: CaseResult) => boolean): number {
    return this.checks.flatMap((check) => check.cases).filter(which).length;
  }
}

function table(checks: readonly CheckResult[]): string[] {
  const rows = checks.map(({ check, seconds, cases }) => [check, String(cases.length), verdict(cases), seconds.toFixed(1)]);
  const all = [['check', 'subjects', 'result', 'seconds'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) => row.map((cell, column) => (column % 2 === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('   '));
}

function verdict(cases: readonly CaseResult[]): string {
  if (cases.length === 0) return 'nothing to judge';
  const failed = cases.filter(({ problems }) => problems.length > 0).length;
  const parts = [failed === 0 ? 'passed' : `${failed} FAILED`];
  const acknowledged = cases.reduce((sum, result) => sum + (result.acknowledged?.length ?? 0), 0);
  const notJudged = cases.reduce((sum, result) => sum + (result.notJudged?.length ?? 0), 0);
  if (acknowledged > 0) parts.push(`${acknowledged} acknowledged`);
  if (notJudged > 0) parts.push(`${notJudged} not judged`);
  return parts.join(', ');
}
