import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { copyRepository, describeDiagnostic, filesBelow, program, ROOT, run, temporaryFolder } from './repository';

const NAME = 'cdk8s-production';

const folder = temporaryFolder();
const tree = join(folder.path, 'tree');
const consumer = join(folder.path, 'consumer');
let packed: string[];

beforeAll(() => {
  copyRepository(tree, ['lib', 'docs', 'test/tsconfig.json', 'test/project', 'examples', 'package.json', 'tsconfig.json', 'README.md', 'LICENSE', 'CHANGELOG.md', '.projenrc.ts']);
  run(process.execPath, [program('typescript', 'bin/tsc'), '--build', '--noCheck'], tree); // as the compile task; the types are checked by the lint task
  run('npm', ['pack', '--ignore-scripts', '--offline', '--pack-destination', folder.path], tree);

  // An empty project with the package as a user gets it, its peers, and nothing else: no network, and no package that only we have.
  const { version, peerDependencies, dependencies = {} } = manifest();
  const installed = join(consumer, 'node_modules', NAME);
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', join(folder.path, `${NAME}-${version}.tgz`), '--strip-components=1', '-C', installed], folder.path);
  for (const peer of Object.keys({ ...peerDependencies, ...dependencies })) { symlinkSync(join(ROOT, 'node_modules', peer), join(consumer, 'node_modules', peer)); }
  writeFileSync(join(consumer, 'package.json'), '{ "name": "consumer", "private": true }\n');
  packed = filesBelow(installed);
}, 120_000);

afterAll(() => folder.remove());

describe('what is in it', () => {
  test('JavaScript and declarations of each source, the documents, and nothing else', () => {
    const compiled = filesBelow(join(tree, 'lib')).map(path => `dist/${path.replace(/\.ts$/, '')}`).flatMap(path => [`${path}.js`, `${path}.d.ts`]);
    const documents = filesBelow(join(tree, 'docs')).map(path => `docs/${path}`);
    expect(packed).toEqual([...compiled, ...documents, 'CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'].sort());
  });

  test('no source, test, build state or path of the machine it was made on', () => {
    expect(packed.filter(path => /(^|\/)(lib|test|examples|node_modules)\/|(?<!\.d)\.ts$|\.tsbuildinfo$|\.map$/.test(path))).toEqual([]);
    const texts = packed.map(path => ({ path, text: readFileSync(join(consumer, 'node_modules', NAME, path), 'utf8') }));
    expect(texts.filter(({ text }) => text.includes(folder.path) || text.includes(ROOT)).map(({ path }) => path)).toEqual([]);
  });

  test('what its manifest points to', () => {
    const { main, types, exports, typesVersions } = manifest();
    expect({ main, types, exports, typesVersions }).toEqual({
      main: 'dist/index.js',
      types: 'dist/index.d.ts',
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
      typesVersions: { '*': { '.': ['dist/index.d.ts'] } },
    });
    expect(packed).toEqual(expect.arrayContaining(['dist/index.js', 'dist/index.d.ts']));
  });
});

const USE = `
const chart = new cdk8s.Chart(new cdk8s.App(), 'web', { namespace: 'shop' });
new production.ProductionService(chart, 'web', {
  image: 'registry.example.com/shop/web:1.4.2', port: 8080, health: production.Health.http({ readiness: '/ready', liveness: '/live' }),
});
const names = Object.keys(production).filter(name => !['default', 'module.exports', '__esModule'].includes(name)); // what Node adds for imports
console.log(JSON.stringify({ kinds: cdk8s.Testing.synth(chart).map(object => object.kind).sort(), names: names.sort() }));
`;

describe('at run time', () => {
  const use = (file: string, head: string): { kinds: string[]; names: string[] } => {
    writeFileSync(join(consumer, file), head + USE);
    return JSON.parse(run(process.execPath, [file], consumer)) as { kinds: string[]; names: string[] };
  };

  test('require and import of it work in an empty project, and give the same', () => {
    const required = use('use.cjs', `const cdk8s = require('cdk8s');\nconst production = require('${NAME}');\n`);
    const imported = use('use.mjs', `import * as cdk8s from 'cdk8s';\nimport * as production from '${NAME}';\n`);
    expect(required.kinds).toEqual(['Deployment', 'HorizontalPodAutoscaler', 'NetworkPolicy', 'PodDisruptionBudget', 'Service', 'ServiceAccount']);
    expect(required.names).toEqual(expect.arrayContaining(['Environment', 'Health', 'KubernetesVersion', 'ProductionService']));
    expect(imported).toEqual(required);
  }, 30_000);

  test('opens its entry and its manifest, and no file behind them', () => {
    writeFileSync(join(consumer, 'open.cjs'), `
      const open = path => { try { require(path); return 'open'; } catch (error) { return error.code; } };
      console.log(JSON.stringify(['${NAME}', '${NAME}/package.json', '${NAME}/dist/core/names', '${NAME}/dist/index.js', 'kubernetes-models'].map(open)));
    `);
    expect(JSON.parse(run(process.execPath, ['open.cjs'], consumer))).toEqual(['open', 'open', 'ERR_PACKAGE_PATH_NOT_EXPORTED', 'ERR_PACKAGE_PATH_NOT_EXPORTED', 'MODULE_NOT_FOUND']);
  }, 30_000);
});

describe('types', () => {
  const { ModuleKind, ModuleResolutionKind } = ts;

  test.each([
    ['node10', ['use.ts'], ModuleKind.CommonJS, ModuleResolutionKind.Node10],
    ['node16, required and imported', ['use.cts', 'use.mts'], ModuleKind.Node16, ModuleResolutionKind.Node16],
    ['nodenext, required and imported', ['use.cts', 'use.mts'], ModuleKind.NodeNext, ModuleResolutionKind.NodeNext],
    ['bundler', ['use.ts'], ModuleKind.ESNext, ModuleResolutionKind.Bundler],
  ])('resolve under %s, and are strict', (_, files, module, moduleResolution) => {
    for (const file of files) {
      writeFileSync(join(consumer, file), [
        "import { App, Chart } from 'cdk8s';",
        `import { Health, ProductionService, type ProductionServiceProps } from '${NAME}';`,
        'export const props: ProductionServiceProps = {',
        "  image: 'registry.example.com/shop/web:1.4.2', port: 8080, health: Health.http({ readiness: '/ready' }),",
        '};',
        "export const service: ProductionService = new ProductionService(new Chart(new App(), 'web'), 'web', props);",
        '// Both lines are errors only where the types are known.',
        'export const misspelt: ProductionServiceProps = { ...props, prot: 8080 };',
        'export const wrong: number = service.name;',
      ].join('\n'));
    }
    // No @types and no skipLibCheck: what our declarations and those of the peers need must be there.
    const consumed = ts.createProgram(files.map(file => join(consumer, file)), {
      module, moduleResolution, target: ts.ScriptTarget.ES2022, strict: true, noEmit: true, types: [], skipLibCheck: false,
    });
    expect(consumed.getSourceFiles().some(source => source.fileName.endsWith(`/node_modules/${NAME}/dist/index.d.ts`))).toBe(true);
    expect(ts.getPreEmitDiagnostics(consumed).map(diagnostic => describeDiagnostic(diagnostic).replace(`${consumer}/`, ''))).toEqual(files.flatMap(file => [
      `${file}:8: Object literal may only specify known properties, and 'prot' does not exist in type 'ProductionServiceProps'.`,
      `${file}:9: Type 'string' is not assignable to type 'number'.`,
    ]));
  }, 60_000);

  test('fails when a declaration names what is not in the package', () => {
    const path = join(consumer, 'broken.ts');
    writeFileSync(path, `import { Health } from '${NAME}';\nexport const tcp = Health.tcp();\n`);
    const declaration = join(consumer, 'node_modules', NAME, 'dist/blocks/health.d.ts');
    const original = readFileSync(declaration, 'utf8');
    appendFileSync(declaration, "export type { Json } from '../core/merge';\n");
    try {
      const broken = ts.createProgram([path], { module: ModuleKind.CommonJS, moduleResolution: ModuleResolutionKind.Node10, target: ts.ScriptTarget.ES2022, types: [] });
      expect(broken.getSemanticDiagnostics(broken.getSourceFile(declaration)).map(({ messageText }) => messageText)).toEqual([
        "Module '\"../core/merge\"' has no exported member 'Json'.",
      ]);
    } finally {
      writeFileSync(declaration, original);
    }
  }, 60_000);
});

interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly types: string;
  readonly exports: unknown;
  readonly typesVersions: unknown;
  readonly peerDependencies: Record<string, string>;
  readonly dependencies?: Record<string, string>;
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
}
