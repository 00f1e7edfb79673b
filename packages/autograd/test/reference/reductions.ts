import {
  at,
  build,
  converted,
  dimsOf,
  fromFront,
  isFloat,
  mapped,
  needFloat,
  type Plain,
  positions,
  reshaped,
} from "./plain.js";

type Dim = number | readonly number[] | null | undefined;
interface Keep {
  readonly keepdim?: boolean;
}

/** The values that each element of the result is made of, and their positions among the reduced elements. */
function groups(x: Plain, dim: Dim, keepdim: boolean | undefined) {
  const ndim = x.shape.length;
  // No dims are all dims.
  const dims = ndim === 0 ? [] : dimsOf(Array.isArray(dim) && dim.length === 0 ? null : dim, ndim);
  const reduced = x.shape.filter((_, d) => dims.includes(d));
  const whole = x.shape.map((extent, d) => (dims.includes(d) ? 1 : extent));
  const order = [...dims].sort((a, b) => a - b);
  const values = positions(whole).map((base) =>
    positions(reduced).map((inner) =>
      at(
        x,
        base.map((i, d) => (dims.includes(d) ? inner[order.indexOf(d)]! : i)),
      ),
    ),
  );
  return { values, shape: keepdim === true ? whole : x.shape.filter((_, d) => !dims.includes(d)) };
}

function reduced(
  x: Plain,
  dim: Dim,
  keepdim: boolean | undefined,
  dtype: Plain["dtype"],
  f: (values: number[]) => number,
): Plain {
  const { values, shape } = groups(x, dim, keepdim);
  return { shape, dtype, data: values.map(f) };
}

const counted = (x: Plain): Plain["dtype"] => (x.dtype === "bool" ? "int32" : x.dtype);
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const average = (values: readonly number[]): number => total(values) / values.length;
const spread = (values: readonly number[], correction: number): number =>
  total(values.map((value) => (value - average(values)) ** 2)) / Math.max(0, values.length - correction);
const largest = (values: readonly number[]): number => Math.max(...values);
const smallest = (values: readonly number[]): number => Math.min(...values);

function orderOf(values: readonly number[], descending: boolean): number[] {
  const order = Array.from(values.keys());
  return order.sort((i, j) => (descending ? values[j]! - values[i]! : values[i]! - values[j]!));
}

/** A function of the elements along one dim, which keeps the dim (of another extent, where it gives another number). */
function along(x: Plain, dim: number, dtype: Plain["dtype"], f: (values: number[]) => number[]): Plain {
  if (x.shape.length === 0) return { ...x, dtype, data: f([...x.data]) };
  const d = fromFront(dim, x.shape.length);
  const lines = new Map<string, number[]>();
  const without = (position: readonly number[]) => position.filter((_, k) => k !== d).join();
  const extent = x.shape[d]!;
  for (const position of positions(x.shape)) {
    const key = without(position);
    if (!lines.has(key)) {
      const values = Array.from({ length: extent }, (_, i) =>
        at(
          x,
          position.map((p, k) => (k === d ? i : p)),
        ),
      );
      lines.set(key, f(values));
    }
  }
  const length = lines.values().next().value?.length ?? f(new Array<number>(extent).fill(0)).length;
  const shape = x.shape.map((e, k) => (k === d ? length : e));
  return build(shape, dtype, (position) => lines.get(without(position))![position[d]!]!);
}

const removed = (x: Plain, dim: number): Plain =>
  x.shape.length === 0
    ? x
    : reshaped(
        x,
        x.shape.filter((_, d) => d !== fromFront(dim, x.shape.length)),
      );

const extremeAlong = (extreme: (values: readonly number[]) => number) => {
  return (x: Plain, dim?: number, { keepdim }: Keep = {}) => {
    if (dim === undefined) return reduced(x, null, false, x.dtype, extreme);
    const values = along(x, dim, x.dtype, (line) => [extreme(line)]);
    const indices = along(x, dim, "int32", (line) => [line.indexOf(extreme(line))]);
    return keepdim ? { values, indices } : { values: removed(values, dim), indices: removed(indices, dim) };
  };
};

const positionOf = (extreme: (values: readonly number[]) => number) => {
  return (x: Plain, dim?: number | null, { keepdim }: Keep = {}): Plain => {
    const where = (line: readonly number[]) => line.indexOf(extreme(line));
    if (dim === undefined || dim === null) return reduced(x, null, keepdim, "int32", where);
    return reduced(x, x.shape.length === 0 ? null : dim, keepdim, "int32", where);
  };
};

function sorted(x: Plain, dim = -1, { descending = false }: { descending?: boolean } = {}) {
  return {
    values: along(x, dim, x.dtype, (line) => orderOf(line, descending).map((i) => line[i]!)),
    indices: along(x, dim, "int32", (line) => orderOf(line, descending)),
  };
}

const cumulated = (x: Plain, dim: number): Plain =>
  along(x, dim, counted(x), (line) => line.map((_, i) => total(line.slice(0, i + 1))));

const truth = (x: Plain): Plain =>
  converted(
    mapped(x, (value) => Number(value !== 0)),
    "bool",
  );

function norm(x: Plain, { p = 2, dim, keepdim }: Keep & { p?: number; dim?: Dim } = {}): Plain {
  needFloat(x);
  return reduced(x, dim, keepdim, x.dtype, (values) => {
    const sizes = values.map(Math.abs);
    if (p === Infinity) return largest(sizes);
    if (p === -Infinity) return smallest(sizes);
    if (p === 0) return sizes.filter((size) => size !== 0).length;
    return total(sizes.map((size) => size ** p)) ** (1 / p);
  });
}

export const reductionReferences = {
  sum: (x: Plain, dim?: Dim, { keepdim }: Keep = {}) => reduced(x, dim, keepdim, counted(x), total),
  mean: (x: Plain, dim?: Dim, { keepdim }: Keep = {}) => {
    needFloat(x);
    return reduced(x, dim, keepdim, x.dtype, average);
  },
  prod: (x: Plain, dim?: Dim, { keepdim }: Keep = {}) =>
    reduced(x, dim, keepdim, counted(x), (values) => values.reduce((a, b) => a * b, 1)),
  amax: (x: Plain, dim?: Dim, { keepdim }: Keep = {}) => reduced(x, dim, keepdim, x.dtype, largest),
  amin: (x: Plain, dim?: Dim, { keepdim }: Keep = {}) => reduced(x, dim, keepdim, x.dtype, smallest),
  max: extremeAlong(largest),
  min: extremeAlong(smallest),
  var: (x: Plain, dim?: Dim, { keepdim, correction = 1 }: Keep & { correction?: number } = {}) => {
    needFloat(x);
    return reduced(x, dim, keepdim, x.dtype, (values) => spread(values, correction));
  },
  std: (x: Plain, dim?: Dim, { keepdim, correction = 1 }: Keep & { correction?: number } = {}) => {
    needFloat(x);
    return reduced(x, dim, keepdim, x.dtype, (values) => Math.sqrt(spread(values, correction)));
  },
  logsumexp: (x: Plain, dim?: Dim, { keepdim }: Keep = {}) => {
    needFloat(x);
    return reduced(x, dim, keepdim, x.dtype, (values) => {
      const most = largest(values);
      return most + Math.log(total(values.map((value) => Math.exp(value - most))));
    });
  },
  norm,
  argmax: positionOf(largest),
  argmin: positionOf(smallest),
  any: (x: Plain, dim?: Dim, { keepdim }: Keep = {}) =>
    reduced(truth(x), dim, keepdim, "bool", (values) => Number(values.includes(1))),
  all: (x: Plain, dim?: Dim, { keepdim }: Keep = {}) =>
    reduced(truth(x), dim, keepdim, "bool", (values) => Number(!values.includes(0))),
  cumsum: cumulated,
  sort: sorted,
  topk: (x: Plain, k: number, { dim = -1 }: { dim?: number } = {}) => {
    const { values, indices } = sorted(x, dim, { descending: true });
    // A single element has no dim to choose along: it is there for k = 0 too, as in PyTorch.
    const first = (line: number[]) => (x.shape.length === 0 ? line : line.slice(0, k));
    return { values: along(values, dim, x.dtype, first), indices: along(indices, dim, "int32", first) };
  },

  sumOver: (x: Plain, { dims }: { dims: readonly number[] }) => reduced(x, dims, false, counted(x), total),
  maxOver: (x: Plain, { dims }: { dims: readonly number[] }) => reduced(x, dims, false, x.dtype, largest),
  minOver: (x: Plain, { dims }: { dims: readonly number[] }) => reduced(x, dims, false, x.dtype, smallest),
  argmaxAlong: (x: Plain, { dim }: { dim: number }) => positionOf(largest)(x, dim),
  argminAlong: (x: Plain, { dim }: { dim: number }) => positionOf(smallest)(x, dim),
  cumsumAlong: (x: Plain, { dim }: { dim: number }) => cumulated(x, dim),
  argsortAlong: (x: Plain, options: { dim: number; descending: boolean }) => sorted(x, options.dim, options).indices,
};

/** The elements along a dim replaced by as many others: what softmax and its kin do. */
export const replaceLines = (x: Plain, dim: number, f: (line: number[]) => number[]): Plain =>
  along(x, dim, isFloat(x) ? x.dtype : "float32", f);

export { average, spread, total };
