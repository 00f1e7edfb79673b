import { describe, expect, test } from "@jest/globals";
import { checkpoint, customOp, grad, measureTape, type Tensor, tensor, zerosLike } from "../src/index.js";
import { gradcheck, gradgradcheck } from "../src/testing/index.js";

const leaf = (...values: number[]): Tensor => tensor(Float64Array.from(values), { requiresGrad: true });

describe("customOp", () => {
  const softSign = customOp({
    name: "softSign",
    forward: (x: Tensor) => x.div(x.abs().add(1)),
    backward: (gradient, { inputs: [x] }) => gradient.div(x.abs().add(1).mul(x.abs().add(1))),
  });
  const scaled = customOp({
    name: "scaled",
    forward: (x: Tensor, factor: number, y: Tensor) => x.mul(y).mul(factor),
    backward: (gradient, { inputs: [x, factor, y] }) => [
      gradient.mul(y).mul(factor),
      null,
      gradient.mul(x).mul(factor),
    ],
  });
  /** sinh x by a loop over its array; the backward function reads e^x, which forward has saved. */
  const hyperbolic = customOp({
    name: "sinh",
    forward: (x: Tensor) => {
      const powers = x.exp();
      const values = Float64Array.from(powers.data, (power) => (power - 1 / power) / 2);
      return { output: tensor(values, { shape: x.shape }), saved: [powers] };
    },
    backward: (gradient, { saved: [powers] }) => gradient.mul(powers!.add(powers!.pow(-1)).div(2)),
    reads: [],
  });

  test("of loops alone has first derivatives, and refuses second ones instead of leaving them out", () => {
    const loops = customOp({
      forward: (x: Tensor) => x.mul(x),
      backward: (g, { inputs: [x] }) => tensor(Float64Array.from(g.data, (slope, i) => 2 * slope * x.data[i]!)),
    });
    const x = leaf(3, -2);
    expect(grad(loops(x).sum(), [x])[0]!.toArray()).toEqual([6, -4]);
    expect(() => grad(loops(x).exp().sum(), [x], { createGraph: true })).toThrow(/cannot be differentiated again/);
    const none = customOp({ forward: (a: Tensor) => a.sign(), backward: (_, { inputs: [a] }) => zerosLike(a) });
    expect(grad(none(x).exp().sum(), [x], { createGraph: true })[0]!.toArray()).toEqual([0, 0]);
  });

  test("passes gradcheck, and gradgradcheck where its backward reads inputs or output", () => {
    const [x, y] = [leaf(0.3, -0.7), leaf(0.2, 0.5)];
    for (const check of [gradcheck, gradgradcheck]) {
      expect(check(softSign, [x])).toBe(true);
      expect(check((a, b) => scaled(a, 3, b), [x, y])).toBe(true);
      expect(check((a, b) => checkpoint((c: Tensor, d: Tensor) => scaled(softSign(c), 2, d).exp(), a, b), [x, y])).toBe(
        true,
      );
    }
    expect(gradcheck(hyperbolic, [x])).toBe(true);
  });

  test("runs forward unrecorded, once, and backward only where a gradient is wanted", () => {
    const calls: string[] = [];
    const counted = customOp({
      forward: (x: Tensor) => {
        calls.push(`forward ${x.requiresGrad}`);
        return x.exp();
      },
      backward: (gradient, { output }) => {
        calls.push("backward");
        return gradient.mul(output);
      },
    });
    const x = leaf(0);
    counted(x).add(counted(x.detach())).backward();
    expect([calls, x.grad!.item()]).toEqual([["forward false", "forward false", "backward"], 1]);
  });

  test("may return its input, whose memory it does not share", () => {
    const reversed = customOp({ forward: (x: Tensor) => x, backward: (gradient) => gradient.neg(), reads: [] });
    const x = leaf(2, 3);
    const y = reversed(x);
    y.sum().backward();
    expect([y.toArray(), x.grad!.toArray()]).toEqual([
      [2, 3],
      [-1, -1],
    ]);
    expect(y.storage).not.toBe(x.storage);
  });

  test("keeps what it reads and what forward saved, and drops it", () => {
    const held = measureTape(() => {
      const y = hyperbolic(leaf(1, 2).mul(1));
      const before = measureTape(() => undefined).heldBytes;
      y.sum().backward();
      return before;
    });
    expect([held.peakBytes, held.heldBytes]).toEqual([16 + 8, 0]);
  });

  test("a saved value is a constant to the second gradient", () => {
    const x = leaf(1);
    const [slope] = grad(hyperbolic(x), [x], { createGraph: true });
    expect(slope!.item()).toBeCloseTo(Math.cosh(1), 12);
    expect(grad(slope!.add(x), [x])[0]!.item()).toBe(1);
  });
});
