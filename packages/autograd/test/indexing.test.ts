import { describe, expect, test } from "@jest/globals";
import { arange, type IndexItem, type NestedArray, type Tensor, tensor } from "../src/index.js";

/** Python's slice of the positions 0 … extent − 1, by its definition. */
function positions(extent: number, start: number | null, stop: number | null, step: number): number[] {
  const at = (bound: number) => (bound < 0 ? bound + extent : bound);
  const found: number[] = [];
  let i: number;
  if (step > 0) {
    i = start === null ? 0 : Math.max(0, at(start));
    for (const end = stop === null ? extent : Math.min(extent, at(stop)); i < end; i += step) found.push(i);
  } else {
    i = start === null ? extent - 1 : Math.min(extent - 1, at(start));
    for (const end = stop === null ? -1 : Math.max(-1, at(stop)); i > end; i += step) found.push(i);
  }
  return found;
}

const at = (nested: NestedArray, ...path: number[]): NestedArray | number =>
  path.reduce<NestedArray | number | boolean>((level, i) => (level as NestedArray)[i]!, nested) as NestedArray | number;

describe("slice", () => {
  const x = arange(15).reshape([3, 5]);
  const rows = x.toArray() as number[][];
  const bounds = [null, -7, -5, -3, -1, 0, 1, 2, 4, 5, 7];
  test.each([-3, -2, -1, 1, 2, 3, 7])("is Python's, step %i", (step) => {
    for (const start of bounds) {
      for (const stop of bounds) {
        const wanted = positions(5, start, stop, step);
        const got = x.slice(1, start, stop, step);
        expect(got.shape).toEqual([3, wanted.length]);
        expect(got.toArray()).toEqual(rows.map((row) => wanted.map((i) => row[i])));
        expect(got.storage).toBe(x.storage);
      }
    }
  });

  test("of a slice counts from the slice", () => {
    const odd = arange(11).slice(0, 1, null, 2);
    expect([odd.slice(0, -2).toArray(), odd.slice(0, null, null, -2).toArray()]).toEqual([
      [7, 9],
      [9, 5, 1],
    ]);
  });
});

describe("index", () => {
  const x = arange(30).reshape([2, 3, 5]);
  const nested = x.toArray() as number[][][];
  const cases: [readonly IndexItem[], unknown][] = [
    [[], nested],
    [[1], nested[1]],
    [[-1, -1, -1], 29],
    [[0, "ellipsis", 2], nested[0]!.map((row) => row[2])],
    [["ellipsis", -1], nested.map((m) => m.map((row) => row[4]))],
    [["newaxis"], [nested]],
    [[1, "newaxis", 2], [nested[1]![2]]],
    [["ellipsis", "newaxis"], nested.map((m) => m.map((row) => row.map((v) => [v])))],
    [
      [[null, null, -1], 0],
      [nested[1]![0], nested[0]![0]],
    ],
    [[0, [1], [null, 2]], nested[0]!.slice(1).map((row) => row.slice(0, 2))],
    [[[5, null]], []],
  ];
  test.each(cases)("%j", (spec, wanted) => {
    expect(x.index(spec).toArray()).toEqual(wanted);
  });

  test("an ellipsis may stand for no dim", () => {
    expect(x.index([0, 1, "ellipsis", 2]).item()).toBe(7);
  });
});

describe("other ways to pick", () => {
  const x = arange(30).reshape([2, 3, 5]);
  const nested = x.toArray() as NestedArray;
  const ids = (values: number[], shape: number[]): Tensor => tensor(Int32Array.from(values), { shape });

  test("select, indexSelect and gather agree with plain arrays", () => {
    expect(x.select(1, -2).toArray()).toEqual([at(nested, 0, 1), at(nested, 1, 1)]);
    expect(x.indexSelect(0, ids([1, 1, 0], [3])).toArray()).toEqual([1, 1, 0].map((i) => at(nested, i)));
    const index = ids([4, 0, 2, 2, 1, 3], [2, 3, 1]);
    expect(x.gather(2, index).toArray()).toEqual(
      [0, 1].map((i) => [0, 1, 2].map((j) => [at(nested, i, j, index.data[3 * i + j]!)])),
    );
    const turned = x.transpose(0, 2); // [5, 3, 2]
    expect(turned.gather(0, ids([4, 1], [1, 1, 2])).toArray()).toEqual([[[at(nested, 0, 0, 4), at(nested, 1, 0, 1)]]]);
  });

  test("scatterAdd adds up, indexCopy keeps the last", () => {
    const zero = tensor(new Float64Array(5));
    const source = tensor(Float64Array.of(1, 2, 3));
    expect(zero.scatterAdd(0, ids([4, 1, 4], [3]), source).toArray()).toEqual([0, 2, 0, 0, 4]);
    expect(zero.indexCopy(0, ids([4, 1, 4], [3]), source).toArray()).toEqual([0, 2, 0, 0, 3]);
    expect(zero.toArray()).toEqual([0, 0, 0, 0, 0]);
  });

  test("split, chunk and roll put everything somewhere", () => {
    expect(x.split(2, 2).map((part) => part.shape[2])).toEqual([2, 2, 1]);
    expect(x.chunk(3, 2).map((part) => part.shape[2])).toEqual([2, 2, 1]);
    expect(x.chunk(7, 1).map((part) => part.shape[1])).toEqual([1, 1, 1]);
    expect(arange(5).roll(7).toArray()).toEqual([3, 4, 0, 1, 2]);
    expect(arange(5).roll(-1, 0).toArray()).toEqual([1, 2, 3, 4, 0]);
  });

  test("pad goes from the last dim backwards; negative amounts crop", () => {
    expect(arange(6).reshape([2, 3]).pad([1, -1, 0, 1], { value: 9 }).toArray()).toEqual([
      [9, 0, 1],
      [9, 3, 4],
      [9, 9, 9],
    ]);
  });

  test("sort is stable both ways, with NaN the largest", () => {
    const y = tensor([3, Number.NaN, 1, 3, 2]);
    expect(y.sort().indices.toArray()).toEqual([2, 4, 0, 3, 1]);
    expect(y.sort(0, { descending: true }).indices.toArray()).toEqual([1, 0, 3, 4, 2]);
    expect(tensor([3, 7, 7]).argmax().item()).toBe(1);
    expect(y.argmax().item()).toBe(1);
  });
});
