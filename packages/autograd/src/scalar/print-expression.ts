import type { ScalarOp } from "./expression.js";
import type { Step } from "./order.js";

/**
 * What numbers are. Floats are computed in float64 whatever the arrays hold; int32 wraps after each operation; bool is
 * 0 and 1, whose sum is "or" and whose product is "and".
 */
export type Arithmetic = "float" | "int32" | "bool";

const infix: Partial<Record<ScalarOp, string>> = {
  times: "*",
  over: "/",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  eq: "===",
  ne: "!==",
};

/** One node as a TypeScript expression over the printed arguments, in parentheses unless it is a word or a call. */
export function printStep(
  step: Step,
  args: readonly string[],
  inputs: readonly string[],
  arithmetic: Arithmetic,
): string {
  const { op, value, name } = step.node;
  const [a = "", b = "", c = ""] = args;
  const integer = arithmetic === "int32";
  switch (op) {
    case "input":
      return inputs[value] as string;
    case "constant":
      return printNumber(value);
    case "times":
      return integer ? `imul(${bare(a)}, ${bare(b)})` : `(${a} * ${b})`;
    case "plus":
      if (arithmetic === "bool") return `(${a} | ${b})`;
      return integer ? `((${a} + ${b}) | 0)` : `(${a} + ${b})`;
    case "minus":
      return integer ? `((${a} - ${b}) | 0)` : `(${a} - ${b})`;
    case "negate":
      return integer ? `((0 - ${a}) | 0)` : `(-${a})`;
    case "and":
    case "or":
      // Of bits and not && and ||, which jump.
      return `((+${a} ${op === "and" ? "&" : "|"} +${b}) !== 0)`;
    case "not":
      return `(!${a})`;
    case "select":
    case "branch":
      return `(${a} ? ${b} : ${c})`;
    case "pow2":
      return `(powersOfTwo[(${a} + 1023) & 2047] as number)`;
    case "call":
      // Only integers still have calls, of functions that wrap as their arithmetic does.
      return `${name}OfIntegers(${args.map(bare).join(", ")})`;
    default: {
      const symbol = infix[op];
      return symbol === undefined ? `${op}(${args.map(bare).join(", ")})` : `(${a} ${symbol} ${b})`;
    }
  }
}

/** A literal that reads back as the same float64. */
function printNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  const text = Object.is(value, -0) ? "-0" : String(value);
  return text.startsWith("-") ? `(${text})` : text;
}

/** Without the outermost parentheses, where nothing stands beside the text. */
export function bare(text: string): string {
  if (!text.startsWith("(")) return text;
  let depth = 0;
  for (let index = 0; index < text.length - 1; index++) {
    if (text[index] === "(") depth++;
    else if (text[index] === ")") depth--;
    if (depth === 0) return text;
  }
  return text.slice(1, -1);
}
