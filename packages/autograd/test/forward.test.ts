import { describe, expect, test } from "@jest/globals";
import { DTypeError, type Tensor, tensor } from "../src/index.js";
import { difference, leavesOf, plainly, type Tolerance } from "./reference/compare.js";
import { references } from "./reference/index.js";
import { type Result, Unsupported } from "./reference/plain.js";
import { errorOf } from "./samples/error.js";
import { allSamples, ownCalls } from "./samples/index.js";
import { type Call, mapTree, repeated } from "./samples/observe.js";
import { operationSamples } from "./samples/operations.js";

/** What the definition gives, for the call's arguments with their tensors replaced. */
const expected = ({ name, args }: Call, replace: (x: Tensor) => Tensor = (x) => x): Result => {
  const reference = references[name as keyof typeof references] as (...args: readonly unknown[]) => Result;
  return reference(...(plainly(mapTree(args, replace)) as unknown[]));
};

/** Why the call's result is not what the definition gives, or null. */
const wrong = (call: Call, convert: (x: Tensor) => Tensor, tolerance: Tolerance): string | null =>
  difference(leavesOf(plainly(repeated(call, convert))), leavesOf(expected(call, convert)), tolerance);

test("every row has a sample that calls its operation", () => {
  const without = allSamples.filter(([name, i, sample]) => i === 0 && ownCalls(name, sample).length === 0);
  expect(without.map(([name]) => name)).toEqual([]);
});

describe("forward, as the definition has it", () => {
  // Elementary functions are within 4 ulp, and sums of a few elements differ in their order alone.
  const tolerance = { rtol: 1e-13, atol: 1e-14 };
  test.each(allSamples)("%s %i", (name, _, sample) => {
    for (const call of ownCalls(name, sample)) {
      expect(difference(leavesOf(plainly(call.result)), leavesOf(expected(call)), tolerance)).toBe(null);
    }
  });
});

/** The float64 tensors of a call as another dtype. */
const as = (dtype: "float32" | "int32" | "bool", change: (value: number) => number) => (x: Tensor) =>
  x.dtype === "float64" ? tensor(Array.from(x.data, change), { dtype, shape: x.shape }) : x;

// Results are rounded to float32 once, those of composites at each operation.
const single = { rtol: 1e-6, atol: 1e-6 };
const withInputs = allSamples.filter(([, , { inputs }]) => inputs.length > 0);

describe("in float32, as the definition has it for the rounded operands", () => {
  const convert = as("float32", (value) => value);
  test.each(withInputs)("%s %i", (name, _, sample) => {
    for (const call of ownCalls(name, sample)) expect(wrong(call, convert, single)).toBe(null);
  });
});

describe.each([
  ["int32", as("int32", (value) => Math.round(5 * value))],
  ["bool", as("bool", (value) => Number(value > 0))],
] as const)("operands of %s give what the definition says, or are refused", (_, convert) => {
  // The strict forms below the public operations rely on these for their operands' dtypes.
  const rows = withInputs.filter(([name]) => name in operationSamples);
  test.each(rows)("%s %i", (name, __, sample) => {
    for (const call of ownCalls(name, sample)) {
      if (isRefused(call, convert)) {
        const error = errorOf(() => repeated(call, convert));
        expect(error).toBeInstanceOf(DTypeError);
        expect(error.message.startsWith(`${name}: `)).toBe(true);
        continue;
      }
      expect(wrong(call, convert, single)).toBe(null);
    }
  });
});

/** Whether the definition takes no operands of these dtypes. */
function isRefused(call: Call, convert: (x: Tensor) => Tensor): boolean {
  try {
    expected(call, convert);
    return false;
  } catch (error) {
    if (error instanceof Unsupported) return true;
    throw error;
  }
}
