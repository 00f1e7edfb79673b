import { describe, expect, test } from "@jest/globals";
import {
  AnomalyError,
  checkFinite,
  checkpoint,
  compile,
  detectAnomaly,
  full,
  grad,
  logSoftmax,
  NonFiniteError,
  onWarning,
  scaledDotProductAttention,
  type Tensor,
  tensor,
  warn,
  where,
} from "../src/index.js";

const leaf = (...values: number[]): Tensor => tensor(Float64Array.from(values), { requiresGrad: true });

const anomalyOf = (fn: () => unknown): AnomalyError => {
  try {
    detectAnomaly(fn);
  } catch (error) {
    if (error instanceof AnomalyError) return error;
    throw error;
  }
  throw new Error("nothing was found");
};

/** The line of this file on which the callback's marked expression stands. */
const lineOf = (error: AnomalyError): number => Number(/anomaly\.test\.[jt]s:(\d+):\d+$/.exec(error.line ?? "")?.[1]);
const lineHere = (): number =>
  Number(/anomaly\.test\.[jt]s:(\d+):\d+\)?$/.exec(new Error().stack!.split("\n")[2]!)?.[1]);

describe("detectAnomaly", () => {
  test("names the operation, its operands and the line where NaN is born", () => {
    let line = 0;
    const error = anomalyOf(() => {
      const x = leaf(1, -2, 3).reshape([1, 3]);
      line = lineHere() + 1;
      return x.exp().log().add(x.sqrt().mul(2)).sum();
    });
    expect(lineOf(error)).toBe(line);
    expect([error.operation, error.shapes, error.name]).toEqual(["sqrt", [[1, 3]], "AnomalyError"]);
    expect(error.message).toMatch(
      /^detectAnomaly: sqrt made NaN in the forward pass\ngot: inputs \[1, 3\]; NaN at \[0, 1\] of the result; .+:\d+:\d+\nhint: /,
    );
  });

  test("and where an infinity is born of finite numbers", () => {
    expect(anomalyOf(() => leaf(2, 0).log()).message).toMatch(/log made an infinity in the forward pass/);
    expect(anomalyOf(() => leaf(2, 3).div(tensor([1, 0]))).operation).toBe("div");
    expect(anomalyOf(() => tensor(Float64Array.of(1e300)).to("float32")).operation).toBe("to");
  });

  test("in the backward pass it reports the forward line", () => {
    let line = 0;
    const error = anomalyOf(() => {
      const x = leaf(4, 0);
      line = lineHere() + 1;
      const y = x.sqrt();
      y.sum().backward();
    });
    expect([error.operation, lineOf(error)]).toEqual(["sqrt", line]);
    expect(error.message).toMatch(
      /^detectAnomaly: sqrt made an infinity in the backward pass\ngot: inputs \[2\]; an infinity at \[1\] of the gradient of input 0; /,
    );
  });

  test("also in gradients of gradients, and inside a checkpoint", () => {
    expect(
      anomalyOf(() => {
        const x = leaf(0);
        const [slope] = grad(x.pow(1.5), [x], { createGraph: true });
        return grad(slope!, [x]);
      }).message,
    ).toMatch(/pow made an infinity in the backward pass/);
    const inside = anomalyOf(() => checkpoint((x: Tensor) => x.sqrt(), leaf(0)).backward());
    expect([inside.operation, lineOf(inside) > 0]).toEqual(["sqrt", true]);
  });

  test("infinities that were put there are none, NaN of them is one", () => {
    const x = leaf(1, 2, 3);
    const mask = tensor([true, false, true]);
    detectAnomaly(() => {
      x.maskedFill(mask, Number.NEGATIVE_INFINITY).softmax().sum().backward();
      where(mask, Number.NEGATIVE_INFINITY, x).add(1).exp().sum().backward();
      x.pad([1, 1], { value: Number.POSITIVE_INFINITY }).neg();
      full([2], Number.POSITIVE_INFINITY).mul(2);
      const query = leaf(1, 2, 3, 5).reshape([2, 2]);
      scaledDotProductAttention(query, query, query, { causal: true }).sum().backward();
      logSoftmax(x.maskedFill(mask, Number.NEGATIVE_INFINITY)).slice(0, 1, 2).sum().backward();
    });
    expect(anomalyOf(() => full([2], Number.POSITIVE_INFINITY).mul(0)).operation).toBe("mul");
    expect(anomalyOf(() => full([2], Number.NEGATIVE_INFINITY).softmax()).operation).toBe("softmax");
  });

  test("passes on what it is given, and looks no further than the function", () => {
    expect(detectAnomaly(() => 3)).toBe(3);
    expect(detectAnomaly(() => tensor([Number.NaN]).add(1)).item()).toBeNaN();
    expect(leaf(0).log().item()).toBe(Number.NEGATIVE_INFINITY);
    expect(() => detectAnomaly(async () => 3)).toThrow(/asynchronous/);
  });
});

describe("checkFinite", () => {
  test("gives the tensor back, or says what is where", () => {
    const [x, ids] = [leaf(1, 2), tensor(Int32Array.of(1))];
    expect([checkFinite(x), checkFinite(ids)]).toEqual([x, ids]);
    const bad = tensor([1, 2, 3, Number.NEGATIVE_INFINITY, Number.NaN, 6], { shape: [2, 3] });
    expect(() => checkFinite(bad)).toThrow(/got: -Infinity at \[1, 0\] of float32 \[2, 3\]/);
    expect(() => checkFinite(bad.flip(1))).toThrow(/got: NaN at \[1, 1\]/);
  });

  test("names what it was told, in a compiled function too", () => {
    const named = (x: Tensor) => checkFinite(x.log(), { what: "the logarithm" });
    for (const check of [named, compile(named)]) {
      expect(check(tensor([1])).item()).toBe(0);
      expect(() => check(tensor([-1]))).toThrow(NonFiniteError);
      expect(() => check(tensor([-1]))).toThrow("checkFinite: the logarithm is not finite\ngot: NaN at [0]");
      expect(() => check(tensor([0]))).toThrow(expect.objectContaining({ what: "the logarithm", value: -Infinity }));
    }
  });
});

describe("onWarning", () => {
  test("hears every warning until it is removed; without a listener nothing happens", () => {
    const heard: string[] = [];
    const listen = (message: string): void => void heard.push(message);
    const [first, second] = [onWarning(listen), onWarning(listen)];
    warn("a");
    first();
    first();
    warn("b");
    second();
    warn("c");
    expect(heard).toEqual(["a", "a", "b"]);
  });
});
