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

/** A parameter of a loop along rows: a row, or one number for all of it. */
export interface RowParameter {
  readonly name: string;
  readonly kind: "row" | "number";
}

/**
 * The constants of a loop. They are loaded before it from where they lie in memory: some engines build a vector that is
 * written into the code anew at each use, which is half of the time of an exponential.
 */
class Constants {
  readonly values: number[] = [];

  /** The variable that holds a number in all four lanes, rounded to float32 once. */
  of(value: number): string {
    const rounded = Math.fround(value);
    if (Object.is(rounded, 0)) return "f32x4.splat(0)";
    const known = this.values.findIndex((other) => Object.is(other, rounded));
    return `c${known >= 0 ? known : this.values.push(rounded) - 1}`;
  }
}

/** One of the vectors that the body of a loop computes: what its variables are called, and what they begin with. */
interface Vector {
  readonly name: string;
  readonly inputs: readonly string[];
}

/** A constant that is neither a zero nor NaN. */
const isOrdinary = ({ op, value }: Scalar): boolean => op === "constant" && value !== 0 && !Number.isNaN(value);

const isZero = ({ op, value }: Scalar): boolean => op === "constant" && Object.is(value, 0);

/** One node as an AssemblyScript expression over four lanes; a boolean is a mask of all ones or all zeros. */
function printLanes({ node, args: positions }: Step, vector: Vector, constants: Constants): string {
  const { op, value, args: nodes } = node;
  const args = positions.map((position) => `${vector.name}${position}`);
  const [a = "", b = "", c = ""] = args;
  // 2^n for whole n: n + 127 where a float32 has its exponent. The last bits of 2^23 + 127 + n are n + 127, and the
  // shift drops the others: two instructions, where a conversion to integers, which saturates, would be seven.
  const power = (n: string): string => `i32x4.shl(f32x4.add(${n}, ${constants.of(2 ** 23 + 127)}), 23)`;
  switch (op) {
    case "input":
      return vector.inputs[value]!;
    case "constant":
      return constants.of(value);
    case "smallestNormal":
      return constants.of(SMALLEST_NORMAL.float32);
    case "select":
    case "branch":
      return isZero(nodes[1]!) ? `v128.andnot(${c}, ${a})` : `v128.bitselect(${b}, ${c}, ${a})`;
    case "copysign":
      return `v128.bitselect(${b}, ${a}, ${constants.of(-0)})`;
    case "min":
    case "max":
      // The pseudo-minimum is one instruction and the minimum eight; they differ for zeros and where the second is NaN.
      return `f32x4.${isOrdinary(nodes[1]!) ? "p" : ""}${op}(${a}, ${b})`;
    case "pow2":
      return power(a);
    case "scale": {
      const half = `f32x4.floor(f32x4.mul(${b}, ${constants.of(0.5)}))`;
      return `f32x4.mul(f32x4.mul(${a}, ${power(half)}), ${power(`f32x4.sub(${b}, ${half})`)})`;
    }
    case "exponent": {
      const biased = `v128.and(i32x4.shr_u(${a}, 23), i32x4.splat(255))`;
      return `f32x4.convert_i32x4_s(i32x4.sub(${biased}, i32x4.splat(127)))`;
    }
    default:
      return `${instructions[op] ?? `f32x4.${op}`}(${args.join(", ")})`;
  }
}

/**
 * Prints `root` as an AssemblyScript loop along rows of float32, one rounding a node: what it gives for each element goes
 * to `to`, in whole vectors. Two vectors are computed at a time, which share the reloading of constants that are too many
 * for the registers.
 */
export function printAssemblyRows(name: string, parameters: readonly RowParameter[], root: Scalar): string {
  const constants = new Constants();
  const steps = stepsOf(root);
  const compute = (variable: string, offset: number): string[] => {
    const inputs = parameters.map((parameter) =>
      parameter.kind === "row" ? `v128.load(${parameter.name}, ${offset})` : `${parameter.name}s`,
    );
    const vector = { name: variable, inputs };
    return [
      ...steps.map((step, position) => `    const ${variable}${position} = ${printLanes(step, vector, constants)};`),
      `    v128.store(to, ${variable}${steps.length - 1}, ${offset});`,
    ];
  };
  const [first, second] = [compute("t", 0), compute("u", 16)];
  const rows = parameters.filter(({ kind }) => kind === "row");
  const numbers = parameters.filter(({ kind }) => kind === "number");
  const advance = (bytes: number): string[] => rows.map((row) => `    ${row.name} += ${bytes};`);
  const list = [...rows.map((row) => `${row.name}: usize`), ...numbers.map((number) => `${number.name}: f32`)];
  const table = `${name}Constants`;
  const values = constants.values.map((x) => (Object.is(x, -0) ? "-0.0" : x));
  return [
    `const ${table} = memory.data<f32>([${values.join(", ")}], 16);`,
    "",
    `export function ${name}(to: usize, count: i32, ${list.join(", ")}): void {`,
    ...values.map((_, i) => `  const c${i} = v128.load32_splat(${table}, ${4 * i});`),
    ...numbers.map((number) => `  const ${number.name}s = f32x4.splat(${number.name});`),
    `  const end = to + (((count + 3) & ~3) << 2);`,
    `  for (; to + 32 <= end; to += 32) {`,
    ...first,
    ...second,
    ...advance(32),
    "  }",
    `  for (; to < end; to += 16) {`,
    ...first,
    ...advance(16),
    "  }",
    "}",
  ].join("\n");
}
