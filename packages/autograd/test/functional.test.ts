import { describe, expect, test } from "@jest/globals";
import { exp, grad, hessian, jacobian, jvp, mul, noGrad, type Tensor, tensor, vjp } from "../src/index.js";
import { gradcheck } from "../src/testing/index.js";

const float = (...values: number[]): Tensor => tensor(Float64Array.from(values));
const leaf = (...values: number[]): Tensor => tensor(Float64Array.from(values), { requiresGrad: true });
const matrix = tensor(Float64Array.of(2, 3, 5, 7, 11, 13), { shape: [2, 3] });
const linear = (x: Tensor): Tensor => matrix.matmul(x);

describe("vjp and jvp", () => {
  test("of a linear map are its transpose and itself", () => {
    const [y, back] = vjp(linear, float(1, 0, 1), float(1, 10));
    expect([y.toArray(), back.toArray()]).toEqual([
      [7, 20],
      [72, 113, 135],
    ]);
    const [same, change] = jvp(linear, float(1, 0, 1), float(1, 10, 0));
    expect([same.toArray(), change.toArray()]).toEqual([
      [7, 20],
      [32, 117],
    ]);
    expect([y, back, same, change].map((x) => x.requiresGrad)).toEqual([false, false, false, false]);
  });

  test("take and give several tensors; what plays no part gets zeros", () => {
    const fn = (x: Tensor, y: Tensor, _: Tensor) => [x.mul(y), y.sum(), float(1)] as const;
    const inputs = [float(2, 3), float(5, 7), float(1)] as const;
    const [outputs, gradients] = vjp(fn, inputs, [float(1, 10), tensor(100, { dtype: "float64" }), float(1)]);
    expect(outputs.map((x) => x.toArray())).toEqual([[10, 21], 12, [1]]);
    expect(gradients.map((x) => x.toArray())).toEqual([[5, 70], [102, 130], [0]]);
    const [, changes] = jvp(fn, inputs, [float(1, 0), float(0, 1), float(1)]);
    expect(changes.map((x) => x.toArray())).toEqual([[5, 3], 1, [0]]);
  });

  test("need no cotangent for one number, and record even under noGrad", () => {
    expect(noGrad(() => vjp((x) => x.mul(x).sum(), float(2, 3)))[1].toArray()).toEqual([4, 6]);
  });

  test("can be differentiated with createGraph, and touch no other graph without", () => {
    const [x, v] = [leaf(0.3, 0.7), leaf(2, 3)];
    const fn = (a: Tensor) => a.mul(a).exp();
    const options = { createGraph: true };
    expect(gradcheck((a, b) => vjp(fn, a, b, options), [x, v])).toBe(true);
    expect(gradcheck((a, b) => jvp(fn, a, b, options), [x, v])).toBe(true);
    vjp(fn, x.mul(2), v);
    expect(x.grad).toBeNull();
  });

  test("agree through a fused operation", () => {
    const x = float(0.1, 0.5, 0.2);
    const rows = jacobian((a) => a.softmax(), x);
    const [, change] = jvp((a) => a.softmax(), x, float(1, 2, 3));
    const wanted = rows.matmul(float(1, 2, 3)).toArray() as number[];
    (change.toArray() as number[]).forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[i]!, 12);
    });
  });
});

describe("jacobian and hessian", () => {
  test("have the shapes of result and input one behind the other", () => {
    expect(jacobian(linear, float(1, 2, 3)).toArray()).toEqual(matrix.toArray());
    expect(jacobian((x) => x.mul(x).reshape([2, 1]), float(2, 3)).shape).toEqual([2, 1, 2]);
    expect(jacobian((x) => x.slice(0, 0, 0), float(2, 3)).shape).toEqual([0, 2]);
    const blocks = jacobian((x, y) => [x.mul(y), x], [float(2), float(3)]);
    expect(blocks.map((row) => row.map((x) => x.toArray()))).toEqual([
      [[[3]], [[2]]],
      [[[1]], [[0]]],
    ]);
  });

  test("second derivatives, block by block", () => {
    expect(hessian((x) => x.pow(3).sum(), float(1, 2)).toArray()).toEqual([
      [6, 0],
      [0, 12],
    ]);
    const blocks = hessian((x, y) => mul(mul(x, x), y).sum(), [float(2), float(3, 5)]);
    expect(blocks.map((row) => row.map((x) => x.toArray()))).toEqual([
      [[[16]], [[4, 4]]],
      [
        [[4], [4]],
        [
          [0, 0],
          [0, 0],
        ],
      ],
    ]);
  });

  test("can be differentiated with createGraph", () => {
    const x = leaf(2, 3);
    const third = grad(hessian((a) => a.pow(3).sum(), x, { createGraph: true }).sum(), [x]);
    expect(third[0]!.toArray()).toEqual([6, 6]);
    expect(gradcheck((a) => jacobian((b) => exp(b).mul(b), a, { createGraph: true }), [leaf(0.3, 0.7)])).toBe(true);
    expect(hessian((a) => a.sum(), x).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});
