import { describe, expect, test } from "@jest/globals";
import { einsum, ones, scaledDotProductAttention, type Tensor, tensor } from "../src/index.js";
import { Node } from "../src/node.js";

const leaf = (...shape: number[]): Tensor => ones(shape, { requiresGrad: true });

/** What the operations behind a result take, latest first, along their first operands. */
function chain({ node }: Tensor): string[] {
  const found: string[] = [];
  for (let step: unknown = node; step instanceof Node; step = step.edges[0]) {
    found.push(`${step.primitive.name} ${step.shapes.map((shape) => `[${shape}]`).join(" ")}`);
  }
  return found;
}

/** The shapes of all products of matrices behind a result. */
function products({ node }: Tensor): string[] {
  const nodes = new Set([node!]);
  for (const { edges } of nodes) for (const edge of edges) if (edge instanceof Node) nodes.add(edge);
  const found = [...nodes].filter(({ primitive }) => primitive.name === "matmul");
  return found.sort((a, b) => a.id - b.id).map(({ shapes }) => shapes.map((shape) => `[${shape}]`).join(" "));
}

describe("einsum multiplies the cheapest pair first", () => {
  test.each([
    [
      "ij,jk,kl->il",
      [
        [2, 3],
        [3, 7],
        [7, 1],
      ],
      ["[3,7] [7,1]", "[2,3] [3,1]"],
    ],
    [
      "ij,jk,kl->il",
      [
        [1, 7],
        [7, 3],
        [3, 2],
      ],
      ["[1,7] [7,3]", "[1,3] [3,2]"],
    ],
    [
      "ij,jk,ki->",
      [
        [7, 2],
        [2, 7],
        [7, 7],
      ],
      ["[7,2] [2,7]", "[1,49] [49,1]"],
    ],
    [
      "ij,kl,jk->il",
      [
        [2, 3],
        [5, 2],
        [3, 5],
      ],
      ["[2,3] [3,5]", "[2,5] [5,2]"],
    ],
  ] as const)("%s of %j", (equation, shapes, wanted) => {
    const operands = shapes.map((shape) => leaf(...shape));
    expect(products(einsum(equation, ...operands))).toEqual(wanted);
  });
});

describe("matmul takes the fewest steps: so do its gradients", () => {
  test.each([
    ["matrices", [3, 5], [5, 7], ["matmul [3,5] [5,7]"]],
    ["batches", [2, 3, 5], [2, 5, 7], ["matmul [2,3,5] [2,5,7]"]],
    ["one matrix for all rows", [2, 3, 5], [5, 7], ["reshape [6,7]", "matmul [6,5] [5,7]", "reshape [2,3,5]"]],
    ["a vector on the right", [3, 5], [5], ["reshape [3,1]", "matmul [3,5] [5,1]"]],
    ["a vector on the left", [5], [5, 7], ["reshape [1,7]", "matmul [1,5] [5,7]", "reshape [5]"]],
  ] as const)("%s", (_, left, right, steps) => {
    expect(chain(leaf(...left).matmul(leaf(...right)))).toEqual(steps);
  });

  test("and is refused with the shapes that came", () => {
    expect(() => leaf(2, 3, 5).matmul(leaf(7, 2))).toThrow("got: [2, 3, 5] @ [7, 2]");
  });
});

describe("operations take the fewest steps", () => {
  test.each([
    ["pow 1", leaf(3).pow(1), ["clone [3]"]],
    ["pow 2", leaf(3).pow(2), ["mul [3] [3]"]],
    ["pow 3", leaf(3).pow(3), ["mul [3] [3]"]],
    ["pow 0.5", leaf(3).pow(0.5), ["sqrt [3]"]],
    ["softmax of the last dim", leaf(3, 5).softmax(), ["softmax [3,5]"]],
    ["softmax of another", leaf(3, 5).softmax(0), ["permute [5,3]", "softmax [5,3]", "permute [3,5]"]],
    ["log-softmax of the last dim", leaf(2, 3, 5).logSoftmax(), ["logSoftmax [2,3,5]"]],
    [
      "cross entropy of rows",
      leaf(2, 3).crossEntropy(tensor(Int32Array.of(0, 1))),
      ["div [] []", "sum [2]", "crossEntropy [2,3] [2]", "reshape [2,3]"],
    ],
    [
      "attention",
      scaledDotProductAttention(leaf(3, 7), leaf(5, 7), leaf(5, 2)),
      ["reshape [1,1,3,2]", "scaledDotProductAttention [1,1,3,7] [1,1,5,7] [1,1,5,2]", "reshape [3,7]"],
    ],
    [
      "attention whose bias is learned",
      scaledDotProductAttention(leaf(1, 7), leaf(1, 7), leaf(1, 2), { bias: leaf(1) }),
      ["reshape [1,1,1,2]", "matmul [1,1,1,1] [1,1,1,2]"],
    ],
  ] as const)("%s", (_, result, steps) => {
    expect(chain(result).slice(0, steps.length)).toEqual(steps);
  });

  test("nothing to do gives the operand itself", () => {
    const x = leaf(2, 3);
    const same = [x.roll(0, 1), x.roll(6, 1), x.dropout({ p: 0 }), x.dropout({ training: false }), x.to("float32")];
    expect(same.map((y) => y === x)).toEqual([true, true, true, true, true]);
    const single = leaf();
    expect(single.sum()).toBe(single);
  });

  test("what moves no element shares memory", () => {
    const x = leaf(4, 6);
    const views = [
      x.pad([-1, -1]),
      x.pad([0, -2, -1, 0]),
      x.transpose(0, 1),
      x.slice(0, 1),
      x.flip(1),
      x.reshape([24]),
    ];
    for (const view of views) expect(view.storage).toBe(x.storage);
  });
});
