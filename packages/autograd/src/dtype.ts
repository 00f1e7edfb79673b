import { DTypeError, ShapeError, ValueError } from "./errors.js";
import { show } from "./show.js";

/** The element types of a tensor. `bool` is stored as one byte, 0 or 1. */
export type DType = "float32" | "float64" | "int32" | "bool";

/** The arrays that hold a tensor's elements. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

const rank: Record<DType, number> = { bool: 0, int32: 1, float32: 2, float64: 3 };

/** True for float32 and float64: the dtypes that have gradients. */
export const isFloat = (dtype: DType): boolean => dtype === "float32" || dtype === "float64";

/** The bytes that one tensor may take: positions in it, counted in bytes, fit into 31 bits. */
export const MAX_BYTES = 2 ** 31;

/** The bytes of one element. */
export const bytesPerElement: Readonly<Record<DType, number>> = { bool: 1, int32: 4, float32: 4, float64: 8 };

/**
 * A new zero-filled array for `size` elements of `dtype`.
 * @param operation whose result it is, for the message
 * @throws ShapeError where there is no room for it.
 */
export function allocate(dtype: DType, size: number, operation = "memory"): TypedArray {
  if (size * bytesPerElement[dtype] > MAX_BYTES) throw noRoom(operation, dtype, size);
  try {
    return create(dtype, size);
  } catch (error) {
    // The engine's way to say that the memory is used up.
    if (error instanceof RangeError) throw noRoom(operation, dtype, size);
    throw error;
  }
}

const noRoom = (operation: string, dtype: DType, size: number): ShapeError =>
  new ShapeError(`${operation}: the tensor would be too large`, {
    got: `${size} elements of ${dtype}`,
    hint: `at most ${MAX_BYTES} bytes, and what the machine has; work in parts`,
  });

function create(dtype: DType, size: number): TypedArray {
  switch (dtype) {
    case "float32":
      return new Float32Array(size);
    case "float64":
      return new Float64Array(size);
    case "int32":
      return new Int32Array(size);
    case "bool":
      return new Uint8Array(size);
  }
}

/** What a plain number becomes as an element; a {@link ValueError} for one that is no integer of 32 bits but should be. */
export function toElement(operation: string, value: number, dtype: DType): number {
  if (dtype === "bool") return Number(value !== 0);
  if (dtype !== "int32") return value;
  const whole = Math.trunc(value);
  if (whole === (whole | 0)) return whole;
  throw new ValueError(`${operation}: the number does not fit into int32`, {
    got: String(value),
    hint: "integers lie in −2^31 … 2^31 − 1; convert the tensor to a float for others",
  });
}

/** The dtype name, or a {@link DTypeError} for anything else. */
export function checkDType(operation: string, dtype: string): DType {
  if (typeof dtype !== "string" || !Object.hasOwn(rank, dtype)) {
    throw new DTypeError(`${operation}: unknown dtype`, {
      got: show(dtype),
      hint: 'use "float32", "float64", "int32" or "bool"',
    });
  }
  return dtype as DType;
}

/** Throws a {@link DTypeError} for a dtype whose elements are no floats. */
export function checkFloat(operation: string, dtype: DType): void {
  if (isFloat(dtype)) return;
  throw new DTypeError(`${operation}: a float is needed`, { got: dtype, hint: 'convert it: x.to("float32")' });
}

const higher = (a: DType, b: DType): DType => (rank[a] >= rank[b] ? a : b);

const category = (dtype: DType): number => (isFloat(dtype) ? 2 : rank[dtype]);

/** What promotion looks at: a tensor's dtype and whether it has dims. */
export interface Promotable {
  /** The type of its elements. */
  readonly dtype: DType;
  /** Its extents; [] for a single value. */
  readonly shape: readonly number[];
}

/**
 * The common dtype of the operands, by PyTorch's rule: dims count before 0-d, and a 0-d operand raises the result only
 * when it is of a higher category (bool < integer < float). A plain number is weaker still: it lifts bool and int32 to
 * int32 when it is an integer and to float32 when it is not, and never changes a float.
 */
export function promote(operands: readonly (Promotable | number | boolean)[]): DType {
  let dims: DType | null = null;
  let zero: DType | null = null;
  let plain: DType | null = null;
  for (const operand of operands) {
    if (typeof operand === "object") {
      if (operand.shape.length > 0) dims = dims === null ? operand.dtype : higher(dims, operand.dtype);
      else zero = zero === null ? operand.dtype : higher(zero, operand.dtype);
    } else {
      const own = typeof operand === "boolean" ? "bool" : Number.isInteger(operand) ? "int32" : "float32";
      plain = plain === null ? own : higher(plain, own);
    }
  }
  let result = dims;
  for (const weaker of [zero, plain]) {
    if (weaker !== null && (result === null || category(weaker) > category(result))) result = weaker;
  }
  return result ?? "float32";
}
