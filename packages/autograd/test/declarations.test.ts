import { describe, expect, test } from "@jest/globals";
import { currentDetector } from "../src/anomaly.js";
import { apply } from "../src/apply.js";
import type { DType } from "../src/dtype.js";
import * as fused from "../src/fused/index.js";
import { detectAnomaly, Generator, grad, randn, type Tensor, tensor } from "../src/index.js";
import type { Primitive } from "../src/primitive.js";
import { evaluator } from "../src/scalar/evaluate.js";
import { pointwiseLoops } from "../src/targets/reference/pointwise.generated.js";
import { plainOf } from "./reference/compare.js";
import { common, positions, stretched } from "./reference/plain.js";
import { everyPrimitive } from "./samples/declared.js";
import { allSamples } from "./samples/index.js";
import { callsOf, tensorsOf } from "./samples/observe.js";
import { floatsOf } from "./samples/sample.js";

test("every primitive has a name of its own", () => {
  const names = everyPrimitive.map(([, { name }]) => name);
  expect(names.every((name) => /^[a-z]\w*$/i.test(name))).toBe(true);
  expect(new Set(names).size).toBe(names.length);
});

describe("the vjps", () => {
  test.each(everyPrimitive)("%s has one if and only if a sample has a gradient", (_, { vjps }, samples) => {
    expect(vjps.length).toBeGreaterThan(0);
    expect(samples.some(({ differentiable }) => differentiable)).toBe(vjps.some((vjp) => vjp !== null));
  });

  test.each(everyPrimitive)("%s declares for each what it reads", (_, { vjps, reads, auxiliary }, samples) => {
    expect(reads.length).toBeLessThanOrEqual(vjps.length);
    expect(reads.length > 0).toBe(vjps.some((vjp) => vjp !== null));
    const most = Math.max(...samples.map(({ inputs }) => Math.max(1, inputs.length)), vjps.length, 5);
    for (const read of reads.flat()) {
      if (read === "auxiliary") expect(auxiliary).toBeDefined();
      else if (read !== "output") expect(read).toBeLessThan(most);
    }
    for (const own of reads) expect(Array.isArray(own)).toBe(true);
  });

  test.each(everyPrimitive)("%s: each gets by with what its own row of reads names", (_, __, samples) => {
    for (const { run, inputs } of samples.filter(({ differentiable }) => differentiable)) {
      const gradients = (wanted: readonly Tensor[]) => {
        const [output] = floatsOf(run(...inputs));
        return grad(output!.mul(output!.detach()).sum(), wanted);
      };
      const all = gradients(inputs);
      inputs.forEach((x, i) => {
        for (const other of inputs) other.requiresGrad = other === x;
        try {
          const [alone] = gradients([x]);
          expect(alone!.toArray()).toEqual(all[i]!.toArray());
        } finally {
          for (const other of inputs) other.requiresGrad = true;
        }
      });
    }
  });
});

/** One run of a primitive. */
interface Run {
  readonly primitive: Primitive;
  readonly inputs: readonly Tensor[];
  readonly args: unknown;
  readonly output: Tensor;
}

/** All runs of primitives, forward and backward, those without an export of their own too. */
function runs(): Run[] {
  const found: Run[] = [];
  detectAnomaly(() => {
    currentDetector()!.checkForward = (primitive, inputs, args, output) => {
      found.push({ primitive: primitive as Primitive, inputs, args, output });
    };
    for (const [, , { run, inputs }] of allSamples) {
      const outputs = floatsOf(run(...inputs)).filter(({ node }) => node !== null);
      for (const output of outputs) grad(output.sum(), inputs, { retainGraph: true, allowUnused: true });
    }
  });
  return found;
}

const primitivesAtWork = (): Primitive[] => [...new Set(runs().map(({ primitive }) => primitive))];

describe("a primitive at work", () => {
  test("has a name of its own", () => {
    const names = primitivesAtWork().map(({ name }) => name);
    expect(names.filter((name) => !/^[a-z]\w+$/i.test(name))).toEqual([]);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(names.filter((name) => name.endsWith("Grad")).length).toBeGreaterThan(8);
  });

  test("says for every input whether it has a gradient, and of what it is made", () => {
    for (const { vjps, reads } of primitivesAtWork()) {
      expect(vjps.length).toBeGreaterThan(0);
      for (const read of reads.flatMap((own) => (Array.isArray(own) ? own : [own]))) {
        expect(read === "output" || read === "auxiliary" || Number.isInteger(read)).toBe(true);
      }
    }
  });

  test("gives what its shape rule says, from shapes and dtypes alone", () => {
    for (const { primitive, inputs, args, output } of runs()) {
      const meta = inputs.map(({ shape, dtype, size }) => ({ shape, dtype, size }) as Tensor);
      const { shape, dtype } = primitive.infer(meta, args);
      expect([primitive.name, dtype, ...shape]).toEqual([primitive.name, output.dtype, ...output.shape]);
    }
  });

  test("is a scalar function of values and conditions, or none", () => {
    for (const declaration of primitivesAtWork().flatMap(({ pointwise }) => pointwise ?? [])) {
      for (const role of [...declaration.inputs, declaration.output]) expect(role).toMatch(/^(value|bool)$/);
    }
  });
});

/** Element by element what the declared expression says, in float64, rounded at the store. */
function evaluated({ pointwise }: Primitive, operands: readonly Tensor[], dtype: DType): number[] {
  const [{ expression, inputs }] = pointwise as [NonNullable<typeof pointwise>[number]];
  const evaluate = evaluator(expression, "float64");
  const plain = operands.map(plainOf);
  return positions(common(plain.map(({ shape }) => shape))).map((position) => {
    const values = plain.map((operand, k) => {
      const value = stretched(operand, position);
      return inputs[k] === "bool" ? value === 1 : value;
    });
    const value = Number(evaluate(...values));
    return dtype === "float32" ? Math.fround(value) : value;
  });
}

describe("a scalar function's loop computes its expression, to the bit", () => {
  const rows = everyPrimitive.filter(([, { pointwise }]) => pointwise !== undefined);
  const backwards = Object.entries(fused).flatMap(([name, operation]) =>
    "backward" in operation ? [[`gradient of ${name}`, operation.backward as Primitive] as const] : [],
  );

  test("the printer is told of those of the gradients", () => {
    expect(fused.activationGradients.map(({ primitive }) => primitive)).toEqual(backwards.map(([, own]) => own));
  });

  test.each([...rows.map(([name, primitive]) => [name, primitive] as const), ...backwards])(
    "%s has a loop for each of its dtypes",
    (_, { pointwise, name }) => {
      const [declaration] = pointwise!;
      expect(declaration!.name).toBe(name);
      expect(Object.keys(pointwiseLoops[name]!).sort()).toEqual([...declaration!.dtypes].sort());
    },
  );

  test.each(rows)("%s", (name, primitive, samples) => {
    const calls = samples.flatMap(callsOf).filter((call) => call.name === name);
    for (const { args, result } of calls) {
      const operands = args.map((arg) => (typeof arg === "object" ? tensorsOf(arg)[0]! : { value: Number(arg) }));
      const plain = operands.map((operand) => ("value" in operand ? scalarOf(operand.value) : operand));
      const { dtype, data } = plainOf(result as Tensor);
      expect(evaluated(primitive, plain, dtype)).toEqual(data);
    }
  });

  test.each(backwards)("%s", (_, backward) => {
    const operands = Array.from({ length: backward.pointwise![0]!.inputs.length }, (_, i) =>
      randn([3, 5], { dtype: "float64", generator: new Generator(i) }),
    );
    const { dtype, data } = plainOf(apply(backward, operands, null));
    expect(evaluated(backward, operands, dtype)).toEqual(data);
  });
});

const scalarOf = (value: number): Tensor => tensor(Float64Array.of(value), { shape: [] });
