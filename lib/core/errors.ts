import { Duration } from 'cdk8s';
import { hidingSecrets } from './secrets';

/**
 * The stable codes of everything this library refuses. A code never changes its meaning; messages may get better.
 */
export type ConfigurationErrorCode =
  | 'AutoscalerConflict'
  | 'ConflictingProperties'
  | 'ContentIsImmutable'
  | 'DisruptionBudgetBlocksDrain'
  | 'DuplicateIdentity'
  | 'EnvironmentVariableConflict'
  | 'InvalidImage'
  | 'InvalidName'
  | 'InvalidPatch'
  | 'InvalidValue'
  | 'MissingValue'
  | 'MutableImage'
  | 'NetworkUnreachable'
  | 'PodSecurityViolation'
  | 'PortConflict'
  | 'ProbeConflict'
  | 'ReleaseConflict'
  | 'ReleaseNeverFinishes'
  | 'ReleaseTooThin'
  | 'SecretInManifest'
  | 'ShutdownTooShort'
  | 'UnknownProperty'
  | 'UnsatisfiablePlacement'
  | 'UnsupportedByController'
  | 'UnsupportedByKubernetesVersion'
  | 'VolumeConflict';

/**
 * What is wrong, in parts, for tools that want more than the text.
 */
export interface ConfigurationErrorDetails {
  /** Stable code of the rule that was broken. */
  readonly code: ConfigurationErrorCode;
  /** Path of the construct in the tree, such as `payments/payment-service`. */
  readonly constructPath: string;
  /** Path of the property inside the construct's props, such as `replicas.minReplicas`. */
  readonly property: string;
  /** The value that was given, as shown to a person. A value that may be a secret is never shown. */
  readonly value: string;
  /** What would have been accepted, or the reason why the value is not. */
  readonly allowed: string;
  /** What to do about it. */
  readonly fix: string;
}

/**
 * Thrown when what was asked for cannot become a manifest that works.
 *
 * cdk8s turns errors that are found late into plain ones; so the text alone says everything the fields say.
 */
export class ConfigurationError extends Error implements ConfigurationErrorDetails {
  public readonly code: ConfigurationErrorCode;
  public readonly constructPath: string;
  public readonly property: string;
  public readonly value: string;
  public readonly allowed: string;
  public readonly fix: string;

  /** @param details what is wrong, from which the message is made */
  public constructor(details: ConfigurationErrorDetails) {
    super(describeConfigurationError(details));
    this.name = 'ConfigurationError';
    this.code = details.code;
    this.constructPath = details.constructPath;
    this.property = details.property;
    this.value = details.value;
    this.allowed = details.allowed;
    this.fix = details.fix;
  }
}

/**
 * The text of an error: one line for each question a reader has.
 *
 * @internal
 */
export function describeConfigurationError(details: ConfigurationErrorDetails): string {
  return [
    `${details.code} at '${details.constructPath}', property '${details.property}'`,
    `  given:   ${details.value}`,
    `  allowed: ${details.allowed}`,
    `  fix:     ${details.fix}`,
  ].join('\n');
}

const LONGEST_SHOWN = 160;

/**
 * A value as a person wants to read it in an error: short, on one line.
 *
 * @internal
 */
export function show(value: unknown): string {
  if (value === undefined) { return 'nothing'; }
  if (typeof value === 'number') { return String(value); }
  if (value instanceof Duration) { return `${value.toMilliseconds({ integral: false }) / 1000} s`; }
  if (typeof value === 'function') { return `a function (${value.name || 'anonymous'})`; }
  let text: string;
  try {
    text = JSON.stringify(value, hidingSecrets) ?? String(value);
  } catch {
    text = `an object of type ${(value as object).constructor?.name ?? 'unknown'}`; // circular, such as a construct
  }
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}… (${text.length} characters)` : text;
}
