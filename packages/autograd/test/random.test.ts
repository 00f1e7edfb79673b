import { describe, expect, test } from "@jest/globals";
import { bernoulli, Generator, manualSeed, permutation, rand, randint, randn, tensor } from "../src/index.js";
import { philox } from "../src/targets/reference/random.js";

describe("Philox4x32-10", () => {
  // The known answers that its authors publish: key, counter (block, draw), words.
  const known = [
    [
      [0, 0],
      [0, 0, 0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0xa4093822, 0x299f31d0],
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const;
  test.each(known)("key %j", (key, [low, high, ...draw], words) => {
    expect(Array.from(philox([...key, ...draw], low, high))).toEqual(words);
  });
});

describe("generators", () => {
  test("the same seed gives the same numbers, draw by draw; another seed others", () => {
    const draws = (seed: number | string) => {
      const generator = new Generator(seed);
      return [rand([5], { generator }), randn([3], { generator })].map((x) => x.toArray());
    };
    expect(draws(7)).toEqual(draws(7));
    expect(draws("a seed")).toEqual(draws("a seed"));
    expect(draws(7)).not.toEqual(draws(8));
    expect(draws(7)).not.toEqual(draws(7 + 2 ** 32));
  });

  test("go back to a state", () => {
    const generator = manualSeed("x");
    rand([3]);
    const state = generator.state();
    expect(state.draws).toEqual([1, 0]);
    const first = rand([5]).toArray();
    expect(rand([5]).toArray()).not.toEqual(first);
    generator.setState(state);
    expect(rand([5]).toArray()).toEqual(first);
  });

  test("a longer draw begins with the shorter one", () => {
    const short = rand([5], { generator: new Generator(1) }).toArray() as number[];
    expect((rand([50], { generator: new Generator(1) }).toArray() as number[]).slice(0, 5)).toEqual(short);
  });

  test("refuse what is no seed", () => {
    for (const seed of [-1, 0.5, Number.NaN]) expect(() => new Generator(seed)).toThrow(/not a seed/);
  });
});

describe("distributions", () => {
  const generator = new Generator(3);
  test.each(["float32", "float64"] as const)("have their moments in %s", (dtype) => {
    const uniform = rand([40000], { generator, dtype });
    expect(uniform.mean().item()).toBeCloseTo(0.5, 2);
    expect(uniform.var().item()).toBeCloseTo(1 / 12, 2);
    expect([uniform.amin().item() >= 0, uniform.amax().item() < 1]).toEqual([true, true]);
    const normal = randn([40000], { generator, dtype });
    expect(Math.abs(normal.mean().item())).toBeLessThan(0.02);
    expect(Math.abs(normal.var().item() - 1)).toBeLessThan(0.03);
    expect(Math.abs(normal.pow(3).mean().item())).toBeLessThan(0.06);
  });

  test("randint counts from 0 where only an upper bound is given", () => {
    const [short, long] = [
      randint(7, [2, 3], { generator: new Generator(1) }),
      randint(0, 7, [2, 3], { generator: new Generator(1) }),
    ];
    expect(short.shape).toEqual([2, 3]);
    expect(short.toArray()).toEqual(long.toArray());
  });

  test("randint, bernoulli and permutation keep to what they promise", () => {
    const drawn = randint(-2, 3, [5000], { generator });
    expect([...new Set(drawn.data)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    expect(bernoulli(0.3, [20000], { generator }).to("float32").mean().item()).toBeCloseTo(0.3, 1);
    const chances = tensor([0, 0.2, 1]).expand([20000, 3]);
    const [never, seldom, always] = bernoulli(chances, { generator }).to("float32").mean(0).data;
    expect([never, always]).toEqual([0, 1]);
    expect(seldom).toBeCloseTo(0.2, 1);
    const order = Array.from(permutation(101, { generator }).data);
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    expect(order.sort((a, b) => a - b)).toEqual(Array.from({ length: 101 }, (_, i) => i));
    expect(() => randint(3, 3, [2])).toThrow(/no whole number/);
    expect(() => bernoulli(1.5, [2])).toThrow(/not a probability/);
    expect(() => rand([2], { dtype: "int32" })).toThrow(/only floats/);
  });
});
