import { describe, expect, test } from "@jest/globals";
import { noGrad, ones, type Tensor, tensor, zeros } from "../src/index.js";

const leaf = (...values: number[]): Tensor => tensor(Float64Array.from(values), { requiresGrad: true });
const float = (...values: number[]): Tensor => tensor(Float64Array.from(values));

describe("an operation keeps what its vjps read, and nothing else", () => {
  const [a, b] = [leaf(2, 3), leaf(5, 7)];
  const kept = ({ node }: Tensor) => ({
    inputs: node!.inputs?.map((x) => x !== null) ?? null,
    output: node!.output !== null,
  });
  test.each([
    ["add", () => a.add(b), null, false],
    ["sum", () => a.sum(), null, false],
    ["reshape", () => a.reshape([2, 1]), null, false],
    ["mul", () => a.mul(b), [true, true], false],
    ["mul by a constant", () => a.mul(3), [false, true], false],
    ["exp", () => a.exp(), null, true],
    ["log", () => a.log(), [true], false],
    ["a fraction of a constant", () => float(1, 1).div(b), [false, true], true],
    ["a fraction over a constant", () => a.div(2), [false, true], false],
    ["where", () => a.gt(2).where(a, b), [true, false, false], false],
  ] as const)("%s", (_, run, inputs, output) => {
    expect(kept(run())).toEqual({ inputs, output });
  });

  test("and drops it after the backward pass", () => {
    const [product, power] = [a.mul(b), b.exp()];
    const loss = product.mul(power).sum();
    loss.backward();
    for (const { node } of [product, power, loss]) {
      expect([node!.inputs, node!.output, node!.auxiliary, node!.freed]).toEqual([null, null, null, true]);
    }
  });

  test("but keeps it with retainGraph", () => {
    const y = a.mul(b).sum();
    y.backward(undefined, { retainGraph: true });
    expect(y.node!.freed).toBe(false);
    y.backward();
  });
});

describe("an assignment between forward and backward", () => {
  const assign = (x: Tensor, ...values: number[]) => noGrad(() => x.assign(float(...values)));

  test("is an error where the value is read, by way of a view as well", () => {
    for (const read of [(x: Tensor) => x.mul(x), (x: Tensor) => x.flip(0).log(), (x: Tensor) => x.detach().mul(x)]) {
      const x = leaf(2, 3);
      const y = read(x).sum();
      assign(x, 5, 7);
      expect(() => y.backward()).toThrow(/was assigned since/);
    }
  });

  test("of a view, or of the detached leaf, counts as well", () => {
    for (const write of [
      (x: Tensor) => noGrad(() => x.select(0, 1).assign(tensor(9, { dtype: "float64" }))),
      (x: Tensor) => x.detach().assign(float(1, 1)),
    ]) {
      const x = leaf(2, 3);
      const y = x.mul(x).sum();
      write(x);
      expect(() => y.backward()).toThrow(/was assigned since/);
    }
  });

  test("is allowed where nothing is read, or a result is", () => {
    const x = leaf(2, 3);
    const y = x.add(1).exp().sum();
    assign(x, 5, 7);
    y.backward();
    expect(x.grad!.data[0]).toBeCloseTo(Math.exp(3), 12);
  });

  test("leaves a clone alone", () => {
    const x = leaf(2, 3);
    const copy = x.clone();
    const y = copy.mul(copy).sum();
    assign(x, 5, 7);
    y.backward();
    expect([copy.toArray(), x.grad!.toArray()]).toEqual([
      [2, 3],
      [4, 6],
    ]);
  });
});

describe("memory that is shared", () => {
  test("views of every kind follow their leaf", () => {
    const x = zeros([2, 3], { dtype: "float64" });
    const views = [x.transpose(0, 1), x.flip(1), x.reshape([3, 2]), x.slice(1, 1), x.unsqueeze(0), x.detach()];
    x.assign(tensor(Float64Array.of(1, 2, 3, 5, 7, 11), { shape: [2, 3] }));
    expect(views.map((view) => view.toArray().toString())).toEqual([
      "1,5,2,7,3,11",
      "3,2,1,11,7,5",
      "1,2,3,5,7,11",
      "2,3,7,11",
      "1,2,3,5,7,11",
      "1,2,3,5,7,11",
    ]);
  });

  test("an assignment through a view reaches the leaf, and what overlaps is read first", () => {
    const x = tensor([1, 2, 3, 5, 7]);
    x.slice(0, 1).assign(x.slice(0, 0, -1));
    expect(x.toArray()).toEqual([1, 1, 2, 3, 5]);
    const square = tensor([
      [1, 2],
      [3, 5],
    ]);
    square.transpose(0, 1).assign(square);
    expect(square.toArray()).toEqual([
      [1, 3],
      [2, 5],
    ]);
  });

  test("a gradient cannot be written, but the one handed in stays its owner's", () => {
    const x = leaf(2, 3);
    const given = float(1, 1);
    x.add(1).backward(given);
    given.assign(float(7, 7));
    expect(x.grad!.toArray()).toEqual([1, 1]);
    expect(() => x.grad!.assign(given)).toThrow(/only a leaf can be written\ngot: a gradient/);
    expect(() =>
      x
        .grad!.detach()
        .reshape([2, 1])
        .assign(ones([2, 1], { dtype: "float64" })),
    ).toThrow(/a gradient/);
  });

  test("two leaves that get one gradient do not share its fate", () => {
    const [x, y] = [leaf(2), leaf(3)];
    x.add(y).backward();
    x.mul(5).backward();
    expect([x.grad!.item(), y.grad!.item()]).toEqual([6, 1]);
  });
});
