import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { atExit } from '../shared/cleanup';
import { listAt, textAt } from '../shared/json';
import type { RunResult } from '../shared/run';
import { run, runOrFail } from '../shared/run';

/** What an API server said to one command. */
export interface Answer extends RunResult {
  /** Texts of the `Warning:` lines, from the server or from kubectl itself. */
  readonly warnings: string[];
  /** The other lines of stderr. */
  readonly errors: string[];
}

/** A thin runner over the real kubectl: what the suite shows is what a person with kubectl would see. */
export class Kubectl {
  /** The cluster that a KUBECONFIG variable points to at this moment; it may name several files. */
  public static async copyOf(binary: string, directory: string, variable: string): Promise<Kubectl> {
    const file = join(directory, 'kubeconfig');
    writeFileSync(file, await runOrFail(binary, ['config', 'view', '--raw', '--minify', '--flatten'], { env: { KUBECONFIG: variable } }), { mode: 0o600 });
    return new Kubectl(binary, directory, file);
  }

  private readonly served = new Map<string, Promise<boolean>>();

  /** @param directory where input, discovery cache and kubeconfigs go, instead of the home directory of whoever runs this */
  public constructor(private readonly binary: string, private readonly directory: string, private readonly kubeconfig: string) {}

  /** Which cluster: the arguments that every command begins with. */
  public get target(): string[] {
    return ['--kubeconfig', this.kubeconfig, '--cache-dir', join(this.directory, 'discovery')];
  }

  /** The same cluster, for objects that name no namespace of their own; those that name one keep it. */
  public async into(namespace: string): Promise<Kubectl> {
    const own = this.write('kubeconfig', await this.must('config', 'view', '--raw', '--minify', '--flatten'));
    const pointed = new Kubectl(this.binary, this.directory, own);
    await pointed.must('config', 'set-context', '--current', `--namespace=${namespace}`);
    return pointed;
  }

  /** Server-side dry run with strict field validation: admission, defaulting and validation, and nothing is stored. */
  public async dryRun(manifests: string, ...flags: string[]): Promise<Answer> {
    return this.ask('apply', '--dry-run=server', '--validate=strict', ...flags, '--filename', manifests);
  }

  public async apply(manifests: string): Promise<Answer> {
    return this.ask('apply', '--validate=strict', '--filename', manifests);
  }

  /** Code 0: nothing would change; code 1: stdout holds what would; anything else: the question could not be answered. */
  public async diff(manifests: string): Promise<Answer> {
    return this.ask('diff', '--filename', manifests);
  }

  public async drain(node: string, seconds: number): Promise<Answer> {
    return this.ask('drain', node, '--ignore-daemonsets', '--delete-emptydir-data', `--timeout=${seconds}s`);
  }

  public async rolloutStatus(namespace: string, workload: string, seconds: number): Promise<Answer> {
    return this.ask('--namespace', namespace, 'rollout', 'status', workload, `--timeout=${seconds}s`);
  }

  public async rolloutUndo(namespace: string, workload: string): Promise<Answer> {
    return this.ask('--namespace', namespace, 'rollout', 'undo', workload);
  }

  /** Asks for the eviction of a pod; the answer's errors carry the reason of a refusal. */
  public async evict(namespace: string, pod: string): Promise<Answer> {
    const eviction = this.write('eviction', JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace } }));
    return this.ask('create', '--raw', `/api/v1/namespaces/${namespace}/pods/${pod}/eviction`, '--filename', eviction);
  }

  /** An API path's JSON answer. */
  public async raw(path: string): Promise<unknown> {
    const answer: unknown = JSON.parse(await this.must('get', '--raw', path));
    return answer;
  }

  /** Whether the cluster, when it is first asked, knows a kind of another project: `rollouts` of `argoproj.io/v1alpha1`. */
  public async serves(groupVersion: string, plural: string): Promise<boolean> {
    const name = `${plural} of ${groupVersion}`;
    const known = this.served.get(name) ?? this.ask('get', '--raw', `/apis/${groupVersion}`)
      .then(({ code, stdout }) => code === 0 && listAt(JSON.parse(stdout), 'resources').some(resource => textAt(resource, 'name') === plural));
    this.served.set(name, known);
    return known;
  }

  /** Objects of a kind, or of several that commas separate; of all namespaces where none is given. */
  public async list(kind: string, namespace?: string): Promise<unknown[]> {
    const where = namespace === undefined ? '--all-namespaces' : `--namespace=${namespace}`;
    const answer: unknown = JSON.parse(await this.must('get', kind, where, '--output=json'));
    return listAt(answer, 'items');
  }

  /** Applies objects of the suite's own, such as nodes and namespaces. */
  public async put(...objects: readonly object[]): Promise<void> {
    await this.must('apply', '--server-side', '--force-conflicts', '--filename', this.write('objects', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })));
  }

  /** Runs a command that has to succeed, and gives its stdout. */
  public async must(...args: string[]): Promise<string> {
    const answer = await this.ask(...args);
    if (answer.code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${answer.stderr.trim()}`);
    return answer.stdout;
  }

  public async ask(...args: string[]): Promise<Answer> {
    const result = await run(this.binary, [...this.target, ...args]);
    const lines = result.stderr.split('\n').map(line => line.trim()).filter(line => line !== '');
    return {
      ...result,
      warnings: lines.filter(line => line.startsWith('Warning:')).map(line => line.slice('Warning:'.length).trim()),
      errors: lines.filter(line => !line.startsWith('Warning:')),
    };
  }

  /** Calls back for every event of a watch, in the server's order, until the function that it returns is called. */
  public watch(path: string, onEvent: (event: unknown) => void): () => Promise<void> {
    const child = spawn(this.binary, [...this.target, 'get', '--raw', path], { stdio: ['ignore', 'pipe', 'ignore'] });
    const forget = atExit(() => child.kill('SIGKILL'));
    const closed = new Promise<void>(resolve => child.on('close', () => resolve()));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event: unknown = JSON.parse(line);
      onEvent(event);
    });
    return async () => {
      forget();
      // What was not watched to the end has not been seen.
      if (!child.kill('SIGTERM')) throw new Error(`the watch of ${path} ended by itself`);
      await closed;
    };
  }

  private write(name: string, content: string): string {
    const file = join(mkdtempSync(join(this.directory, 'kubectl-')), name);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  }
}
