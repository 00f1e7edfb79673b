import { describe, expect, test } from "@jest/globals";
import { Generator, grad, randn, type Tensor } from "../src/index.js";
import { plainly } from "./reference/compare.js";
import { allSamples, differentiable, ownCalls } from "./samples/index.js";
import { compact, layouts, stretch } from "./samples/layouts.js";
import { repeated } from "./samples/observe.js";
import { floatsOf, type Sample } from "./samples/sample.js";

/** Gradients of all outputs for a cotangent that lies in memory as the inputs do. */
function gradients({ run }: Sample, inputs: readonly Tensor[], layout: (x: Tensor) => Tensor): unknown {
  const generator = new Generator(5);
  return floatsOf(run(...inputs))
    .filter((output) => output.requiresGrad)
    .map((output) => {
      const gradOutput = layout(randn(output.shape, { dtype: output.dtype, generator }));
      return plainly(grad(output, inputs, { gradOutput, retainGraph: true, allowUnused: true }));
    });
}

describe.each(Object.entries(layouts))("operands that lie in memory %s give the same bits", (_, layout) => {
  test.each(allSamples)("%s %i", (name, __, sample) => {
    for (const call of ownCalls(name, sample)) {
      expect(plainly(repeated(call, layout))).toEqual(plainly(repeated(call, compact)));
    }
  });

  test.each(differentiable)("%s %i, gradients", (__, ___, sample) => {
    const wanted = gradients(sample, sample.inputs, compact);
    expect(gradients(sample, sample.inputs.map(layout), layout)).toEqual(wanted);
  });
});

describe("operands stretched by a stride of 0 give the bits of their copies", () => {
  const last = ({ ndim }: Tensor): number => ndim - 1;
  test.each(allSamples)("%s %i", (name, _, sample) => {
    for (const call of ownCalls(name, sample)) {
      for (const dim of [() => 0, last, (x: Tensor) => x.ndim - 2]) {
        const wide = (x: Tensor): Tensor => stretch(x, dim(x));
        expect(plainly(repeated(call, wide))).toEqual(plainly(repeated(call, (x) => compact(wide(x)))));
      }
    }
  });

  test.each(differentiable)("%s %i, gradients", (_, __, sample) => {
    for (const dim of [() => 0, last]) {
      const wide = (x: Tensor): Tensor => stretch(x, dim(x));
      const copies = sample.inputs.map((x) => compact(wide(x)));
      const given = gradients(sample, sample.inputs.map(wide), wide);
      expect(given).toEqual(gradients(sample, copies, (x) => compact(wide(x))));
    }
  });
});
