import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../shared/cleanup';
import { goTool } from '../shared/go-tool';
import type { Manifest } from '../shared/manifests';
import { TOOLS } from '../shared/paths';
import { runOrFail } from '../shared/run';

export interface PodPort {
  readonly name?: string;
  readonly number: number;
  readonly protocol: string;
}

/** A pod as the evaluators see it. */
export interface AskedPod {
  readonly id: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PodPort[];
  /** Connections between two pods that are not judged are not asked about. */
  readonly judged: boolean;
}

export interface Question {
  readonly policies: readonly Manifest[];
  /** Labels of every namespace, by its name. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly pods: readonly AskedPod[];
  /** Ranges that are told apart from what is around them, beside those in the policies. */
  readonly ranges: readonly string[];
}

/** Ports of one protocol that are allowed from one end to another; the ends are ids of pods, and addresses. */
export interface AllowedConnection {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  /** First and last port of each range. */
  readonly ports: ReadonlyArray<readonly [first: number, last: number]>;
}

export interface Answer {
  /** Each stands for itself and all up to the next one. */
  readonly addresses: readonly string[];
  readonly connections: readonly AllowedConnection[];
}

/** An answer to each question, in their order. */
export type Ask = (questions: readonly Question[]) => Promise<Answer[]>;

/** The evaluators, built on first use. */
export async function reachabilityTool(): Promise<Ask> {
  const binary = await goTool({ name: 'reachability', module: join(TOOLS, 'reachability'), package: '.', flags: ['-ldflags=-s -w'] });
  return async (questions) => {
    const file = join(temporaryFolder(), 'questions.json');
    writeFileSync(file, JSON.stringify(questions));
    return JSON.parse(await runOrFail(binary, [file])) as Answer[];
  };
}
