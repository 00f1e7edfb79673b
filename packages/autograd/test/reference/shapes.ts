import type { DType, IndexItem } from "../../src/index.js";
import {
  at,
  build,
  common,
  converted,
  dimsOf,
  fromFront,
  type Plain,
  positions,
  promoted,
  reshaped,
  sizeOf,
} from "./plain.js";

type Grid = {
  readonly starts: readonly number[];
  readonly steps: readonly number[];
  readonly shape: readonly number[];
};

const permuted = (x: Plain, order: readonly number[]): Plain =>
  build(
    order.map((d) => x.shape[d]!),
    x.dtype,
    (position) =>
      at(
        x,
        x.shape.map((_, d) => position[order.indexOf(d)]!),
      ),
  );

const expanded = (x: Plain, shape: readonly number[]): Plain => {
  const lead = shape.length - x.shape.length;
  const whole = shape.map((extent, d) => (extent === -1 ? x.shape[d - lead]! : extent));
  return build(whole, x.dtype, (position) =>
    at(
      x,
      x.shape.map((e, d) => (e === 1 ? 0 : position[lead + d]!)),
    ),
  );
};

/** x[i] for the i named by `picks[d]` along each dim. */
const picked = (x: Plain, picks: readonly (readonly number[])[]): Plain =>
  build(
    picks.map(({ length }) => length),
    x.dtype,
    (position) =>
      at(
        x,
        position.map((i, d) => picks[d]![i]!),
      ),
  );

/** Everything along all dims but one. */
const pickedAlong = (x: Plain, dim: number, pick: readonly number[]): Plain =>
  picked(
    x,
    x.shape.map((extent, d) => (d === fromFront(dim, x.shape.length) ? pick : range(extent))),
  );

const range = (stop: number, start = 0): number[] =>
  Array.from({ length: Math.max(0, stop - start) }, (_, i) => start + i);

/** The indices of a Python slice: counted from the end where negative, clamped, in steps of either sign. */
function sliced(
  extent: number,
  start: number | null = null,
  stop: number | null = null,
  step: number | null = 1,
): number[] {
  const by = step ?? 1;
  const resolve = (bound: number) => (bound < 0 ? bound + extent : bound);
  const found: number[] = [];
  const first = start === null ? (by > 0 ? 0 : extent - 1) : resolve(start);
  const last = stop === null ? (by > 0 ? extent : -1) : Math.max(-1, resolve(stop));
  let i = by > 0 ? Math.max(0, first) : Math.min(extent - 1, first);
  for (; by > 0 ? i < last && i < extent : i > last && i >= 0; i += by) found.push(i);
  return found;
}

const parts = (x: Plain, sizes: readonly number[], dim: number): Plain[] => {
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return pickedAlong(x, dim, range(start, start - size));
  });
};

const sizesOf = (extent: number, size: number): number[] =>
  Array.from({ length: Math.max(1, Math.ceil(extent / size)) }, (_, i) => Math.min(size, extent - i * size));

function joined(tensors: readonly Plain[], dim = 0): Plain {
  const full = tensors.filter(({ shape, data }) => shape.length !== 1 || data.length > 0);
  const pieces = full.length > 0 ? full : [tensors[0]!];
  const d = fromFront(dim, pieces[0]!.shape.length);
  const starts = pieces.map((_, i) => pieces.slice(0, i).reduce((sum, { shape }) => sum + shape[d]!, 0));
  const total = pieces.reduce((sum, { shape }) => sum + shape[d]!, 0);
  return build(
    pieces[0]!.shape.map((e, k) => (k === d ? total : e)),
    promoted(tensors),
    (position) => {
      const owner = starts.filter((start, i) => position[d]! >= start && pieces[i]!.shape[d]! > 0).length - 1;
      const nonEmpty = pieces.map((_, i) => i).filter((i) => pieces[i]!.shape[d]! > 0)[owner]!;
      return at(
        pieces[nonEmpty]!,
        position.map((p, k) => (k === d ? p - starts[nonEmpty]! : p)),
      );
    },
  );
}

const unsqueezed = (x: Plain, dim: number): Plain => {
  const d = fromFront(dim, x.shape.length + 1);
  return reshaped(x, [...x.shape.slice(0, d), 1, ...x.shape.slice(d)]);
};

const triangle = (keep: (row: number, column: number) => boolean) => (x: Plain) =>
  build(x.shape, x.dtype, (position) => (keep(position.at(-2)!, position.at(-1)!) ? at(x, position) : 0));

function indexed(x: Plain, spec: readonly IndexItem[]): Plain {
  const consumed = spec.filter((item) => typeof item === "number" || Array.isArray(item)).length;
  const picks: number[][] = [];
  const shape: number[] = [];
  const keepAll = () => {
    const all = range(x.shape[picks.length]!);
    picks.push(all);
    shape.push(all.length);
  };
  for (const item of spec) {
    if (item === "newaxis") shape.push(1);
    else if (item === "ellipsis") for (let k = x.shape.length - consumed; k > 0; k--) keepAll();
    else if (typeof item === "number") picks.push([fromFront(item, x.shape[picks.length]!)]);
    else {
      picks.push(sliced(x.shape[picks.length]!, ...(item as [number | null, number | null, number | null])));
      shape.push(picks.at(-1)!.length);
    }
  }
  while (picks.length < x.shape.length) keepAll();
  return reshaped(picked(x, picks), shape);
}

function placed(x: Plain, { starts, steps, shape, value }: Grid & { value: number }): Plain {
  const data = new Array<number>(sizeOf(shape)).fill(value);
  positions(x.shape).forEach((position) => {
    const target = position.map((i, d) => starts[d]! + i * steps[d]!);
    data[target.reduce((place, i, d) => place * shape[d]! + i, 0)] = at(x, position);
  });
  return { shape, dtype: x.dtype, data };
}

function padded(x: Plain, pairs: readonly number[], { value = 0 }: { value?: number } = {}): Plain {
  const ndim = x.shape.length;
  const before = x.shape.map((_, d) => pairs[2 * (ndim - 1 - d)] ?? 0);
  const shape = x.shape.map((e, d) => e + before[d]! + (pairs[2 * (ndim - 1 - d) + 1] ?? 0));
  const filling = converted({ shape: [], dtype: "float64", data: [value] }, x.dtype).data[0]!;
  return build(shape, x.dtype, (position) => {
    const source = position.map((i, d) => i - before[d]!);
    return source.every((i, d) => i >= 0 && i < x.shape[d]!) ? at(x, source) : filling;
  });
}

function rolled(x: Plain, shifts: number | readonly number[], dims?: number | readonly number[] | null): Plain {
  if (dims === undefined || dims === null || (Array.isArray(dims) && dims.length === 0)) {
    return reshaped(rolled(reshaped(x, [x.data.length]), shifts, 0), x.shape);
  }
  return [dims].flat().reduce((result: Plain, dim, i) => {
    const extent = x.shape[fromFront(dim as number, x.shape.length)]!;
    const shift = [shifts].flat()[i] as number;
    return pickedAlong(
      result,
      dim as number,
      range(extent).map((k) => (((k - shift) % extent) + extent) % extent),
    );
  }, x);
}

const repeated = (x: Plain, repeats: readonly number[]): Plain => {
  const lead = repeats.length - x.shape.length;
  const shape = repeats.map((count, d) => count * (x.shape[d - lead] ?? 1));
  return build(shape, x.dtype, (position) =>
    at(
      x,
      x.shape.map((extent, d) => position[lead + d]! % extent),
    ),
  );
};

const withUnknown = (x: Plain, shape: readonly number[]): readonly number[] => {
  const rest = shape.filter((extent) => extent !== -1).reduce((a, b) => a * b, 1);
  return shape.map((extent) => (extent === -1 ? x.data.length / Math.max(1, rest) : extent));
};

const swapped = (ndim: number, a: number, b: number): number[] => {
  const [from, to] = [fromFront(a, ndim), fromFront(b, ndim)];
  return range(ndim).map((d) => (d === from ? to : d === to ? from : d));
};

const clone = (x: Plain): Plain => x;

export const shapeReferences = {
  to: converted,
  clone,
  reshape: (x: Plain, shape: readonly number[]) => reshaped(x, withUnknown(x, shape)),
  transpose: (x: Plain, a: number, b: number) =>
    x.shape.length === 0 ? x : permuted(x, swapped(x.shape.length, a, b)),
  permute: (x: Plain, dims: readonly number[]) =>
    permuted(
      x,
      dims.map((d) => fromFront(d, x.shape.length)),
    ),
  expand: expanded,
  squeeze: (x: Plain, dim?: number | readonly number[] | null) => {
    const dims = dimsOf(dim, x.shape.length);
    return reshaped(
      x,
      x.shape.filter((extent, d) => extent !== 1 || !dims.includes(d)),
    );
  },
  unsqueeze: unsqueezed,
  flatten: (x: Plain, start = 0, end = -1) => {
    const ndim = x.shape.length;
    if (ndim === 0) return reshaped(x, [1]);
    const [from, to] = [fromFront(start, ndim), fromFront(end, ndim) + 1];
    return reshaped(x, [...x.shape.slice(0, from), sizeOf(x.shape.slice(from, to)), ...x.shape.slice(to)]);
  },
  split: (x: Plain, size: number | readonly number[], dim = 0) => {
    const extent = x.shape[fromFront(dim, x.shape.length)]!;
    return parts(x, typeof size === "number" ? sizesOf(extent, size) : size, dim);
  },
  chunk: (x: Plain, chunks: number, dim = 0) => {
    const extent = x.shape[fromFront(dim, x.shape.length)]!;
    const sizes = extent === 0 ? new Array<number>(chunks).fill(0) : sizesOf(extent, Math.ceil(extent / chunks));
    return parts(x, sizes, dim);
  },
  index: indexed,
  slice: (x: Plain, dim: number, start?: number | null, stop?: number | null, step?: number) =>
    pickedAlong(x, dim, sliced(x.shape[fromFront(dim, x.shape.length)]!, start, stop, step)),
  select: (x: Plain, dim: number, index: number) => {
    const d = fromFront(dim, x.shape.length);
    const one = pickedAlong(x, dim, [fromFront(index, x.shape[d]!)]);
    return reshaped(
      one,
      x.shape.filter((_, k) => k !== d),
    );
  },
  flip: (x: Plain, dims: number | readonly number[]) =>
    dimsOf(dims, x.shape.length).reduce((result, d) => pickedAlong(result, d, range(x.shape[d]!).reverse()), x),
  roll: rolled,
  repeat: repeated,
  pad: padded,
  cat: joined,
  stack: (tensors: readonly Plain[], dim = 0) => {
    const d = fromFront(dim, tensors[0]!.shape.length + 1);
    return joined(
      tensors.map((x) => unsqueezed(x, d)),
      d,
    );
  },
  tril: (x: Plain, diagonal = 0) => triangle((row, column) => column <= row + diagonal)(x),
  triu: (x: Plain, diagonal = 0) => triangle((row, column) => column >= row + diagonal)(x),

  cast: (x: Plain, { dtype }: { dtype: DType }) => converted(x, dtype),
  copy: clone,
  reshapeTo: (x: Plain, { shape }: { shape: readonly number[] }) => reshaped(x, shape),
  permuteDims: (x: Plain, { dims }: { dims: readonly number[] }) => permuted(x, dims),
  expandTo: (x: Plain, { shape }: { shape: readonly number[] }) => expanded(x, shape),
  sliceGrid: (x: Plain, { starts, steps, shape }: Grid) =>
    picked(
      x,
      shape.map((extent, d) => range(extent).map((i) => starts[d]! + i * steps[d]!)),
    ),
  placeOnGrid: placed,
  concatenate: (tensors: readonly Plain[], { dim }: { dim: number }) => joined(tensors, dim),
};

/** The leading dims of both broadcast against each other. */
export const withLead = (x: Plain, lead: readonly number[]): Plain => expanded(x, [...lead, ...x.shape.slice(-2)]);

export const commonLead = (tensors: readonly Plain[]): number[] =>
  common(tensors.map(({ shape }) => shape.slice(0, -2)));

export { permuted, pickedAlong, range };
