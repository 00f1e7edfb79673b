import { describe, expect, test } from "@jest/globals";
import type { Tensor } from "@typegrad/autograd";
import { DataLoader, type DataLoaderOptions, padSequences } from "@typegrad/trainer";

const count = 1013;
const numbers = Array.from({ length: count }, (_, i) => i);
const length = (i: number): number => 1 + ((i * 37) % 29);
const same = (samples: readonly number[]): readonly number[] => samples;

type Options = DataLoaderOptions<number, readonly number[]>;
const batches = (options: Options, epoch = 1): (readonly number[])[] => [
  ...new DataLoader(numbers, { collate: same, ...options }).epoch(epoch),
];

const variants: [string, Options][] = [
  ["in order", { batchSize: 7 }],
  ["shuffled", { batchSize: 7, shuffle: true }],
  ["bucketed", { batchSize: 7, bucketBy: length }],
  ["bucketed and shuffled", { batchSize: 7, shuffle: true, bucketBy: length, seed: 3 }],
  ["by tokens", { batchTokens: 61, shuffle: true, bucketBy: length }],
];

describe.each(variants)("DataLoader %s", (_, options) => {
  test("gives every sample once an epoch", () => {
    expect(
      batches(options, 2)
        .flat()
        .sort((a, b) => a - b),
    ).toEqual(numbers);
  });

  test("gives the same batches for the same seed and epoch, whatever came before", () => {
    const loader = new DataLoader(numbers, { collate: same, ...options });
    const third = [...loader.epoch(3)];
    expect([...loader.epoch(1)]).toEqual(batches(options, 1));
    expect([...loader.epoch(3)]).toEqual(third);
    expect(loader.epoch(3).length).toBe(third.length);
  });
});

describe("DataLoader", () => {
  test("shuffles by seed and epoch", () => {
    const options = { batchSize: count, shuffle: true };
    const orders = [
      batches(options, 1),
      batches(options, 2),
      batches({ ...options, seed: 1 }),
      batches({ batchSize: count }),
    ];
    expect(new Set(orders.map(String)).size).toBe(4);
    expect(orders[3]!.flat()).toEqual(numbers);
  });

  test("buckets: little padding, and batches in mixed order", () => {
    const padding = (all: readonly (readonly number[])[]): number =>
      all.reduce((sum, batch) => {
        const longest = Math.max(...batch.map(length));
        return sum + batch.reduce((rest, i) => rest + longest - length(i), 0);
      }, 0);
    const bucketed = batches({ batchSize: 7, shuffle: true, bucketBy: length });
    expect(padding(bucketed)).toBeLessThan(0.15 * padding(batches({ batchSize: 7, shuffle: true })));
    const longest = bucketed.map((batch) => Math.max(...batch.map(length)));
    expect(longest).not.toEqual([...longest].sort((a, b) => a - b));
  });

  test("batchTokens bounds samples · longest", () => {
    for (const batch of batches({ batchTokens: 61, shuffle: true, bucketBy: length })) {
      expect(batch.length * Math.max(...batch.map(length))).toBeLessThanOrEqual(61);
    }
    const rows = [[1], [2, 2, 2], [3, 3], [4]];
    const shapes = [...new DataLoader(rows, { batchTokens: 4 }).epoch(1)].map(({ shape }) => shape);
    expect(shapes).toEqual([
      [1, 1],
      [1, 3],
      [2, 2],
    ]);
  });

  test("pads rows of ids by default", () => {
    const loader = new DataLoader([[1, 2, 3], Int32Array.of(4), [5, 6]], { batchSize: 2, padId: 9 });
    const all = [...loader.epoch(1)] as Tensor[];
    expect(all.map((batch) => batch.toArray())).toEqual([
      [
        [1, 2, 3],
        [4, 9, 9],
      ],
      [[5, 6]],
    ]);
    expect(all[0]!.dtype).toBe("int32");
  });

  test("takes datasets, any collate, and drops the last", () => {
    const dataset = { length: 5, get: (i: number) => `text ${i}` };
    const loader = new DataLoader(dataset, { batchSize: 2, dropLast: true, collate: (texts) => ({ texts }) });
    expect([...loader.epoch(1)].map(({ texts }) => texts)).toEqual([
      ["text 0", "text 1"],
      ["text 2", "text 3"],
    ]);
  });

  test("padSequences takes empty rows, and none", () => {
    expect(padSequences([[], [7, 8]], 1).toArray()).toEqual([
      [1, 1],
      [7, 8],
    ]);
    expect(padSequences([]).shape).toEqual([0, 0]);
  });

  const errors: [string, () => unknown, string][] = [
    ["nothing", () => new DataLoader([], { batchSize: 1 }), "DataLoader: the dataset is empty"],
    ["neither size", () => new DataLoader([1], {}), "one of batchSize and batchTokens is needed\ngot: neither"],
    ["both sizes", () => batches({ batchSize: 1, batchTokens: 1 }), "batchTokens is needed\ngot: both"],
    ["size 0", () => batches({ batchSize: 0 }), "the size of a batch must be a whole number from 1 up"],
    ["a long sample", () => batches({ batchTokens: 28, bucketBy: length }), "a sample is longer than batchTokens"],
    ["no length", () => batches({ batchTokens: 28 }), "batchTokens needs the length of a sample"],
    ["a bad length", () => batches({ batchSize: 2, bucketBy: () => Number.NaN }), "bucketBy gave no length"],
    ["a mixture", () => batches({ batchTokens: 28, dropLast: true }), "dropLast needs batchSize"],
    [
      "odd samples",
      () => [...new DataLoader([{}], { batchSize: 1 }).epoch(1)],
      "these samples need a collate function",
    ],
    ["fractions", () => padSequences([[1, 2.5]]), "padSequences: not an id\ngot: 2.5 in row 0"],
    ["epoch 0", () => new DataLoader([1], { batchSize: 1 }).epoch(0), "there is no such epoch\ngot: 0"],
    ["an unknown option", () => batches({ batchSize: 1, workers: 2 } as never), 'DataLoader: unknown option "workers"'],
  ];
  test.each(errors)("refuses %s", (_, run, message) => {
    expect(run).toThrow(message);
  });
});
