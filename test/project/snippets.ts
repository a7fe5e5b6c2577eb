import { join } from 'node:path';
import ts from 'typescript';
import { libraryConfiguration, ROOT } from './repository';

/** A piece of TypeScript in a document or docblock. */
export interface Snippet {
  /** The file it stands in, relative to the repository. */
  readonly file: string;
  /** Its first line there, from 1. */
  readonly line: number;
  readonly code: string;
}

/** The `ts` blocks of a Markdown document. */
export function snippetsOfMarkdown(file: string, text: string): Snippet[] {
  return fencedBlocks(text.split('\n'))
    .filter(block => ['ts', 'typescript'].includes(block.language))
    .map(({ line, code }) => ({ file, line, code }));
}

/** Lines at which a block of a Markdown document opens without a language, where a snippet would not be seen. */
export function blocksWithoutLanguage(text: string): number[] {
  return fencedBlocks(text.split('\n')).filter(block => block.language === '').map(block => block.line - 1);
}

/** The `@example`s of the docblocks of a source file. */
export function snippetsOfSource(file: string, text: string): Snippet[] {
  return [...text.matchAll(/\/\*\*.*?\*\//gs)].flatMap(comment => {
    const first = text.slice(0, comment.index).split('\n').length;
    const lines = comment[0].replace(/\*\/$/, '').split('\n').map(line => line.replace(/^\s*(\/\*\*|\*) ?/, ''));
    return lines.flatMap((line, i) => {
      if (!line.startsWith('@example')) { return []; }
      const next = lines.findIndex((other, j) => j > i && /^@[a-z]/.test(other));
      const example = [line.slice('@example'.length), ...lines.slice(i + 1, next === -1 ? undefined : next)];
      const blocks = fencedBlocks(example);
      return blocks.length > 0
        ? blocks.map(block => ({ file, line: first + i + block.line - 1, code: block.code }))
        : [{ file, line: first + i, code: example.join('\n') }];
    });
  });
}

/** A fenced block of a Markdown document. */
export interface Block {
  readonly language: string;
  /** What stands behind the language. */
  readonly info: string;
  /** The first line of its code, from 1. */
  readonly line: number;
  readonly code: string;
}

/** The fenced blocks of a Markdown document. */
export function fencedBlocks(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let open: { fence: string; indent: string; language: string; info: string; from: number } | undefined;
  lines.forEach((line, i) => {
    const [, indent = '', fence = '', info = ''] = /^(\s*)(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (open === undefined && fence !== '') {
      const [language = '', ...others] = info.trim().split(/\s+/);
      open = { fence, indent, language, info: others.join(' '), from: i + 1 };
    } else if (open !== undefined && fence.startsWith(open.fence) && info.trim() === '') {
      const { indent: indented, from, language, info: about } = open;
      blocks.push({ language, info: about, line: from + 1, code: lines.slice(from, i).map(inner => inner.startsWith(indented) ? inner.slice(indented.length) : inner).join('\n') });
      open = undefined;
    }
  });
  return blocks;
}

const PACKAGE = 'cdk8s-production';
const PRELUDE = join(ROOT, 'test/project/snippet-prelude.ts');
const ENTRY = join(ROOT, 'lib/index.ts');

/**
 * What the compiler finds wrong, as `file:line: message` of the document, for all snippets together: the library is read once.
 */
export function compileSnippets(snippets: readonly Snippet[]): string[] {
  const { options } = libraryConfiguration({
    noEmit: true, rootDir: undefined, noUnusedLocals: false, noUnusedParameters: false, isolatedModules: false, paths: { [PACKAGE]: [ENTRY] },
  });
  const host = ts.createCompilerHost(options);
  const texts = new Map<string, string>();
  const original = { fileExists: host.fileExists, readFile: host.readFile, getSourceFile: host.getSourceFile };
  host.fileExists = name => texts.has(name) || original.fileExists(name);
  host.readFile = name => texts.get(name) ?? original.readFile(name);

  // Which names a snippet may use without an import is asked of the compiler, so that no list has to follow the library.
  const vocabulary = ts.createProgram([ENTRY, PRELUDE], options, host);
  const names = [[ENTRY, PACKAGE], [PRELUDE, './snippet-prelude']].map(([path, specifier]) => {
    const checker = vocabulary.getTypeChecker();
    const module = checker.getSymbolAtLocation(vocabulary.getSourceFile(path!)!)!;
    return { specifier: specifier!, exported: checker.getExportsOfModule(module).map(symbol => symbol.name) };
  });

  const placed = snippets.map((snippet, i) => {
    const path = join(ROOT, `test/project/snippet-${i}.ts`);
    texts.set(path, `${importsOf(snippet.code, names)}export {}; ${snippet.code}`); // on the first line, so that the numbers of the lines stay
    return { snippet, path };
  });
  const program = ts.createProgram([...vocabulary.getRootFileNames(), ...placed.map(({ path }) => path)], options, host, vocabulary);
  return placed.flatMap(({ snippet, path }) => {
    const source = program.getSourceFile(path)!;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(diagnostic => {
      const line = snippet.line + source.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line;
      return `${snippet.file}:${line}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`;
    });
  });
}

/** What a module exports. */
export interface Vocabulary {
  readonly specifier: string;
  readonly exported: readonly string[];
}

/** Imports, on one line, of what a snippet uses without saying where it comes from; none for a snippet that stands alone. */
export function importsOf(code: string, vocabulary: readonly Vocabulary[]): string {
  const standsAlone = ts.preProcessFile(code).importedFiles.some(imported => imported.fileName === PACKAGE);
  return standsAlone ? '' : vocabulary.map(({ specifier, exported }) => importOf(code, specifier, exported)).join('');
}

/** An import of those names that a snippet uses and neither declares nor imports. */
function importOf(code: string, specifier: string, exported: readonly string[]): string {
  const source = ts.createSourceFile('snippet.ts', code, ts.ScriptTarget.ES2022, true);
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) { used.add(node.text); }
    ts.forEachChild(node, visit);
  };
  const bind = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) {
      declared.add(name.text);
    } else {
      for (const element of name.elements) {
        if (ts.isBindingElement(element)) { bind(element.name); }
      }
    }
  };
  visit(source);
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) { statement.declarationList.declarations.forEach(declaration => bind(declaration.name)); }
    if (ts.isImportDeclaration(statement)) {
      const { name, namedBindings } = statement.importClause ?? {};
      const bindings = namedBindings === undefined ? [] : ts.isNamedImports(namedBindings) ? namedBindings.elements.map(element => element.name) : [namedBindings.name];
      [...name === undefined ? [] : [name], ...bindings].forEach(bind);
    }
    if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement)) && statement.name !== undefined) {
      declared.add(statement.name.text);
    }
  }
  const needed = exported.filter(name => used.has(name) && !declared.has(name));
  return needed.length === 0 ? '' : `import { ${needed.join(', ')} } from '${specifier}'; `;
}
