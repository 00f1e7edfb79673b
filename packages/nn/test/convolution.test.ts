import { describe, expect, test } from "@jest/globals";
import { Generator, randn, type Tensor, tensor } from "@typegrad/autograd";
import { allClose } from "@typegrad/autograd/testing";
import { Conv1d, Conv2d } from "../src/index.js";

const random = (shape: number[], seed: number): Tensor =>
  randn(shape, { dtype: "float64", generator: new Generator(seed) });
const at = (x: Tensor, ...index: number[]): number => x.data[index.reduce((sum, i, d) => sum * x.shape[d]! + i, 0)]!;

test("Conv1d sums the input under the kernel, group by group", () => {
  const [C, O, K, L, groups, stride, padding, dilation] = [4, 6, 3, 11, 2, 2, 1, 2];
  const layer = new Conv1d(C, O, K, { groups, stride, padding, dilation }).to("float64");
  const x = random([5, C, L], 1);
  const out = layer.forward(x);
  const length = Math.floor((L + 2 * padding - dilation * (K - 1) - 1) / stride) + 1;
  expect(out.shape).toEqual([5, O, length]);
  const wanted = Float64Array.from({ length: out.size }, (_, flat) => {
    const [n, o, i] = [Math.floor(flat / (O * length)), Math.floor(flat / length) % O, flat % length];
    let sum = at(layer.bias!, o);
    for (let c = 0; c < C / groups; c++) {
      for (let k = 0; k < K; k++) {
        const position = i * stride + k * dilation - padding;
        const channel = Math.floor(o / (O / groups)) * (C / groups) + c;
        if (position >= 0 && position < L) sum += at(x, n, channel, position) * at(layer.weight, o, c, k);
      }
    }
    return sum;
  });
  expect(allClose(out, tensor(wanted, { shape: out.shape }), { rtol: 1e-12, atol: 1e-14 })).toBe(true);
});

describe("Conv2d", () => {
  test("sums the input under a kernel of two extents", () => {
    const layer = new Conv2d(2, 3, [2, 5], { bias: false }).to("float64");
    const x = random([2, 7, 11], 1);
    const out = layer.forward(x);
    expect(out.shape).toEqual([3, 6, 7]);
    const wanted = Float64Array.from({ length: out.size }, (_, flat) => {
      const [o, i, j] = [Math.floor(flat / 42), Math.floor(flat / 7) % 6, flat % 7];
      let sum = 0;
      for (let c = 0; c < 2; c++) {
        for (let k = 0; k < 2; k++) {
          for (let l = 0; l < 5; l++) sum += at(x, c, i + k, j + l) * at(layer.weight, o, c, k, l);
        }
      }
      return sum;
    });
    expect(allClose(out, tensor(wanted, { shape: out.shape }), { rtol: 1e-12, atol: 1e-14 })).toBe(true);
  });

  test("starts within one by the root of what a unit sees, has PyTorch's keys and says what it is", () => {
    const layer = new Conv2d(6, 40, 5, { groups: 2, padding: "same" });
    expect(Object.entries(layer.stateDict()).map(([key, { shape }]) => [key, shape])).toEqual([
      ["weight", [40, 3, 5, 5]],
      ["bias", [40]],
    ]);
    const bound = 1 / Math.sqrt(75);
    expect(layer.weight.abs().amax().item()).toBeLessThanOrEqual(bound + 1e-8);
    expect(layer.weight.abs().amax().item()).toBeGreaterThan(0.99 * bound);
    expect(layer.forward(random([6, 7, 11], 1)).shape).toEqual([40, 7, 11]);
    expect(String(layer)).toBe('Conv2d(6, 40, kernelSize=[5, 5], groups=2, padding="same")');
    expect(String(new Conv1d(2, 3, 5, { bias: false }))).toBe("Conv1d(2, 3, kernelSize=[5], bias=false)");
  });
});
