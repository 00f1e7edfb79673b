import type { ElementaryName } from "./elementary.js";
import { elementaryRows } from "./elementary.js";
import type { Scalar, ScalarOp } from "./expression.js";
import { stepsOf } from "./order.js";
import { SMALLEST_NORMAL } from "./smallest-normal.js";

export type Precision = "float32" | "float64";
export type ScalarValue = number | boolean;

type Operation = (a: never, b: never, c: never) => ScalarValue;

/**
 * The function that `root` denotes, one rounding a node in `precision`: slow, obvious, and what every printer is held
 * against. Inputs are taken as they are, so in float32 they must be float32 values.
 */
export function evaluator(root: Scalar, precision: Precision): (...inputs: readonly ScalarValue[]) => ScalarValue {
  const round = precision === "float32" ? Math.fround : (value: number) => value;
  const steps = stepsOf(root);
  const operations = steps.map(({ node }) => operationOf(node, precision));
  const values = new Array<ScalarValue>(steps.length);
  return (...inputs) => {
    steps.forEach(({ node, args }, position) => {
      if (node.op === "input") values[position] = inputs[node.value] as ScalarValue;
      else {
        const operands = args.map((argument) => values[argument]) as [never, never, never];
        const result = (operations[position] as Operation)(...operands);
        values[position] = typeof result === "number" ? round(result) : result;
      }
    });
    return values[steps.length - 1] as ScalarValue;
  };
}

/** An operation in float64; rounding its result once more to float32 is the float32 operation for + − × ÷ √. */
function operationOf(node: Scalar, precision: Precision): Operation {
  if (node.op === "call") {
    const row = elementaryRows[node.name as ElementaryName];
    const evaluate = evaluator(row[precision], precision);
    return (...args) => evaluate(...args);
  }
  if (node.op === "constant") return () => node.value;
  if (node.op === "smallestNormal") return () => SMALLEST_NORMAL[precision];
  if (node.op === "input") return () => Number.NaN;
  return table[node.op];
}

type Table = Record<Exclude<ScalarOp, "input" | "constant" | "smallestNormal" | "call">, Operation>;

const table: Table = {
  plus: (a: number, b: number) => a + b,
  minus: (a: number, b: number) => a - b,
  times: (a: number, b: number) => a * b,
  over: (a: number, b: number) => a / b,
  negate: (a: number) => -a,
  abs: Math.abs,
  sqrt: Math.sqrt,
  floor: Math.floor,
  nearest,
  min: (a: number, b: number) => Math.min(a, b),
  max: (a: number, b: number) => Math.max(a, b),
  lt: (a: number, b: number) => a < b,
  le: (a: number, b: number) => a <= b,
  gt: (a: number, b: number) => a > b,
  ge: (a: number, b: number) => a >= b,
  eq: (a: number, b: number) => a === b,
  ne: (a: number, b: number) => a !== b,
  and: (a: boolean, b: boolean) => a && b,
  or: (a: boolean, b: boolean) => a || b,
  not: (a: boolean) => !a,
  select: (condition: boolean, a: ScalarValue, b: ScalarValue) => (condition ? a : b),
  branch: (condition: boolean, a: ScalarValue, b: ScalarValue) => (condition ? a : b),
  pow2: powerOfTwo,
  scale: (a: number, n: number) => a * powerOfTwo(Math.floor(n / 2)) * powerOfTwo(n - Math.floor(n / 2)),
  exponent: exponentOf,
  copysign: (a: number, b: number) => (signBit(a) === signBit(b) ? a : -a),
};

function nearest(value: number): number {
  const below = Math.floor(value);
  const fraction = value - below;
  const up = fraction > 0.5 || (fraction === 0.5 && below % 2 !== 0);
  const rounded = up ? below + 1 : below;
  return rounded === 0 ? value * 0 : rounded;
}

const view = new DataView(new ArrayBuffer(8));

/** 2^n for −1022 ≤ n ≤ 1023, otherwise NaN, which no result may contain. */
function powerOfTwo(n: number): number {
  if (!(n >= -1022 && n <= 1023)) return Number.NaN;
  view.setBigUint64(0, BigInt(n + 1023) << 52n);
  return view.getFloat64(0);
}

function signBit(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}

function exponentOf(value: number): number {
  view.setFloat64(0, value);
  return ((view.getUint32(0) >>> 20) & 2047) - 1023;
}
