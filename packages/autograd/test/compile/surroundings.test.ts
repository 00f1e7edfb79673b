import { describe, expect, test } from "@jest/globals";
import {
  checkpoint,
  compile,
  detectAnomaly,
  dropout,
  Generator,
  measureTape,
  noGrad,
  type Tensor,
  tensor,
  zeros,
} from "../../src/index.js";
import { errorOf } from "../samples/error.js";

const leaf = (...values: number[]): Tensor => tensor(values, { requiresGrad: true });
const ones = tensor([1, 1]);

describe("what the function looks at and sets besides its arguments", () => {
  test("requiresGrad that it asks for is guarded, one that no operation reads as well", () => {
    const weight = leaf(1, 2);
    const f = compile((x: Tensor) => (weight.requiresGrad ? x.mul(2) : x.mul(3)));
    expect(f(ones).toArray()).toEqual([2, 2]);
    weight.requiresGrad = false;
    expect(f(ones).toArray()).toEqual([3, 3]);
  });

  test("requiresGrad that it sets is set at each call, and not by a trace that throws", () => {
    const weight = leaf(1, 2);
    let [traces, fails] = [0, true];
    const f = compile((x: Tensor) => {
      traces++;
      weight.requiresGrad = false;
      if (fails) throw new Error("half way");
      return weight.mul(x);
    });
    expect(() => f(ones)).toThrow("half way");
    expect(weight.requiresGrad).toBe(true);
    fails = false;
    f(ones);
    weight.requiresGrad = true;
    f(ones);
    expect([weight.requiresGrad, traces]).toEqual([false, 2]);
  });

  test("hooks that come, go and change", () => {
    const weight = leaf(1, 2);
    const f = compile((x: Tensor) => weight.mul(x).sum().backward());
    const gradient = (): unknown => {
      weight.grad = null;
      f(ones);
      return weight.grad!.toArray();
    };
    expect(gradient()).toEqual([1, 1]);
    const remove = weight.registerHook((g) => g.mul(10));
    expect(gradient()).toEqual([10, 10]);
    remove();
    weight.registerHook((g) => g.mul(5));
    expect(gradient()).toEqual([5, 5]);
  });

  test("check tells of another leaf in a leaf's place", () => {
    let weight = leaf(1, 2);
    const f = compile((x: Tensor) => weight.mul(x), { check: true });
    f(ones);
    f(ones);
    weight = leaf(3, 4);
    expect(errorOf(() => f(ones)).message).toMatch(/is leaf \d+ where there was %\d+ is leaf \d+/);
  });
});

describe("arguments that are leaves", () => {
  test("one that comes twice has one gradient", () => {
    const x = leaf(3, 4);
    const f = compile((a: Tensor, b: Tensor) => a.mul(b).sum().backward());
    f(x, x);
    expect(x.grad!.toArray()).toEqual([6, 8]);
    f(x, leaf(1, 1));
    expect(x.grad!.toArray()).toEqual([7, 9]);
  });

  test("one that is also found outside, and changed, is refused before anything has happened", () => {
    const [own, other, counter] = [leaf(1, 2), leaf(3, 4), zeros([2])];
    const f = compile((x: Tensor) => {
      noGrad(() => counter.assign(counter.add(1)));
      x.mul(own).sum().backward();
    });
    f(other);
    expect(errorOf(() => f(own)).message).toMatch(/an argument is a leaf that the function changes/);
    const g = compile((x: Tensor) => noGrad(() => counter.assign(counter.add(x))));
    expect(errorOf(() => g(counter.slice(0, 0, 2))).message).toMatch(/an argument is a leaf that the function changes/);
    expect([own.grad!.toArray(), counter.toArray()]).toEqual([
      [3, 4],
      [1, 1],
    ]);
  });

  test("one that was computed is refused a gradient, and only that", () => {
    const weight = leaf(1, 2);
    const f = compile((x: Tensor, learns: boolean) => {
      if (learns) x.exp().sum().backward();
      return x.mul(2);
    });
    expect(f(weight.mul(2), false).toArray()).toEqual([4, 8]);
    expect(errorOf(() => f(weight.mul(2), true)).message).toMatch(/got: a result of mul/);
    expect(weight.grad).toBeNull();
  });
});

describe("inside what looks at operations one by one, a compiled function runs as if it were not", () => {
  test("a checkpoint: drawn once, counted once, and its gradients flow", () => {
    const run = (compiled: boolean): unknown => {
      const [generator, counter, weight] = [new Generator(3), zeros([1]), leaf(0.1, 0.2, 0.3, 0.4, 0.5, 0.6)];
      const drop = (x: Tensor): Tensor => {
        noGrad(() => counter.assign(counter.add(1)));
        return dropout(x.mul(counter), { p: 0.5, generator });
      };
      const f = compiled ? compile(drop) : drop;
      f(weight.detach());
      checkpoint((x: Tensor) => f(x.mul(weight)).exp(), weight)
        .sum()
        .backward();
      return [weight.grad!.toArray(), counter.toArray(), generator.state()];
    };
    expect(run(true)).toEqual(run(false));
  });

  test("detectAnomaly names the operation", () => {
    const f = compile((x: Tensor) => x.log().sum());
    expect(f(tensor([-1])).item()).toBeNaN();
    expect(errorOf(() => detectAnomaly(() => f(tensor([-1])))).message).toMatch(/log made NaN/);
  });

  test("a count of the tape counts nothing of a program", () => {
    const weight = leaf(1, 2);
    const f = compile((x: Tensor) => weight.mul(x).exp().sum().backward());
    expect(measureTape(() => f(ones)).peakBytes).toBe(0);
    expect(weight.grad!.data[0]).toBeCloseTo(Math.E, 5);
  });
});

test("state that the function makes itself at the first call is refused at the next, and outside", () => {
  let counter: Tensor | null = null;
  const f = compile((x: Tensor) => {
    counter ??= zeros([1]);
    noGrad(() => counter!.assign(counter!.add(1)));
    return x.add(counter);
  });
  expect(f(tensor([1])).toArray()).toEqual([2]);
  expect(errorOf(() => counter!.item()).message).toMatch(/make state before the first call/);
  expect(errorOf(() => f(tensor([1, 2]))).message).toMatch(/make state before the first call/);
});

test("a promise that is refused is not heard of again when it is rejected", async () => {
  const heard: unknown[] = [];
  const listen = (reason: unknown): void => {
    heard.push(reason);
  };
  process.on("unhandledRejection", listen);
  const fails = compile(async (_: Tensor) => {
    throw new Error("later");
  });
  expect(errorOf(() => fails(ones)).message).toMatch(/the function is asynchronous/);
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.off("unhandledRejection", listen);
  expect(heard).toEqual([]);
});
