import { describe, expect, test } from "@jest/globals";
import { arange, cat, exp, grad, gradEnabled, mul, noGrad, ones, type Tensor, tensor, where } from "../src/index.js";

const leaf = (...values: number[]): Tensor => tensor(Float64Array.from(values), { requiresGrad: true });
const float = (...values: number[]): Tensor => tensor(Float64Array.from(values));

describe("the walk back", () => {
  test("visits an operation once, however many ways lead through it", () => {
    const x = leaf(1);
    let y = x;
    for (let i = 0; i < 60; i++) y = y.add(y);
    let passes = 0;
    const middle = y.mul(2 ** -60);
    middle.registerHook(() => {
      passes++;
    });
    middle.backward();
    expect([x.grad!.item(), passes]).toEqual([1, 1]);
  });

  test("adds up over graphs and over walks", () => {
    const x = leaf(2, 3);
    x.mul(5).sum().backward();
    x.mul(x).sum().backward();
    expect(x.grad!.toArray()).toEqual([9, 11]);
    x.grad = null;
    x.sum().backward();
    expect(x.grad!.toArray()).toEqual([1, 1]);
  });

  test("undoes broadcasting in front, in the middle and from 0-d", () => {
    const [scalar, row, column] = [tensor(2, { requiresGrad: true, dtype: "float64" }), leaf(1, 2, 3), leaf(5, 7)];
    scalar
      .mul(row)
      .mul(column.unsqueeze(1))
      .mul(ones([5, 2, 3], { dtype: "float64" }))
      .sum()
      .backward();
    expect([scalar.grad!.shape, scalar.grad!.item()]).toEqual([[], 5 * 6 * 12]);
    expect(row.grad!.toArray()).toEqual([120, 120, 120]);
    expect(column.grad!.toArray()).toEqual([60, 60]);
  });

  test("gives gradients the dtype of their leaf", () => {
    const [half, whole] = [tensor([1, 2], { requiresGrad: true }), leaf(3, 5)];
    half.mul(whole).sum().backward();
    expect([half.grad!.dtype, whole.grad!.dtype]).toEqual(["float32", "float64"]);
  });

  test("leaves .grad alone when it fails, and when grad() is asked", () => {
    const [x, y] = [leaf(2), leaf(3)];
    const broken = x.mul(y).add(exp(y));
    noGrad(() => x.assign(float(5)));
    expect(() => broken.backward()).toThrow(/assigned since/);
    grad(x.mul(y), [x, y]);
    expect([x.grad, y.grad]).toEqual([null, null]);
  });

  test("goes through what another walk has kept, and not through what it has freed", () => {
    const x = leaf(2);
    const shared = x.mul(x);
    const [first, second] = [shared.mul(3), shared.mul(5)];
    first.backward(undefined, { retainGraph: true });
    second.backward();
    expect(x.grad!.item()).toBe(32);
    expect(() => first.backward()).toThrow(/freed/);
  });

  test("grad frees no more than the way to its inputs", () => {
    const x = leaf(2);
    const middle = x.exp();
    const y = middle.mul(middle);
    grad(y, [middle]);
    expect(() => grad(y, [middle])).toThrow(/freed/);
    expect(grad(middle, [x])[0]!.item()).toBeCloseTo(Math.exp(2), 12);
  });

  test("gives several inputs in their order, one of them twice", () => {
    const [x, y] = [leaf(2), leaf(3)];
    expect(grad(x.mul(y), [y, x, y]).map((g) => g.item())).toEqual([2, 3, 2]);
    expect(grad(x, [x])[0]!.item()).toBe(1);
  });

  test("with createGraph leaves gradients in .grad that can be differentiated", () => {
    const x = leaf(3);
    x.mul(x).mul(x).backward(undefined, { createGraph: true });
    const slope = x.grad!;
    expect([slope.item(), slope.requiresGrad]).toEqual([27, true]);
    expect(grad(slope, [x])[0]!.item()).toBe(18);
    x.grad = null;
    x.mul(x).backward();
    expect(x.grad!.requiresGrad).toBe(false);
  });

  test("restores the recording mode", () => {
    const x = leaf(1);
    x.registerHook(() => {
      expect(gradEnabled()).toBe(false);
    });
    noGrad(() => undefined);
    x.exp().backward();
    expect(gradEnabled()).toBe(true);
  });
});

describe("what has no gradient", () => {
  const x = leaf(1, -2, 3);
  test.each([
    ["comparison", () => x.gt(0)],
    ["position", () => x.argmax()],
    ["conversion to integers", () => x.to("int32")],
    ["integers made floats", () => x.to("int32").to("float64")],
    ["detach", () => x.detach()],
    ["noGrad", () => noGrad(() => x.exp())],
    ["indices of a sort", () => x.sort().indices],
  ])("%s", (_, run) => {
    const y = run();
    expect([y.requiresGrad, y.isLeaf]).toEqual([false, true]);
  });

  test("is a constant to what follows", () => {
    where(x.gt(0), x, x.detach()).sum().backward();
    expect(x.grad!.toArray()).toEqual([1, 0, 1]);
    expect(cat([float(1), x]).mul(arange(4)).requiresGrad).toBe(true);
  });
});

describe("hooks", () => {
  test("of a result see the whole gradient, once, and what they return goes on", () => {
    const x = leaf(2);
    const y = x.mul(3);
    const seen: number[] = [];
    y.registerHook((g) => {
      seen.push(g.item());
      return g.mul(10);
    });
    y.registerHook((g) => {
      seen.push(g.item());
    });
    y.mul(y).add(y).backward();
    expect([seen, x.grad!.item()]).toEqual([[13, 130], 390]);
  });

  test("run for grad() too, on its inputs as well", () => {
    const x = leaf(2);
    const y = x.mul(x);
    x.registerHook((g) => g.mul(2));
    y.registerHook((g) => g.mul(3));
    expect(grad(y.mul(1), [x, y]).map((g) => g.item())).toEqual([24, 3]);
  });

  test("run in order, and may register and remove others on the way", () => {
    const x = leaf(2);
    const seen: string[] = [];
    const y = x.mul(3);
    const remove = y.registerHook((g) => {
      seen.push(`first ${g.item()}`);
      remove();
      y.registerHook(() => void seen.push("late"));
      return g.mul(2);
    });
    y.registerHook((g) => void seen.push(`second ${g.item()}`));
    y.backward(undefined, { retainGraph: true });
    y.backward();
    expect(seen).toEqual(["first 1", "second 2", "second 1", "late"]);
    expect(x.grad!.item()).toBe(6 + 3);
  });

  test("may walk back themselves", () => {
    const [x, other] = [leaf(2), leaf(5)];
    const y = x.mul(x);
    const [elsewhere, here] = [other.mul(other), y.exp()];
    let inside = false;
    y.registerHook(() => {
      // The inner walk passes through y as well, and so through this hook.
      if (inside) return;
      inside = true;
      elsewhere.backward();
      grad(here, [y]);
    });
    y.mul(3).backward();
    expect([x.grad!.item(), other.grad!.item()]).toEqual([12, 10]);
  });

  test("are recorded under createGraph", () => {
    const x = leaf(2);
    const y = x.mul(x);
    y.registerHook((g) => mul(g, x));
    const [slope] = grad(y, [x], { createGraph: true });
    expect([slope!.item(), grad(slope!, [x])[0]!.item()]).toEqual([8, 8]);
  });
});
