import type { Scalar, ScalarOp } from "./expression.js";
import { type Step, stepsOf } from "./order.js";
import { SMALLEST_NORMAL } from "./smallest-normal.js";

const operators: Partial<Record<ScalarOp, string>> = {
  ...{ plus: "+", minus: "-", times: "*", over: "/" },
  ...{ lt: "<", le: "<=", gt: ">", ge: ">=", eq: "==", ne: "!=", and: "&&", or: "||" },
};

const printConstant = (value: number): string => (Object.is(value, -0) ? "-0.0" : String(value));

/** 2^n for a whole number n: n + 1023 where a float64 has its exponent. */
const power = (n: string): string => `reinterpret<f64>((<i64>${n} + 1023) << 52)`;

/** One node as an AssemblyScript expression of float64 and bool. */
function printNode({ node, args: positions }: Step, parameters: readonly string[]): string {
  const { op, value, name } = node;
  const args = positions.map((position) => `t${position}`);
  const [a = "", b = "", c = ""] = args;
  const operator = operators[op];
  if (operator !== undefined) return `${a} ${operator} ${b}`;
  switch (op) {
    case "input":
      return parameters[value]!;
    case "constant":
      return printConstant(value);
    case "smallestNormal":
      return printConstant(SMALLEST_NORMAL.float64);
    case "negate":
      return `-${a}`;
    case "not":
      return `!${a}`;
    case "select":
    case "branch":
      return `select(${b}, ${c}, ${a})`;
    case "pow2":
      return power(a);
    case "scale":
      return `${a} * ${power(`floor<f64>(${b} / 2)`)} * ${power(`(${b} - floor<f64>(${b} / 2))`)}`;
    case "exponent":
      return `<f64>(((reinterpret<i64>(${a}) >> 52) & 2047) - 1023)`;
    case "call":
      return `${name}(${args.join(", ")})`;
    default:
      // The built-in of the same name: abs, sqrt, floor, nearest, min, max, copysign.
      return `${op}<f64>(${args.join(", ")})`;
  }
}

/** Prints `root` as an AssemblyScript function of float64, one rounding a node. */
export function printAssembly(name: string, parameters: readonly string[], root: Scalar): string {
  const steps = stepsOf(root);
  const lines = steps.map((step, position) => {
    const type = step.node.kind === "boolean" ? "bool" : "f64";
    return `  const t${position}: ${type} = ${printNode(step, parameters)};`;
  });
  const list = parameters.map((parameter) => `${parameter}: f64`).join(", ");
  return [`export function ${name}(${list}): f64 {`, ...lines, `  return t${steps.length - 1};`, "}"].join("\n");
}
