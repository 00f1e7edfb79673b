import { describe, expect, test } from "@jest/globals";
import { Generator, randn, rope, type Tensor, tensor } from "../src/index.js";
import { allClose } from "../src/testing/index.js";
import { difference, plainOf } from "./reference/compare.js";
import { networkReferences } from "./reference/networks.js";

const generator = new Generator(19);
const normal = (...shape: number[]): Tensor => randn(shape, { dtype: "float64", generator });

const { rope: turned } = networkReferences;

describe("rope", () => {
  test("gives each item of the first dim its own offset", () => {
    const x = normal(3, 2, 5, 4);
    const offsets = Int32Array.of(0, 11, -2);
    const y = rope(x, { offset: tensor(offsets) });
    offsets.forEach((offset, i) => {
      expect(y.select(0, i).toArray()).toEqual(rope(x.select(0, i), { offset }).toArray());
      expect(y.select(0, i).toArray()).toEqual(
        rope(x.select(0, i), { offset: tensor([offset]).to("int32").squeeze() }).toArray(),
      );
    });
  });

  test("products of turned rows depend on the distance of their positions alone", () => {
    const [query, key] = [normal(1, 8), normal(1, 8)];
    for (const interleaved of [false, true]) {
      const product = (m: number, n: number) =>
        rope(query, { offset: m, interleaved })
          .mul(rope(key, { offset: n, interleaved }))
          .sum();
      expect(allClose(product(3, 1), product(103, 101), { rtol: 1e-10 })).toBe(true);
      expect(allClose(product(3, 1), product(3, 2), { rtol: 1e-3 })).toBe(false);
    }
  });

  test("is as exact far out as near, in float32 too", () => {
    const x = normal(2, 8).to("float32");
    const offset = 100_000;
    const wanted = turned(plainOf(x), { offset });
    expect(difference([plainOf(rope(x, { offset }))], [wanted], { rtol: 0, atol: 1e-6 })).toBe(null);
  });
});
