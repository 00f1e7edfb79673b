import { describe, expect, test } from "@jest/globals";
import { add, GradError, grad, noGrad, ones, type Tensor, tensor, zeros } from "../src/index.js";

const leaf = (...values: number[]): Tensor => tensor(Float64Array.from(values), { requiresGrad: true });

describe("backward", () => {
  test("walks a chain of 100,000 operations", () => {
    const x = leaf(1);
    let y = x;
    for (let i = 0; i < 100_000; i++) y = y.add(1);
    y.backward();
    expect(x.grad!.item()).toBe(1);
  });

  test("a second pass through a freed graph throws and says why", () => {
    const y = leaf(2).exp();
    y.backward();
    expect(() => y.backward()).toThrow(GradError);
    expect(() => y.backward()).toThrow(/freed by an earlier backward pass[\s\S]*retainGraph/);
  });

  test("retainGraph allows a second pass, and gradients add up", () => {
    const x = leaf(3);
    const y = x.mul(x);
    y.backward(undefined, { retainGraph: true });
    y.backward();
    expect(x.grad!.item()).toBe(12);
  });

  test("a leaf assigned since its forward is not read", () => {
    const x = leaf(3);
    const y = x.mul(x);
    noGrad(() => x.assign(tensor(Float64Array.of(5))));
    expect(() => y.backward()).toThrow(/assigned since/);
    expect(x.grad).toBeNull();
  });

  test("an assignment that no vjp minds is allowed", () => {
    const x = leaf(3);
    const y = x.add(1);
    noGrad(() => x.assign(tensor(Float64Array.of(5))));
    y.backward();
    expect(x.grad!.item()).toBe(1);
  });

  test("a tensor used twice gets both gradients; broadcasting is undone", () => {
    const x = leaf(1, 2, 3);
    add(x.mul(2), x.expand([4, 3]))
      .sum()
      .backward();
    expect(x.grad!.toArray()).toEqual([12, 12, 12]);
  });

  test("needs something recorded, and a gradient for more than one element", () => {
    expect(() => tensor(1).backward()).toThrow(/does not require a gradient/);
    expect(() => leaf(1, 2).mul(2).backward()).toThrow(/must have one element/);
  });

  test("createGraph gives gradients of gradients", () => {
    const x = leaf(2);
    const [slope] = grad(x.mul(x).mul(x), [x], { createGraph: true });
    const [bend] = grad(slope!, [x], { createGraph: true });
    const [last] = grad(bend!, [x]);
    expect([slope!.item(), bend!.item(), last!.item()]).toEqual([12, 12, 6]);
  });
});

describe("grad", () => {
  test("reaches results on the way and touches no .grad", () => {
    const x = leaf(3);
    const y = x.mul(2);
    const [byY, byX] = grad(y.mul(y), [y, x]);
    expect([byY!.item(), byX!.item(), x.grad]).toEqual([12, 24, null]);
  });

  test("an input that plays no part throws, or gives null", () => {
    const [x, other] = [leaf(3), leaf(1)];
    expect(() => grad(x.exp(), [other])).toThrow(/does not depend on input 0/);
    expect(grad(x.exp(), [other], { allowUnused: true })).toEqual([null]);
  });
});

describe("hooks", () => {
  test("see and replace gradients, of leaves and results, until removed", () => {
    const x = leaf(3);
    const seen: number[] = [];
    const remove = x.registerHook((g) => {
      seen.push(g.item());
    });
    const y = x.mul(2);
    y.registerHook((g) => g.mul(10));
    y.backward();
    expect([seen, x.grad!.item()]).toEqual([[20], 20]);
    remove();
    x.mul(2).backward();
    expect(seen).toEqual([20]);
  });
});

describe("leaves", () => {
  test("views follow an assignment", () => {
    const x = zeros([2, 3]);
    const row = x.select(0, 1);
    x.assign(ones([2, 3]));
    expect(row.toArray()).toEqual([1, 1, 1]);
  });

  test("a part of a leaf can be assigned to another part", () => {
    const x = tensor([1, 2, 3]);
    x.assign(x.flip(0));
    expect(x.toArray()).toEqual([3, 2, 1]);
  });

  test("results and gradients cannot be written", () => {
    const x = leaf(1);
    expect(() => noGrad(() => x.mul(2).assign(leaf(1)))).not.toThrow();
    expect(() => x.mul(2).assign(leaf(1))).toThrow(/only a leaf/);
    x.mul(2).backward();
    expect(() => x.grad!.assign(leaf(1))).toThrow(/only a leaf/);
    expect(() => x.assign(leaf(1))).toThrow(/recording is on/);
    expect(() => noGrad(() => x.assign(leaf(1, 2)))).toThrow(/shape and dtype/);
  });

  test("noGrad does not record, restores after an error and refuses promises", () => {
    const x = leaf(1);
    expect(noGrad(() => x.mul(2)).requiresGrad).toBe(false);
    expect(() =>
      noGrad(() => {
        throw new RangeError("inside");
      }),
    ).toThrow(RangeError);
    expect(x.mul(2).requiresGrad).toBe(true);
    expect(() => noGrad(async () => x)).toThrow(/asynchronous/);
  });

  test("only float leaves require gradients", () => {
    expect(() => tensor([true], { requiresGrad: true })).toThrow(/only float/);
    expect(tensor(Int32Array.of(1)).add(1).requiresGrad).toBe(false);
  });
});
