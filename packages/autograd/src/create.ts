import { allocate, checkDType, type DType, toElement } from "./dtype.js";
import { checkOptions, DTypeError, ShapeError, ValueError } from "./errors.js";
import * as kind from "./kinds.js";
import { checkShape, format, type Shape, sizeOf } from "./shape.js";
import { type Tensor, wrap } from "./tensor.js";
import { flatten, type TensorData } from "./tensor-data.js";

/** Options of the functions that make a tensor. */
export interface CreateOptions {
  /** Default float32. */
  readonly dtype?: DType;
  /** Whether gradients are wanted. Default false. */
  readonly requiresGrad?: boolean;
}

/** Options of {@link tensor}. */
export interface TensorOptions extends CreateOptions {
  /** The shape to give to flat data. Default: the nesting of the data, or one dim for a typed array. */
  readonly shape?: Shape;
}

/** What the options may be. */
export const createOptions = { dtype: kind.anything, requiresGrad: kind.boolean };

/** A 0-d tensor, as plain numbers become inside operations. */
export function scalar(value: number, dtype: DType): Tensor {
  const array = allocate(dtype, 1);
  array[0] = dtype === "bool" ? Number(value !== 0) : value;
  return wrap(array, dtype, []);
}

function finish(tensor: Tensor, { requiresGrad = false }: CreateOptions): Tensor {
  if (requiresGrad) tensor.requiresGrad = true;
  return tensor;
}

function filled(operation: string, shape: Shape, value: number, options: CreateOptions): Tensor {
  checkOptions(operation, options, createOptions);
  checkShape(operation, shape);
  const dtype = checkDType(operation, options.dtype ?? "float32");
  const element = toElement(operation, value, dtype);
  const array = allocate(dtype, sizeOf(shape), operation);
  if (element !== 0) array.fill(element);
  return finish(wrap(array, dtype, [...shape]), options);
}

/** Zeros of the given shape. */
export const zeros = (shape: Shape, options: CreateOptions = {}): Tensor => filled("zeros", shape, 0, options);

/** Ones of the given shape. */
export const ones = (shape: Shape, options: CreateOptions = {}): Tensor => filled("ones", shape, 1, options);

/** A tensor of the given shape, every element `value`; bool for a boolean unless a dtype is given. */
export function full(shape: Shape, value: number | boolean, options: CreateOptions = {}): Tensor {
  if (typeof value === "boolean") {
    checkOptions("full", options, createOptions);
    return filled("full", shape, Number(value), { ...options, dtype: options.dtype ?? "bool" });
  }
  kind.checkArgument("full", "the value", value, kind.element);
  return filled("full", shape, value, options);
}

/** Zeros of another tensor's shape and dtype. */
export function zerosLike(x: Tensor): Tensor {
  kind.checkTensors("zerosLike", x);
  return filled("zerosLike", x.shape, 0, { dtype: x.dtype });
}

/** Ones of another tensor's shape and dtype. */
export function onesLike(x: Tensor): Tensor {
  kind.checkTensors("onesLike", x);
  return filled("onesLike", x.shape, 1, { dtype: x.dtype });
}

/** The dtype of a range, which is one of numbers. */
function checkNumeric(operation: string, wanted: DType): DType {
  const dtype = checkDType(operation, wanted);
  if (dtype !== "bool") return dtype;
  throw new DTypeError(`${operation}: a range is made of numbers`, { got: dtype, hint: "compare it: range.ne(0)" });
}

function countOf(operation: string, size: number): number {
  checkShape(operation, [size]);
  return size;
}

/**
 * start, start + step, … up to but not including stop; `arange(n)` counts from 0.
 * @returns [⌈(stop − start) / step⌉], int32 for whole numbers unless a dtype is given
 * @throws ValueError for a step of 0 or one that leads away from stop.
 */
export function arange(stop: number, options?: CreateOptions): Tensor;
export function arange(start: number, stop: number, options?: CreateOptions): Tensor;
export function arange(start: number, stop: number, step: number, options?: CreateOptions): Tensor;
export function arange(...args: (number | CreateOptions | undefined)[]): Tensor {
  const last = args.at(-1);
  const given = (typeof last === "number" ? args : args.slice(0, -1)) as number[];
  const options = (typeof last === "number" ? undefined : last) ?? {};
  checkOptions("arange", options, createOptions);
  for (const value of given) kind.checkArgument("arange", "a bound or step", value, kind.element);
  const [start, stop, step] = given.length === 1 ? [0, given[0]!, 1] : [given[0]!, given[1]!, given[2] ?? 1];
  const count = Math.ceil((stop - start) / step);
  if (given.length > 3 || !(step !== 0) || !Number.isFinite(count) || count < 0) {
    throw new ValueError("arange: the step does not lead from start to stop", {
      got: `start ${start}, stop ${stop}, step ${step}`,
      hint: "use finite numbers and a step of the right sign",
    });
  }
  const whole = given.every(Number.isInteger);
  const dtype = checkNumeric("arange", options.dtype ?? (whole ? "int32" : "float32"));
  if (dtype === "int32" && !whole) {
    throw new ValueError("arange: integers need whole bounds and a whole step", {
      got: `start ${start}, stop ${stop}, step ${step}`,
      hint: 'leave the dtype out, or convert the range: arange(…).to("int32")',
    });
  }
  countOf("arange", count);
  // The largest and the smallest: what lies between fits if they do.
  for (const end of count > 0 ? [start, start + (count - 1) * step] : []) toElement("arange", end, dtype);
  const array = allocate(dtype, count, "arange");
  for (let i = 0; i < count; i++) array[i] = start + i * step;
  return finish(wrap(array, dtype, [count]), options);
}

/** `count` evenly spaced numbers from start to stop, both included: [count]. */
export function linspace(start: number, stop: number, count: number, options: CreateOptions = {}): Tensor {
  checkOptions("linspace", options, createOptions);
  kind.checkArgument("linspace", "start", start, kind.element);
  kind.checkArgument("linspace", "stop", stop, kind.element);
  const dtype = checkNumeric("linspace", options.dtype ?? "float32");
  for (const end of [start, stop]) toElement("linspace", end, dtype);
  const array = allocate(dtype, countOf("linspace", count), "linspace");
  const step = count > 1 ? (stop - start) / (count - 1) : 0;
  // From both ends, so that the last element is exactly `stop`.
  for (let i = 0; i < count; i++) array[i] = i < count / 2 ? start + i * step : stop - (count - 1 - i) * step;
  return finish(wrap(array, dtype, [count]), options);
}

/** The identity matrix [rows, columns]; square when `columns` is left out. */
export function eye(rows: number, options?: CreateOptions): Tensor;
export function eye(rows: number, columns?: number, options?: CreateOptions): Tensor;
export function eye(rows: number, second: number | CreateOptions = rows, options: CreateOptions = {}): Tensor {
  const columns = typeof second === "number" ? second : rows;
  const result = filled("eye", [rows, columns], 0, typeof second === "number" ? options : second);
  const { array } = result.storage;
  for (let i = 0; i < Math.min(rows, columns); i++) array[i * columns + i] = 1;
  return result;
}

/**
 * A tensor of the given data, which is copied.
 *
 * @param data a number or boolean (0-d), nested arrays (one dim a level), or a typed array, whose dtype is kept
 *   (BigInt64Array becomes int32); plain numbers become float32, booleans bool
 * @throws ShapeError when rows differ in length or the data does not fill `shape`.
 * @throws ValueError when a 64-bit integer does not fit into 32 bits.
 * @example
 * ```ts
 * tensor([[1, 2], [3, 4]]).sum(0).toArray(); // [4, 6]
 * ```
 */
export function tensor(data: TensorData, options: TensorOptions = {}): Tensor {
  checkOptions("tensor", options, { ...createOptions, shape: kind.list });
  const { values, shape, dtype } = flatten(data);
  const wanted = checkDType("tensor", options.dtype ?? dtype);
  const target = checkShape("tensor", options.shape ?? shape);
  if (sizeOf(target) !== values.length) {
    throw new ShapeError("tensor: the data does not fill the shape", {
      got: `${values.length} elements for ${format(target)}`,
      hint: `the shape needs ${sizeOf(target)} elements`,
    });
  }
  const array = allocate(wanted, values.length, "tensor");
  if (wanted === dtype && wanted !== "bool") array.set(values);
  else for (let i = 0; i < values.length; i++) array[i] = toElement("tensor", values[i]!, wanted);
  return finish(wrap(array, wanted, [...target]), options);
}
