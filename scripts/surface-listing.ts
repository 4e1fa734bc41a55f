import { dirname, join, relative, sep } from "node:path";
import ts from "typescript";

/** Every source file reduced to its declarations, without comments and bodies, under the names of the sources. */
export interface Declarations {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
}

const root = join(import.meta.dirname, "..");

/** Reduces `entries`, and what they import of ours, to declarations. */
export function loadDeclarations(entries: readonly string[]): Declarations {
  const options = compilerOptions();
  const host = ts.createCompilerHost(options);
  const declarations = new Map<string, string>();
  ts.createProgram(entries, options, host).emit(
    undefined,
    (_, text, __, ___, [source] = []) => void (source && declarations.set(source.fileName, text)),
    undefined,
    true,
  );
  // A declaration file's text is also the text of a legal .ts file: the imports among the sources keep working.
  const getSourceFile: ts.CompilerHost["getSourceFile"] = (name, version, ...rest) => {
    const text = declarations.get(name);
    return text === undefined
      ? host.getSourceFile(name, version, ...rest)
      : ts.createSourceFile(name, text, version, true);
  };
  const program = ts.createProgram(entries, options, { ...host, getSourceFile });
  return { program, checker: program.getTypeChecker() };
}

/**
 * What one entry of a package exports: each name with its declaration, of generated code the names alone. Types that
 * are not exported but stand in exported declarations follow at the end: they are as public as the rest.
 */
export function doorSurface({ program, checker }: Declarations, entry: string, folder: string): string {
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`Cannot list ${relative(root, entry)}: it is missing, or exports nothing`);
  const exported = checker
    .getExportsOfModule(module)
    .map((symbol) => ({ name: symbol.name, symbol: aliased(checker, symbol) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (entry.endsWith("_pb.ts")) return exported.map(({ name, symbol }) => `${kind(symbol)} ${name}`).join("\n");

  const listed = new Set(exported.map(({ symbol }) => symbol));
  const lines = exported.map(({ name, symbol }) => describe(name, symbol, folder));
  const hidden: string[] = [];
  for (const symbol of listed) {
    for (const used of ownTypesIn(checker, symbol, folder)) {
      if (listed.has(used)) continue;
      listed.add(used); // the loop comes to it too
      hidden.push(describe(used.name, used, folder));
    }
  }
  if (hidden.length > 0) lines.push(`### Not exported, but used above\n\n${hidden.sort().join("\n\n")}`);
  return lines.join("\n\n");
}

function describe(name: string, symbol: ts.Symbol, folder: string): string {
  const declarations = symbol.declarations ?? [];
  const [first] = declarations;
  if (!first) throw new Error(`Cannot list ${name}: it has no declaration`);
  const from = homeOf(first);
  if (from !== packageName(folder)) return `${kind(symbol)} ${name} from ${from}`;
  const renamed = name === symbol.name ? "" : `export as ${name}: `;
  return declarations.map((declaration) => renamed + print(declaration)).join("\n");
}

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

function print(declaration: ts.Declaration): string {
  const source = declaration.getSourceFile();
  const text = printer.printNode(ts.EmitHint.Unspecified, declaration, source);
  const short = text.replace(/^export /, "").replace(/^declare /, "");
  return ts.isVariableDeclaration(declaration) ? `const ${short}` : short;
}

function kind({ flags }: ts.Symbol): string {
  if (flags & ts.SymbolFlags.Class) return "class";
  if (flags & ts.SymbolFlags.Interface) return "interface";
  if (flags & ts.SymbolFlags.TypeAlias) return "type";
  if (flags & ts.SymbolFlags.Enum) return "enum";
  return flags & ts.SymbolFlags.Function ? "function" : "const";
}

/** What the declarations of a symbol name and the same package declares at the top of a module. */
function ownTypesIn(checker: ts.TypeChecker, symbol: ts.Symbol, folder: string): Set<ts.Symbol> {
  const found = new Set<ts.Symbol>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const named = checker.getSymbolAtLocation(node);
      const used = named && aliased(checker, named);
      const [declaration] = used?.declarations ?? [];
      if (used && declaration && isTopLevel(declaration) && homeOf(declaration) === packageName(folder))
        found.add(used);
    }
    ts.forEachChild(node, visit);
  };
  for (const declaration of symbol.declarations ?? []) {
    if (homeOf(declaration) === packageName(folder)) visit(declaration);
  }
  return found;
}

function isTopLevel(declaration: ts.Declaration): boolean {
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return ts.isSourceFile(statement.parent);
}

function aliased(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The package that a declaration stands in. */
function homeOf(declaration: ts.Declaration): string {
  const path = declaration.getSourceFile().fileName;
  const [, installed] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  if (installed !== undefined) return installed;
  return packageName(path.slice(0, path.lastIndexOf("/src/")));
}

function packageName(folder: string): string {
  return `@pumice/${folder.slice(folder.lastIndexOf(sep) + 1)}`;
}

function compilerOptions(): ts.CompilerOptions {
  const path = join(root, "tsconfig.json");
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(path));
  return { ...options, noEmit: false, declaration: true, emitDeclarationOnly: true, removeComments: true };
}
