import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { copyRepository, filesBelow, program, ROOT, run, temporaryFolder } from './repository';

/** docs/adr/0001: the rooms of lib, and what each may import beside its own files. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  blocks: ['core'],
  integrations: ['core'],
  workloads: ['core', 'blocks'],
  data: ['core', 'blocks', 'integrations', 'workloads'],
  release: ['core', 'blocks', 'integrations', 'workloads'],
  checks: ['core'],
  testing: ['core'],
  cli: ['core', 'checks'],
};
const ROOMS = Object.keys(MAY_IMPORT);

/** Files that break a rule, the rule, and what it says. */
const BROKEN: ReadonlyArray<readonly [name: string, code: string, rule: string, message: string]> = [
  ['cycle', "import { other } from './cycle-end';\n\nexport const one: number = other;\n", 'import/no-cycle', 'Dependency cycle detected'],
  ['type-import', "import type { Health } from '../blocks/health';\n\nexport type Value = Health;\n", 'import/no-restricted-paths', 'lib/core may import its own files only'],
  ['re-export', "export { Health } from '../blocks/health';\n", 'import/no-restricted-paths', 'lib/core may import its own files only'],
  ['export-all', "export * from './probe';\n", 'no-restricted-syntax', 'name what is exported'],
  ['explicit-any', 'export const value: any = 1;\n', '@typescript-eslint/no-explicit-any', 'Unexpected any'],
  ['as-any', 'export const value = 1 as any;\n', '@typescript-eslint/no-explicit-any', 'Unexpected any'],
  ['time', 'export const now = new Date();\n', 'no-restricted-syntax', 'output must not depend on time'],
  ['time-by-function', 'export const now = Date.now();\n', 'no-restricted-syntax', 'output must not depend on time'],
  ['chance', 'export const number = Math.random();\n', 'no-restricted-syntax', 'output must not depend on chance'],
  ['chance-by-crypto', "import { randomUUID } from 'node:crypto';\n\nexport const id = randomUUID();\n", 'no-restricted-syntax', 'output must not depend on chance'],
  ['locale', "export const order = ['b', 'a'].sort((a, b) => a.localeCompare(b));\n", 'no-restricted-syntax', 'output must not depend on the locale'],
  ['machine', "import { hostname } from 'node:os';\n\nexport const host = hostname();\n", 'no-restricted-syntax', 'output must not depend on the machine'],
  ['environment-variable', 'export const home = process.env.HOME;\n', 'no-restricted-syntax', 'output must not depend on the environment'],
  ['plain-error', "export function refuse(): never {\n  throw new Error('no');\n}\n", 'no-restricted-syntax', 'refuse with a PropertyPath'],
  ['value-import-of-a-type', "import { Probe } from './probe-type';\n\nexport const value: Probe = { a: 1 };\n", '@typescript-eslint/consistent-type-imports', 'only used as types'],
  ['development-package', "import { parse } from 'yaml';\n\nexport const value: unknown = parse('1');\n", 'import/no-extraneous-dependencies', "'yaml' should be listed"],
];

interface Message {
  readonly ruleId: string | null;
  readonly message: string;
}

const folder = temporaryFolder();
let messages: ReadonlyMap<string, readonly Message[]>;
let realFiles: readonly string[];

beforeAll(() => {
  copyRepository(folder.path, ['lib', 'tsconfig.json', 'package.json', '.eslintrc.json']);
  realFiles = filesBelow(join(folder.path, 'lib')).map(path => `lib/${path}`);
  for (const room of ROOMS) {
    write(`lib/${room}/probe.ts`, 'export const value = 1;\n');
    const imports = [...ROOMS.filter(other => other !== room).map(other => `../${other}/probe`), '../index', './probe'];
    imports.forEach((path, i) => write(`lib/${room}/probe-${i}.ts`, `import '${path}';\n`));
  }
  write('lib/core/cycle-end.ts', "import { one } from './cycle';\n\nexport const other: number = one;\n");
  write('lib/core/probe-type.ts', 'export interface Probe { readonly a: number }\n');
  for (const [name, code] of BROKEN) { write(`lib/core/${name}.ts`, code); }
  const output = run(process.execPath, [program('eslint', 'bin/eslint.js'), '--ext', '.ts', '--format', 'json', 'lib'], folder.path, {
    ESLINT_USE_FLAT_CONFIG: 'false', NODE_NO_WARNINGS: '1',
  }, [1]);
  const results = JSON.parse(output) as { filePath: string; messages: Message[] }[];
  messages = new Map(results.map(result => [relative(folder.path, result.filePath), result.messages]));
}, 120_000);

afterAll(() => folder.remove());

test.each(ROOMS)('lib/%s may import what its place allows, and nothing else', room => {
  const others = ROOMS.filter(other => other !== room);
  const refused = [...others, 'index', 'itself'].filter((_, i) =>
    messages.get(`lib/${room}/probe-${i}.ts`)!.some(({ ruleId, message }) => ruleId === 'import/no-restricted-paths' && message.includes(`lib/${room} may import`)));
  expect(refused).toEqual([...others.filter(other => !MAY_IMPORT[room]!.includes(other)), 'index']);
});

test.each(BROKEN)('fails when lib has: %s', (name, _, rule, message) => {
  expect(messages.get(`lib/core/${name}.ts`)).toEqual([expect.objectContaining({ ruleId: rule, message: expect.stringContaining(message) as string })]);
});

test('the library itself breaks no direction, has no cycle and none of the above', () => {
  const rules = new Set(['import/no-restricted-paths', ...BROKEN.map(([, , rule]) => rule)]);
  const broken = realFiles.flatMap(file => messages.get(file)!.filter(({ ruleId }) => ruleId === null || rules.has(ruleId)).map(({ ruleId, message }) => `${file}: ${ruleId}: ${message}`));
  expect(realFiles.length).toBeGreaterThan(40);
  expect(broken).toEqual([]);
});

test('every room of lib has its place in the order', () => {
  const rooms = new Set(filesBelow(join(ROOT, 'lib')).filter(path => path.includes('/')).map(path => path.split('/')[0]!));
  expect([...rooms].filter(room => !ROOMS.includes(room))).toEqual([]);
});

function write(path: string, code: string): void {
  const target = join(folder.path, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, code);
}
