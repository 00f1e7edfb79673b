import { expect, test } from "@jest/globals";
import { graphToDot, tensor } from "../src/index.js";

test("a graph as text: operations, leaves in boxes, constants, quoted names; the same text each time", () => {
  const draw = (): string => {
    const [x, w] = [tensor([1, 2], { requiresGrad: true }), tensor(3, { requiresGrad: true })];
    const y = x.mul(w);
    const names = Object.entries({ 'the "x" \\': x, w, y });
    return graphToDot(y.mul(y).add(1).sum(), { names });
  };
  expect(draw()).toBe(draw());
  expect(draw()).toBe(`digraph {
  n0 [label="sum\\n[] float32"];
  n1 -> n0;
  n1 [label="add\\n[2] float32"];
  n2 -> n1;
  n1_1 [shape=plaintext, label="[]"];
  n1_1 -> n1;
  n2 [label="mul\\n[2] float32"];
  n3 -> n2;
  n3 -> n2;
  n3 [label="y\\nmul\\n[2] float32"];
  n4 -> n3;
  n5 -> n3;
  n4 [shape=box, label="the \\"x\\" \\\\\\n[2] float32\\nrequiresGrad"];
  n5 [shape=box, label="w\\n[] float32\\nrequiresGrad"];
}
`);
  expect(graphToDot(tensor([[1, 2]]))).toBe('digraph {\n  n0 [shape=box, label="[1, 2] float32"];\n}\n');
});
