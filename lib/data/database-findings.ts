import type { FindingText } from '../blocks/service-findings';

/** @internal */
export interface DatabaseFindingSubject {
  readonly highlyAvailable: boolean;
  readonly instances: number;
  /** Whether an operator is known that runs several instances of the engine. */
  readonly operators: boolean;
  readonly isBackedUp: boolean;
  readonly isDrilled: boolean;
}

/**
 * What a team may want, and whoever is on call for the data should know.
 *
 * @internal
 */
export function databaseFindings(subject: DatabaseFindingSubject): FindingText[] {
  if (!subject.highlyAvailable) { return []; }
  const findings: FindingText[] = [];
  if (subject.instances === 1) {
    findings.push({
      id: 'run-more-than-one-replica',
      message: 'one instance: the database is away whenever its pod moves, and as long as its volume needs to follow',
      fix: subject.operators ? 'make a database with instances: 3, which an operator runs, and move the data to it (another database: see the guide); or acknowledge it with how long it may be away' : 'acknowledge it with how long it may be away, or use a service that runs several',
    });
  }
  if (!subject.isBackedUp) {
    findings.push({
      id: 'back-up-databases',
      message: 'nothing saves the data elsewhere: a lost volume, a wrong statement or a deleted namespace is the end of it',
      fix: "add backups: [Backup.dump({ schedule: '0 2 * * *', storage: … })], or acknowledge it with who saves the data",
    });
  }
  if (!subject.isDrilled) {
    findings.push({
      id: 'restore-backups',
      message: 'nobody has seen that a backup can be restored: the day of the loss is the wrong one to find out',
      fix: "add restoreDrill: { schedule: '0 5 * * 0', check: 'SELECT …' } to a database that is dumped, or acknowledge it with who restores, and how often",
    });
  }
  return findings;
}
