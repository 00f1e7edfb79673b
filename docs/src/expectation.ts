import { Tensor } from "@typegrad/autograd";
import ts from "typescript";

/** What a comment behind a statement says about its value. */
export type Expectation =
  | { readonly kind: "value"; readonly expression: ts.Expression }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "throws"; readonly name: string };

const words = new Map<string, unknown>(
  Object.entries({
    true: true,
    false: false,
    null: null,
    undefined: undefined,
    NaN: Number.NaN,
    Infinity: Number.POSITIVE_INFINITY,
  }),
);

/** The expression that `text` is as a whole, or null. */
function parse(text: string): ts.Expression | null {
  const file = ts.createSourceFile("comment.ts", `(${text}\n)`, ts.ScriptTarget.ES2022, true);
  const { parseDiagnostics } = file as unknown as { parseDiagnostics: readonly unknown[] };
  const [statement] = file.statements;
  if (parseDiagnostics.length > 0 || file.statements.length !== 1 || !ts.isExpressionStatement(statement!)) return null;
  const { expression } = statement;
  return ts.isParenthesizedExpression(expression) ? expression.expression : null;
}

/** Literals, and arrays and objects of them; single letters stand for any extent of a shape. */
function isLiteral(node: ts.Expression): boolean {
  if (ts.isNumericLiteral(node) || ts.isStringLiteral(node)) return true;
  if (ts.isPrefixUnaryExpression(node)) return isLiteral(node.operand);
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isLiteral);
  if (ts.isObjectLiteralExpression(node))
    return node.properties.every((one) => ts.isPropertyAssignment(one) && isLiteral(one.initializer));
  return (
    [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(node.kind) ||
    (ts.isIdentifier(node) && (words.has(node.text) || /^[A-Z]$/.test(node.text)))
  );
}

/** Whether a comment looks as if a value should follow. */
export const beginsLikeValue = (comment: string): boolean => /^([-[{"'\d]|tensor\()/.test(comment);

/**
 * Reads a comment: a literal (`6`, `[1, 2.5]`, `{ a: true }`), a shape with letters (`[B, T, 8]`), either with words
 * behind a colon (`6: the sum`), a printed tensor, `throws ShapeError`, or, where it is none of these, prose, for which
 * there is `null`.
 * @param printed whether the statement prints, so that the comment is its output, whatever it looks like
 * @throws Error for a comment that begins like a value and is none: a typing mistake would go unnoticed.
 */
export function readComment(comment: string, printed: boolean): Expectation | null {
  const thrown = /^throws (\w+)/.exec(comment);
  if (thrown !== null) return { kind: "throws", name: thrown[1]! };
  if (comment.startsWith("tensor(")) return { kind: "text", text: comment };
  for (const literal of [comment, comment.split(": ", 1)[0]!]) {
    const expression = parse(literal);
    if (expression !== null && isLiteral(expression)) return { kind: "value", expression };
  }
  if (printed) return { kind: "text", text: comment };
  if (beginsLikeValue(comment)) throw new Error(`"${comment}" begins like a value, but is none`);
  return null;
}

/** Numbers agree to the digits that are written down; whole numbers exactly. */
function isNumber(value: unknown, node: ts.NumericLiteral, sign: number): boolean {
  const text = node.getText();
  const wanted = sign * Number(text);
  const decimals = /^\d+\.(\d+)$/.exec(text)?.[1];
  if (typeof value !== "number" || decimals === undefined) return value === wanted;
  return Math.abs(value - wanted) <= 0.5000001 * 10 ** -decimals.length;
}

const hasLetters = (node: ts.Expression): boolean => /\b[A-Z]\b/.test(node.getText());

/** A tensor agrees by its elements, or by its shape where letters stand. */
function agrees(value: unknown, node: ts.Expression, letters: Map<string, unknown>): boolean {
  if (value instanceof Tensor) return agrees(hasLetters(node) ? value.shape : value.toArray(), node, letters);
  if (ts.isNumericLiteral(node)) return isNumber(value, node, 1);
  if (ts.isPrefixUnaryExpression(node)) {
    if (ts.isNumericLiteral(node.operand)) return isNumber(value, node.operand, -1);
    return value === Number.NEGATIVE_INFINITY;
  }
  if (ts.isStringLiteral(node)) return value === node.text;
  if (ts.isArrayLiteralExpression(node)) {
    const items = ArrayBuffer.isView(value) ? Array.from(value as unknown as Iterable<unknown>) : value;
    if (!Array.isArray(items) || items.length !== node.elements.length) return false;
    return node.elements.every((element, i) => agrees(items[i], element, letters));
  }
  if (ts.isObjectLiteralExpression(node)) {
    if (typeof value !== "object" || value === null) return false;
    const wanted = node.properties.map((one) => one as ts.PropertyAssignment);
    const names = wanted.map(({ name }) => (name as ts.Identifier | ts.StringLiteral).text);
    if (Object.keys(value).sort().join() !== [...names].sort().join()) return false;
    return wanted.every(({ initializer }, i) => agrees(Reflect.get(value, names[i]!), initializer, letters));
  }
  const name = node.getText();
  if (words.has(name)) return Object.is(value, words.get(name));
  if (!letters.has(name)) letters.set(name, value);
  return letters.get(name) === value;
}

/** Whether a value is what the comment says. */
export function matches(value: unknown, expectation: Exclude<Expectation, { kind: "throws" }>): boolean {
  if (expectation.kind === "text") return String(value) === expectation.text;
  return agrees(value, expectation.expression, new Map());
}
