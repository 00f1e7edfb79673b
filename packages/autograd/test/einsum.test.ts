import { describe, expect, test } from "@jest/globals";
import {
  cat,
  einsum,
  Generator,
  matmul,
  ones,
  randint,
  randn,
  stack,
  type Tensor,
  tensor,
  zeros,
} from "../src/index.js";
import { allClose } from "../src/testing/index.js";
import { difference, plainOf } from "./reference/compare.js";
import { sumOfProducts } from "./reference/einsum.js";

const generator = new Generator(17);
const normal = (shape: readonly number[]): Tensor => randn(shape, { dtype: "float64", generator });

/** The equation, shapes of the operands, and the same equation in full where it says less. */
const rows: [string, number[][], string?][] = [
  ["ij->ji", [[2, 3]]],
  ["ij->", [[2, 3]]],
  ["ij", [[2, 3]], "ij->ij"],
  ["ba", [[2, 3]], "ba->ab"],
  ["bA", [[2, 3]], "bA->Ab"],
  ["ii", [[3, 3]], "ii->"],
  ["ii->i", [[3, 3]]],
  ["iji->j", [[3, 5, 3]]],
  ["iijj->ij", [[2, 2, 3, 3]]],
  ["iii->i", [[3, 3, 3]]],
  ["i,i", [[5], [5]], "i,i->"],
  ["i,j", [[2], [3]], "i,j->ij"],
  [
    "ij,jk",
    [
      [2, 3],
      [3, 5],
    ],
    "ij,jk->ik",
  ],
  [
    "kj,ji",
    [
      [2, 3],
      [3, 5],
    ],
    "kj,ji->ik",
  ],
  [
    "ij,ij->i",
    [
      [2, 3],
      [2, 3],
    ],
  ],
  [
    "ij,ij->ij",
    [
      [2, 3],
      [2, 3],
    ],
  ],
  ["ij,j->ij", [[2, 3], [3]]],
  ["ij,j->i", [[2, 3], [3]]],
  [
    "bhtk,bhsk->bhts",
    [
      [2, 3, 5, 7],
      [2, 3, 11, 7],
    ],
  ],
  [
    "bthk,bshk->bhts",
    [
      [2, 5, 3, 7],
      [2, 11, 3, 7],
    ],
  ],
  [
    "ij,kl->",
    [
      [2, 3],
      [5, 7],
    ],
  ],
  [
    "ijk,jil->kl",
    [
      [2, 3, 5],
      [3, 2, 7],
    ],
  ],
  [
    "bn,anm,bm->ba",
    [
      [2, 3],
      [5, 3, 7],
      [2, 7],
    ],
  ],
  ["ij,jk,kl,l->i", [[2, 3], [3, 5], [5, 7], [7]]],
  ["i,j,k->kji", [[2], [3], [5]]],
  [
    "ii,ij,jj->",
    [
      [2, 2],
      [2, 3],
      [3, 3],
    ],
  ],
  [
    " i j , j k -> i k ",
    [
      [2, 3],
      [3, 5],
    ],
    "ij,jk->ik",
  ],
  [
    "ij,jk->ik",
    [
      [2, 1],
      [3, 5],
    ],
  ],
  [
    "ij,ij->j",
    [
      [1, 3],
      [2, 1],
    ],
  ],
  [
    "ij,ij->ij",
    [
      [1, 3],
      [2, 1],
    ],
  ],
  [
    "ij,jk->ik",
    [
      [2, 0],
      [0, 5],
    ],
  ],
  [
    "ij,jk->ik",
    [
      [0, 3],
      [3, 5],
    ],
  ],
  [",->", [[], []]],
  [",i->i", [[], [3]]],
  ["", [[]], "->"],
  ["...ij->...ji", [[2, 3, 5]], "aij->aji"],
  ["...", [[2, 3]], "ab->ab"],
  ["...i->...", [[2, 3, 5]], "abi->ab"],
  ["i...", [[2, 3, 5]], "iab->abi"],
  ["i...->i", [[2, 3, 5]], "iab->i"],
  [
    "...ij,...jk",
    [
      [2, 3, 5],
      [2, 5, 7],
    ],
    "aij,ajk->aik",
  ],
  [
    "...ij,...jk",
    [
      [2, 3, 5],
      [7, 1, 5, 3],
    ],
    "aij,bajk->baik",
  ],
  [
    "...ij,jk->...ik",
    [
      [2, 3, 5],
      [5, 7],
    ],
    "aij,jk->aik",
  ],
  ["i...j,...->j...i", [[2, 3, 5], [3]], "iaj,a->jai"],
  [
    "...a,...b,...c->...",
    [
      [2, 3],
      [2, 5],
      [1, 7],
    ],
    "xa,xb,xc->x",
  ],
  ["ij->...ij", [[2, 3]], "ij->ij"],
];

describe("einsum", () => {
  test.each(rows)("%s equals the sum over all letters %#", (equation, shapes, full = equation) => {
    const operands = shapes.map(normal);
    const wanted = [sumOfProducts(full, ...operands.map(plainOf))];
    const differs = (found: Tensor): string | null => difference([plainOf(found)], wanted, { rtol: 0, atol: 1e-12 });
    expect(differs(einsum(equation, ...operands))).toBe(null);
    // However they lie in memory.
    const turned = operands.map((x) => (x.ndim < 2 ? x : x.transpose(0, -1).clone().transpose(0, -1)));
    expect(differs(einsum(equation, ...turned))).toBe(null);
  });

  test("a product of matrices has matmul's bits, whatever stands beside it", () => {
    const [a, b] = [normal([3, 300]), normal([300, 5])];
    expect(einsum("ij,jk->ik", a, b).toArray()).toEqual(matmul(a, b).toArray());
    expect(einsum("kj,ij->ik", b.transpose(0, 1), a).toArray()).toEqual(matmul(a, b).toArray());
  });

  test("takes the cheap way through a chain", () => {
    // From the left the second product alone would have 4 · 10^9 elements.
    const [tall, wide] = [ones([2000, 1]), ones([1, 2000])];
    expect(
      einsum("ia,aj,jb,bk,k->i", tall, wide, tall, wide, ones([2000]))
        .select(0, 0)
        .item(),
    ).toBe(4_000_000);
  });

  test("is a method of its first operand, as cat and stack are", () => {
    const [a, b] = [normal([2, 3]), normal([2, 3])];
    expect(a.einsum("ij,ij->i", b).toArray()).toEqual(einsum("ij,ij->i", a, b).toArray());
    expect(a.cat([b, a], 1).toArray()).toEqual(cat([a, b, a], 1).toArray());
    expect(a.stack([b]).toArray()).toEqual(stack([a, b]).toArray());
  });

  test("promotes its operands, and keeps integers", () => {
    const whole = randint(-5, 5, [3, 5], { generator });
    expect(einsum("ij,ij->i", whole, whole).dtype).toBe("int32");
    const other = normal([3, 5]);
    const mixed = einsum("ij,ij->i", whole, other);
    expect(mixed.dtype).toBe("float64");
    expect(allClose(mixed, whole.to("float64").mul(other).sum(1))).toBe(true);
    expect(einsum("ij->ji", tensor([[true, false]])).toArray()).toEqual([[true], [false]]);
    expect(einsum("ij->", zeros([0, 3])).item()).toBe(0);
  });
});
