import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { filesBelow, ROOT } from './repository';

interface Source {
  /** Below lib or test, without `.ts`. */
  readonly path: string;
  readonly text: string;
}

const read = (folder: string): Source[] => filesBelow(join(ROOT, folder))
  .filter(path => path.endsWith('.ts'))
  .map(path => ({ path: path.replace(/\.ts$/, ''), text: readFileSync(join(ROOT, folder, path), 'utf8') }));

const sources = read('lib');
const tests = read('test').filter(({ path }) => path.endsWith('.test'));

test('no file of lib is longer than 400 lines', () => {
  expect(sources.length).toBeGreaterThan(40);
  expect(sources.filter(({ text }) => text.split('\n').length > 401).map(({ path, text }) => `${path}: ${text.split('\n').length - 1}`)).toEqual([]);
});

test('every file of lib with code has a test: one of its name, or one that imports it or what it exports', () => {
  expect(untested(sources, tests)).toEqual([]);
});

test('fails when a file of lib with code has no test', () => {
  const code = 'export class Thing {}\nexport interface Shape { readonly a: string }\n';
  const file = (path: string, text = ''): Source => ({ path, text });
  expect(untested([file('core/types', 'export interface Shape { readonly a: string }\n'), file('index', "export { Thing } from './core/thing';\n")], [])).toEqual([]);
  expect(untested([file('core/thing', code)], [])).toEqual(['core/thing']);
  expect(untested([file('core/thing', code)], [file('core/other.test', "import { Shape } from 'cdk8s-production';")])).toEqual(['core/thing']);
  expect(untested([file('core/thing', code)], [file('core/thing.test')])).toEqual([]);
  expect(untested([file('core/thing', code)], [file('core/other.test', "import { Thing } from 'cdk8s-production';")])).toEqual([]);
  expect(untested([file('core/thing', code)], [file('core/other.test', "import { helper } from '../../lib/core/thing';")])).toEqual([]);
});

function untested(files: readonly Source[], testFiles: readonly Source[]): string[] {
  const imports = new Set<string>();
  for (const { path, text } of testFiles) {
    imports.add(`lib/${path.replace(/\.test$/, '')}`);
    for (const statement of ts.createSourceFile('test.ts', text, ts.ScriptTarget.ES2022).statements) {
      if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) { continue; }
      imports.add(statement.moduleSpecifier.text.replace(/^(\.\.\/)+/, ''));
      const bindings = statement.importClause?.namedBindings;
      if (statement.moduleSpecifier.text === 'cdk8s-production' && bindings !== undefined && ts.isNamedImports(bindings)) {
        for (const { name, propertyName } of bindings.elements) { imports.add((propertyName ?? name).text); }
      }
    }
  }
  return files
    .map(({ path, text }) => ({ path, exported: exportedValues(text) }))
    .filter(({ path, exported }) => exported.length > 0 && !imports.has(`lib/${path}`) && !exported.some(name => imports.has(name)))
    .map(({ path }) => path);
}

/** Names of the classes, functions, constants and enums that a file declares and exports; types alone have nothing to test. */
function exportedValues(text: string): string[] {
  return ts.createSourceFile('lib.ts', text, ts.ScriptTarget.ES2022).statements.flatMap(statement => {
    const isExported = ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(modifier => modifier.kind === ts.SyntaxKind.ExportKeyword) === true;
    if (!isExported) { return []; }
    if (ts.isVariableStatement(statement)) { return statement.declarationList.declarations.flatMap(({ name }) => ts.isIdentifier(name) ? [name.text] : []); }
    return (ts.isClassDeclaration(statement) || ts.isFunctionDeclaration(statement) || ts.isEnumDeclaration(statement)) && statement.name !== undefined ? [statement.name.text] : [];
  });
}
