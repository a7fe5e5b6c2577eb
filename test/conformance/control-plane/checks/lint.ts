import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { mapLimited } from '../../shared/collections';
import type { Check } from '../check';
import { result } from '../check';
import { manifestsIn, writeFolder } from '../stage';
import { isMigrating } from './migration';

/** `kubectl argo rollouts lint` finds nothing wrong with a Rollout and with what it refers to. */
export const lint: Check = {
  name: 'lint',
  needsSimulatedNodes: true,
  async judge({ subjects, simulated }) {
    return mapLimited(subjects, 2, async (staged) => {
      const manifests = manifestsIn(staged.dir);
      if (simulated === undefined || !manifests.some(({ kind }) => kind === 'Rollout')) return result(staged, [], ['has no Rollout']);
      // It holds the Services against an empty template where the pods come from a Deployment; what follows is judged in the next version.
      if (isMigrating(manifests)) return result(staged, [], ['its Rollouts refer to Deployments, which the lint does not read']);
      const folder = writeFolder(manifests); // one file: what a Rollout refers to is looked for beside it
      const answer = await simulated.rollouts.lint(join(folder, readdirSync(folder)[0] ?? ''));
      return result(staged, answer.code === 0 ? [] : [`${answer.stdout}\n${answer.stderr}`.trim()]);
    });
  },
};
