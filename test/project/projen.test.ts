import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyRepository, filesBelow, program, ROOT, run, temporaryFolder } from './repository';

const MANIFEST = '.projen/files.json';

const generated = (JSON.parse(readFileSync(join(ROOT, MANIFEST), 'utf8')) as { files: string[] }).files;

test('npx projen leaves the tree unchanged', () => {
  const folder = temporaryFolder();
  try {
    copyRepository(folder.path, [...generated, 'package.json', 'package-lock.json', 'README.md', '.projenrc.ts', 'projenrc']);
    const before = filesBelow(folder.path);
    rmSync(join(folder.path, '.gitattributes')); // it comes back, which shows that something is generated at all

    run(process.execPath, [program('ts-node', 'dist/bin.js'), '--project', 'projenrc/tsconfig.json', '.projenrc.ts'], folder.path, {
      PROJEN_DISABLE_POST: '1', // no installation: nothing here touches the network
    });

    expect(filesBelow(folder.path)).toEqual(before);
    for (const file of [...generated, 'package.json']) {
      expect({ file, text: readFileSync(join(folder.path, file), 'utf8') }).toEqual({ file, text: readFileSync(join(ROOT, file), 'utf8') });
    }
  } finally {
    folder.remove();
  }
}, 60_000);

test('the list of generated files holds the configuration of every tool', () => {
  expect(generated).toEqual(expect.arrayContaining([
    '.eslintrc.json', '.gitignore', '.projen/tasks.json', 'LICENSE', 'examples/tsconfig.json', 'jest.config.json', 'test/tsconfig.json', 'tsconfig.json',
  ]));
});
