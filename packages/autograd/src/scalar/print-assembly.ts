import type { Scalar, ScalarOp } from "./expression.js";
import { type Step, stepsOf } from "./order.js";
import { SMALLEST_NORMAL } from "./smallest-normal.js";

/** Operations whose f32x4 instruction has another name than `f32x4.` and their own. */
const instructions: Partial<Record<ScalarOp, string>> = {
  plus: "f32x4.add",
  minus: "f32x4.sub",
  times: "f32x4.mul",
  over: "f32x4.div",
  negate: "f32x4.neg",
  and: "v128.and",
  or: "v128.or",
  not: "v128.not",
};

/** A constant in all four lanes, rounded to float32 once. */
function printConstant(value: number): string {
  const rounded = Math.fround(value);
  return `f32x4.splat(${Object.is(rounded, -0) ? "-0.0" : rounded})`;
}

const wholeLanes = (x: string): string => `i32x4.trunc_sat_f32x4_s(${x})`;

/** 2^n for whole lanes n: n + 127 where a float32 has its exponent. */
const powers = (n: string): string => `i32x4.shl(i32x4.add(${n}, i32x4.splat(127)), 23)`;

/** One node as an AssemblyScript expression over four lanes; a boolean is a mask of all ones or all zeros. */
function printLanes({ node, args: positions }: Step, parameters: readonly string[]): string {
  const { op, value, name } = node;
  const args = positions.map((position) => `t${position}`);
  const [a = "", b = "", c = ""] = args;
  switch (op) {
    case "input":
      return parameters[value]!;
    case "constant":
      return printConstant(value);
    case "smallestNormal":
      return printConstant(SMALLEST_NORMAL.float32);
    case "select":
    case "branch":
      return `v128.bitselect(${b}, ${c}, ${a})`;
    case "copysign":
      return `v128.bitselect(${a}, ${b}, i32x4.splat(0x7fffffff))`;
    case "pow2":
      return powers(wholeLanes(a));
    case "scale": {
      const whole = wholeLanes(b);
      const half = `i32x4.shr_s(${whole}, 1)`;
      return `f32x4.mul(f32x4.mul(${a}, ${powers(half)}), ${powers(`i32x4.sub(${whole}, ${half})`)})`;
    }
    case "exponent": {
      const biased = `v128.and(i32x4.shr_u(${a}, 23), i32x4.splat(255))`;
      return `f32x4.convert_i32x4_s(i32x4.sub(${biased}, i32x4.splat(127)))`;
    }
    case "call":
      return `${name}(${args.join(", ")})`;
    default:
      return `${instructions[op] ?? `f32x4.${op}`}(${args.join(", ")})`;
  }
}

/** Prints `root` as an AssemblyScript function of vectors of four float32, one rounding a node. */
export function printAssembly(name: string, parameters: readonly string[], root: Scalar): string {
  const steps = stepsOf(root);
  const lines = steps.map((step, position) => `  const t${position} = ${printLanes(step, parameters)};`);
  const list = parameters.map((parameter) => `${parameter}: v128`).join(", ");
  return [`export function ${name}(${list}): v128 {`, ...lines, `  return t${steps.length - 1};`, "}"].join("\n");
}
