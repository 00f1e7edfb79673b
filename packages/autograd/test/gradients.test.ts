import { describe, expect, test } from "@jest/globals";
import * as fused from "../src/fused/index.js";
import { grad, type Tensor } from "../src/index.js";
import type { Primitive } from "../src/primitive.js";
import * as primitives from "../src/primitives/index.js";
import { allClose, gradcheck, gradgradcheck } from "../src/testing/index.js";
import { fusedSamples } from "./samples/fused.js";
import { operationSamples } from "./samples/operations.js";
import { primitiveSamples } from "./samples/primitives.js";
import { floatsOf, type Sample } from "./samples/sample.js";

const tables = { primitives: primitiveSamples, "fused operations": fusedSamples, operations: operationSamples };

/** Whether anything in the result can be differentiated. */
const isRecorded = ({ run, inputs }: Sample): boolean => floatsOf(run(...inputs)).some((x) => x.requiresGrad);

describe.each(Object.entries(tables))("%s", (_, table: Record<string, readonly Sample[]>) => {
  const rows = Object.entries(table).flatMap(([name, samples]) =>
    samples.map((sample, i) => [name, i, sample] as const),
  );
  test.each(rows.filter(([, , sample]) => isRecorded(sample)))("%s %i has the gradients of differences", (...row) => {
    const { run, inputs } = row[2];
    expect(gradcheck(run, inputs)).toBe(true);
    expect(gradgradcheck(run, inputs)).toBe(true);
  });
});

/** The primitives of a namespace with their samples. */
function declared(namespace: object, table: Record<string, readonly Sample[]>) {
  return Object.entries(table).map(([name, samples]) => {
    const { primitive } = (namespace as Record<string, { primitive: Primitive }>)[name]!;
    return [name, primitive, samples] as const;
  });
}
const everyPrimitive = [...declared(primitives, primitiveSamples), ...declared(fused, fusedSamples)];

describe("declarations", () => {
  test.each(everyPrimitive)("%s is recorded if and only if it has a vjp", (_, { vjps }, samples) => {
    expect(samples.some(isRecorded)).toBe(vjps.some((vjp) => vjp !== null));
  });

  test.each(everyPrimitive)("%s: each vjp gets by with what its own row of reads names", (_, primitive, samples) => {
    for (const { run, inputs } of samples.filter(isRecorded)) {
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
    expect(primitive.reads.length).toBeLessThanOrEqual(primitive.vjps.length);
  });
});

describe("a fused operation equals its composite", () => {
  const rows = declared(fused, fusedSamples).filter(([, { composite }]) => composite !== undefined);
  test.each(rows)("%s, in value and gradient", (_, primitive, samples) => {
    for (const { run, inputs } of samples) {
      const own = run(...inputs) as Tensor;
      const { node } = own;
      expect(node!.primitive).toBe(primitive);
      const composite = primitive.composite!(node!.inputs as Tensor[], node!.args);
      expect(allClose(own, composite, { rtol: 1e-10, atol: 1e-12 })).toBe(true);
      const slopes = [own, composite].map((y) => grad(y.mul(y.detach().add(0.5)).sum(), inputs, { retainGraph: true }));
      inputs.forEach((_, i) => {
        expect(allClose(slopes[0]![i]!, slopes[1]![i]!, { rtol: 1e-10, atol: 1e-12 })).toBe(true);
      });
      const [createdGraph] = grad(own.mul(own.detach().add(0.5)).sum(), [inputs[0]!], { createGraph: true });
      expect(allClose(createdGraph!, slopes[0]![0]!, { rtol: 1e-10, atol: 1e-12 })).toBe(true);
    }
  });
});
