import { describe, expect, test } from "@jest/globals";
import {
  CompileError,
  checkFinite,
  checkpoint,
  compile,
  type DType,
  dropout,
  full,
  Generator,
  noGrad,
  onWarning,
  randn,
  setMemoryLimit,
  type Tensor,
  tensor,
  zeros,
} from "../src/index.js";
import { allClose } from "../src/testing/index.js";
import { errorOf } from "./samples/error.js";

const leaf = (...values: number[]): Tensor => tensor(values, { requiresGrad: true });

describe("arguments and results are trees", () => {
  test("of tensors and plain values, in and out", () => {
    const f = compile(({ x, scale }: { x: Tensor[]; scale: number }) => ({ sum: x[0]!.add(x[1]!).mul(scale), scale }));
    const first = f({ x: [tensor([1, 2]), tensor([3, 4])], scale: 2 });
    expect([first.sum.toArray(), first.scale]).toEqual([[8, 12], 2]);
    const second = f({ x: [tensor([5, 6]), tensor([7, 8])], scale: 10 });
    expect([second.sum.toArray(), second.scale]).toEqual([[120, 140], 10]);
    expect(first.sum.toArray()).toEqual([8, 12]);
  });

  test("a view as argument, and as result", () => {
    const f = compile((x: Tensor) => x.transpose(0, 1));
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(f(x).toArray()).toEqual(x.transpose(0, 1).toArray());
    expect(f(x.transpose(0, 1).mul(2).transpose(0, 1)).toArray()).toEqual(x.mul(2).transpose(0, 1).toArray());
    expect(f(x.transpose(0, 1)).toArray()).toEqual(x.toArray());
  });

  test("one program a signature: shape, dtype, requiresGrad, plain values", () => {
    let traces = 0;
    const f = compile((x: Tensor, power: number) => {
      traces++;
      return x.pow(power);
    });
    for (const x of [tensor([1]), tensor([2]), tensor([1, 2]), tensor([1, 2], { dtype: "float64" }), leaf(1), leaf(2)])
      f(x, 2);
    expect(traces).toBe(4);
    f(tensor([3]), 3);
    expect(traces).toBe(5);
    expect(f(tensor([3]), 2).item()).toBe(9);
    expect(traces).toBe(5);
  });

  test.each<DType>(["float32", "float64", "int32", "bool"])("%s", (dtype) => {
    const f = compile((x: Tensor) => x.flip(0).add(x));
    const x = tensor([0, 1, 1], { dtype });
    expect(f(x).toArray()).toEqual(x.flip(0).add(x).toArray());
  });

  test("a result that needs no kernel, one that comes twice, and an empty one", () => {
    const weight = tensor([4, 5]);
    const f = compile((x: Tensor) => [x, x, weight, x.slice(0, 0, 0), tensor([7])]);
    expect(f(tensor([1, 2])).map((y) => y.toArray())).toEqual([[1, 2], [1, 2], [4, 5], [], [7]]);
    noGrad(() => weight.assign(tensor([6, 7])));
    expect(f(tensor([3, 2])).map((y) => y.toArray())).toEqual([[3, 2], [3, 2], [6, 7], [], [7]]);
  });

  test("a compiled function inside another is traced through", () => {
    const inner = compile((x: Tensor) => x.mul(2));
    const outer = compile((x: Tensor) => inner(x).add(1));
    expect(outer(tensor([1, 2])).toArray()).toEqual([3, 5]);
    expect(inner(tensor([1, 2])).toArray()).toEqual([2, 4]);
  });
});

describe("state is leaves", () => {
  test("read as they are at each call, written inside and outside", () => {
    const counter = zeros([2]);
    const f = compile((x: Tensor) => {
      noGrad(() => counter.assign(counter.add(x)));
      return counter.mul(10);
    });
    expect(f(tensor([1, 2])).toArray()).toEqual([10, 20]);
    expect(f(tensor([1, 2])).toArray()).toEqual([20, 40]);
    expect(counter.toArray()).toEqual([2, 4]);
    noGrad(() => counter.assign(tensor([5, 5])));
    expect(f(tensor([1, 1])).toArray()).toEqual([60, 60]);
    expect(counter.add(1).toArray()).toEqual([7, 7]);
  });

  test("views follow an assignment, values do not", () => {
    const x = tensor([1, 2, 3, 4]);
    const run = (): Tensor[] => {
      const view = x.slice(0, 1, 3);
      const value = view.add(0);
      noGrad(() => x.assign(x.mul(10)));
      const seen = [view.add(0), value];
      noGrad(() =>
        x
          .slice(0, 0, 2)
          .detach()
          .assign(tensor([7, 8])),
      );
      return [...seen, view.add(0)];
    };
    const f = compile(run);
    expect(f().map((y) => y.toArray())).toEqual([
      [20, 30],
      [2, 3],
      [8, 30],
    ]);
    expect(x.toArray()).toEqual([7, 8, 30, 40]);
    expect(f().map((y) => y.toArray())).toEqual([
      [80, 300],
      [8, 30],
      [8, 300],
    ]);
  });

  test("two leaves change places", () => {
    const [a, b] = [tensor([1, 2]), tensor([3, 4])];
    const swap = compile(() => {
      const before = a.clone();
      noGrad(() => {
        a.assign(b);
        b.assign(before);
      });
      return a;
    });
    expect(swap().toArray()).toEqual([3, 4]);
    expect([a.toArray(), b.toArray()]).toEqual([
      [3, 4],
      [1, 2],
    ]);
    swap();
    expect([a.toArray(), b.toArray()]).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("data of a leaf is a copy that later calls leave alone", () => {
    const x = tensor([1, 2]);
    const f = compile(() => {
      noGrad(() => x.assign(x.add(1)));
      return x;
    });
    f();
    const { data } = x;
    f();
    expect([...data]).toEqual([2, 3]);
    expect(x.toArray()).toEqual([3, 4]);
  });

  test("generators: the same draws as without", () => {
    const [compiled, eager] = [new Generator(5), new Generator(5)];
    const f = (generator: Generator) => (x: Tensor) => [
      dropout(x, { p: 0.5, generator }),
      randn([3], { generator }),
      dropout(x, { p: 0.5, generator }),
    ];
    const run = compile(f(compiled));
    for (let call = 0; call < 3; call++) {
      const x = randn([2, 33]);
      const wanted = f(eager)(x);
      run(x).forEach((own, i) => {
        expect(own.toArray()).toEqual(wanted[i]!.toArray());
      });
    }
    expect(compiled.state()).toEqual(eager.state());
  });
});

describe("gradients", () => {
  const lossOf = (weight: Tensor, x: Tensor): Tensor => weight.mul(x).exp().sum();

  test("left behind, added to, and cleared, as without compile", () => {
    const [own, other] = [leaf(0.1, 0.2), leaf(0.1, 0.2)];
    const step = (weight: Tensor) => (x: Tensor) => {
      const loss = lossOf(weight, x);
      loss.backward();
      return loss;
    };
    const compiled = compile(step(own));
    const x = tensor([1, 2]);
    compiled(x);
    step(other)(x);
    const held = own.grad!;
    const before = held.toArray();
    expect(allClose(own.grad!, other.grad!)).toBe(true);
    compiled(x);
    step(other)(x);
    expect(allClose(own.grad!, other.grad!)).toBe(true);
    expect(held.toArray()).toEqual(before);
    own.grad = null;
    compiled(x);
    expect(own.grad!.toArray()).toEqual(before);
    expect(errorOf(() => own.grad!.assign(x)).message).toMatch(/only a leaf can be written/);
  });

  test("set and cleared inside one call, nothing is left", () => {
    const weight = leaf(1, 2);
    const step = compile((x: Tensor) => {
      lossOf(weight, x).backward();
      noGrad(() => weight.assign(weight.sub(weight.grad!.mul(0.1))));
      weight.grad = null;
      return weight.mul(1);
    });
    step(tensor([0, 0]));
    expect(weight.grad).toBeNull();
    weight.grad = tensor([1, 1]);
    step(tensor([0, 0]));
    expect(weight.grad).toBeNull();
  });

  test("of an argument", () => {
    const f = compile((x: Tensor) => {
      x.mul(x).sum().backward();
      return x.mul(1);
    });
    const [a, b] = [leaf(1, 2), leaf(3, 4)];
    f(a);
    f(b);
    f(b);
    expect([a.grad!.toArray(), b.grad!.toArray()]).toEqual([
      [2, 4],
      [12, 16],
    ]);
  });

  test("a frozen leaf gets another program", () => {
    const weight = leaf(1, 2);
    const bias = leaf(3, 4);
    const f = compile((x: Tensor) => {
      weight.mul(x).add(bias).sum().backward();
      return x.mul(1);
    });
    f(tensor([1, 1]));
    expect(weight.grad!.toArray()).toEqual([1, 1]);
    weight.grad = bias.grad = null;
    weight.requiresGrad = false;
    f(tensor([1, 1]));
    expect(weight.grad).toBeNull();
    expect(bias.grad!.toArray()).toEqual([1, 1]);
  });

  test("results are detached and say so", () => {
    const weight = leaf(1, 2);
    const f = compile((x: Tensor) => weight.mul(x).sum());
    const loss = f(tensor([1, 1]));
    expect(loss.requiresGrad).toBe(false);
    expect(errorOf(() => loss.backward()).message).toMatch(/call backward inside the compiled function/);
  });
});

describe("nothing half-done", () => {
  test("a function that throws while it is traced", () => {
    const weight = leaf(1, 2);
    let fails = true;
    const f = compile((x: Tensor) => {
      weight.mul(x).sum().backward();
      noGrad(() => weight.assign(weight.mul(0)));
      if (fails) throw new Error("half way");
      return weight.mul(1);
    });
    expect(() => f(tensor([1, 1]))).toThrow("half way");
    expect([weight.toArray(), weight.grad, weight.storage.version]).toEqual([[1, 2], null, 0]);
    fails = false;
    expect(f(tensor([1, 1])).toArray()).toEqual([0, 0]);
  });

  test("an index out of range, a loss that is not finite", () => {
    const table = leaf(1, 2, 3);
    const generator = new Generator(1);
    const step = compile((ids: Tensor, x: Tensor) => {
      noGrad(() => table.assign(table.add(1)));
      const loss = checkFinite(dropout(table, { generator }).indexSelect(0, ids).mul(x).sum());
      loss.backward();
      return loss;
    });
    const ids = tensor(Int32Array.of(0, 2));
    const states = () => [table.toArray(), table.grad?.toArray(), generator.state()];
    step(ids, tensor([1, 1]));
    const before = states();
    expect(errorOf(() => step(tensor(Int32Array.of(0, 3)), tensor([1, 1]))).message).toMatch(
      /index out of range\ngot: 3/,
    );
    expect(states()).toEqual(before);
    expect(errorOf(() => step(ids, tensor([Number.NaN, 1]))).message).toMatch(/an element is not finite/);
    expect(states()).toEqual(before);
    step(ids, tensor([1, 1]));
    expect(states()).not.toEqual(before);
  });
});

describe("checkpoints", () => {
  test("the same draws and bits, inside and outside", () => {
    const run = (compiled: boolean): unknown[] => {
      const generator = new Generator(2);
      const weight = leaf(0.5, -1, 2);
      const step = (x: Tensor): Tensor => {
        const hidden = checkpoint((y: Tensor) => dropout(y.mul(weight).tanh(), { p: 0.4, generator }).exp(), x);
        const loss = hidden.mul(dropout(weight, { p: 0.4, generator })).sum();
        loss.backward();
        return loss;
      };
      const f = compiled ? compile(step) : step;
      const losses = [1, 2, 3].map((scale) => f(tensor([scale, 1, -1])).item());
      return [losses, weight.grad!.toArray(), generator.state()];
    };
    const [losses, gradient, state] = run(true) as [number[], number[], unknown];
    const [wantedLosses, wantedGradient, wantedState] = run(false) as [number[], number[], unknown];
    expect(state).toEqual(wantedState);
    losses.forEach((loss, i) => {
      expect(loss).toBeCloseTo(wantedLosses[i]!, 5);
    });
    gradient.forEach((slope, i) => {
      expect(slope).toBeCloseTo(wantedGradient[i]!, 4);
    });
  });
});

describe("what cannot be compiled", () => {
  test("a read names the call and the user's line", () => {
    const error = errorOf(() => compile((x: Tensor) => x.sum().item())(tensor([1])));
    expect(error).toBeInstanceOf(CompileError);
    expect(error.message).toMatch(/item of a float32 tensor of shape \[\] at .*compile\.test\.[jt]s:\d+:\d+/);
  });

  test("reading state is refused as well, reading what the function made of numbers is not", () => {
    const weight = tensor([1]);
    expect(errorOf(() => compile((x: Tensor) => x.mul(weight.item()))(tensor([1])))).toBeInstanceOf(CompileError);
    expect(compile((x: Tensor) => x.mul(tensor([3]).item()))(tensor([1])).item()).toBe(3);
  });

  test("too many signatures are worth a warning", () => {
    const heard: string[] = [];
    const remove = onWarning((message) => heard.push(message));
    const f = compile((x: Tensor) => x.add(1));
    for (let n = 1; n <= 20; n++) f(zeros([n]));
    remove();
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatch(/more than 16 signatures/);
  });
});

describe("what a program says of itself", () => {
  const made = () => {
    const weight = leaf(...Array.from({ length: 64 }, (_, i) => i / 64));
    const step = compile((x: Tensor) => {
      const loss = x
        .matmul(weight.reshape([8, 8]))
        .tanh()
        .sum();
      loss.backward();
      noGrad(() => weight.assign(weight.sub(weight.grad!.mul(0.1))));
      weight.grad = null;
      return loss;
    });
    return { weight, step };
  };

  test("stats and explain", () => {
    const { step } = made();
    step(randn([4, 8]));
    const { backend, kernels, operations, plannedBytes, lowerBoundBytes, keptBytes, flops } = step.stats();
    expect(["wasm", "reference"]).toContain(backend);
    expect(kernels).toBeGreaterThan(2);
    expect(operations).toBeGreaterThanOrEqual(kernels);
    expect(plannedBytes).toBeGreaterThanOrEqual(lowerBoundBytes);
    expect(keptBytes).toBeGreaterThanOrEqual(256);
    if (backend === "wasm") expect(flops).toBeGreaterThanOrEqual(2 * 4 * 8 * 8 * 2);
    const text = step.explain();
    expect(text).toContain(`program on ${backend}: ${kernels} kernels`);
    expect(text).toMatch(/matmul\(/);
    expect(text).toMatch(/in place of %/);
  });

  test("a profile changes nothing", () => {
    const { weight, step } = made();
    const x = randn([4, 8]);
    step(x);
    const before = weight.toArray();
    const { kernels, milliseconds } = step.profile();
    expect(weight.toArray()).toEqual(before);
    expect(milliseconds).toBeGreaterThan(0);
    expect(kernels.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    expect(String(step.profile())).toMatch(/ms on one thread/);
  });
});

describe("memory", () => {
  test("dispose gives everything back, and a later call traces again", () => {
    const weight = leaf(1, 2);
    let traces = 0;
    const f = compile((x: Tensor) => {
      traces++;
      noGrad(() => weight.assign(weight.add(x)));
      return weight.mul(2);
    });
    f(tensor([1, 1]));
    f.dispose();
    expect([weight.storage.resident, weight.toArray()]).toEqual([false, [2, 3]]);
    expect(f(tensor([1, 1])).toArray()).toEqual([6, 8]);
    expect(traces).toBe(2);
  });

  test("beyond the limit the program used least recently is dropped", () => {
    const functions = [1, 2, 3].map((n) => {
      const weight = full([1000], n);
      let traces = 0;
      const f = compile((x: Tensor) => {
        traces++;
        return weight.mul(x);
      });
      return { weight, call: () => f(tensor(2)), traces: () => traces };
    });
    setMemoryLimit(6000);
    try {
      for (const { call } of functions) call();
      // The one that runs does not count, beside it there is room for one more.
      expect(functions.map(({ weight }) => weight.storage.resident)).toEqual([false, true, true]);
      functions[2]!.call();
      functions[1]!.call();
      functions[0]!.call();
      expect(functions.map(({ traces }) => traces())).toEqual([2, 1, 1]);
      expect(functions.map(({ weight }) => weight.data.length)).toEqual([1000, 1000, 1000]);
    } finally {
      setMemoryLimit(512 * 2 ** 20);
    }
  });
});
