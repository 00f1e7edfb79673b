import { cat, stack } from "../../src/index.js";
import * as o from "../../src/ops.js";
import { none, noRows, noWidth, single } from "./edge.js";

/** Rows of operations that move elements: see {@link edges}. */
export const shapeEdges = {
  reshape: [
    [() => o.reshape(noRows, [3, 0, 5]), "float64 [3, 0, 5]"],
    [() => o.reshape(noRows, [2, -1]), "float64 [2, 0]"],
    [() => o.reshape(noRows, [0, -1]), "reshape: 0 elements do not fill the shape"],
    [() => o.reshape(noRows, []), "reshape: 0 elements do not fill the shape"],
    [() => o.reshape(single(3), [1, -1]), "float64 [1, 1] 3"],
  ],
  transpose: [
    [() => o.transpose(noRows, 0, 1), "float64 [3, 0]"],
    [() => o.transpose(single(3), 0, -1), "float64 [] 3"],
  ],
  permute: [
    [() => o.permute(noRows, [1, 0]), "float64 [3, 0]"],
    [() => o.permute(single(3), []), "float64 [] 3"],
  ],
  expand: [
    [() => o.expand(none(1, 3), [0, 3]), "float64 [0, 3]"],
    [() => o.expand(noRows, [2, -1, 3]), "float64 [2, 0, 3]"],
    [() => o.expand(single(3), [2]), "float64 [2] 3 3"],
  ],
  squeeze: [
    [() => o.squeeze(none(1, 0)), "float64 [0]"],
    [() => o.squeeze(single(3)), "float64 [] 3"],
    [() => o.squeeze(single(3), 0), "float64 [] 3"],
  ],
  unsqueeze: [
    [() => o.unsqueeze(noRows, 1), "float64 [0, 1, 3]"],
    [() => o.unsqueeze(single(3), -1), "float64 [1] 3"],
  ],
  flatten: [
    [() => o.flatten(noRows), "float64 [0]"],
    [() => o.flatten(single(3)), "float64 [1] 3"],
  ],
  split: [
    [() => o.split(noRows, 2), "float64 [0, 3]"],
    [() => o.split(noRows, [0, 0]), "float64 [0, 3], float64 [0, 3]"],
    [() => o.split(single(3), 1), "split: the sizes do not add up to the extent"],
  ],
  chunk: [
    [() => o.chunk(noRows, 2), "float64 [0, 3], float64 [0, 3]"],
    [() => o.chunk(noWidth, 2), "float64 [1, 0], float64 [1, 0]"],
    [() => o.chunk(single(3), 1), "split: the sizes do not add up to the extent"],
  ],
  index: [
    [() => o.index(noRows, ["ellipsis", 1]), "float64 [0]"],
    [() => o.index(noRows, [0]), "index: index out of range"],
    [() => o.index(single(3), ["newaxis", "ellipsis"]), "float64 [1] 3"],
  ],
  slice: [
    [() => o.slice(noRows, 0, 1), "float64 [0, 3]"],
    [() => o.slice(noRows, 0, null, null, -1), "float64 [0, 3]"],
    [() => o.slice(noRows, 1, 1), "float64 [0, 2]"],
    [() => o.slice(none(7), 0, 4, 2), "float64 [0]"],
    [() => o.slice(none(7), 0, 2, 4, -1), "float64 [0]"],
    [() => o.slice(none(7), 0, -9, null, -1), "float64 [0]"],
    [() => o.slice(single(3), 0), "slice: bounds and step are whole numbers, the step not 0"],
  ],
  select: [
    [() => o.select(noRows, 1, 0), "float64 [0]"],
    [() => o.select(noRows, 0, 0), "select: index out of range"],
    [() => o.select(single(3), 0, 0), "select: index out of range"],
  ],
  flip: [
    [() => o.flip(noRows, [0, 1]), "float64 [0, 3]"],
    [() => o.flip(single(3), []), "float64 [] 3"],
    [() => o.flip(single(3), 0), "float64 [] 3"],
  ],
  roll: [
    [() => o.roll(noRows, 1, 0), "float64 [0, 3]"],
    [() => o.roll(noRows, 5), "float64 [0, 3]"],
    [() => o.roll(single(3), 1), "float64 [] 3"],
  ],
  repeat: [
    [() => o.repeat(noRows, [2, 1, 1]), "float64 [2, 0, 3]"],
    [() => o.repeat(none(2), [0]), "float64 [0]"],
    [() => o.repeat(single(3), []), "float64 [] 3"],
    [() => o.repeat(single(3), [2]), "float64 [2] 3 3"],
  ],
  pad: [
    [() => o.pad(none(0), [1, 1], { value: 7 }), "float64 [2] 7 7"],
    [() => o.pad(none(2), [-1, -1]), "float64 [0]"],
    [() => o.pad(single(3), []), "float64 [] 3"],
  ],
  cat: [
    [() => cat([none(0), none(0)]), "float64 [0]"],
    [() => cat([none(0), none(1, 2)]), "float64 [1, 2] 0 0"],
    [() => cat([noRows, none(1, 3)]), "float64 [1, 3] 0 0 0"],
    [() => cat([single(1), single(2)]), "cat: shapes differ outside dim 0"],
  ],
  stack: [
    [() => stack([none(0), none(0)]), "float64 [2, 0]"],
    [() => stack([noRows, noRows], 1), "float64 [0, 2, 3]"],
    [() => stack([single(1), single(2)]), "float64 [2] 1 2"],
  ],
  tril: [
    [() => o.tril(noRows), "float64 [0, 3]"],
    [() => o.tril(single(3)), "tril: a matrix is needed"],
  ],
  triu: [
    [() => o.triu(noWidth), "float64 [2, 0]"],
    [() => o.triu(single(3)), "triu: a matrix is needed"],
  ],
} as const;
