import { describe, expect, test } from "@jest/globals";
import { add, compile, grad, type Tensor, tensor } from "../src/index.js";
import { withBackend } from "../src/targets/backends.js";
import { HeapBackend } from "../src/targets/heap/backend.js";
import { WasmBackend } from "../src/targets/wasm/backend.js";
import { machineOrNull } from "../src/targets/wasm/machine.js";
import { tensorsIn } from "../src/tree.js";
import { allSamples } from "./samples/index.js";
import type { Sample } from "./samples/sample.js";

// Where there is no WebAssembly, what it would do is not tested.
const machine = machineOrNull();
const backends = [new HeapBackend(), ...(machine === null ? [] : [new WasmBackend(machine)])];

/** What a sample gives, and the gradients of a weighted sum of all of it. */
const everything =
  ({ run, differentiable }: Sample) =>
  (...inputs: Tensor[]): Tensor[] => {
    const results = tensorsIn(run(...inputs), "result").map((found) => found.tensor);
    if (!differentiable) return results;
    const floats = results.filter(({ requiresGrad }) => requiresGrad);
    const loss = floats
      .map((x, i) =>
        x
          .mul(x)
          .mul(i + 1)
          .sum(),
      )
      .reduce((sum, x) => add(sum, x));
    const leaves = inputs.filter(({ requiresGrad }) => requiresGrad);
    return [...results, ...grad(loss, leaves, { allowUnused: true }).filter((x) => x !== null)];
  };

const inFloat32 = (x: Tensor): Tensor =>
  x.dtype === "float64" ? tensor(Float32Array.from(x.data), { shape: x.shape, requiresGrad: x.requiresGrad }) : x;

describe.each(backends.map((backend) => [backend.name, backend] as const))("compiled on %s", (_, backend) => {
  test.each(allSamples)("%s %i, value and gradient", (__, ___, sample) => {
    const single = sample.inputs.map(inFloat32);
    for (const [inputs, tolerance] of [
      [sample.inputs, 1e-12],
      [single, 2e-5],
    ] as const) {
      const run = everything(sample);
      const wanted = run(...inputs);
      const found = withBackend(backend, () => compile(run)(...inputs));
      expect(found).toHaveLength(wanted.length);
      found.forEach((own, i) => {
        const { dtype, shape, data } = wanted[i]!;
        expect([own.dtype, own.shape]).toEqual([dtype, shape]);
        const largest = Array.from(data, Math.abs).reduce(
          (most, x) => (Number.isFinite(x) ? Math.max(most, x) : most),
          1,
        );
        own.data.forEach((value, k) => {
          if (Number.isFinite(data[k]!)) expect(Math.abs(value - data[k]!)).toBeLessThanOrEqual(tolerance * largest);
          else expect(value).toBe(data[k]);
        });
      });
    }
  });
});
