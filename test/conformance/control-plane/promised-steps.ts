import { join } from 'node:path';
import { App } from 'cdk8s';
import type { Release } from './release';
import { at, countAt, listAt, textAt } from '../shared/json';
import { isRecord } from '../shared/manifests';
import { REPOSITORY } from '../shared/paths';

/** What the author of a release was told of one of its steps. */
export interface PromisedStep {
  readonly index: number;
  /** Percent of the requests that the new version gets. */
  readonly weight: number;
  readonly canaryPods: number;
  readonly stablePods: number;
}

/**
 * The timeline of a release, for as many replicas as it has: of the release that the `build` of its example or fixture returns.
 * Undefined where nobody was told anything: a subject of nothing but YAML, or one whose `build` returns no releases.
 */
export async function promisedSteps(release: Release): Promise<readonly PromisedStep[] | undefined> {
  const { source, version } = release.staged.subject;
  if (source === undefined) return undefined;
  const { build } = await loaded(source.mainFile);
  const { KubernetesVersion } = await loaded(join(REPOSITORY, 'lib'));
  if (typeof build !== 'function' || !hasOf(KubernetesVersion)) return undefined;
  const built: unknown = build(new App(), KubernetesVersion.of(version));
  const own = (Array.isArray(built) ? built : []).find(candidate => textAt(at(candidate, 'service'), 'name') === release.manifest.metadata.name);
  if (!hasTimeline(own)) return undefined;
  return listAt(own.timeline(release.replicas), 'steps').map(step => ({
    index: countAt(step, 'index'), weight: countAt(step, 'weight'), canaryPods: countAt(step, 'canaryPods'), stablePods: countAt(step, 'stablePods'),
  }));
}

async function loaded(file: string): Promise<Record<string, unknown>> {
  const module: unknown = await import(file);
  return isRecord(module) ? module : {};
}

function hasOf(value: unknown): value is { of(version: string): unknown } {
  return typeof value === 'function' && 'of' in value && typeof value.of === 'function';
}

function hasTimeline(value: unknown): value is { timeline(replicas: number): unknown } {
  return isRecord(value) && typeof value.timeline === 'function';
}
