import type { IConstruct } from 'constructs';
import { Environment } from './environment';
import { MANAGED_BY } from './labels';

/** Labels of an object that is no service's: whose tool, application and team it is of. @internal */
export function objectLabels(construct: IConstruct): Readonly<Record<string, string>> {
  const { partOf, team } = Environment.of(construct);
  return { 'app.kubernetes.io/managed-by': MANAGED_BY, ...partOf === undefined ? {} : { 'app.kubernetes.io/part-of': partOf }, ...team === undefined ? {} : { team } };
}
