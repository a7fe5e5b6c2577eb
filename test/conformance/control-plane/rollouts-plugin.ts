import type { Kubectl } from './kubectl';
import type { RunResult } from '../shared/run';
import { run } from '../shared/run';

/** `kubectl argo rollouts`, as a person with the plugin would call it. */
export class RolloutsPlugin {
  public constructor(private readonly binary: string, private readonly kubectl: Kubectl) {}

  /** Past the pause at which a rollout stands; with `full`, past all steps and analyses. */
  public async promote(namespace: string, rollout: string, full = false): Promise<RunResult> {
    return this.ask(namespace, 'promote', rollout, ...full ? ['--full'] : []);
  }

  /** Back to the revision before this one. */
  public async undo(namespace: string, rollout: string): Promise<RunResult> {
    return this.ask(namespace, 'undo', rollout);
  }

  /** Every rule of the project for the objects of a file, and for how they refer to each other. */
  public async lint(file: string): Promise<RunResult> {
    return run(this.binary, ['lint', '--filename', file]);
  }

  private async ask(namespace: string, ...args: string[]): Promise<RunResult> {
    return run(this.binary, [...this.kubectl.target, '--namespace', namespace, ...args]);
  }
}
