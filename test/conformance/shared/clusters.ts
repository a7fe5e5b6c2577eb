import { relative } from 'node:path';

/** The environment in a path such as `shop-staging.k8s.yaml` or `production/shop.k8s.yaml`. */
const ENVIRONMENT = /(?:^|[^a-z])(production|staging|development)(?:[^a-z]|$)/;

export interface Cluster {
  /** The subject's name; with several clusters `online-shop/staging`. */
  readonly name: string;
  readonly files: readonly string[];
}

/**
 * What is applied to one cluster. An application may be written for several environments at once, with the same
 * names in each: the budget of staging is none for production. A file that names no environment goes to each.
 */
export function clustersOf(subject: string, outdir: string, files: readonly string[]): Cluster[] {
  const environments = new Set(files.map((file) => environmentOf(outdir, file)).filter((environment) => environment !== undefined));
  if (environments.size < 2) return [{ name: subject, files }];
  return [...environments].sort().map((environment) => ({
    name: `${subject}/${environment}`,
    files: files.filter((file) => [environment, undefined].includes(environmentOf(outdir, file))),
  }));
}

function environmentOf(outdir: string, file: string): string | undefined {
  return ENVIRONMENT.exec(relative(outdir, file))?.[1];
}
