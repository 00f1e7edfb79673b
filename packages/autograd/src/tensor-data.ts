import type { DType, TypedArray } from "./dtype.js";
import { DTypeError, ShapeError, ValueError } from "./errors.js";
import type { Shape } from "./shape.js";
import { show } from "./show.js";
import type { NestedArray } from "./tensor.js";

/** What `tensor` takes: plain or nested values, or a typed array. */
export type TensorData = number | boolean | NestedArray | TypedArray | BigInt64Array;

/** The elements in row-major order, and what they say about themselves. */
export interface Flat {
  readonly values: ArrayLike<number>;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Plain values, nested arrays and typed arrays as flat ones. */
export function flatten(data: TensorData): Flat {
  if (typeof data === "number") return { values: [data], shape: [], dtype: "float32" };
  if (typeof data === "boolean") return { values: [Number(data)], shape: [], dtype: "bool" };
  if (Array.isArray(data)) return flattenNested(data);
  if (ArrayBuffer.isView(data)) return flattenTyped(data as TypedArray | BigInt64Array);
  throw new DTypeError("tensor: the data is not numeric", {
    got: show(data),
    hint: "use a number, a boolean, nested arrays of those, or a typed array",
  });
}

function flattenTyped(data: TypedArray | BigInt64Array): Flat {
  const shape = [data.length];
  // By name, not by instanceof: the array may come from another realm.
  switch (Object.prototype.toString.call(data).slice(8, -1)) {
    case "Float32Array":
      return { values: data as TypedArray, shape, dtype: "float32" };
    case "Float64Array":
      return { values: data as TypedArray, shape, dtype: "float64" };
    case "BigInt64Array":
      return { values: Int32Array.from(data as BigInt64Array, narrow), shape, dtype: "int32" };
    case "Uint8Array":
      return { values: data as TypedArray, shape, dtype: "bool" };
    case "Int32Array":
    case "Int16Array":
    case "Int8Array":
    case "Uint16Array":
    case "Uint8ClampedArray":
      return { values: data as TypedArray, shape, dtype: "int32" };
    default:
      throw new DTypeError("tensor: no dtype for this kind of typed array", {
        got: Object.prototype.toString.call(data),
        hint: "use Float32Array, Float64Array, Int32Array, Uint8Array (bool) or BigInt64Array",
      });
  }
}

function narrow(value: bigint): number {
  if (value < -(2n ** 31n) || value >= 2n ** 31n) {
    throw new ValueError("tensor: a 64-bit integer does not fit into int32", {
      got: String(value),
      hint: "integers must lie in −2^31 … 2^31 − 1",
    });
  }
  return Number(value);
}

/** The dims that nested data may have. */
const MAX_DIMS = 64;

function flattenNested(data: NestedArray): Flat {
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level); level = level[0]) {
    if (shape.push(level.length) > MAX_DIMS) {
      throw new ShapeError("tensor: the data is nested too deeply", {
        got: `more than ${MAX_DIMS} levels`,
        hint: "an array may hold itself",
      });
    }
  }
  const values: number[] = [];
  const kinds = new Set<string>();
  const visit = (item: number | boolean | NestedArray, depth: number): void => {
    if (Array.isArray(item) ? item.length !== shape[depth] : depth !== shape.length) {
      throw new ShapeError("tensor: rows differ in length or depth", {
        got: Array.isArray(item)
          ? `a row of ${item.length} among rows of ${shape[depth]}`
          : `${show(item)} at depth ${depth}`,
        hint: "all rows of a level must have the same length",
      });
    }
    if (Array.isArray(item)) for (const inner of item) visit(inner, depth + 1);
    else {
      kinds.add(typeof item);
      values.push(checkNumber(item as number | boolean));
    }
  };
  visit(data, 0);
  return { values, shape, dtype: kinds.size === 1 && kinds.has("boolean") ? "bool" : "float32" };
}

function checkNumber(item: number | boolean): number {
  if (typeof item !== "number" && typeof item !== "boolean") {
    throw new DTypeError("tensor: an element is not a number", {
      got: show(item),
      hint: "elements are numbers or booleans",
    });
  }
  return Number(item);
}
