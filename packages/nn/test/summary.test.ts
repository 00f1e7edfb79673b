import { expect, test } from "@jest/globals";
import { noGrad, ones, type Tensor, zeros } from "@typegrad/autograd";
import { Buffer, Dropout, Linear, Module, MultiheadAttention, Sequential, summary } from "../src/index.js";

class Tied extends Module {
  first = new Linear(3, 3, { bias: false });
  second = new Linear(3, 3);
  spare = new Linear(2, 2);
  calls = Buffer(zeros([], { dtype: "int32" }));
  drop = new Dropout(0.9);

  constructor() {
    super();
    this.second.weight = this.first.weight;
    this.second.bias!.requiresGrad = false;
  }

  forward(x: Tensor): { readonly pair: readonly [Tensor, null] } {
    noGrad(() => this.calls.assign(this.calls.add(1)));
    return { pair: [this.second.forward(this.drop.forward(this.first.forward(x))), null] };
  }
}

test("a summary counts shared parameters once, tells frozen ones, and adds up the bytes", () => {
  const model = new Tied();
  const { rows, total, trainable, frozen, bytes } = summary(model);
  expect({ total, trainable, frozen, bytes }).toEqual({ total: 18, trainable: 15, frozen: 3, bytes: 76 });
  expect(rows.map(({ path, type, count, output }) => [path, type, count, output])).toEqual([
    ["", "Tied", 0, null],
    ["first", "Linear", 9, null],
    ["second", "Linear", 3, null],
    ["spare", "Linear", 6, null],
    ["drop", "Dropout", 0, null],
  ]);
  expect(rows[0]!.tensors).toEqual([{ name: "calls", shape: [], kind: "buffer" }]);
  expect(rows[2]!.tensors).toEqual([
    { name: "weight", shape: [3, 3], kind: "shared" },
    { name: "bias", shape: [3], kind: "frozen" },
  ]);
});

test("an example shows the shapes of what each module gives, and leaves modes and hooks as they were", () => {
  const model = new Tied();
  model.second.eval();
  const { rows } = summary(model, { inputs: [ones([5, 3])] });
  expect(rows.map(({ output }) => output)).toEqual(["{ pair: ([5, 3], null) }", "[5, 3]", "[5, 3]", null, "[5, 3]"]);
  expect(model.modules().map(({ training }) => training)).toEqual([true, true, false, true, true]);
  expect(() => summary(model, { inputs: [ones([5, 2])] })).toThrow();
  expect(model.modules().map(({ training }) => training)).toEqual([true, true, false, true, true]);
  const attention = summary(new MultiheadAttention(4, 2), { inputs: Array(3).fill(ones([2, 3, 4])) });
  expect(attention.rows[0]!.output).toBe("([2, 3, 4], [2, 3, 3])");
});

test("a summary prints as a table", () => {
  const model = new Sequential(new Linear(3, 8), new Dropout(0), new Linear(8, 2));
  model.at(2)!.parameters()[0]!.requiresGrad = false;
  expect(String(summary(model, { inputs: [ones([5, 3])] }))).toBe(
    [
      "path  type        tensors                         parameters  output",
      "      Sequential                                           0  [5, 2]",
      "0     Linear      weight [8, 3], bias [8]                 32  [5, 8]",
      "1     Dropout                                              0  [5, 8]",
      "2     Linear      weight [2, 8] frozen, bias [2]          18  [5, 2]",
      "50 parameters: 34 trainable, 16 frozen; 200 bytes with buffers",
    ].join("\n"),
  );
  expect(String(summary(model)).split("\n")[0]).toBe("path  type        tensors                         parameters");
});
