import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as cdk8s from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import * as library from 'cdk8s-production';
import * as constructs from 'constructs';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { ROOT } from './repository';
import { type Block, fencedBlocks, importsOf } from './snippets';
import { errorOf, MINIMAL } from '../helpers/manifests';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const documents = ['README.md', ...readdirSync(join(ROOT, 'docs/guides')).filter(file => file.endsWith('.md')).map(file => `docs/guides/${file}`)];

test.each(documents)('what %s shows is what the library does', file => {
  expect(problemsOf(file, read(file))).toEqual([]);
});

test('the guides show snippets, YAML and errors, so there is something to compare', () => {
  const blocks = documents.flatMap(file => fencedBlocks(read(file).split('\n')));

  expect(blocks.filter(block => block.language === 'ts').length).toBeGreaterThan(60);
  expect(blocks.filter(block => block.language === 'yaml').length).toBeGreaterThan(44);
  expect(blocks.filter(block => block.language === 'text').length).toBeGreaterThan(14);
});

test.each(documents)('links of %s lead to files and headings that there are', file => {
  expect(deadLinksOf(file, read(file))).toEqual([]);
});

test.each([
  ['codes', ['lib/core/errors.ts'], /^ {2}\| '(\w+)'/gm, /^\| `([A-Z]\w+)` \|/gm],
  ['findings', ['lib/blocks/host-access.ts', 'lib/blocks/job-findings.ts', 'lib/blocks/service-findings.ts', 'lib/data/database-findings.ts', 'lib/release/release-findings.ts'], /^ +id: '([\w-]+)'/gm, /^\| `([a-z][\w-]+)` \|/gm],
])('the guide to errors lists all %s, and no other', (_, sources, inSource, inGuide) => {
  const source = sources.map(read).join('');
  const names = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(match => match[1]!).sort();

  const known = [...new Set(names(source, inSource))]; // services and databases share one

  expect(names(read('docs/guides/errors.md'), inGuide)).toEqual(known);
  expect(known.length).toBeGreaterThan(4);
});

describe('the comparison', () => {
  const snippet = (replicas: string): string => [
    '```ts', "new ProductionService(chart, 'web', {", "  image: 'registry.example.com/web:1.4.2', port: 8080, health: Health.http({ readiness: '/ready' }),",
    `  replicas: ${replicas},`, '});', '```',
  ].join('\n');
  const chart = new cdk8s.Chart(new cdk8s.App({ outdir: 'never-written' }), 'payments');
  const refused = errorOf(() => new library.ProductionService(chart, 'web', { ...MINIMAL, replicas: library.Replicas.autoscaled({ minReplicas: 1 }) })).message;
  const partly = refused.split('\n').slice(0, 3).join('\n');
  const yaml = (...lines: string[]): string => ['', '', '```yaml', ...lines, '```'].join('\n');
  const error = (text: string): string => `\n\n\`\`\`text\n${text}\n\`\`\``;

  test('accepts a true cut, a true error, and what is said to be foreign', () => {
    expect(problemsOf('x.md', snippet('Replicas.fixed(3)') + yaml('kind: Deployment', 'spec: { replicas: 3 }', '---', 'kind: Service', 'spec:', '  ports: [{ port: 80 }]'))).toEqual([]);
    expect(problemsOf('x.md', snippet('Replicas.fixed(3)') + yaml('kind: Gateway').replace('yaml', 'yaml foreign'))).toEqual([]);
    expect(problemsOf('x.md', snippet('Replicas.autoscaled({ minReplicas: 1 })') + error(refused))).toEqual([]);
    expect(problemsOf('x.md', '```ts\npayments.connectTo(ExternalEndpoint.cidr("10.0.0.0/8", 443, { name: "x" }));\n```' + yaml('kind: NetworkPolicy', 'metadata: { name: payment-service }'))).toEqual([]);
  });

  test.each([
    ['a value is another', yaml('kind: Deployment', 'spec: { replicas: 4 }'), 'x.md:9: no object of these is so; the nearest has spec.replicas: 3'],
    ['a text stands for a number', yaml('kind: Deployment', 'spec: { replicas: "3" }'), 'x.md:9: no object of these is so; the nearest has spec.replicas: 3'],
    ['an element of a list is another', yaml('kind: Service', 'spec:', '  ports: [{ name: grpc }]'), 'x.md:9: no object of these is so; the nearest has spec.ports[0].name: "http"'],
    ['an element of a list comes too often', yaml('kind: Service', 'spec:', '  ports: [{ name: http }, { name: http }]'), 'x.md:9: no object of these is so; the nearest has spec.ports[1]: nothing'],
    ['a list is not empty', yaml('kind: Service', 'spec:', '  ports: []'), 'x.md:9: no object of these is so; the nearest has spec.ports[0]: {"appProtocol":"http","name":"http","port":80,"protocol":"TCP","targetPort":"http"}'],
    ['a field is not there', yaml('kind: Deployment', 'spec: { paused: true }'), 'x.md:9: no object of these is so; the nearest has spec.paused: nothing'],
    ['only the second document is wrong', yaml('kind: Deployment', '---', 'kind: Deployment', 'spec: { replicas: 4 }'), 'x.md:11: no object of these is so; the nearest has spec.replicas: 3'],
    ['there is no object of the kind', yaml('kind: Job'), 'x.md:9: there is no Job'],
    ['a cut names no kind', yaml('spec: { replicas: 3 }'), 'x.md:9: a cut begins with its kind'],
    ['the YAML cannot be read', yaml('kind: Job', 'kind: Job'), 'x.md:9: Map keys must be unique'],
    ['the error that is shown does not come', error(refused), 'x.md:9: the snippet says: nothing'],
  ])('fails when %s', (_, block, problem) => {
    expect(problemsOf('x.md', snippet('Replicas.fixed(3)') + block)).toEqual([expect.stringContaining(problem)]);
  });

  test.each([
    ['the error that comes is not shown', '', `x.md:2: ${refused}`],
    ['a part of the error is missing', error(partly), `x.md:9: the snippet says: ${refused}`],
    ['the error is another', error(refused.replace('2 to 5000', '1 to 5000')), `x.md:9: the snippet says: ${refused}`],
    ['what was refused is shown as YAML', error(refused) + yaml('kind: Deployment'), 'x.md:16: there is no Deployment'],
  ])('fails when %s', (_, block, problem) => {
    expect(problemsOf('x.md', snippet('Replicas.autoscaled({ minReplicas: 1 })') + block)).toEqual([expect.stringContaining(problem)]);
  });

  test('fails when YAML or an error stands before any snippet', () => {
    expect(problemsOf('x.md', yaml('kind: Job') + error('x'))).toEqual(['x.md:4: no snippet stands before it', 'x.md:8: no snippet stands before it']);
  });

  test('compares what is printed', () => {
    const printing = '```ts\nconsole.log(payments.name);\nconsole.log(app.node.path);\n```';

    expect(problemsOf('x.md', printing + error('payment-service\n'))).toEqual([]);
    expect(problemsOf('x.md', printing + error('payments'))).toEqual(['x.md:7: the snippet says: payment-service\n']);
  });

  test('finds errors that come at synthesis only', () => {
    const patched = '```ts\npayments.workload.patch({ spec: { template: { spec: { hostUsers: false } } } });\n```';

    expect(problemsOf('x.md', patched)).toEqual([expect.stringContaining("UnsupportedByKubernetesVersion at 'payments/payment-service/Resource'")]);
  });

  test('fails when a link is dead', () => {
    const links = '# A & b\n[1](#a--b) [2](#c) [3](errors.md#findings) [4](errors.md#nothing)\n[5](none.md) [6](https://example.com/x#y)\n\n[7]: none.md\n';

    expect(deadLinksOf('docs/guides/x.md', links)).toEqual(['docs/guides/x.md:2: #c', 'docs/guides/x.md:2: errors.md#nothing', 'docs/guides/x.md:3: none.md', 'docs/guides/x.md:5: none.md']);
  });
});

interface Example {
  readonly snippet: Block;
  /** What it is said to give. */
  readonly claims: Block[];
}

/** What a document shows and the library does not do, as `file:line: problem`. */
function problemsOf(file: string, text: string): string[] {
  const problems: string[] = [];
  const report = (line: number, problem: string): void => { problems.push(`${file}:${line}: ${problem}`); };
  const examples: Example[] = [];
  for (const block of fencedBlocks(text.split('\n'))) {
    if (block.language === 'ts') {
      examples.push({ snippet: block, claims: [] });
    } else if (block.language === 'text' || (block.language === 'yaml' && block.info !== 'foreign')) {
      const { claims } = examples[examples.length - 1] ?? {};
      if (claims === undefined) { report(block.line, 'no snippet stands before it'); }
      claims?.push(block);
    }
  }
  for (const { snippet, claims } of examples) {
    const { manifests, said, error } = outcomeOf(snippet.code);
    const texts = claims.filter(claim => claim.language === 'text');
    if (error !== undefined && texts.length === 0) { report(snippet.line, said); }
    for (const { line, code } of texts) {
      const late = error !== undefined && !(error instanceof library.ConfigurationError); // cdk8s puts words of its own around it
      if (late ? !said.includes(code) : said !== code) { report(line, `the snippet says: ${said || 'nothing'}`); }
    }
    for (const { line, code } of claims.filter(claim => claim.language === 'yaml')) {
      for (const document of parseAllDocuments(code)) {
        const here = line + code.slice(0, document.contents?.range?.[0] ?? 0).split('\n').length - 1;
        const wrong = document.errors[0]?.message ?? problemOfCut(document.toJS(), manifests);
        if (wrong !== undefined) { report(here, wrong); }
      }
    }
  }
  return problems;
}

function problemOfCut(cut: unknown, manifests: readonly unknown[]): string | undefined {
  if (!isRecord(cut) || typeof cut.kind !== 'string') { return 'a cut begins with its kind'; }
  const sameKind = manifests.filter(manifest => isRecord(manifest) && manifest.kind === cut.kind);
  if (sameKind.length === 0) { return `there is no ${cut.kind}`; }
  const nearest = nearestMiss(cut, sameKind, []);
  return nearest && `no object of these is so; the nearest has ${shown(nearest)}`;
}

interface Outcome {
  readonly manifests: readonly unknown[];
  /** What it prints, or the text of the error that it ends with. */
  readonly said: string;
  readonly error?: Error;
}

/** Runs a snippet in this process: what its applications synthesize, nothing written, and what it says. */
function outcomeOf(code: string): Outcome {
  const apps: cdk8s.App[] = [];
  const printed: string[] = [];
  class RecordedApp extends cdk8s.App {
    public constructor() {
      super({ outdir: 'never-written' });
      apps.push(this);
    }

    public override synth(): void { this.synthYaml(); }
  }
  const imports = importsOf(code, [{ specifier: 'cdk8s-production', exported: Object.keys(library) }, { specifier: 'prelude', exported: ['app', 'chart', 'payments'] }]);
  const { outputText } = ts.transpileModule(`${imports}export {}; ${code}`, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const modules: Readonly<Record<string, object>> = {
    'cdk8s': { ...cdk8s, App: RecordedApp }, 'cdk8s-plus-28': kplus, 'cdk8s-production': library, constructs, 'prelude': imports.includes("'prelude'") ? prelude(new RecordedApp(), imports) : {},
  };
  const load = (name: string): object => modules[name] ?? (() => { throw new Error(`a snippet cannot import '${name}'`); })();
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- in this realm, where plain objects are what the library takes for plain objects
    new Function('require', 'exports', 'console', outputText)(load, {}, { log: (line: string) => printed.push(line), error: () => undefined });
    return { manifests: apps.flatMap(app => parseAllDocuments(app.synthYaml()).map(document => document.toJS() as unknown)), said: printed.join('\n') };
  } catch (error) {
    return { manifests: [], said: (error as Error).message, error: error as Error };
  }
}

/** What the guides' README promises to snippets: of it, what the snippet uses. */
function prelude(app: cdk8s.App, imports: string): object {
  const uses = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(imports);
  const chart = uses('chart') || uses('payments') ? new cdk8s.Chart(app, 'payments', { namespace: 'payments' }) : undefined;
  const payments = chart === undefined || !uses('payments') ? undefined : new library.ProductionService(chart, 'payment-service', {
    image: 'registry.example.com/payments/payment-service:1.4.2', port: 8080, health: library.Health.http({ readiness: '/health/ready', liveness: '/health/live' }),
  });
  return { app, chart, payments };
}

interface Miss {
  readonly path: readonly (string | number)[];
  /** What stands there instead. */
  readonly found: unknown;
}

/** Where a value is no cut of another; nothing where it is. Elements of a list may be left out, in between as well. */
function missOf(cut: unknown, full: unknown, path: Miss['path']): Miss | undefined {
  if (Array.isArray(cut) && Array.isArray(full)) {
    if (cut.length === 0 && full.length > 0) { return { path: [...path, 0], found: full[0] }; }
    let next = 0;
    for (const [i, element] of cut.entries()) {
      const rest = full.slice(next) as unknown[];
      const place = rest.findIndex(candidate => missOf(element, candidate, []) === undefined);
      if (place < 0) { return nearestMiss(element, rest, [...path, i]) ?? { path: [...path, i], found: undefined }; }
      next += place + 1;
    }
    return undefined;
  }
  if (isRecord(cut) && isRecord(full)) {
    for (const [key, value] of Object.entries(cut)) {
      const miss = Object.hasOwn(full, key) ? missOf(value, full[key], [...path, key]) : { path: [...path, key], found: undefined };
      if (miss !== undefined) { return miss; }
    }
    return undefined;
  }
  return cut === full ? undefined : { path, found: full };
}

/** The miss of the candidate that agrees the longest; nothing where one of them agrees wholly. */
function nearestMiss(cut: unknown, candidates: readonly unknown[], path: Miss['path']): Miss | undefined {
  const misses = candidates.map(candidate => missOf(cut, candidate, path));
  if (misses.includes(undefined)) { return undefined; }
  return misses.reduce((nearest, miss) => (nearest === undefined || miss!.path.length > nearest.path.length ? miss : nearest), undefined);
}

function shown({ path, found }: Miss): string {
  const place = path.map(step => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('').replace(/^\./, '');
  return `${place}: ${found === undefined ? 'nothing' : JSON.stringify(found)}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Relative links that lead nowhere, as `file:line: target`. */
function deadLinksOf(file: string, text: string): string[] {
  return text.split('\n').flatMap((line, i) => [...line.matchAll(/(?<=\]\(|^\[[^\]]+\]: )(?!https?:)[^)\s]+/g)].flatMap(([target]) => {
    const [path = '', anchor] = target.split('#');
    const there = path === '' ? file : join(dirname(file), path);
    const dead = (path !== '' && !existsSync(join(ROOT, there))) || (anchor !== undefined && !anchorsOf(path === '' ? text : read(there)).includes(anchor));
    return dead ? [`${file}:${i + 1}: ${target}`] : [];
  }));
}

/** Names under which the headings of a document can be linked to, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!.toLowerCase().replaceAll(/[^\w\- ]/g, '').replaceAll(' ', '-'));
}
