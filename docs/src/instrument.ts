import ts from "typescript";
import { beginsLikeValue, readComment } from "./expectation.js";

/** The name by which an instrumented example reports its values. */
export const REPORT = "reportValue";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The comment on a statement's last line, or, if it is what was printed or begins like a value, on the lines below. */
function commentAfter(source: string, end: number, printed: boolean): string | null {
  const own = /^[ \t]*\/\/ ?(.*)/.exec(source.slice(end));
  if (own !== null) return own[1]!.trim();
  const below = /^[ \t]*((?:\n[ \t]*\/\/.*)+)/.exec(source.slice(end));
  if (below === null) return null;
  const text = below[1]!
    .split("\n")
    .slice(1)
    .map((line) => line.replace(/^[ \t]*\/\/ ?/, ""))
    .join("\n");
  return printed || beginsLikeValue(text) ? text : null;
}

function printedValue(expression: ts.Expression): ts.Expression | null {
  if (!ts.isCallExpression(expression) || expression.expression.getText() !== "console.log") return null;
  return expression.arguments.length === 1 ? expression.arguments[0]! : null;
}

/** The names a declaration introduces, as an expression: `x`, or `[a, b]` for several. */
function declaredValue({ declarationList }: ts.VariableStatement): string | null {
  const [declaration] = declarationList.declarations;
  const { name } = declaration!;
  if (declarationList.declarations.length !== 1 || ts.isObjectBindingPattern(name)) return null;
  if (ts.isIdentifier(name)) return name.text;
  const names = name.elements.map((element) => element.getText());
  return names.length === 1 ? names[0]! : `[${names.join(", ")}]`;
}

function editFor(statement: ts.Statement, source: string, line: number): Edit | null {
  const printed = ts.isExpressionStatement(statement) ? printedValue(statement.expression) : null;
  const comment = commentAfter(source, statement.end, printed !== null);
  const expectation = comment === null ? null : readComment(comment, printed !== null);
  if (expectation === null) return null;
  const place = `${line}, ${JSON.stringify(comment)}, ${printed !== null}`;
  if (ts.isExpressionStatement(statement)) {
    const value = printed ?? statement.expression;
    const [wait, thunk] = awaits(value) ? ["await ", "async () =>"] : ["", "() =>"];
    const text = `${wait}${REPORT}(${place}, ${thunk} (${value.getText()}));`;
    return { start: statement.getStart(), end: statement.end, text };
  }
  const value = ts.isVariableStatement(statement) ? declaredValue(statement) : null;
  if (value === null) throw new Error(`the comment "${comment}" belongs to no single value`);
  return { start: statement.end, end: statement.end, text: ` ${REPORT}(${place}, () => ${value});` };
}

function awaits(node: ts.Node): boolean {
  if (ts.isAwaitExpression(node)) return true;
  return !ts.isFunctionLike(node) && ts.forEachChild(node, (child) => awaits(child) || undefined) === true;
}

/**
 * An example in which each statement with a result behind it, as in `add(1, 2); // 3`, hands its value to
 * {@link REPORT} together with the line and the comment.
 * @throws Error, with the line in front, for a comment that cannot be held against a value.
 */
export function instrument(source: string): string {
  const file = ts.createSourceFile("example.ts", source, ts.ScriptTarget.ES2022, true);
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node) || ts.isVariableStatement(node)) {
      const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      try {
        const edit = editFor(node, source, line);
        if (edit !== null) edits.push(edit);
      } catch (error) {
        throw new Error(`line ${line}: ${(error as Error).message}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce((text, { start, end, text: replacement }) => text.slice(0, start) + replacement + text.slice(end), source);
}
