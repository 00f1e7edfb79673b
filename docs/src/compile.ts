import { dirname, join } from "node:path";
import ts from "typescript";
import type { Example } from "./find.js";
import { instrument, REPORT } from "./instrument.js";

/** An example as it is run. */
export interface Compiled {
  readonly example: Example;
  /** What is wrong with its types or its comments, each with its place in the document. */
  readonly problems: readonly string[];
  /** ES module text that calls the global function {@link REPORT}. */
  readonly code: string;
}

/** As a user's project would: strict, and no more than that. */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: ["node"],
};

/** The modules whose names docstrings may use without an import. */
export type Exports = ReadonlyMap<string, readonly string[]>;

/** On the line of the fence, imports of the exported names that a docstring uses and does not declare. */
function withImports({ source, docstring, line }: Example, exported: Exports): string {
  if (!docstring) return source;
  const file = ts.createSourceFile("example.ts", source, ts.ScriptTarget.ES2022, true);
  const [used, declared] = [new Set<string>(), new Set<string>()];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const named = parent as ts.NamedDeclaration;
      const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
      const isKey = ts.isPropertyAssignment(parent) && parent.name === node;
      if (named.name === node && !isMember && !isKey && !ts.isShorthandPropertyAssignment(parent))
        declared.add(node.text);
      else if (!isMember && !isKey) used.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  const imports: string[] = [];
  for (const [module, names] of exported) {
    const needed = names.filter((name) => used.has(name) && !declared.has(name));
    needed.forEach((name) => {
      declared.add(name);
    });
    if (needed.length > 0) imports.push(`import { ${needed.join(", ")} } from "${module}";`);
  }
  const lines = source.split("\n");
  // A module even where nothing is imported: its names are its own.
  lines[line - 1] = `${imports.join(" ")} export {};`;
  return lines.join("\n");
}

/** Type-checks examples, all in one program, and prepares them to be run. They are taken to stand in `folder`. */
export function compileExamples(examples: readonly Example[], exported: Exports, folder: string): Compiled[] {
  const sources = new Map(
    examples.map((example) => [join(folder, `${example.file}.${example.line}.ts`), withImports(example, exported)]),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.readFile = (path) => sources.get(path) ?? readFile(path);
  host.getCurrentDirectory = () => dirname(folder);
  const program = ts.createProgram({ rootNames: [...sources.keys()], options, host });
  return [...sources].map(([path, source], i) => {
    const example = examples[i]!;
    const file = program.getSourceFile(path)!;
    const semantic = example.fragment ? [] : program.getSemanticDiagnostics(file);
    const problems = [...program.getSyntacticDiagnostics(file), ...semantic].map(({ start, messageText }) => {
      const { line, character } = file.getLineAndCharacterOfPosition(start ?? 0);
      return `${example.file}:${line + 1}:${character + 1}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
    return { example, problems, code: example.fragment ? "" : transpile(source, example, problems) };
  });
}

function transpile(source: string, { file }: Example, problems: string[]): string {
  try {
    const text = `const { ${REPORT} } = globalThis; ${instrument(source)}`;
    return ts.transpileModule(text, { compilerOptions: { ...options, module: ts.ModuleKind.ESNext } }).outputText;
  } catch (error) {
    problems.push(`${file}: ${(error as Error).message}`);
    return "";
  }
}
