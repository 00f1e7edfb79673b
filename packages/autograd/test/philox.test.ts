import { describe, expect, test } from "@jest/globals";
import seedrandom from "seedrandom";
import { Generator, manualSeed, permutation, rand, randint, randn } from "../src/index.js";
import { philox } from "../src/targets/reference/random.js";

const seed = 0x243f6a88 + 0x85a3 * 2 ** 32;
/** The words of block `block` of draw `draw`. */
const block = (position: number, draw: readonly [number, number] = [0, 0]): Uint32Array =>
  Uint32Array.from(philox([0x243f6a88, 0x85a3, ...draw], position, 0));

describe("where each number comes from", () => {
  test("float32: 24 bits of word i mod 4 of block ⌊i / 4⌋", () => {
    const drawn = rand([11], { generator: new Generator(seed) }).data;
    drawn.forEach((value, i) => {
      expect(value).toBe((block(Math.floor(i / 4))[i % 4]! >>> 8) * 2 ** -24);
    });
  });

  test("float64: 53 bits of two words of block ⌊i / 2⌋", () => {
    const drawn = rand([7], { generator: new Generator(seed), dtype: "float64" }).data;
    drawn.forEach((value, i) => {
      const words = block(Math.floor(i / 2));
      const [high, low] = [words[2 * (i % 2)]! >>> 5, words[2 * (i % 2) + 1]! >>> 6];
      expect(value).toBe((high * 2 ** 26 + low) * 2 ** -53);
    });
  });

  test("integers: the upper half of word times count", () => {
    const count = 2 ** 32 - 1;
    const drawn = randint(-(2 ** 31), 2 ** 31 - 1, [13], { generator: new Generator(seed) }).data;
    drawn.forEach((value, i) => {
      const word = BigInt(block(Math.floor(i / 4))[i % 4]!);
      expect(value).toBe(Number((word * BigInt(count)) >> 32n) - 2 ** 31);
    });
  });

  test("the second draw has draw number 1, and the number carries into its upper word", () => {
    const generator = new Generator(seed);
    rand([3], { generator });
    expect(rand([1], { generator }).item()).toBe((block(0, [1, 0])[0]! >>> 8) * 2 ** -24);
    generator.setState({ ...generator.state(), draws: [0xffffffff, 0] });
    rand([3], { generator });
    expect(generator.state().draws).toEqual([0, 1]);
    expect(rand([1], { generator }).item()).toBe((block(0, [0, 1])[0]! >>> 8) * 2 ** -24);
  });

  test("shape does not matter, only the position in row-major order", () => {
    const draw = (...shape: number[]) => Array.from(randn(shape, { generator: new Generator(5) }).data);
    expect(draw(2, 3, 5)).toEqual(draw(30));
  });
});

describe("seeds and states", () => {
  test("a number is the key, a string goes by way of seedrandom", () => {
    expect(new Generator(seed).state()).toEqual({ key: [0x243f6a88, 0x85a3], draws: [0, 0] });
    const words = seedrandom("typegrad");
    expect(new Generator("typegrad").state().key).toEqual([words.int32() >>> 0, words.int32() >>> 0]);
    expect(new Generator("0").state().key).not.toEqual(new Generator(0).state().key);
  });

  test("a state survives JSON and can be set on another generator", () => {
    const generator = manualSeed("text");
    randn([5]);
    const state = JSON.parse(JSON.stringify(generator.state()));
    const other = new Generator(0);
    other.setState(state);
    expect(randn([5], { generator: other }).toArray()).toEqual(randn([5]).toArray());
  });

  test("the default generator is the one that was seeded last", () => {
    manualSeed(3);
    const first = [rand([3]).toArray(), randn([3]).toArray(), permutation(7).toArray()];
    manualSeed(3);
    expect([rand([3]).toArray(), randn([3]).toArray(), permutation(7).toArray()]).toEqual(first);
  });

  test("draws of one generator do not touch another", () => {
    manualSeed(3);
    const wanted = rand([3]).toArray();
    manualSeed(3);
    rand([5], { generator: new Generator(3) });
    expect(rand([3]).toArray()).toEqual(wanted);
  });
});

describe("moments over many draws", () => {
  test.each(["float32", "float64"] as const)("%s", (dtype) => {
    const generator = new Generator("moments");
    const count = 100_003;
    const uniform = rand([count], { dtype, generator }).to("float64");
    const normal = randn([count], { dtype, generator }).to("float64");
    // Five standard deviations of each mean.
    const within = (value: number, wanted: number, deviation: number) =>
      expect(Math.abs(value - wanted)).toBeLessThan((5 * deviation) / Math.sqrt(count));
    within(uniform.mean().item(), 1 / 2, Math.sqrt(1 / 12));
    within(uniform.mul(uniform).mean().item(), 1 / 3, Math.sqrt(4 / 45));
    within(normal.mean().item(), 0, 1);
    within(normal.pow(2).mean().item(), 1, Math.sqrt(2));
    within(normal.pow(3).mean().item(), 0, Math.sqrt(15));
    within(normal.pow(4).mean().item(), 3, Math.sqrt(96));
    // Neighbours share a block, and pairs of normal numbers a radius.
    within(
      normal
        .slice(0, 1)
        .mul(normal.slice(0, 0, -1))
        .mean()
        .item(),
      0,
      1,
    );
    within(
      uniform
        .slice(0, 1)
        .sub(0.5)
        .mul(uniform.slice(0, 0, -1).sub(0.5))
        .mean()
        .item(),
      0,
      1 / 12,
    );
  });
});
