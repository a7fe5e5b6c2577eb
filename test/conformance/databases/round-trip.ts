import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { digest, filesIn, judged } from './cases';
import type { Steps, Volume } from './steps';
import { contentOf, type Storage } from './storage';
import type { CaseResult } from '../shared/report';

/** Dumps once, and takes the dump through each storage: what comes back is the same, and a server restores it. */
export async function roundTrip(steps: Steps, storages: readonly Storage[]): Promise<{ readonly dumped: Volume | undefined; readonly cases: CaseResult[] }> {
  const { database } = steps;
  const dumped = steps.volume();
  const cases: CaseResult[] = [];
  cases.push(await judged(`${database.name}: dump`, async the => {
    writeFileSync(dumped.dump, 'of yesterday'); // a volume that was used before
    the.works('the dump', await steps.dump(dumped, storages[0]!));
    the.equal('files', filesIn(dumped.folder), [dumped.dump.slice(dumped.folder.length + 1)]);
  }));
  if (cases.some(({ problems }) => problems.length > 0)) return { dumped: undefined, cases }; // nothing to go on with
  for (const storage of storages) {
    cases.push(await judged(`${database.name}: ${storage.name}, ${storage.userland}`, async the => {
      if (!the.works('to store', await steps.store(dumped, storage))) return;
      if (storage.folder !== undefined) {
        const [file, marker] = contentOf(storage);
        the.equal('the marker beside the file', marker?.replace('.sha256', ''), file);
        const head = Buffer.alloc(16);
        const descriptor = openSync(join(storage.folder, file!), 'r');
        readSync(descriptor, head);
        closeSync(descriptor);
        the.equal('encrypted', head.toString('latin1').startsWith('RCLONE'), storage.encrypted);
      }
      const fetched = steps.volume();
      the.works('to fetch', await steps.fetch(fetched, storage, { MAXIMUM_AGE: '3600' }));
      the.equal('what comes back', await digest(fetched.dump), await digest(dumped.dump));
      const drill = await steps.drill(fetched, storage);
      the.works('the drill', drill);
      the.equal('what the drill says', /restored and checked: (t|true|[1-9]\d*)$/m.test(drill.stdout), true);
      const pushed = await pushing(async address => the.works('to record', await steps.record(fetched, storage, { PUSHGATEWAY_URL: address })));
      the.equal('where it is pushed', pushed[0]?.url, '/metrics/job/restore-drill/drill/shop-db-restore-drill');
      the.equal('what is pushed', /^backup_restore_drill_last_success_timestamp_seconds \d{10}$/m.test(pushed[0]?.body ?? '') && /^backup_restore_drill_backup_timestamp_seconds \d{10}$/m.test(pushed[0]?.body ?? ''), true);
      the.works('to fetch after the record', await steps.fetch(fetched, storage));
    }));
  }
  return { dumped, cases };
}

/** Restores the dump, and compares all of the data. */
export async function restores(steps: Steps, dumped: Volume, storage: Storage): Promise<CaseResult> {
  const { database } = steps;
  return judged(`${database.name}: restore`, async the => {
    const before = await database.fingerprint();
    const claim = await database.prepareRestore?.();
    the.works('the restore', await steps.restore(dumped, storage, claim));
    the.equal('the restored data', await database.restoredFingerprint(), before);
    the.fails('a second restore', await steps.restore(dumped, storage, claim), database.refuses);
    the.equal('the restored data after it', await database.restoredFingerprint(), before);
  });
}

/** A Pushgateway, as far as one push goes. */
async function pushing(push: (address: string) => Promise<unknown>): Promise<{ readonly url: string; readonly body: string }[]> {
  const pushed: { url: string; body: string }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      pushed.push({ url: request.url ?? '', body: Buffer.concat(parts).toString('utf8') });
      response.end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    await push(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
  } finally {
    server.close();
  }
  return pushed;
}
