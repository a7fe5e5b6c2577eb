import type { Construct } from 'constructs';
import type { DatabaseCredentials } from './database-credentials';
import type { Engine } from './engines/engine';
import type { IEnvValue } from '../blocks/environment-variables';
import type { PodProps } from '../blocks/workload-props';
import type { IConnectable } from '../core/connection';

/** A database, as its backups and its drill see it. @internal */
export interface DatabaseSubject {
  /** The construct that they belong to. */
  readonly construct: Construct & IConnectable;
  readonly name: string;
  /** Where clients dial. */
  readonly host: string;
  readonly engine: Engine;
  readonly credentials: DatabaseCredentials;
  /** Who dumps and restores. */
  readonly administration: { readonly username?: string | IEnvValue; readonly password: IEnvValue };
  readonly namespace: string | undefined;
  /** Whether an operator runs it, in ways of its own. */
  readonly isOperated: boolean;
  /** What selects its claims, and its pods. */
  readonly selectorLabels: Readonly<Record<string, string>>;
  /** Labels of its objects, beside the standard ones. */
  readonly labels: Readonly<Record<string, string>>;
  /** User, group, pull secrets: the engine's image is the same. */
  readonly pod: PodProps['pod'];
  /** Size of its data, in MiB. */
  readonly storage: number;
  /** Name of the first instance's claim. */
  readonly claimName: string;
}
