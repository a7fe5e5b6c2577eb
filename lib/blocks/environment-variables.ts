import { envReferenceOf } from './kplus-values';
import type { IEnvVar } from '../core/kubernetes';
import type { PropertyPath } from '../core/property-path';
import { looksSecret, namesSecret, NOT_SHOWN } from '../core/secrets';

/**
 * The value of an environment variable. `EnvValue` of cdk8s-plus-28, and of every later line, is one.
 */
export interface IEnvValue {
  /** A literal. */
  readonly value?: unknown;
  /** A reference, as a manifest writes it under `valueFrom`. */
  readonly valueFrom?: unknown;
}

/** Environment variables by name: a literal text, or an `EnvValue`. */
export interface EnvironmentVariables {
  /** The variable's value. */
  readonly [name: string]: string | IEnvValue;
}

/**
 * The variables of a container, in the order given. A literal secret is refused: whoever may read the manifest would read it.
 *
 * @param notSecret names that only look as if they held a secret
 * @internal
 */
export function renderVariables(at: PropertyPath, variables: EnvironmentVariables, notSecret: readonly string[]): IEnvVar[] {
  at.record(variables, 'values by the names of variables', "{ LOG_LEVEL: 'info' }");
  return Object.entries(variables).map(([name, given]) => {
    const here = at.at(name);
    if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name)) {
      here.refuse('InvalidName', { value: name, allowed: 'letters, digits, "_", "-" and ".", not starting with a digit', fix: 'rename the variable' });
    }
    const value: IEnvValue = typeof given === 'string' ? { value: given } : given;
    const secretByName = namesSecret(name) && !notSecret.includes(name);
    if (typeof value !== 'object' || value === null || (value.value === undefined) === (value.valueFrom === undefined)) {
      here.refuse('InvalidValue', { value: secretByName && given !== undefined && given !== null ? NOT_SHOWN : given, allowed: 'a text, or an EnvValue', fix: secretByName ? 'write EnvValue.fromSecretValue({ secret, key })' : typeof given === 'number' || typeof given === 'boolean' ? `put it into quotes: '${String(given)}'` : given === undefined || given === null ? 'give it a value, or leave it out' : "write 'text' or EnvValue.fromSecretValue({ secret, key })" });
    }
    if (value.valueFrom !== undefined) { return { name, valueFrom: envReferenceOf(value.valueFrom) }; }
    const literal = here.literal(value.value);
    // A variable that is made of others, such as $(DB_PASSWORD), holds no secret itself.
    const composed = literal.replaceAll(/\$\([^)]*\)/g, '$');
    const secretByLook = looksSecret(composed);
    if (!/^\$*$/.test(composed) && (secretByName || secretByLook)) {
      here.refuse('SecretInManifest', {
        value: NOT_SHOWN,
        allowed: 'a reference to a Secret: manifests are kept and read in many places',
        fix: secretByLook
          ? "EnvValue.fromSecretValue({ secret: Secret.fromSecretName(scope, id, name), key }); or compose it: 'postgres://$(DB_USER):$(DB_PASSWORD)@db/shop', with DB_PASSWORD from a Secret"
          : `EnvValue.fromSecretValue({ secret: Secret.fromSecretName(scope, id, name), key }); or, if it is none, name it in "notSecret": ['${name}']`,
      });
    }
    return { name, value: literal };
  });
}
