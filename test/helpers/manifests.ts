import { App, Chart, Testing } from 'cdk8s';
import { ConfigurationError, Health, type ProductionServiceProps } from 'cdk8s-production';

/** A manifest as tests look at it: any depth may be asked for, and what is not there is undefined. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a rendered object has no type: the tests say what they expect of it
export type Manifest = any;

/** A chart in the namespace `shop` of an app of its own. */
export function testChart(namespace: string | undefined = 'shop'): Chart {
  return new Chart(new App({ outdir: 'never-written' }), 'chart', { namespace });
}

/** The chart's objects, as they will stand in YAML. */
export function synth(chart: Chart): Manifest[] {
  return Testing.synth(chart) as Manifest[];
}

/** The only object of a kind; fails when there is none, or more than one. */
export function one(manifests: readonly Manifest[], kind: string, name?: string): Manifest {
  const found = manifests.filter(manifest => manifest.kind === kind && (name === undefined || manifest.metadata.name === name));
  if (found.length !== 1) {
    throw new Error(`expected one ${kind} ${name ?? ''}, found ${found.length} among ${manifests.map(m => `${m.kind}/${m.metadata.name}`).join(', ')}`);
  }
  return found[0];
}

/** `Kind/name` of each object, sorted. */
export function identities(manifests: readonly Manifest[]): string[] {
  return manifests.map(manifest => `${manifest.kind}/${manifest.metadata.name}`).sort();
}

/** The ConfigurationError that an action ends with; fails when it ends otherwise. */
export function errorOf(action: () => unknown): ConfigurationError {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigurationError) { return error; }
    throw error;
  }
  throw new Error('expected a ConfigurationError, but nothing was refused');
}

/** The least that a service needs. */
export const MINIMAL: ProductionServiceProps = {
  image: 'registry.example.com/shop/web:1.4.2',
  port: 8080,
  health: Health.http({ readiness: '/ready', liveness: '/live' }),
};
