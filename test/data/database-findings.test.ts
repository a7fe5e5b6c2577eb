import { databaseFindings } from '../../lib/data/database-findings';

const GOOD = { highlyAvailable: true, instances: 3, operators: true, isBackedUp: true, isDrilled: true };
const ids = (subject: Partial<typeof GOOD>) => databaseFindings({ ...GOOD, ...subject }).map(finding => finding.id);

describe('what whoever is on call for the data should know', () => {
  test('is nothing where several instances are backed up and tried', () => {
    expect(ids({})).toEqual([]);
  });

  test('is each thing that is missing', () => {
    expect(ids({ instances: 1 })).toEqual(['run-more-than-one-replica']);
    expect(ids({ isBackedUp: false })).toEqual(['back-up-databases']);
    expect(ids({ isDrilled: false })).toEqual(['restore-backups']);
  });

  test('is nothing where availability does not count', () => {
    expect(ids({ highlyAvailable: false, instances: 1, isBackedUp: false, isDrilled: false })).toEqual([]);
  });

  test('names an operator only where one is known', () => {
    const fix = (operators: boolean) => databaseFindings({ ...GOOD, instances: 1, operators })[0]!.fix;
    expect([fix(true), fix(false)]).toEqual([expect.stringContaining('instances: 3'), expect.not.stringContaining('instances: 3')]);
  });
});
