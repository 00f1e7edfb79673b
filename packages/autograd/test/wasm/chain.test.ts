import { describe, expect, test } from "@jest/globals";
import type { DType } from "../../src/dtype.js";
import { type Tensor, tensor, zeros } from "../../src/index.js";
import { branch, constant, input, pow2, select } from "../../src/scalar/expression.js";
import type { PointwiseDeclaration } from "../../src/scalar/pointwise.js";
import { broadcastShapes } from "../../src/shape.js";
import { reference } from "../../src/targets/reference/index.js";
import type { GeneratedFunction, Step } from "../../src/targets/step.js";
import { encodeModule } from "../../src/targets/wasm/encoder/module.js";
import { chain } from "../../src/targets/wasm/lower/chain.js";
import { unit } from "../scalar/points.js";
import { declarations, differing, evaluated, runChain } from "../support/chains.js";
import { randomChain } from "../support/random-chain.js";
import { runStep } from "../support/run-step.js";

/** The parts of the host that the language's own types lack. */
const { WebAssembly } = globalThis as unknown as { WebAssembly: { validate(bytes: Uint8Array): boolean } };

const { fround } = Math;
const inf = Number.POSITIVE_INFINITY;

/** Zeros, infinities, NaN, what is subnormal, the ends of the ranges of the elementary functions, ties of rounding. */
const positive = [
  ...[
    0, 1e-45, 1e-40, 1.1754942e-38, 1.17549435e-38, 2.5e-38, 1e-30, 1e-8, 6e-8, 1e-4, 0.1, 0.25, 0.41, 0.5, 0.62, 0.625,
  ],
  ...[0.7, 0.75, 0.9999999, 1, 1.0000001, Math.SQRT2, 1.5, 2, 2.5, 3, Math.PI, 4, 9, 10, 16.6, 30, 60, 87, 87.3, 87.34],
  ...[
    88, 88.7, 88.72284, 88.73, 89, 103, 104, 126, 127, 128, 149, 150, 1000, 4096, 131072, 8388607.5, 8388608, 1e9, 1e18,
  ],
  ...[1e20, 1.7e38, 3.4028235e38, inf],
].map(fround);
const special = [...positive, ...positive.map((x) => -x), Number.NaN];

/** Number `counter` of a sequence over all magnitudes, special values among them. */
function drawn(counter: number): number {
  const choice = unit(counter);
  if (choice < 0.3) return special[Math.floor(unit(counter + 1e6) * special.length)]!;
  const size = choice < 0.7 ? 4 : 2 ** (250 * unit(counter + 2e6) - 125);
  return fround((2 * unit(counter + 3e6) - 1) * size);
}

/** Some of them, for pairs. */
const few = special.filter((_, i) => i % 3 === 0 || i === special.length - 1);

/** Columns of arguments: all special values for one, pairs of some for two, and a thousand and a half of drawn rows. */
function columns(count: number): number[][] {
  const chosen = count === 1 ? special.map((x) => [x]) : count === 2 ? few.flatMap((x) => few.map((y) => [x, y])) : [];
  const rows = chosen.length + (count > 2 ? 3001 : 1502);
  return Array.from({ length: count }, (_, k) =>
    Array.from({ length: rows }, (_, i) => chosen[i]?.[k] ?? drawn(7 * i + k)),
  );
}

/** Operands of a declaration, one column each, and a result for them. */
function operandsOf({ inputs, output }: PointwiseDeclaration, dtype: DType): { inputs: Tensor[]; outputs: Tensor[] } {
  const operands = columns(inputs.length).map((column, k) =>
    inputs[k] === "bool" || dtype === "bool" ? tensor(column.map((x) => x > 0)) : tensor(column),
  );
  return { inputs: operands, outputs: [zeros([operands[0]!.size], { dtype: output === "bool" ? "bool" : dtype })] };
}

const declared = (dtype: DType) =>
  declarations
    .filter(({ dtypes }) => (dtypes as readonly DType[]).includes(dtype))
    .map((declaration) => [declaration.name, declaration] as const);

describe("every scalar function of float32 has the bits that the evaluator says", () => {
  test.each(declared("float32"))("%s", (_, declaration) => {
    const { expression } = declaration;
    const make = () => operandsOf(declaration, "float32");
    const [found] = runChain({ expressions: [expression], make });
    expect(differing(found!.data, evaluated(expression, make().inputs))).toEqual([]);
  });
});

test.each([0, -0, 1, -2.5, 1e-40, inf, -inf, Number.NaN])(
  "%d as an operand, which may have an instruction of its own",
  (c) => {
    const x = tensor(special);
    const is = input(0).lt(0.5);
    const expressions = [
      ...[input(0).max(c), input(0).min(c), constant(c).max(input(0)), constant(c).min(input(0))],
      ...[
        select(is, c, input(0)),
        select(is, input(0), c),
        select(is.not(), c, input(0)),
        select(is.not(), input(0), c),
      ],
      branch(input(0).abs().lt(c), input(0).times(0), input(0)),
      branch(input(0).abs().lt(c), input(0).times(-0), input(0)),
      branch(input(0).abs().lt(c), input(0).times(0), input(0).plus(1)),
      select(input(0).eq(input(0)), pow2(input(0).floor().min(126).max(-126)), 0),
      input(0).copysign(c),
    ];
    const make = () => ({ inputs: [x], outputs: expressions.map(() => zeros(x.shape)) });
    runChain({ expressions, make }).forEach((found, i) => {
      expect(differing(found.data, evaluated(expressions[i]!, [x]))).toEqual([]);
    });
  },
);

describe("every scalar function of bool is that of the reference", () => {
  test.each(declared("bool"))("%s", (_, declaration) => {
    const { inputs, outputs } = operandsOf(declaration, "bool");
    reference.pointwise(declaration, "bool", inputs, outputs[0]!);
    const [found] = runChain({
      expressions: [declaration.expression],
      make: () => operandsOf(declaration, "bool"),
    });
    expect(differing(found!.data, outputs[0]!.data)).toEqual([]);
  });
});

describe("operands of any layout", () => {
  const cases = Array.from({ length: 150 }, (_, seed) => [seed] as const);
  test.each(cases)("random expressions, number %d", (seed) => {
    const one = randomChain(seed);
    const { inputs, outputs } = one.make();
    const found = runChain(one);
    one.expressions.forEach((expression, i) => {
      expect(differing(found[i]!.data, evaluated(expression, inputs, outputs[i]!.shape))).toEqual([]);
    });
  });

  test("a whole task is written and nothing behind it, whatever remains of the last vector", () => {
    for (const count of [1, 2, 3, 4, 5, 15, 16, 17, 32767, 32768, 32769, 70001]) {
      const x = tensor(Float32Array.from({ length: count }, (_, i) => i));
      const [found] = runChain({
        expressions: [input(0).plus(1)],
        make: () => ({ inputs: [x], outputs: [zeros([count])] }),
      });
      expect(found!.data.every((value: number, i: number) => value === i + 1)).toBe(true);
    }
  });

  test("outputs may lie where inputs do: all elements of an index are read before one is written", () => {
    const columns = (seed: number) => Float32Array.from({ length: 1003 }, (_, i) => unit(seed + i));
    const expressions = [input(1).plus(input(0)), input(0).times(input(1)).plus(input(1))];
    const make = () => {
      const [a, b] = [tensor(columns(1)), tensor(columns(5000))];
      return { inputs: [a, b], outputs: [a, b] };
    };
    const found = runChain({ expressions, make });
    const { inputs } = make();
    expect(differing(found[0]!.data, evaluated(expressions[0]!, inputs))).toEqual([]);
    expect(differing(found[1]!.data, evaluated(expressions[1]!, inputs))).toEqual([]);
  });
});

describe("what is not done", () => {
  const refused = (outputs: readonly Tensor[]) =>
    runStep(chain, { inputs: [tensor([1, 2])], outputs, settings: { expressions: [input(0)] } });

  test("other results than float32 and bool", () => {
    expect(refused([zeros([2], { dtype: "float64" })])).toBeNull();
    expect(refused([zeros([2], { dtype: "int32" })])).toBeNull();
  });

  test("nothing", () => {
    expect(refused([zeros([0])])).toBeNull();
  });
});

describe("code", () => {
  const stepOf = (shapes: readonly (readonly number[])[], root = input(0).plus(input(1))): Step => {
    const inputs = shapes.map((shape) => zeros(shape));
    const outputs = [zeros(broadcastShapes("test", shapes))];
    return runStep(chain, { inputs, outputs, settings: { expressions: [root] } })!;
  };
  const generated = (...args: Parameters<typeof stepOf>): GeneratedFunction =>
    stepOf(...args).kernel as GeneratedFunction;

  test("is the same for other extents and strides", () => {
    const one = generated([[5, 7], [7]]);
    const other = generated([[3, 1024], [1024]]);
    expect(other.key).toBe(one.key);
    expect(other.body).toEqual(one.body);
  });

  test("is another one, with another key, for another expression, layout or dtype", () => {
    const keys = [
      generated([[5, 7], [7]]),
      generated([
        [5, 7],
        [5, 1],
      ]),
      generated([[5, 7], [1]]),
      generated([
        [5, 7],
        [5, 7],
      ]),
      generated([[5, 7], [7]], input(0).plus(input(1)).plus(1)),
      generated([[5, 7], [7]], input(0).plus(input(1)).plus(2)),
      generated([[5, 7], [7]], input(0).minus(input(1))),
    ].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("many functions make one module, for a memory that is shared or not", () => {
    const functions = declarations.map(({ expression, inputs }) =>
      generated(
        inputs.map(() => [3, 5]),
        expression,
      ),
    );
    for (const shared of [true, false]) expect(WebAssembly.validate(encodeModule(functions, shared))).toBe(true);
  });
});
