import type { DType, Generator, Tensor } from "../../src/index.js";

/** A tensor as the references see it: numbers in row-major order; no strides, no storage, nothing of the engine. */
export interface Plain {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: readonly number[];
}

/** An operand of a pointwise operation. */
export type Value = Plain | number | boolean;

/** The arguments of an operation with every tensor in them made plain. */
export type Plainly<T> = T extends Tensor
  ? Plain
  : T extends Generator
    ? Generator
    : T extends object
      ? { [Key in keyof T]: Plainly<T[Key]> }
      : T;

/** What an operation gives. */
export type Result = Plain | readonly Plain[] | { readonly values: Plain; readonly indices: Plain };

/** An operation written down from its definition, in plain loops over float64 numbers. */
export type Reference<F> = F extends (...args: infer Args extends readonly unknown[]) => unknown
  ? (...args: Plainly<Args>) => Result
  : never;

/** The operation takes no operands of this dtype: the engine must say so with a DTypeError. */
export class Unsupported extends Error {}

export const isFloat = ({ dtype }: Plain): boolean => dtype === "float32" || dtype === "float64";

export function needFloat(x: Plain): void {
  if (!isFloat(x)) throw new Unsupported(x.dtype);
}

/** The operation, which takes floats alone. */
export const ofFloats =
  <Rest extends readonly unknown[], Given>(run: (x: Plain, ...rest: Rest) => Given) =>
  (x: Plain, ...rest: Rest): Given => {
    needFloat(x);
    return run(x, ...rest);
  };

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

/** Every position in a tensor of the shape, in row-major order. */
export function positions(shape: readonly number[]): number[][] {
  let all: number[][] = [[]];
  for (const extent of shape) all = all.flatMap((front) => Array.from({ length: extent }, (_, i) => [...front, i]));
  return all;
}

/** The element at a position. */
export function at({ shape, data }: Plain, position: readonly number[]): number {
  let place = 0;
  shape.forEach((extent, d) => {
    place = place * extent + position[d]!;
  });
  return data[place]!;
}

/** The tensor whose element at each position is `element(position)`. */
export const build = (shape: readonly number[], dtype: DType, element: (position: number[]) => number): Plain => ({
  shape,
  dtype,
  data: positions(shape).map(element),
});

/** The element that a position of a broadcast result reads: aligned at the right, an extent of 1 is read everywhere. */
export function stretched(x: Plain, position: readonly number[]): number {
  const lead = position.length - x.shape.length;
  return at(
    x,
    x.shape.map((extent, d) => (extent === 1 ? 0 : position[lead + d]!)),
  );
}

/** The common shape of broadcast operands. */
export function common(shapes: readonly (readonly number[])[]): number[] {
  const ndim = Math.max(0, ...shapes.map(({ length }) => length));
  return Array.from({ length: ndim }, (_, d) => {
    const extents = shapes.map((shape) => shape[d - ndim + shape.length] ?? 1).filter((extent) => extent !== 1);
    return extents[0] ?? 1;
  });
}

const rank: readonly DType[] = ["bool", "int32", "float32", "float64"];
const kind: Record<DType, number> = { bool: 0, int32: 1, float32: 2, float64: 2 };

function dtypeOf(value: Value): DType {
  if (typeof value === "object") return value.dtype;
  if (typeof value === "boolean") return "bool";
  return Number.isInteger(value) ? "int32" : "float32";
}

/** PyTorch's promotion: tensors with dims, then 0-d ones, then numbers; a later group counts only by a higher kind. */
export function promoted(values: readonly Value[]): DType {
  const isTensor = (value: Value): value is Plain => typeof value === "object";
  const groups = [
    values.filter((value) => isTensor(value) && value.shape.length > 0),
    values.filter((value) => isTensor(value) && value.shape.length === 0),
    values.filter((value) => !isTensor(value)),
  ];
  let result: DType | null = null;
  for (const group of groups) {
    const highest = rank.filter((dtype) => group.some((value) => dtypeOf(value) === dtype)).at(-1);
    if (highest !== undefined && (result === null || kind[highest] > kind[result])) result = highest;
  }
  return result!;
}

/** As a float: what is not one becomes float32. */
export const floatDType = (dtype: DType): DType => (dtype === "float64" ? "float64" : "float32");

/** A dim counted from the front. */
export const fromFront = (dim: number, ndim: number): number => (dim < 0 ? dim + Math.max(ndim, 1) : dim);

/** Dims counted from the front; all of them where none is named. */
export function dimsOf(dim: number | readonly number[] | null | undefined, ndim: number): number[] {
  if (dim === null || dim === undefined) return Array.from({ length: ndim }, (_, d) => d);
  return [dim].flat().map((d) => fromFront(d as number, ndim));
}

/** The same elements under another shape. */
export const reshaped = ({ dtype, data }: Plain, shape: readonly number[]): Plain => ({ shape, dtype, data });

/** The elements replaced one by one. */
export const mapped = (x: Plain, f: (value: number) => number): Plain => ({ ...x, data: x.data.map(f) });

/** The elements converted, as an assignment to an array of the dtype does it. */
export function converted(x: Plain, dtype: DType): Plain {
  const convert: Record<DType, (value: number) => number> = {
    float64: (value) => value,
    float32: Math.fround,
    int32: (value) => value | 0,
    bool: (value) => (value === 0 ? 0 : 1),
  };
  return { ...x, dtype, data: x.data.map(convert[dtype]) };
}

/** A single value as a 0-d tensor; a tensor as it is. */
export const asPlain = (value: Value): Plain =>
  typeof value === "object" ? value : { shape: [], dtype: dtypeOf(value), data: [Number(value)] };
