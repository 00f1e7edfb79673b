import { describe, expect, test } from "@jest/globals";
import {
  ArgumentError,
  crossEntropy,
  DTypeError,
  OptionError,
  ShapeError,
  tensor,
  ValueError,
  zeros,
} from "@typegrad/autograd";
import { accuracy, perplexity } from "@typegrad/trainer";

const ids = (data: number | readonly number[] | readonly (readonly number[])[]) =>
  tensor(data as number[], { dtype: "int32" });

describe("accuracy", () => {
  // [B, T, V] = [2, 3, 5]; the largest logits are 4, 0, 2 and 1, 3, 3.
  const logits = zeros([2, 3, 5]).toArray() as number[][][];
  for (const [i, best] of [4, 0, 2, 1, 3, 3].entries()) logits[Math.floor(i / 3)]![i % 3]![best] = 1 + i;
  const x = tensor(logits, { requiresGrad: true });

  test("is the share of positions whose largest logit is the target's", () => {
    expect(
      accuracy(
        x,
        ids([
          [4, 0, 2],
          [1, 3, 3],
        ]),
      ),
    ).toBe(1);
    expect(
      accuracy(
        x,
        ids([
          [4, 1, 2],
          [0, 3, 4],
        ]),
      ),
    ).toBe(3 / 6);
    expect(accuracy(x.select(0, 0), ids([4, 1, 1]))).toBe(1 / 3);
    expect(accuracy(x.select(0, 0).select(0, 0), ids(4))).toBe(1);
  });

  test("leaves out ignored positions, by default those of −100", () => {
    expect(
      accuracy(
        x,
        ids([
          [4, -100, 0],
          [-100, -100, 3],
        ]),
      ),
    ).toBe(2 / 3);
    expect(
      accuracy(
        x,
        ids([
          [4, 0, 2],
          [0, 0, 0],
        ]),
        { ignoreIndex: 0 },
      ),
    ).toBe(1);
    expect(
      accuracy(
        x,
        ids([
          [9, 9, 9],
          [9, 9, 9],
        ]),
        { ignoreIndex: 9 },
      ),
    ).toBeNaN();
    expect(accuracy(zeros([0, 5]), ids([]))).toBeNaN();
  });

  test("takes the first of equal logits", () => {
    expect([accuracy(zeros([1, 5]), ids([0])), accuracy(zeros([1, 5]), ids([1]))]).toEqual([1, 0]);
  });

  test.each([
    ["no tensor", () => accuracy([1] as never, ids([0])), ArgumentError, "logits must be a tensor\ngot: object"],
    ["no targets", () => accuracy(x, null as never), ArgumentError, "targets must be a tensor\ngot: null"],
    ["floats", () => accuracy(x, zeros([2, 3])), DTypeError, "targets must be class ids\ngot: float32"],
    ["0-d logits", () => accuracy(zeros([]), ids(0)), ShapeError, "got: targets [] for logits []"],
    ["no classes", () => accuracy(zeros([2, 0]), ids([0, 0])), ShapeError, "got: targets [2] for logits [2, 0]"],
    ["other positions", () => accuracy(x, ids([0, 1, 2])), ShapeError, "got: targets [3] for logits [2, 3, 5]"],
    ["no such class", () => accuracy(zeros([1, 5]), ids([5])), ValueError, "no such class\ngot: target 5, 5 classes"],
    ["a negative class", () => accuracy(zeros([1, 5]), ids([-1])), ValueError, "got: target -1, 5 classes"],
    ["an unknown option", () => accuracy(x, ids([0]), { ignore: 0 } as never), ShapeError, "accuracy: "],
    ["a wrong name", () => accuracy(zeros([1, 5]), ids([0]), { ignore: 0 } as never), OptionError, 'option "ignore"'],
    [
      "half an index",
      () => accuracy(zeros([1, 5]), ids([0]), { ignoreIndex: 0.5 }),
      OptionError,
      '"ignoreIndex" must be a whole number\ngot: 0.5',
    ],
  ])("refuses %s", (_, call, type, message) => {
    expect(call).toThrow(type);
    expect(call).toThrow(message);
    expect(call).toThrow(/^accuracy: [^\n]+\ngot: [^\n]+\nhint: [^\n]+$/);
  });
});

describe("perplexity", () => {
  test("is e to the loss", () => {
    expect([perplexity(0), perplexity(1), perplexity(-1)]).toEqual(
      [1, Math.E, 1 / Math.E].map((e) => expect.closeTo(e, 14)),
    );
    expect([perplexity(Number.POSITIVE_INFINITY), perplexity(Number.NaN)]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]);
  });

  test("of a model that knows nothing is the number of words", () => {
    expect(perplexity(crossEntropy(zeros([3, 50]), ids([4, 7, 9])))).toBeCloseTo(50, 4);
    expect(perplexity(tensor([[0]]))).toBe(1);
  });

  test("refuses anything but one number", () => {
    expect(() => perplexity(tensor([1, 2]))).toThrow(ShapeError);
    expect(() => perplexity(tensor([1, 2]))).toThrow("perplexity: the loss must have one element\ngot: [2]\nhint: ");
    expect(() => perplexity("2" as never)).toThrow(ArgumentError);
    expect(() => perplexity(null as never)).toThrow("a number or a tensor\ngot: null\nhint: ");
  });
});
