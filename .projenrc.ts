import { javascript, JsonFile, typescript } from 'projen';

const project = new typescript.TypeScriptProject({
  name: 'cdk8s-production',
  description: 'Production-grade Kubernetes constructs for cdk8s: one image and one port in, manifests that survive production out.',
  authorName: 'cdk8s-production contributors',
  license: 'Apache-2.0',
  keywords: ['cdk8s', 'kubernetes', 'production', 'constructs', 'argo-rollouts', 'manifests'],
  packageManager: javascript.NodePackageManager.NPM,
  defaultReleaseBranch: 'main',
  projenrcTs: true,

  srcdir: 'lib',
  libdir: 'dist',
  entrypoint: 'dist/index.js', // projen does not move `main` by itself
  artifactsDirectory: 'release', // its default, dist, would collide with libdir
  npmignoreEnabled: false, // the generated .npmignore ends with `dist`: an empty package; `files` decides instead
  sampleCode: false,

  minNodeVersion: '20.0.0',
  typescriptVersion: '~5.9.0',
  peerDeps: ['cdk8s@^2.70.0', 'cdk8s-plus-28@^2.5.6', 'constructs@^10.4.0'],
  devDeps: [
    '@microsoft/api-extractor@~7.58.0',
    'fast-check@^4.10.0',
    // Types only, never in our public types; exact, because the newest declares a later Node than ours and npm would pick an old line.
    'kubernetes-models@5.1.0',
    '@kubernetes-models/argo-rollouts@2.0.0',
    '@kubernetes-models/cloudnative-pg@2.0.0',
    '@kubernetes-models/gateway-api@2.0.0',
    '@kubernetes-models/istio@3.0.1',
    '@kubernetes-models/traefik@2.0.0',
    'tsx@^4.23.0', // runs TypeScript without a type-checking start-up
    'yaml@^2.9.0',
  ],

  // The default passes --updateSnapshot: a test run must never rewrite what it asserts.
  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    configFilePath: 'jest.config.json',
    jestConfig: {
      collectCoverage: false,
      moduleNameMapper: {
        '^cdk8s-production$': '<rootDir>/lib',
        '^cdk8s-production/(.*)$': '<rootDir>/lib/$1',
      },
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/conformance/'],
    },
  },

  tsconfig: {
    compilerOptions: {
      target: 'ES2022',
      lib: ['es2022'],
      module: 'node16',
      moduleResolution: javascript.TypeScriptModuleResolution.NODE16,
      exactOptionalPropertyTypes: false,
      noUncheckedIndexedAccess: true,
      isolatedModules: true,
      declarationMap: false,
      sourceMap: false,
      inlineSourceMap: false,
      inlineSources: false,
    },
  },
  eslintOptions: { dirs: ['lib'], devdirs: ['test', 'examples'], commandOptions: { fix: false } },
  // isolatedModules: jest transpiles without checking types (15 s cold with, 2 s without); `npm run lint` checks them.
  tsconfigDev: { compilerOptions: { types: ['jest', 'node'], paths: { 'cdk8s-production': ['../lib'] }, sourceMap: true } },

  // The pipeline of this project is .ci/run, the same on every machine.
  github: false,
  depsUpgrade: false,
  release: false,
  pullRequestTemplate: false,
  gitignore: ['/manifests', '/.cache', '/release', '*.tgz', '/temp'],
});

project.package.addField('type', 'commonjs');
project.package.addField('files', ['dist', '!dist/**/*.tsbuildinfo', 'docs', 'CHANGELOG.md']);
project.package.addField('exports', {
  '.': { types: './dist/index.d.ts', default: './dist/index.js' },
  './package.json': './package.json',
});
project.package.addField('typesVersions', { '*': { '.': ['dist/index.d.ts'] } }); // for node10; subpaths will stand beside it
project.package.addField('sideEffects', false);
// 1.13.0 names bindings for platforms that are not published: npm 11 then finds the lock file incomplete, and `npm ci` fails.
project.package.addPackageResolutions('unrs-resolver@1.12.2');

// `npm test` is the unit suite alone; `npm run lint` is a step of its own, so that a formatting slip never hides a failure.
project.testTask.reset('jest --ci', { receiveArgs: true });
const lint = project.addTask('lint', { description: 'Types of everything, layers, cycles and style' });
lint.exec('tsc --noEmit -p tsconfig.json');
lint.exec('tsc --noEmit -p test/tsconfig.json');
lint.exec('tsc --noEmit -p examples/tsconfig.json');
lint.spawn(project.tasks.tryFind('eslint')!);
project.addTask('synth', {
  description: 'Writes the manifests of an example: npm run synth -- NAME OUTDIR',
  exec: 'tsx --tsconfig examples/tsconfig.json examples/synth.ts',
  receiveArgs: true,
});
project.addTask('bench', {
  description: 'Compares the cost of a service with the same objects written by hand',
  exec: 'tsx --expose-gc --tsconfig examples/tsconfig.json test/bench/main.ts',
  receiveArgs: true,
});
for (const [name, description, entry] of [
  ['test:conformance', 'Holds the manifests against judges, reachability and real control planes; needs Go, and Python for the schemas', 'main.ts'],
  ['test:judges', 'The part of it that needs no control plane: kube-score, Pod Security, the schemas of each minor', 'judges/main.ts'],
  ['test:reachability', 'The part of it that asks who can talk to whom', 'reachability/main.ts'],
  ['test:control-plane', 'The part of it on real API servers and controllers', 'control-plane/main.ts'],
  ['test:databases', 'The part of it that dumps, drills and restores real databases; needs the packages of a Debian', 'databases/main.ts'],
  ['test:mutations', 'Breaks the library on purpose, and asks whether the suite notices', 'mutations/main.ts'],
] as const) {
  project.addTask(name, { description, exec: `tsx --tsconfig examples/tsconfig.json test/conformance/${entry}`, receiveArgs: true });
}
project.addTask('test:api', {
  description: 'Rewrites the report of the public API, for a change that is meant',
  steps: [{ spawn: 'compile' }, { exec: 'api-extractor run --local --config test/api-extractor.json' }],
});

// The examples import the package by its name, as a user does; here that name means the sources.
new JsonFile(project, 'examples/tsconfig.json', {
  marker: true,
  obj: {
    extends: '../tsconfig.json',
    compilerOptions: { rootDir: '..', noEmit: true, paths: { 'cdk8s-production': ['../lib'] } },
    include: ['**/*.ts'],
  },
});

const eslint = project.eslint!;
// The rooms and their direction (docs/adr/0001): what stands left may not import what stands right.
const rooms = ['core', 'blocks', 'integrations', 'workloads', 'data', 'release', 'checks', 'testing', 'cli'];
const mayImport: Record<string, string[]> = {
  core: [],
  blocks: ['core'],
  integrations: ['core'],
  workloads: ['core', 'blocks'],
  data: ['core', 'blocks', 'integrations', 'workloads'],
  release: ['core', 'blocks', 'workloads', 'integrations'],
  checks: ['core'],
  testing: ['core'],
  cli: ['core', 'checks'],
};
eslint.addRules({
  'import/no-restricted-paths': ['error', {
    zones: rooms.map(room => ({
      target: `./lib/${room}`,
      from: './lib',
      except: [room, ...mayImport[room]!].map(allowed => `./${allowed}`),
      message: `lib/${room} may import ${[...mayImport[room]!, 'its own files'].join(', ')} only`,
    })),
  }],
  'import/no-unresolved': ['error', { ignore: ['^cdk8s-production$'] }], // the examples' own name for lib; tsc knows it
  'import/order': ['error', {
    groups: ['builtin', 'external', ['internal', 'parent', 'sibling', 'index']],
    pathGroups: [{ pattern: 'cdk8s-production', group: 'external' }],
    pathGroupsExcludedImportTypes: [],
    alphabetize: { order: 'asc', caseInsensitive: true },
  }],
  'import/no-cycle': ['error', { ignoreExternal: true }],
  '@typescript-eslint/no-explicit-any': ['error'],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports', prefer: 'type-imports' }],
  '@stylistic/max-len': ['error', { code: 190, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreComments: true, ignoreRegExpLiterals: true }],
  'no-restricted-syntax': ['error',
    { selector: 'ExportAllDeclaration', message: 'name what is exported' },
    { selector: "ThrowStatement > NewExpression[callee.name='Error']", message: 'refuse with a PropertyPath: an error needs an address, a code and a fix' },
    { selector: "MemberExpression[object.name='process'][property.name='env']", message: 'output must not depend on the environment' },
    { selector: "NewExpression[callee.name='Date']", message: 'output must not depend on time' },
    { selector: "MemberExpression[object.name=/^(Date|performance)$/][property.name='now']", message: 'output must not depend on time' },
    { selector: 'CallExpression[callee.property.name=/^(toLocale.*|localeCompare)$/]', message: 'output must not depend on the locale' },
    { selector: "MemberExpression[object.name='Intl']", message: 'output must not depend on the locale' },
    { selector: 'ImportDeclaration[source.value=/^(node:)?(process|os|fs|child_process|http|https|perf_hooks)(.promises)?$/]', message: 'output must not depend on the machine' },
    { selector: 'CallExpression[callee.name=/^random(UUID|Bytes|Int)$/]', message: 'output must not depend on chance' },
    { selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']", message: 'output must not depend on chance' }],
});
eslint.addOverride({
  files: ['test/**/*.ts', 'examples/**/*.ts', '.projenrc.ts'],
  rules: { 'no-restricted-syntax': ['error', { selector: 'ExportAllDeclaration', message: 'name what is exported' }] },
});

project.synth();
