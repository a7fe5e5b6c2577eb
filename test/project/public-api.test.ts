import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { IConfigFile } from '@microsoft/api-extractor';
import { Extractor, ExtractorConfig, ExtractorMessageCategory } from '@microsoft/api-extractor';
import ts from 'typescript';
import { copyRepository, describeDiagnostic, libraryConfiguration, ROOT, temporaryFolder } from './repository';

const REPORT = 'api/cdk8s-production.api.md';
const ACCEPT = 'If the change is meant, run "npm run test:api", read the difference, and commit the report.';

const folder = temporaryFolder();
const entry = join(folder.path, 'dist/index.d.ts');
let program: ts.Program;
let reached: ts.SourceFile[];

beforeAll(() => {
  copyRepository(folder.path, ['package.json']);
  const { fileNames, options } = libraryConfiguration({ outDir: join(folder.path, 'dist'), emitDeclarationOnly: true, noCheck: true }); // the types are checked by the lint task
  ts.createProgram(fileNames, options).emit();
  program = ts.createProgram([entry], { ...options, rootDir: undefined, outDir: undefined, noEmit: true, skipLibCheck: false, types: [] });
  reached = program.getSourceFiles().filter(file => file.fileName.startsWith(`${dirname(entry)}/`));
}, 60_000);

afterAll(() => folder.remove());

describe('report', () => {
  test(`the public API is the one of ${REPORT}`, () => {
    const { report, messages } = extract();
    expect(messages).toEqual([]);
    const difference = differences(existsSync(join(ROOT, REPORT)) ? readFileSync(join(ROOT, REPORT), 'utf8') : '', report);
    if (difference !== '') { throw new Error(difference); } // readable, other than a comparison with ''
  }, 60_000);

  test('fails when an export changes, and says how to accept it', () => {
    expect(differences('// @public\nexport class A {\n}\n', '// @public\nexport class B {\n}\n')).toBe(
      `The public API differs from ${REPORT}:\n- export class A {\n+ export class B {\n${ACCEPT}`,
    );
  });
});

describe('declarations', () => {
  test('need the peers and nothing else: no type of kubernetes-models is reachable', () => {
    const modules = new Set(reached.flatMap(file => ts.preProcessFile(file.text).importedFiles.map(imported => imported.fileName)));
    expect([...modules].filter(name => !name.startsWith('.')).sort()).toEqual(['cdk8s', 'cdk8s-plus-28', 'constructs']);
    expect(program.getSourceFiles().filter(file => file.fileName.includes('kubernetes-models'))).toEqual([]);
  });

  test('name nothing that is internal: each compiles without what was stripped', () => {
    expect(ts.getPreEmitDiagnostics(program).map(describeDiagnostic)).toEqual([]);
    expect(reached.filter(file => file.text.includes('@internal')).map(file => file.fileName)).toEqual([]);
  });

  test('hide every member that begins with an underscore', () => {
    expect(publicSymbols().map(({ path }) => path).filter(path => /(^|\.)_(?!_constructor$)/.test(path))).toEqual([]);
  });

  test('leave no class to be constructed through the constructor of its base because its own is internal', () => {
    const classes = exportedSymbols().flatMap(symbol => symbol.declarations ?? []).filter(ts.isClassDeclaration);
    const inheriting = classes.filter(declaration => declaration.heritageClauses?.some(clause => clause.token === ts.SyntaxKind.ExtendsKeyword) === true);
    const concrete = inheriting.filter(declaration => declaration.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword) !== true);
    expect(concrete.filter(declaration => !declaration.members.some(ts.isConstructorDeclaration)).map(declaration => declaration.name?.text)).toEqual([]);
  });
});

test('the entry names what it exports, one by one', () => {
  const source = ts.createSourceFile('index.ts', readFileSync(join(ROOT, 'lib/index.ts'), 'utf8'), ts.ScriptTarget.ES2022);
  expect(source.statements.length).toBeGreaterThan(0);
  const others = source.statements.filter(statement =>
    !(ts.isExportDeclaration(statement) && statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause) && statement.moduleSpecifier !== undefined));
  expect(others.map(statement => statement.getText(source))).toEqual([]);
});

describe('docblocks', () => {
  test('every export and each of its public members has one', () => {
    const symbols = publicSymbols();
    expect(symbols.map(({ path }) => path)).toEqual(expect.arrayContaining(['ProductionService', 'Workload.connectTo', 'Protocol.UDP', 'Replicas.autoscaled']));
    expect(symbols.filter(({ symbol }) => !isDocumented(symbol)).map(({ path }) => path)).toEqual([]);
  });

  test('fails when a member has none', () => {
    const name = 'example.ts';
    const source = ts.createSourceFile(name, '/** Yes. */ export interface A {\n/** Yes. */ a: 1; b: 2; /** @default - none */ c: 3; }', ts.ScriptTarget.ES2022, true);
    const host: ts.CompilerHost = { ...ts.createCompilerHost({}), getSourceFile: file => file === name ? source : undefined };
    const checker = ts.createProgram([name], { noLib: true, types: [] }, host).getTypeChecker();
    const members = checker.getExportsOfModule(checker.getSymbolAtLocation(source)!).flatMap(symbol => withMembers(symbol));
    expect(members.filter(({ symbol }) => !isDocumented(symbol, checker)).map(({ path }) => path)).toEqual(['A.b', 'A.c']);
  });
});

/** What `npm run test:api` would write, from declarations that were made just now. */
function extract(): { report: string; messages: string[] } {
  const config: IConfigFile = ExtractorConfig.loadFile(join(ROOT, 'test/api-extractor.json'));
  const extractorConfig = ExtractorConfig.prepare({
    configObject: { ...config, projectFolder: folder.path },
    configObjectFullPath: join(folder.path, 'test/api-extractor.json'),
    packageJsonFullPath: join(folder.path, 'package.json'),
  });
  const messages: string[] = [];
  Extractor.invoke(extractorConfig, {
    localBuild: false,
    messageCallback: message => {
      // Messages to the console say that the report in the temporary folder is new, which is no news.
      if (message.category !== ExtractorMessageCategory.Console && (message.logLevel === 'error' || message.logLevel === 'warning')) { messages.push(`${message.messageId}: ${message.text}`); }
      message.handled = true;
    },
  });
  return { report: readFileSync(extractorConfig.reportTempFilePath, 'utf8'), messages };
}

/** Lines that only one of two reports has, and what to do; nothing when they are equal. */
function differences(expected: string, actual: string): string {
  if (expected === actual) { return ''; }
  const only = (sign: string, text: string, other: string): string[] => {
    const left = other.split('\n');
    return text.split('\n').filter(line => {
      const at = left.indexOf(line);
      if (at !== -1) { left.splice(at, 1); }
      return at === -1;
    }).map(line => `${sign} ${line}`);
  };
  return [`The public API differs from ${REPORT}:`, ...only('-', expected, actual), ...only('+', actual, expected), ACCEPT].join('\n');
}

interface PublicSymbol {
  readonly path: string;
  readonly symbol: ts.Symbol;
}

function exportedSymbols(): ts.Symbol[] {
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)!)!);
  return exported.map(symbol => symbol.declarations?.some(ts.isExportSpecifier) === true ? checker.getAliasedSymbol(symbol) : symbol);
}

function publicSymbols(): PublicSymbol[] {
  return exportedSymbols().flatMap(withMembers);
}

function withMembers(symbol: ts.Symbol): PublicSymbol[] {
  const members = [...symbol.members?.values() ?? [], ...symbol.exports?.values() ?? []];
  return [
    { path: symbol.name, symbol },
    ...members
      .filter(member => member.declarations?.some(declaration => !isHidden(declaration)) === true)
      .map(member => ({ path: `${symbol.name}.${member.name}`, symbol: member })),
  ];
}

function isHidden(declaration: ts.Declaration): boolean {
  const isMember = ts.isClassElement(declaration) || ts.isTypeElement(declaration) || ts.isEnumMember(declaration);
  const isPrivate = ts.canHaveModifiers(declaration) && ts.getModifiers(declaration)?.some(modifier => modifier.kind === ts.SyntaxKind.PrivateKeyword) === true;
  return !isMember || ts.isIndexSignatureDeclaration(declaration) || isPrivate;
}

/** Whether an editor shows a text for it, be it that of the interface it implements; `@see` alone says where the text is. */
function isDocumented(symbol: ts.Symbol, checker = program.getTypeChecker()): boolean {
  if (symbol.getDocumentationComment(checker).length > 0) { return true; }
  const tags = symbol.getJsDocTags(checker).map(tag => tag.name);
  return tags.includes('see') || (symbol.name === '__constructor' && tags.includes('param'));
}
