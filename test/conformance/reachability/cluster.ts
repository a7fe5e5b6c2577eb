import { join } from 'node:path';
import { App, YamlOutputType } from 'cdk8s';
import { Environment } from 'cdk8s-production';
import type { DeclaredService } from './declarations';
import { declaredServices, isService, recordDeclarations } from './declarations';
import type { Subject } from '../judges/subjects';
import { temporaryFolder } from '../shared/cleanup';
import { groupBy } from '../shared/collections';
import { readManifests } from '../shared/manifests';
import type { Manifest } from '../shared/manifests';

/** An application in one environment: what it wrote, and what its authors declared. */
export interface Cluster {
  /** The subject's name; where it has several environments `online-shop/staging`. */
  readonly name: string;
  readonly manifests: readonly Manifest[];
  readonly services: readonly DeclaredService[];
}

/** Builds a subject in this process: what was declared is known only while it is built. */
export function buildClusters({ name, mainFile }: Subject): Cluster[] {
  const app = new App({ outdir: temporaryFolder(), yamlOutputType: YamlOutputType.FILE_PER_CHART });
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- which subject is known only now
  const { build } = require(mainFile) as { readonly build: (app: App) => void };
  const declarations = recordDeclarations(() => build(app));
  app.synth();
  const environments = groupBy(app.charts, (chart) => Environment.of(chart).name);
  return [...environments].map(([environment, charts]): Cluster => {
    const manifests = readManifests(charts.map((chart) => join(app.outdir, `${chart.node.path.replaceAll('/', '-')}${app.outputFileExtension}`)));
    const services = charts.flatMap((chart) => chart.node.findAll()).filter(isService);
    return { name: environments.size < 2 ? name : `${name}/${environment}`, manifests, services: declaredServices([...new Set(services)], declarations, manifests) };
  });
}
