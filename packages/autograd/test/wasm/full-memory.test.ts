import { describe, expect, test } from "@jest/globals";
import { CompileError, compile, full, noGrad, type Tensor } from "../../src/index.js";
import { withBackend } from "../../src/targets/backends.js";
import { WasmBackend } from "../../src/targets/wasm/backend.js";
import { machineIn } from "../../src/targets/wasm/machine.js";
import { errorOf } from "../samples/error.js";

/** The parts of the host that the language's own types lack. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { Memory: new (descriptor: object) => Parameters<typeof machineIn>[0] };
};

const PAGES = 64;
const MOST_BYTES = PAGES * 65536;

const backendOf = (shared: boolean): WasmBackend =>
  new WasmBackend(machineIn(new WebAssembly.Memory({ initial: 1, maximum: PAGES, shared }), shared));

/** A step that adds to a weight, to its gradient, and gives back what it was called with, in reverse. */
function counting() {
  const weight = full([1000], 1, { requiresGrad: true });
  const step = compile((x: Tensor) => {
    const [first, sum] = [x.mul(2).cumsum(0), x.sum()];
    weight.mul(sum).sum().backward();
    noGrad(() => weight.assign(weight.add(sum)));
    return first.flip(0);
  });
  return { weight, step, state: () => [Array.from(weight.data), weight.grad?.toArray(), weight.storage.version] };
}

describe.each([true, false])("a full memory (shared: %s)", (shared) => {
  test("is an error with the bytes that were wanted; state is as it was, and smaller calls work", () => {
    withBackend(backendOf(shared), () => {
      const { step, state } = counting();
      const small = (): unknown => step(full([4], 1)).toArray();
      expect(small()).toEqual([8, 6, 4, 2]);
      for (const size of [1e5, 1e6, 3e5, 2e6]) {
        const before = state();
        if (4 * size * 2 < MOST_BYTES) expect(step(full([size], 1)).shape).toEqual([size]);
        else {
          const error = errorOf(() => step(full([size], 1)));
          expect(error).toBeInstanceOf(CompileError);
          const [, bytes] = /got: (\d+) bytes asked for/.exec(error.message)!;
          expect(Number(bytes)).toBeGreaterThanOrEqual(4 * size);
          expect(state()).toEqual(before);
        }
        expect(small()).toEqual([8, 6, 4, 2]);
      }
    });
  });

  test("programs that are not needed now make room", () => {
    withBackend(backendOf(shared), () => {
      const weights = [1, 2, 3].map((value) => full([400_000], value));
      const steps = weights.map((weight) =>
        compile((x: Tensor) => {
          noGrad(() => weight.assign(weight.add(x)));
          return weight.slice(0, 0, 2);
        }),
      );
      for (let call = 1; call <= 3; call++) {
        steps.forEach((step, i) => {
          expect(step(full([], 1)).toArray()).toEqual([i + 1 + call, i + 1 + call]);
        });
      }
      expect(weights.map(({ storage }) => storage.resident)).toContain(false);
      for (const step of steps) step.dispose();
    });
  });
});

test("programs find an arena that has moved when there was no room for a larger one", () => {
  const backend = backendOf(true);
  const blocks = [1, 2, 3].map(() => backend.allocate(64));
  const { address } = backend.arena(64);
  const before = backend.generation;
  backend.free(blocks[0]!);
  expect(() => backend.arena(2 * MOST_BYTES)).toThrow(CompileError);
  expect(backend.arena(64).address).not.toBe(address);
  expect(backend.generation).toBeGreaterThan(before);
});
