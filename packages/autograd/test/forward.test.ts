import { describe, expect, test } from "@jest/globals";
import { DTypeError, type Tensor, tensor } from "../src/index.js";
import { difference, leavesOf, plainly } from "./reference/compare.js";
import { references } from "./reference/index.js";
import { indexingReferences } from "./reference/indexing.js";
import { type Result, Unsupported } from "./reference/plain.js";
import { pointwiseReferences } from "./reference/pointwise.js";
import { reductionReferences } from "./reference/reductions.js";
import { shapeReferences } from "./reference/shapes.js";
import { allSamples, ownCalls } from "./samples/index.js";
import { type Call, mapTree, repeated } from "./samples/observe.js";
import { operationSamples } from "./samples/operations.js";

/** What the definition gives, for the call's arguments with their tensors replaced. */
const expected = ({ name, args }: Call, replace: (x: Tensor) => Tensor = (x) => x): Result => {
  const reference = references[name as keyof typeof references] as (...args: readonly unknown[]) => Result;
  return reference(...(plainly(mapTree(args, replace)) as unknown[]));
};

test("every sample calls the operation whose row it stands in", () => {
  const called = new Set(ownCalls.map(([name]) => name));
  expect([...new Set(allSamples.map(([name]) => name))].filter((name) => !called.has(name))).toEqual([]);
});

describe("forward, as the definition has it", () => {
  // Elementary functions are within 4 ulp, and sums of a few elements differ in their order alone.
  const tolerance = { rtol: 1e-13, atol: 1e-14 };
  test.each(ownCalls)("%s %s", (_, __, call) => {
    expect(difference(leavesOf(plainly(call.result)), leavesOf(expected(call)), tolerance)).toBe(null);
  });
});

const anyDType = { ...pointwiseReferences, ...reductionReferences, ...shapeReferences, ...indexingReferences };

/** The float64 tensors of a call as another dtype. */
const as = (dtype: "float32" | "int32" | "bool", change: (value: number) => number) => (x: Tensor) =>
  x.dtype === "float64" ? tensor(Array.from(x.data, change), { dtype, shape: x.shape }) : x;

// Results are rounded to float32 once, those of composites at each operation.
const single = { rtol: 1e-6, atol: 1e-6 };
const convertible = ownCalls.filter(([, , { args }]) => JSON.stringify(plainly(args)).includes('"float64"'));

describe("in float32, as the definition has it for the rounded operands", () => {
  const convert = as("float32", (value) => value);
  test.each(convertible)("%s %s", (_, __, call) => {
    const given = leavesOf(plainly(repeated(call, convert)));
    expect(difference(given, leavesOf(expected(call, convert)), single)).toBe(null);
  });
});

describe.each([
  ["int32", as("int32", (value) => Math.round(5 * value))],
  ["bool", as("bool", (value) => Number(value > 0))],
] as const)("operands of %s give what the definition says, or are refused", (_, convert) => {
  // The strict forms below the public operations rely on these for their operands' dtypes.
  const rows = convertible.filter(([name]) => name in operationSamples && name in anyDType);
  test.each(rows)("%s %s", (__, ___, call) => {
    let wanted: Result;
    try {
      wanted = expected(call, convert);
    } catch (error) {
      expect(error).toBeInstanceOf(Unsupported);
      expect(() => repeated(call, convert)).toThrow(DTypeError);
      return;
    }
    expect(difference(leavesOf(plainly(repeated(call, convert))), leavesOf(wanted), single)).toBe(null);
  });
});
