import { copyFileSync, mkdirSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Case, digest, filesIn, judged } from './cases';
import { give, processesOf, smallDisk, userFolder } from './machine';
import type { Steps, Volume } from './steps';
import { contentOf, folderStorage, PASSPHRASE, type Storage } from './storage';
import type { CaseResult } from '../shared/report';

/** What goes wrong with backups: each has to fail, to say so, and to leave the last good backup as it was. */
export async function faults(steps: Steps): Promise<CaseResult[]> {
  const { database, folder } = steps;
  const dumped = steps.volume();
  const plain = folderStorage(folder, 'plain');
  const dump = await steps.dump(dumped, plain);
  if (dump.code !== 0) throw new Error(`there is no dump to begin with: ${dump.stderr}`);
  const parent = join(folder, 'faults');
  mkdirSync(parent, { mode: 0o711 });
  const content = await digest(dumped.dump);
  let count = 0;
  const storageWith = async (the: Case, backups: number, options: Parameters<typeof folderStorage>[2] = {}): Promise<Storage> => {
    const storage = folderStorage(parent, `storage-${++count}`, options);
    for (let i = 0; i < backups; i++) {
      if (i > 0) await sleep(1100); // names are to the second
      the.works('to store', await steps.store(dumped, storage));
    }
    return storage;
  };
  const copyOfDump = (): Volume => {
    const volume = steps.volume();
    copyFileSync(dumped.dump, volume.dump);
    give(volume.dump);
    return volume;
  };
  /** The last good backup counts, and is what was stored. */
  const stillGood = async (the: Case, storage: Storage, name?: string): Promise<void> => {
    const volume = steps.volume();
    the.works('to fetch the last good backup', await steps.fetch(volume, storage));
    the.equal('the last good backup', await digest(volume.dump), content);
    if (name !== undefined) the.equal('which backup is the last good one', readFileSync(`${volume.dump}.backup`, 'utf8').trim().split(' ')[1], name);
  };
  const files = (storage: Storage): string[] => contentOf(storage).filter(name => !name.includes('.sha256') && name !== 'last-good-restore.json');

  const on = (what: string, judge: (the: Case) => Promise<void>): Promise<CaseResult> => judged(`${database.name}: ${what}`, judge);
  return [
    await on('wrong password', async the => {
      const volume = copyOfDump();
      the.fails('the dump', await steps.dump(volume, plain, { DATABASE_PASSWORD: 'not the word' }), /password|Access denied|WRONGPASS|AUTH/i);
      the.equal('files that are left', filesIn(volume.folder), []);
    }),
    await on('no server', async the => {
      const volume = steps.volume();
      the.fails('the dump', await steps.dump(volume, plain, { DATABASE_PORT: '1' }), /refused|connect/i);
      the.equal('files that are left', filesIn(volume.folder), []);
    }),
    await on('empty storage', async the => {
      const storage = folderStorage(parent, 'nothing');
      the.fails('to fetch where no folder is', await steps.fetch(steps.volume(), storage), /cannot be listed/);
      mkdirSync(storage.folder!);
      give(storage.folder!);
      the.fails('to fetch where no backup is', await steps.fetch(steps.volume(), storage), /there is no complete backup/);
    }),
    await on('flipped bytes in the storage', async the => {
      const storage = await storageWith(the, 2);
      const [good, bad] = files(storage);
      flip(join(storage.folder!, bad!));
      the.fails('to fetch the damaged backup', await steps.fetch(steps.volume(), storage), /is damaged/);
      const volume = steps.volume();
      the.works('to fetch the one before', await steps.fetch(volume, storage, { BACKUP: good! }));
      the.works('its drill', await steps.drill(volume, plain));
      the.equal('the one before', await digest(volume.dump), content);
    }),
    await on('flipped bytes in an encrypted storage', async the => {
      const storage = await storageWith(the, 1, { encrypted: true });
      flip(join(storage.folder!, files(storage)[0]!));
      the.fails('to fetch the damaged backup', await steps.fetch(steps.volume(), storage), /could not be read|is damaged/);
    }),
    await on('another passphrase', async the => {
      const storage = await storageWith(the, 1, { encrypted: true });
      the.fails('to fetch', await steps.fetch(steps.volume(), storage, { BACKUP_PASSPHRASE: `${PASSPHRASE} of old` }), /the passphrase is another/);
      await stillGood(the, storage);
    }),
    await on('a truncated backup', async the => {
      const storage = await storageWith(the, 1);
      const [file] = files(storage);
      truncateSync(join(storage.folder!, file!), Math.floor(statSync(join(storage.folder!, file!)).size / 2));
      the.fails('to fetch', await steps.fetch(steps.volume(), storage), /is damaged/);
    }),
    await on('a marker is missing', async the => {
      const storage = await storageWith(the, 2);
      const [first, second] = files(storage);
      renameSync(join(storage.folder!, `${second!}.sha256`), join(parent, 'away'));
      await stillGood(the, storage, first);
      the.fails('to fetch it by name', await steps.fetch(steps.volume(), storage, { BACKUP: second! }), /no complete backup named/);
    }),
    await on('a damaged dump in the drill', async the => {
      const flipped = copyOfDump();
      flip(flipped.dump);
      the.fails('the drill of flipped bytes', await steps.drill(flipped, plain), /./);
      const short = copyOfDump();
      truncateSync(short.dump, Math.floor(statSync(short.dump).size * 0.9));
      the.fails('the drill of a truncated dump', await steps.drill(short, plain), /./);
      const end = copyOfDump();
      truncateSync(end.dump, statSync(end.dump).size - 20);
      the.fails('the drill of a dump without its end', await steps.drill(end, plain), /./);
      the.equal('processes that are left', processesOf(folder).filter(line => line.includes('volume-')), []);
    }),
    await on('a stale backup', async the => {
      const storage = await storageWith(the, 1);
      await sleep(2100);
      the.fails('to fetch', await steps.fetch(steps.volume(), storage, { MAXIMUM_AGE: '1' }), /backups have stopped/);
      await stillGood(the, storage);
    }),
    await on('checks that fail', async the => {
      for (const [check, says] of database.failing) the.fails(`the drill with '${check}'`, await steps.drill(dumped, plain, { CHECK: check }), says);
    }),
    await on('a drill that is stopped', async the => {
      const stopped = await steps.drill(dumped, plain, { CHECK: database.slow }, 2000);
      the.equal('its code', stopped.code, 143);
      the.equal('processes that are left', processesOf(folder).filter(line => line.includes('volume-')), []);
    }),
    await on('a full disk', async the => fullDisk(the, steps, parent, { plain, dumped, content, stillGood })),
    await on('retention', async the => {
      const storage = await storageWith(the, 0, { userland: 'busybox' });
      mkdirSync(storage.folder!);
      give(storage.folder!);
      const put = (name: string): void => {
        writeFileSync(join(storage.folder!, name), 'half');
        give(join(storage.folder!, name));
      };
      const recent = `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}-aaaaaa.dump`;
      for (const name of ['20200101T000000Z-aaaaaa.dump', '20200102T000000Z-aaaaaa.dump.sha256', recent, 'of-somebody-else.txt']) put(name);
      const stored: string[] = [];
      for (let i = 0; i < 3; i++) {
        if (i > 0) await sleep(1100);
        the.works('to store', await steps.store(dumped, storage, { KEEP: '2' }));
        stored.push(files(storage).filter(name => name !== recent && name !== 'of-somebody-else.txt').at(-1)!);
      }
      const kept = stored.slice(1).flatMap(name => [name, `${name}.sha256`]);
      the.equal('what is kept', contentOf(storage), [...kept, recent, 'of-somebody-else.txt'].sort());
    }),
  ];
}

/** Disks of a few KiB, for the dump, the storage and the drill. */
async function fullDisk(the: Case, steps: Steps, parent: string, { plain, dumped, content, stillGood }: {
  readonly plain: Storage; readonly dumped: Volume; readonly content: string; stillGood(the: Case, storage: Storage, name?: string): Promise<void>;
}): Promise<void> {
  const size = statSync(dumped.dump).size;
  const small = userFolder(parent, 'small-disk');
  const unmount = await smallDisk(small, Math.floor(size / 2 / 1024));
  try {
    the.fails('the dump', await steps.dump(steps.volume(small), plain), /space|short write/i);
    the.equal('files that are left', filesIn(small), []);
  } finally {
    unmount();
  }
  const disk = userFolder(parent, 'disk');
  const release = await smallDisk(disk, Math.floor(size * 1.5 / 1024) + 64);
  try {
    const storage = folderStorage(parent, 'full', { root: disk });
    the.works('to store the first', await steps.store(dumped, storage));
    const [first] = contentOf(storage);
    the.fails('to store the second, which has no room', await steps.store(dumped, storage, { KEEP: '1' }), /could not be stored/);
    await stillGood(the, storage, first);
    the.equal('what the storage holds', contentOf(storage), [first, `${first!}.sha256`]);
    the.fails('to fetch to a full disk', await steps.fetch(steps.volume(disk), storage), /could not be read/);
  } finally {
    release();
  }
  const work = userFolder(parent, 'work');
  const free = await smallDisk(work, Math.floor(size * 1.5 / 1024));
  try {
    const volume = steps.volume(work);
    copyFileSync(dumped.dump, volume.dump);
    give(volume.dump);
    the.fails('the drill', await steps.drill(volume, plain), /space|ended by itself|could not be made|is full|error/i);
    the.equal('files that are left of the drill', filesIn(work), [volume.dump.slice(work.length + 1)]);
  } finally {
    free();
  }
  the.equal('the dump', await digest(dumped.dump), content);
}

/** Other bytes in the middle, where the data is. */
function flip(file: string): void {
  const bytes = readFileSync(file);
  for (let i = Math.floor(bytes.length / 2); i < Math.floor(bytes.length / 2) + 8; i++) bytes[i] = 255 - bytes[i]!;
  writeFileSync(file, bytes);
}
