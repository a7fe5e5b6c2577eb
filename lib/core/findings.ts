import type { IConstruct } from 'constructs';
import { PropertyPath } from './property-path';

/** What a synthesis lets pass, but a reader should know. */
export interface Finding {
  /** Stable id of the rule, a verb phrase such as `run-more-than-one-replica`. */
  readonly id: string;
  /** Path of the construct. */
  readonly constructPath: string;
  /** What was found, and why it matters. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
  /** Why it is accepted; nothing when nobody has accepted it. */
  readonly acknowledgedBecause?: string;
}

const FINDING = 'cdk8s-production:finding';
const ACKNOWLEDGEMENT = 'cdk8s-production:acknowledgement';

/** The findings of a tree of constructs, and their acknowledgement. Findings never stop a synthesis. */
export class Findings {
  /**
   * The findings at and below a scope.
   *
   * @param scope an App, a Chart or a construct
   */
  public static of(scope: IConstruct): Finding[] {
    return scope.node.findAll().flatMap(construct => construct.node.metadata
      .filter(entry => entry.type === FINDING)
      .map(entry => {
        const finding = entry.data as Omit<Finding, 'constructPath'>;
        return { ...finding, constructPath: construct.node.path, acknowledgedBecause: finding.acknowledgedBecause ?? reasonFor(construct, finding.id) };
      }));
  }

  /**
   * Accepts a finding on a construct and everything below it.
   *
   * @param scope where the acknowledgement holds
   * @param id the finding's id
   * @param reason why it is right here, at least 10 characters
   * @throws ConfigurationError `MissingValue` without a reason, `InvalidValue` without an id
   */
  public static acknowledge(scope: IConstruct, id: string, reason: string): void {
    new PropertyPath(scope, 'id').text(id, 'the id of a finding, such as run-more-than-one-replica');
    new PropertyPath(scope, 'reason').reason(reason);
    scope.node.addMetadata(ACKNOWLEDGEMENT, { id, reason });
  }

  /**
   * @param reason why it is accepted, where it came with one
   * @internal
   */
  public static add(construct: IConstruct, finding: Pick<Finding, 'id' | 'message' | 'fix'>, reason?: string): void {
    construct.node.addMetadata(FINDING, { ...finding, ...reason === undefined ? {} : { acknowledgedBecause: reason } });
  }

  private constructor() {}
}

function reasonFor(construct: IConstruct, id: string): string | undefined {
  return construct.node.scopes
    .flatMap(scope => scope.node.metadata)
    .filter(entry => entry.type === ACKNOWLEDGEMENT)
    .map(entry => entry.data as { id: string; reason: string })
    .find(acknowledgement => acknowledgement.id === id)?.reason;
}
