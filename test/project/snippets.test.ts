import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, ROOT } from './repository';
import { blocksWithoutLanguage, compileSnippets, snippetsOfMarkdown, snippetsOfSource, type Snippet } from './snippets';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const documents = ['README.md', ...['docs', 'examples'].flatMap(folder => filesBelow(join(ROOT, folder)).map(path => `${folder}/${path}`)).filter(path => path.endsWith('.md'))];
const sources = filesBelow(join(ROOT, 'lib')).map(path => `lib/${path}`);

const GOOD = "new ProductionService(chart, 'web', {\n  image: 'registry.example.com/web:1.4.2',\n  port: 8080,\n  health: Health.http({ readiness: '/ready' }),\n});";
const IMPORTS = "import { Chart, App } from 'cdk8s';\nimport { Health, ProductionService } from 'cdk8s-production';\nconst chart = new Chart(new App(), 'web');\n";

const probes: readonly Snippet[] = [
  { file: 'good.md', line: 1, code: GOOD },
  { file: 'shadowing.md', line: 1, code: "const payments: string = 'mine';\nclass Replicas {}\nexport const both = [payments, new Replicas()];" },
  { file: 'standing-alone.md', line: 1, code: IMPORTS + GOOD },
  { file: 'misspelt.md', line: 10, code: GOOD.replace('port:', 'prot:') },
  { file: 'misspelt-alone.md', line: 10, code: IMPORTS + GOOD.replace('readiness:', 'readyness:') },
  { file: 'importing-others.md', line: 1, code: `import { Chart } from 'cdk8s';\nimport * as kplus from 'cdk8s-plus-28';\nkplus.Cpu.millis(1);\n${GOOD.replace('chart,', "new Chart(app, 'web'),")}` },
  { file: 'not-imported.md', line: 10, code: IMPORTS.replace(', ProductionService', '') + GOOD },
  { file: 'no-such-name.md', line: 10, code: '// unlike Replicas\nReplica.fixed(3);' },
  { file: 'syntax.md', line: 10, code: 'payments.connectTo(' },
];

let errors: string[];
let snippets: Snippet[];

beforeAll(() => {
  snippets = [...documents.flatMap(file => snippetsOfMarkdown(file, read(file))), ...sources.flatMap(file => snippetsOfSource(file, read(file)))];
  errors = compileSnippets([...snippets, ...probes]);
}, 60_000);

test('every TypeScript block of the documents and every @example compiles', () => {
  const files = new Set(snippets.map(snippet => snippet.file));
  expect([...files]).toEqual(expect.arrayContaining(['README.md', 'lib/workloads/production-service.ts']));
  expect(errors.filter(error => files.has(error.split(':')[0]!))).toEqual([]);
});

test.each(['good.md', 'shadowing.md', 'standing-alone.md', 'importing-others.md'])('accepts a snippet that is right: %s', file => {
  expect(errors.filter(error => error.startsWith(`${file}:`))).toEqual([]);
});

test.each([
  ['misspelt.md', /^misspelt\.md:12: Object literal may only specify known properties, and 'prot' does not exist in type 'ProductionServiceProps'\.$/],
  ['misspelt-alone.md', /^misspelt-alone\.md:16: Object literal may only specify known properties, but 'readyness' does not exist in type 'HttpHealthOptions'\. Did you mean to write 'readiness'\?$/],
  ['not-imported.md', /^not-imported\.md:13: Cannot find name 'ProductionService'\.$/],
  ['no-such-name.md', /^no-such-name\.md:11: Cannot find name 'Replica'\./],
  ['syntax.md', /^syntax\.md:10: '\)' expected\.$/],
])('fails when a snippet is wrong, and names the line: %s', (file, message) => {
  expect(errors.filter(error => error.startsWith(`${file}:`))[0]).toMatch(message);
});

test('no block of a document opens without a language, where no compiler would look', () => {
  expect(documents.flatMap(file => blocksWithoutLanguage(read(file)).map(line => `${file}:${line}`))).toEqual([]);
});

describe('finding snippets', () => {
  test('takes the ts blocks of a document with their lines, and leaves the others', () => {
    const text = 'Text\n\n```ts\na;\nb;\n```\n\n```yaml\nc: 1\n```\n\n- point\n\n  ````typescript\n  d;\n\n  e;\n  ````\n';
    expect(snippetsOfMarkdown('x.md', text)).toEqual([{ file: 'x.md', line: 4, code: 'a;\nb;' }, { file: 'x.md', line: 15, code: 'd;\n\ne;' }]);
  });

  test('takes the examples of docblocks with their lines, up to the next tag, fenced or not', () => {
    const text = '/**\n * Text.\n *\n * @example\n *\n * a;\n *   b;\n *\n * @see c\n */\nx;\n  /** @example d; */\n/**\n * @example\n * Text\n * ```ts\n * e;\n * ```\n */\n';
    expect(snippetsOfSource('x.ts', text).map(({ line, code }) => ({ line, code }))).toEqual([
      { line: 4, code: '\n\na;\n  b;\n' }, { line: 12, code: ' d; ' }, { line: 17, code: 'e;' },
    ]);
  });

  test('fails when a block has no language', () => {
    expect(blocksWithoutLanguage('Text\n\n```\na\n```\n\n```ts\n```\n')).toEqual([3]);
  });
});
