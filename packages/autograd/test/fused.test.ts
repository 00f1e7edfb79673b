import { describe, expect, test } from "@jest/globals";
import { Generator, grad, randn, type Tensor } from "../src/index.js";
import { difference, leavesOf, plainly } from "./reference/compare.js";
import { fusedPrimitives } from "./samples/declared.js";
import type { Sample } from "./samples/sample.js";

// The two differ in the order of a few roundings.
const tolerance = { rtol: 1e-10, atol: 1e-12 };

const drawn = (shape: readonly number[], seed: number): Tensor =>
  randn(shape, { dtype: "float64", generator: new Generator(seed) });

/** The gradients of y and, where they are recorded, those of a random combination of them. */
function gradients(y: Tensor, inputs: readonly Tensor[], createGraph: boolean): readonly Tensor[] {
  const first = grad(y, inputs, { gradOutput: drawn(y.shape, 1), createGraph, retainGraph: true });
  if (!createGraph) return first;
  const combined = first.map((g, i) => g.mul(drawn(g.shape, i + 2)).sum()).reduce((a, b) => a.add(b));
  const second = grad(combined, inputs, { retainGraph: true, allowUnused: true });
  return [...first, ...second.filter((g) => g !== null)];
}

const closeTo = (given: unknown, wanted: unknown): string | null =>
  difference(leavesOf(plainly(given)), leavesOf(plainly(wanted)), tolerance);

describe("a fused operation equals its composite", () => {
  const rows = fusedPrimitives
    .filter(([, { composite }]) => composite !== undefined)
    .flatMap(([name, primitive, samples]) => samples.map((sample, i) => [name, i, primitive, sample] as const));

  test("which all but the optimizers' updates have", () => {
    const without = fusedPrimitives.filter(([, { composite }]) => composite === undefined);
    expect(without.every(([, { vjps }]) => vjps.every((vjp) => vjp === null))).toBe(true);
  });

  test.each(rows)("%s %i, in value, gradient and second order", (_, __, primitive, { run, inputs }: Sample) => {
    const own = run(...inputs) as Tensor;
    const { node } = own;
    expect(node!.primitive).toBe(primitive);
    const composite = primitive.composite!(node!.inputs as Tensor[], node!.args);
    expect(closeTo(own, composite)).toBe(null);
    for (const createGraph of [false, true]) {
      const [given, wanted] = [own, composite].map((y) => gradients(y, inputs, createGraph));
      expect(closeTo(given, wanted)).toBe(null);
    }
    // The kernel's gradient is that of the composite, by which it is differentiated again.
    const kernel = gradients(own, inputs, false);
    expect(closeTo(kernel, gradients(own, inputs, true).slice(0, inputs.length))).toBe(null);
  });
});

test("a kernel leaves one statistic a row for its gradient, for layer norm two", () => {
  const shapes = Object.fromEntries(
    fusedPrimitives.flatMap(([name, , samples]) => {
      const { node } = samples.at(-1)!.run(...samples.at(-1)!.inputs) as Tensor;
      return node?.auxiliary ? [[name, node.auxiliary.shape]] : [];
    }),
  );
  expect(shapes).toEqual({ attend: [2, 1, 3], crossEntropyRows: [3], normalizeRows: [2, 3] });
});
