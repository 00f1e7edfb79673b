import { describe, expect, test } from "@jest/globals";
import * as fused from "../../src/fused/index.js";
import * as primitives from "../../src/primitives/index.js";
import { exp } from "../../src/scalar/elementary.js";
import { evaluator, type ScalarValue } from "../../src/scalar/evaluate.js";
import { expandCalls } from "../../src/scalar/expand.js";
import { input } from "../../src/scalar/expression.js";
import {
  expressionOf,
  type PointwiseArray,
  type PointwiseDeclaration,
  type PointwiseDType,
  type PointwiseLoop,
} from "../../src/scalar/pointwise.js";
import { printKernels } from "../../src/scalar/print-kernels.js";
import { pointwiseLoops } from "../../src/targets/reference/pointwise.generated.js";
import { unit } from "./points.js";

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array };

function loopOf(name: string, dtype: PointwiseDType): PointwiseLoop {
  const loop = pointwiseLoops[name]?.[dtype];
  if (loop === undefined) throw new Error(`there is no loop ${name} for ${dtype}`);
  return loop;
}

/** Every declaration of an exported operation, or of each in a list of them. */
function declarationsOf(exported: unknown): readonly PointwiseDeclaration[] {
  if (Array.isArray(exported)) return exported.flatMap(declarationsOf);
  const { primitive } = exported as { readonly primitive?: { readonly pointwise?: readonly PointwiseDeclaration[] } };
  return primitive?.pointwise ?? [];
}

const declarations = [...Object.values(primitives), ...Object.values(fused)].flatMap(declarationsOf);

const special = [
  0,
  -0,
  1,
  -1,
  0.5,
  2,
  3,
  -2,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  1e-30,
  1e30,
];

/** Ordinary numbers of either sign, every fifth a special one. */
function fill(array: PointwiseArray, seed: number, isBool: boolean): void {
  for (let i = 0; i < array.length; i++) {
    const drawn = unit(seed + i);
    const ordinary = 8 * drawn - 4;
    array[i] = isBool
      ? Number(drawn < 0.5)
      : i % 5 === 4
        ? (special[Math.floor(drawn * special.length)] as number)
        : ordinary;
  }
}

/** What a loop is to store: in float32 it rounds once, at the store; the sum of two bools is 1. */
function expectedOf(declaration: PointwiseDeclaration, dtype: PointwiseDType): (...values: ScalarValue[]) => number {
  const compute = evaluator(expandCalls(declaration.expression, dtype === "float32"), "float64");
  const stored = new arrays[declaration.output === "bool" ? "bool" : dtype](1);
  return (...values) => {
    const value = Number(compute(...values));
    stored[0] = dtype === "bool" ? Number(value !== 0) : value;
    return stored[0] as number;
  };
}

describe.each<PointwiseDType>(["float32", "float64", "bool"])(
  "every loop equals its expression bit for bit, %s",
  (dtype) => {
    const rows = declarations
      .filter(({ dtypes }) => dtypes.includes(dtype))
      .map((declaration) => [declaration.name, declaration] as const);

    test.each(rows)("%s", (name, declaration) => {
      const count = 67;
      const expected = expectedOf(declaration, dtype);
      const inputs = declaration.inputs.map((role, index) => {
        const array = new arrays[role === "bool" ? "bool" : dtype](3 * count + 10);
        fill(array, 1000 * index + 7, role === "bool" || dtype === "bool");
        return array;
      });
      const layouts = [
        { offsets: inputs.map(() => 0), strides: inputs.map(() => 1), start: 0 },
        { offsets: inputs.map((_, index) => 3 + index), strides: inputs.map(() => 1), start: 5 },
        {
          offsets: inputs.map(() => 2 * count),
          strides: inputs.map((_, index) => [3, 0, -2, 1][index % 4] as number),
          start: 1,
        },
        {
          offsets: inputs.map(() => 4),
          strides: inputs.map((_, index) => [1, 0, 3, 0][index % 4] as number),
          start: 0,
        },
      ];
      for (const { offsets, strides, start } of layouts.map((layout) => ({ ...layout }))) {
        if (strides[0] === 3) offsets[0] = 1;
        const output = new arrays[declaration.output === "bool" ? "bool" : dtype](count + 9);
        loopOf(name, dtype)(count, inputs, offsets, strides, output, start);
        const results = Array.from({ length: count }, (_, i) =>
          expected(
            ...inputs.map((array, index) => {
              const value = array[(offsets[index] as number) + i * (strides[index] as number)] as number;
              return declaration.inputs[index] === "bool" ? value !== 0 : value;
            }),
          ),
        );
        expect([...output.subarray(start, start + count)]).toEqual(results);
        expect([...output.subarray(0, start), ...output.subarray(start + count)].every((value) => value === 0)).toBe(
          true,
        );
      }
    });
  },
);

describe("what the dtypes mean", () => {
  const run = (name: string, dtype: PointwiseDType, inputs: PointwiseArray[], output: PointwiseArray): number[] => {
    loopOf(name, dtype)(
      output.length,
      inputs,
      inputs.map(() => 0),
      inputs.map(() => 1),
      output,
      0,
    );
    return [...output];
  };

  test("int32 wraps: sums, differences, products, negation", () => {
    const a = Int32Array.of(2147483647, -2147483648, 123456789, -2147483648, 65537);
    const b = Int32Array.of(1, -1, 987654321, 2, 65537);
    expect(run("add", "int32", [a, b], new Int32Array(5))).toEqual([
      -2147483648, 2147483647, 1111111110, -2147483646, 131074,
    ]);
    expect(run("sub", "int32", [a, b], new Int32Array(5))).toEqual([
      2147483646, -2147483647, -864197532, 2147483646, 0,
    ]);
    expect(run("mul", "int32", [a, b], new Int32Array(5))).toEqual([2147483647, -2147483648, -67153019, 0, 131073]);
    expect(run("neg", "int32", [a], new Int32Array(5))).toEqual([
      -2147483647, -2147483648, -123456789, -2147483648, -65537,
    ]);
  });

  test("int32 powers are whole", () => {
    const a = Int32Array.of(7, 3, -3, 10, 46340, 2);
    const b = Int32Array.of(11, 19, 19, 9, 2, 30);
    expect(run("pow", "int32", [a, b], new Int32Array(6))).toEqual([
      1977326743, 1162261467, -1162261467, 1000000000, 2147395600, 1073741824,
    ]);
  });

  test("int32 powers wrap, and those below 1 are 0", () => {
    const a = Int32Array.of(3, -3, 7, 1, -1, -1, 2, 0, 0);
    const b = Int32Array.of(41, 41, 2147483647, -5, -5, -4, -1, -1, 0);
    // 7^(2^31 − 1) is the inverse of 7 modulo 2^32, as 7^(2^31) is 1.
    const large = [3n ** 41n, -(3n ** 41n), 3067833783n].map((power) => Number(BigInt.asIntN(32, power)));
    expect(run("pow", "int32", [a, b], new Int32Array(9))).toEqual([...large, 1, -1, 1, 0, 0, 1]);
  });

  test("comparisons give 0 and 1; where reads a condition", () => {
    const less = run("lt", "float32", [Float32Array.of(1, 2, Number.NaN), Float32Array.of(2, 1, 1)], new Uint8Array(3));
    expect(less).toEqual([1, 0, 0]);
    const chosen = run(
      "where",
      "int32",
      [Uint8Array.of(1, 0), Int32Array.of(1, 2), Int32Array.of(3, 4)],
      new Int32Array(2),
    );
    expect(chosen).toEqual([1, 4]);
    expect(run("both", "bool", [Uint8Array.of(1, 1, 0), Uint8Array.of(1, 0, 0)], new Uint8Array(3))).toEqual([1, 0, 0]);
  });

  test("float32 loops flush what elementary functions return below 2^-126, float64 loops do not", () => {
    expect(run("exp", "float32", [Float32Array.of(-87.2, -87.4, -100)], new Float32Array(3)).map((x) => x > 0)).toEqual(
      [true, false, false],
    );
    expect(run("exp", "float64", [Float64Array.of(-87.4, -100, -740)], new Float64Array(3)).every((x) => x > 0)).toBe(
      true,
    );
    expect(run("tanh", "float32", [Float32Array.of(1e-39, -1e-39)], new Float32Array(2))).toEqual([0, -0]);
  });

  test("moments below the smallest normal number of their own dtype become 0", () => {
    const half = (moments: number[], dtype: "float32" | "float64") => {
      const floats = dtype === "float32" ? Float32Array : Float64Array;
      const [moment, gradient, decay, share] = [moments, [0, 0, 0], [0.5, 0.5, 0.5], [1, 1, 1]].map(
        (x) => new floats(x),
      );
      return run("firstMoment", dtype, [moment!, gradient!, decay!, share!], new floats(3));
    };
    expect(half([2 ** -125, -(2 ** -125.5), 2 ** -140], "float32")).toEqual([2 ** -126, 0, 0]);
    expect(half([2 ** -125.5, 2 ** -1021, -(2 ** -1021.5)], "float64")).toEqual([2 ** -126.5, 2 ** -1022, 0]);
  });

  test("the output may be an input", () => {
    const a = Float64Array.of(1, 2, 3, 4, 5);
    run("mul", "float64", [a, a], a);
    expect([...a]).toEqual([1, 4, 9, 16, 25]);
  });

  test("a loop over nothing stores nothing", () => {
    expect(run("add", "float32", [new Float32Array(0), new Float32Array(0)], new Float32Array(0))).toEqual([]);
  });
});

describe("printKernels", () => {
  const declaration = (name: string): PointwiseDeclaration => ({
    name,
    inputs: ["value"],
    output: "value",
    dtypes: ["float32", "float64"],
    expression: expressionOf(["value"], (x) => exp(x!.negate()).plus(1)),
  });

  test("is a function of the declarations alone", () => {
    expect(printKernels([declaration("one")])).toEqual(printKernels([declaration("one")]));
    expect(printKernels([declaration("one")]).pointwise).toContain(
      "one: { float32: one_float32, float64: one_float64 }",
    );
  });

  test("calls nothing of the host that is not exact", () => {
    const { elementary, pointwise } = printKernels(declarations);
    for (const text of [elementary, pointwise]) {
      const taken = /const \{ ([^}]*) \} = Math;/.exec(text)?.[1]?.split(", ") ?? [];
      for (const name of taken) expect(["abs", "floor", "imul", "max", "min", "sqrt"]).toContain(name);
      expect(text).not.toMatch(/Math\.|\w \*\* /);
    }
  });

  test("refuses two declarations of one name", () => {
    expect(() => printKernels([declaration("same"), declaration("same")])).toThrow("two declarations are named same");
  });

  test("refuses more inputs than it has letters for", () => {
    const inputs = new Array<"value">(9).fill("value");
    const wide = { ...declaration("wide"), inputs, expression: input(8) };
    expect(() => printKernels([wide])).toThrow("wide has more than 8 inputs");
  });
});
