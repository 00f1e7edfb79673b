import { describe, expect, test } from "@jest/globals";
import {
  bernoulli,
  checkpoint,
  dropout,
  Generator,
  GradError,
  grad,
  manualSeed,
  measureTape,
  noGrad,
  ones,
  rand,
  randn,
  type Tensor,
  tensor,
  zeros,
} from "../src/index.js";
import { gradcheck, gradgradcheck } from "../src/testing/index.js";

const leaf = (...values: number[]): Tensor => tensor(Float64Array.from(values), { requiresGrad: true });
const float = (...values: number[]): Tensor => tensor(Float64Array.from(values));

type Run = <Inputs extends readonly unknown[], Result>(fn: (...inputs: Inputs) => Result, ...inputs: Inputs) => Result;
const plain: Run = (fn, ...inputs) => fn(...inputs);

/** What `program` gives with and without checkpoints. */
function both<T>(program: (run: Run) => T): [T, T] {
  manualSeed(7);
  const without = program(plain);
  manualSeed(7);
  return [program(checkpoint), without];
}

const same = <T>(program: (run: Run) => T): void => {
  const [given, wanted] = both(program);
  expect(given).toEqual(wanted);
};

describe("a checkpoint gives the bits that the function gives alone", () => {
  test("values and gradients of inputs and of what the function reads besides", () => {
    same((run) => {
      const [x, weight, frozen] = [leaf(2, 3), leaf(5, 7), float(11, 13)];
      const layer = (input: Tensor): Tensor => input.mul(weight).tanh().mul(frozen).add(input.exp());
      const y = run(layer, run(layer, x)).sum();
      y.backward();
      return [y.item(), x.grad!.toArray(), weight.grad!.toArray()];
    });
  });

  test("with dropout from the default generator and from others, whose states stay where they were", () => {
    same((run) => {
      const own = new Generator(3);
      const x = randn([8, 8], { requiresGrad: true });
      const y = run((input: Tensor) => {
        const dropped = dropout(input.mul(input), { p: 0.5 });
        return dropped.mul(rand([8, 8], { generator: own })).mul(bernoulli(0.5, [8]).to("float32"));
      }, x);
      const between = rand([2], { generator: own }).toArray();
      manualSeed(99);
      y.exp().sum().backward();
      return [y.toArray(), between, x.grad!.toArray(), rand([2]).toArray(), own.state()];
    });
  });

  test("inside each other", () => {
    same((run) => {
      const [x, weight] = [leaf(0.5, 0.25), leaf(3, 5)];
      const inner = (input: Tensor): Tensor => dropout(input.mul(weight).sin(), { p: 0.3 }).exp();
      const middle = (input: Tensor): Tensor => run(inner, run(inner, input).mul(weight)).tanh();
      const y = run((input: Tensor) => run(middle, input).add(run(middle, input.mul(2))), x);
      y.sum().backward();
      return [y.toArray(), x.grad!.toArray(), weight.grad!.toArray(), rand([1]).item()];
    });
  });

  test("for trees of inputs and outputs, whichever of them is asked first", () => {
    for (const order of [
      ["a", "b"],
      ["b", "a"],
    ] as const) {
      same((run) => {
        const [x, y] = [leaf(2), leaf(3)];
        const tree = run(
          ({ left, right: [right] }: { left: Tensor; right: [Tensor] }, power: number) => ({
            a: left.mul(right).exp(),
            rest: [right.pow(power), left.gt(0)],
            b: right.log().mul(left.sin()),
          }),
          { left: x, right: [y] as [Tensor] },
          3,
        );
        for (const name of order) tree[name].backward();
        tree.rest[0]!.backward();
        return [x.grad!.item(), y.grad!.item()];
      });
    }
  });

  test("for inputs that require nothing, an input that is returned, and nothing recorded at all", () => {
    same((run) => {
      const weight = leaf(5);
      const [x, y] = run((a: Tensor, b: Tensor) => [a, b.mul(weight).exp()] as const, leaf(2), float(0.5));
      x.mul(y).backward();
      return weight.grad!.item();
    });
    const x = leaf(2);
    expect(checkpoint((a: Tensor) => a, x)).toBe(x);
    expect(checkpoint((a: Tensor) => a.exp(), float(1)).requiresGrad).toBe(false);
    expect(noGrad(() => checkpoint((a: Tensor) => a.exp(), x)).requiresGrad).toBe(false);
  });

  test("a second time with retainGraph, and by grad with and without it", () => {
    same((run) => {
      const [x, weight] = [leaf(2, 3), leaf(0.5, 0.7)];
      const middle = run((input: Tensor) => input.mul(weight).exp().mul(input), x.sin());
      const y = middle.mul(middle).sum();
      y.backward(undefined, { retainGraph: true });
      const first = grad(y, [weight], { retainGraph: true })[0]!.toArray();
      const byMiddle = grad(y, [middle], { retainGraph: true })[0]!.toArray();
      const last = grad(y, [x])[0]!.toArray();
      expect(() => y.backward()).toThrow(/freed by an earlier backward pass/);
      return [x.grad!.toArray(), first, byMiddle, last];
    });
  });

  test("gradients of gradients, through fused operations as well", () => {
    same((run) => {
      const [x, weight] = [randn([3, 5], { requiresGrad: true }), randn([5, 5], { requiresGrad: true })];
      const layer = (input: Tensor) => input.matmul(weight).softmax(-1).layerNorm([5]).mul(input);
      const loss = run(layer, run(layer, x)).pow(2).sum();
      const [slope] = grad(loss, [x], { createGraph: true });
      const [bend] = grad(slope!.mul(slope!).sum(), [x], { createGraph: true });
      bend!.sum().backward();
      return [slope!.toArray(), bend!.toArray(), x.grad!.toArray(), weight.grad!.toArray()];
    });
  });

  test("gradients that the function itself takes", () => {
    same((run) => {
      const [x, weight] = [leaf(0.5, 0.25), leaf(3, 5)];
      const penalty = (input: Tensor): Tensor => {
        const inner = run((a: Tensor) => a.mul(weight).sin(), input);
        const [slope] = grad(inner.exp().sum(), [input], { createGraph: true });
        const [plainSlope] = grad(input.mul(weight).exp().sum(), [input]);
        return slope!.mul(slope!).add(plainSlope!).mul(input);
      };
      run(penalty, x.mul(2)).sum().backward();
      return [x.grad!.toArray(), weight.grad!.toArray()];
    });
  });

  test("hooks that the function registers run once", () => {
    same((run) => {
      const x = leaf(2);
      let calls = 0;
      const y = run((input: Tensor) => {
        const squared = input.mul(input);
        squared.registerHook((g) => {
          calls++;
          return g.mul(10);
        });
        return squared.exp();
      }, x);
      y.backward();
      return [x.grad!.item(), calls];
    });
  });

  test("leaves that the function makes or assigns", () => {
    same((run) => {
      const [x, mean] = [leaf(2, 3), zeros([], { dtype: "float64" })];
      const layer = (input: Tensor): Tensor => {
        const offset = leaf(1, 2);
        noGrad(() => mean.assign(mean.mul(0.9).add(input.detach().mean().mul(0.1))));
        return input.mul(offset).exp().mul(mean.clone());
      };
      const y = run(layer, run(layer, x.mul(0.1)));
      y.sum().backward();
      return [mean.item(), y.toArray(), x.grad!.toArray()];
    });
  });

  test("the tables of gradcheck and gradgradcheck", () => {
    const [x, y] = [leaf(0.3, 0.7), leaf(0.2, 0.5)];
    const fn = (a: Tensor, b: Tensor) => checkpoint((c: Tensor, d: Tensor) => [c.mul(d).exp(), c.div(d).tanh()], a, b);
    expect([gradcheck(fn, [x, y]), gradgradcheck(fn, [x, y])]).toEqual([true, true]);
  });
});

describe("a checkpoint keeps its inputs alone", () => {
  const layer = (x: Tensor): Tensor => x.exp().sin().exp().sin().exp().sin().exp().sin();
  const deep = (run: Run) => () => {
    let y = randn([100], { dtype: "float64", requiresGrad: true }).mul(0.1);
    for (let i = 0; i < 8; i++) y = run(layer, y);
    y.sum().backward();
    return y;
  };

  test("so that the peak is that of one of them, and nothing is left", () => {
    const [kept, without] = [measureTape(deep(checkpoint)), measureTape(deep(plain))];
    expect([kept.heldBytes, without.heldBytes]).toEqual([0, 0]);
    // exp keeps its output, which is what sin keeps; the product keeps the 8 bytes of its factor.
    expect(without.peakBytes).toBe(8 + 8 * 4 * 800);
    expect(kept.peakBytes).toBe(8 + 8 * 800 + 4 * 800);
  });

  test("also when the graph is kept", () => {
    const use = measureTape(() => {
      const x = ones([10], { requiresGrad: true });
      const y = checkpoint(layer, checkpoint(layer, x)).sum();
      y.backward(undefined, { retainGraph: true });
      return y;
    });
    expect(use.heldBytes).toBe(40);
    expect(use.peakBytes).toBe(40 + 4 * 40);
  });
});

describe("a checkpoint refuses", () => {
  test("a leaf that was assigned since, whether an operation saved it or only read it", () => {
    for (const read of [
      (x: Tensor, w: Tensor) => x.mul(w),
      (x: Tensor, w: Tensor) => x.add(w).exp(),
      (x: Tensor, w: Tensor) => x.mul(w.detach().gt(0).to("float64")),
    ]) {
      const [x, weight] = [leaf(2), leaf(3)];
      const y = checkpoint((input: Tensor) => checkpoint((a: Tensor) => read(a, weight), input), x);
      noGrad(() => weight.assign(float(5)));
      expect(() => y.backward()).toThrow(/was assigned since/);
      expect([x.grad, weight.grad]).toEqual([null, null]);
    }
  });

  test("a function that does something else the second time", () => {
    let calls = 0;
    const x = leaf(2);
    const programs: ((a: Tensor) => Tensor)[] = [
      (a) => (calls++ === 0 ? a.exp() : a.sin()),
      (a) => (calls++ === 0 ? a.exp() : a.exp().exp()),
      (a) => (calls++ === 0 ? a.exp().exp() : a.exp()),
      (a) => (calls++ === 0 ? a.exp() : a.exp().reshape([1, 1]).exp()),
      (a) => (calls++ === 0 ? a.exp() : checkpoint((b: Tensor) => b.exp(), a)),
      (a) => (calls++ === 0 ? checkpoint((b: Tensor) => b.exp(), a) : a.exp()),
      (a) => (calls++ === 0 ? a.mul(a) : a.mul(float(2))),
    ];
    for (const program of programs) {
      calls = 0;
      const y = checkpoint(program, x);
      expect(() => y.backward(ones(y.shape))).toThrow(GradError);
      calls = 1;
      expect(() => y.backward(ones(y.shape))).toThrow(
        /did something else when it was run again\ngot: .+ where the first run had /,
      );
    }
    expect(x.grad).toBeNull();
  });

  test("nothing when the function throws: what was recorded stays as it was", () => {
    const x = leaf(2);
    let escaped: Tensor | null = null;
    expect(() =>
      checkpoint((a: Tensor) => {
        escaped = a.exp();
        throw new RangeError("inside");
      }, x),
    ).toThrow(RangeError);
    escaped!.mul(x).backward();
    expect(x.grad!.item()).toBeCloseTo(3 * Math.exp(2), 10);
  });

  test("promises", () => {
    expect(() => checkpoint(async (a: Tensor) => a.exp(), leaf(1))).toThrow(/the function is asynchronous/);
  });
});
