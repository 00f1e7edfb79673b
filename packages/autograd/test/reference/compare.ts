import { Tensor } from "../../src/index.js";
import { type Plain, positions } from "./plain.js";

/** The elements where strides and offset say they lie: nothing of the engine's reading is used. */
export function plainOf({ shape, dtype, strides, offset, storage }: Tensor): Plain {
  const data = positions(shape).map((p) => storage.array[p.reduce((place, i, d) => place + i * strides[d]!, offset)]!);
  return { shape: [...shape], dtype, data };
}

/** Arguments or results with every tensor made plain; generators and plain values stay. */
export function plainly(tree: unknown): unknown {
  if (tree instanceof Tensor) return plainOf(tree);
  if (Array.isArray(tree)) return tree.map(plainly);
  if (typeof tree !== "object" || tree === null || Object.getPrototypeOf(tree) !== Object.prototype) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, plainly(item)]));
}

const isPlain = (item: object): item is Plain => "data" in item;

/** The plain tensors of a plain result, in order. */
export function leavesOf(result: unknown): Plain[] {
  if (typeof result !== "object" || result === null) return [];
  return isPlain(result) ? [result] : Object.values(result).flatMap(leavesOf);
}

/** How close is close enough: |a − b| ≤ atol + rtol |b|. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** What differs first between two results, or null. Shapes and dtypes must agree, and integers and conditions exactly. */
export function difference(
  given: readonly Plain[],
  wanted: readonly Plain[],
  { rtol, atol }: Tolerance,
): string | null {
  if (given.length !== wanted.length) return `${given.length} results for ${wanted.length}`;
  for (const [k, own] of given.entries()) {
    const right = wanted[k]!;
    const heads = [own, right].map(({ shape, dtype }) => `${dtype} [${shape.join(", ")}]`);
    if (heads[0] !== heads[1]) return `result ${k}: ${heads.join(" for ")}`;
    // Whatever else is asked for, a float32 was rounded once.
    const relative = own.dtype === "float32" ? Math.max(rtol, 2 ** -24) : rtol;
    const exact = own.dtype === "int32" || own.dtype === "bool";
    const i = own.data.findIndex((value, place) => {
      const number = right.data[place]!;
      if (value === number || (Number.isNaN(value) && Number.isNaN(number))) return false;
      return exact || !(Math.abs(value - number) <= atol + relative * Math.abs(number));
    });
    if (i >= 0) return `result ${k}, element ${i}: ${own.data[i]} for ${right.data[i]}`;
  }
  return null;
}
