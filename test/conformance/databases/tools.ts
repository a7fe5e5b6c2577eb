import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../shared/cached';
import { temporaryFolder } from '../shared/cleanup';
import { goTool } from '../shared/go-tool';
import { TOOLS } from '../shared/paths';
import { run, runOrFail } from '../shared/run';

/** Debian packages, unpacked into a folder: nothing is installed, no service starts. Each with the libraries that few systems have. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  postgresql: ['postgresql-15', 'postgresql-client-15', 'libpq5', 'libnss-wrapper'],
  mariadb: ['mariadb-server-core', 'mariadb-server', 'mariadb-client-core', 'mariadb-client', 'libmariadb3', 'libaio1', 'liburing2'],
  redis: ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libhiredis0.14'],
  rclone: ['rclone'],
  busybox: ['busybox'],
};

/** A binary of each package: it must start. */
const PROOFS: Readonly<Record<string, readonly string[]>> = {
  postgresql: ['postgres', '--version'], mariadb: ['mariadbd', '--version'], redis: ['redis-server', '--version'], rclone: ['rclone', 'version'], busybox: ['busybox', 'true'],
};

/** Programs and their libraries, as variables of the environment. */
export interface Toolbox {
  readonly PATH: string;
  readonly LD_LIBRARY_PATH: string;
  readonly NSS_WRAPPER_LIBRARY: string;
}

/** What could be had, and why the rest could not. */
export interface DatabaseTools {
  readonly toolbox: Toolbox;
  /** The same, with the small userland that an image such as rclone's has, and no other; nothing where busybox is missing. */
  readonly small: Toolbox | undefined;
  /** MySQL's server and tools alone: MariaDB's have the same names. Nothing where they cannot be had. */
  readonly mysql: Toolbox | undefined;
  /** An S3 server that keeps objects in memory; nothing without Go. */
  readonly s3: string | undefined;
  readonly missing: ReadonlyMap<string, string>;
  /** What the programs say of themselves. */
  readonly versions: ReadonlyMap<string, string>;
}

/** Everything the databases' checks run, unpacked or built on first use. */
export async function databaseTools(): Promise<DatabaseTools> {
  const missing = new Map<string, string>();
  const versions = new Map<string, string>();
  const roots: string[] = [];
  for (const [name, packages] of Object.entries(PACKAGES)) {
    try {
      const root = await unpacked(name, packages);
      const [program, ...args] = PROOFS[name]!;
      const said = await runOrFail('env', [...Object.entries(toolboxOf([root])).map(([key, value]) => `${key}=${value}`), program!, ...args]);
      versions.set(name, said.split('\n')[0]!);
      roots.push(root);
    } catch (error) {
      missing.set(name, error instanceof Error ? error.message.split('\n').slice(-1)[0]! : String(error));
    }
  }
  let mysql: Toolbox | undefined;
  try {
    mysql = await mysqlToolbox(roots);
    versions.set('mysql', (await runOrFail('env', [`PATH=${mysql.PATH}`, 'mysqld', '--version'])).trim().replace(/^.*mysqld\s+/, ''));
  } catch (error) {
    missing.set('mysql', error instanceof Error ? error.message.split('\n').slice(-1)[0]! : String(error));
  }
  let s3: string | undefined;
  try {
    s3 = await goTool({ name: 'gofakes3', module: join(TOOLS, 's3'), package: 'github.com/johannesboyne/gofakes3/cmd/gofakes3' });
  } catch (error) {
    missing.set('S3', error instanceof Error ? error.message.split('\n')[0]! : String(error));
  }
  return { toolbox: toolboxOf(roots), mysql, small: missing.has('busybox') || missing.has('rclone') ? undefined : await smallToolbox(roots), s3, missing, versions };
}

function unpacked(name: string, packages: readonly string[]): Promise<string> {
  return cached({
    name: `debian-${name}`,
    inputs: [],
    recipe: packages,
    build: async (unfinished) => {
      const download = temporaryFolder();
      const fetch = (options: readonly string[]): Promise<string> => runOrFail('apt-get', [...options, 'download', '--quiet', ...packages], { cwd: download });
      await fetch([]).catch(async () => {
        // The lists of a new machine may be missing, or older than what its mirror has.
        const lists = temporaryFolder();
        mkdirSync(join(lists, 'partial'));
        const options = [`Dir::State::lists=${lists}`, 'Debug::NoLocking=1', 'APT::Sandbox::User=root'].flatMap(option => ['-o', option]);
        await runOrFail('apt-get', [...options, 'update']);
        await fetch(options);
      });
      for (const file of readdirSync(download)) { await runOrFail('dpkg', ['--extract', join(download, file), unfinished]); }
      chmodSync(unfinished, 0o755); // another user will run what is in it
    },
  });
}

/**
 * No stable Debian has MySQL. Its development line has, built for newer libraries than a stable system's: so all of them come
 * along, and each program is started by the loader that belongs to them.
 */
async function mysqlToolbox(roots: readonly string[]): Promise<Toolbox> {
  const root = await cached({
    name: 'debian-mysql',
    inputs: [],
    recipe: ['sid', 'mysql-server-core', 'mysql-client-core', 'mysql-client'],
    build: async (unfinished) => {
      const apt = temporaryFolder();
      for (const folder of ['lists/partial', 'cache/archives/partial']) { mkdirSync(join(apt, folder), { recursive: true }); }
      // The mirror that this system uses.
      const mirrors = (await runOrFail('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages', 'Component: main'])).split('\n');
      const mirror = mirrors.find(address => /\/debian\/?$/.test(address));
      if (mirror === undefined) throw new Error('this system knows no mirror of Debian');
      writeFileSync(join(apt, 'sources.list'), `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} sid main\n`);
      writeFileSync(join(apt, 'status'), ''); // as if nothing were installed
      const options = [`Dir::Etc::sourcelist=${apt}/sources.list`, 'Dir::Etc::sourceparts=/dev/null', `Dir::State::lists=${apt}/lists`, `Dir::State::status=${apt}/status`, `Dir::Cache=${apt}/cache`,
        'Debug::NoLocking=1', 'Acquire::Languages=none', 'APT::Sandbox::User=root'].flatMap(option => ['-o', option]);
      await runOrFail('apt-get', [...options, 'update']);
      await runOrFail('apt-get', [...options, 'install', '--yes', '--download-only', '--no-install-recommends', 'mysql-server-core', 'mysql-client-core', 'mysql-client']);
      const archives = join(apt, 'cache/archives');
      for (const file of readdirSync(archives).filter(name => name.endsWith('.deb'))) { await runOrFail('dpkg', ['--extract', join(archives, file), unfinished]); }
      const bin = join(unfinished, 'started');
      mkdirSync(bin);
      for (const name of ['mysqld', 'mysql', 'mysqldump', 'mysqladmin']) {
        writeFileSync(join(bin, name), STARTED, { mode: 0o755 });
      }
      chmodSync(unfinished, 0o755);
    },
  });
  const others = toolboxOf(roots.filter(other => !other.includes('debian-mariadb')));
  return { ...others, PATH: `${join(root, 'started')}:${others.PATH}` };
}

const STARTED = `#!/bin/sh
root=$(dirname "$(dirname "$(readlink -f "$0")")")
name=$(basename "$0")
for program in "$root/usr/sbin/$name" "$root/usr/bin/$name"; do [ ! -e "$program" ] || break; done
for libraries in "$root"/usr/lib/*-linux-*; do [ ! -d "$libraries" ] || break; done
loader=$(ls "$root"/usr/lib*/ld-linux-*.so.* "$root"/usr/lib/*/ld-linux-*.so.* 2>/dev/null | head -n 1)
exec "$loader" --library-path "$libraries" "$program" "$@"
`;

function toolboxOf(roots: readonly string[]): Toolbox {
  const below = (...paths: string[]): string[] => roots.flatMap(root => paths.map(path => join(root, path)));
  const libraries = below('usr/lib', 'lib').flatMap(folder => existsSync(folder) ? [folder, ...readdirSync(folder).filter(name => name.includes('-linux-')).map(name => join(folder, name))] : []);
  const servers = below('usr/lib/postgresql').flatMap(folder => existsSync(folder) ? readdirSync(folder).map(version => join(folder, version, 'bin')) : []);
  return {
    PATH: [...servers, ...below('usr/sbin', 'usr/bin', 'bin'), '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':'),
    LD_LIBRARY_PATH: libraries.join(':'),
    NSS_WRAPPER_LIBRARY: libraries.map(folder => join(folder, 'libnss_wrapper.so')).find(file => existsSync(file)) ?? '',
  };
}

/** One program under each name that it has, and rclone. */
async function smallToolbox(roots: readonly string[]): Promise<Toolbox> {
  const toolbox = toolboxOf(roots);
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const where = async (program: string): Promise<string> => (await runOrFail('env', [`PATH=${toolbox.PATH}`, 'sh', '-c', `command -v ${program}`])).trim();
  const busybox = await where('busybox');
  for (const applet of (await runOrFail(busybox, ['--list'])).trim().split('\n')) { symlinkSync(busybox, join(bin, applet)); }
  symlinkSync(await where('rclone'), join(bin, 'rclone'));
  const works = await run('env', ['-i', `PATH=${bin}`, 'sh', '-c', 'rclone version > /dev/null']);
  if (works.code !== 0) throw new Error(`busybox's shell cannot run rclone: ${works.stderr}`);
  return { ...toolbox, PATH: bin };
}
