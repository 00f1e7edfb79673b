import { describe, expect, test } from "@jest/globals";
import { ones, type Tensor } from "../src/index.js";
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
