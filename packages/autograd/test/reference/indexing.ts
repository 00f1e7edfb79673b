import { at, build, fromFront, mapped, type Plain, positions, promoted, reshaped, Unsupported } from "./plain.js";
import { commonLead, pickedAlong, withLead } from "./shapes.js";

const moved = (position: readonly number[], dim: number, index: number): number[] =>
  position.map((p, d) => (d === dim ? index : p));

const gathered = (x: Plain, dim: number, index: Plain): Plain => {
  const d = fromFront(dim, x.shape.length);
  return build(index.shape, x.dtype, (position) => at(x, moved(position, d, at(index, position))));
};

/** Adds to, or replaces, the element at a position. */
type Write = (before: number, value: number) => number;

function written(
  x: Plain,
  source: Plain,
  places: (position: number[]) => number[],
  count: readonly number[],
  write: Write,
): Plain {
  const data = [...x.data];
  for (const position of positions(count)) {
    const place = places(position).reduce((flat, i, d) => flat * x.shape[d]! + i, 0);
    data[place] = write(data[place]!, at(source, position));
  }
  return { ...x, data };
}

const sum: Write = (before, value) => before + value;
const replace: Write = (_, value) => value;

const scattered = (x: Plain, dim: number, index: Plain, source: Plain): Plain =>
  written(x, source, (position) => moved(position, dim, at(index, position)), index.shape, sum);

const slices = (x: Plain, dim: number, index: Plain, source: Plain, write: Write): Plain =>
  written(x, source, (position) => moved(position, dim, index.data[position[dim]!]!), source.shape, write);

const zeros = (shape: readonly number[], dtype: Plain["dtype"]): Plain => build(shape, dtype, () => 0);

const looked = (table: Plain, ids: Plain): Plain =>
  reshaped(pickedAlong(table, 0, ids.data), [...ids.shape, ...table.shape.slice(1)]);

function product(a: Plain, b: Plain): Plain {
  const lead = commonLead([a, b]);
  const [left, right] = [withLead(a, lead), withLead(b, lead)];
  const inner = a.shape.at(-1)!;
  return build([...lead, a.shape.at(-2)!, b.shape.at(-1)!], a.dtype, (position) => {
    const [front, row, column] = [position.slice(0, -2), position.at(-2)!, position.at(-1)!];
    let total = 0;
    for (let k = 0; k < inner; k++) total += at(left, [...front, row, k]) * at(right, [...front, k, column]);
    return total;
  });
}

function matmul(a: Plain, b: Plain): Plain {
  const dtype = promoted([a, b]);
  if (dtype === "bool") throw new Unsupported(dtype);
  const left = { ...(a.shape.length === 1 ? reshaped(a, [1, ...a.shape]) : a), dtype };
  const right = b.shape.length === 1 ? reshaped(b, [...b.shape, 1]) : b;
  const { shape, ...result } = product(left, right);
  const [rows, columns] = [a.shape.length === 1 ? [] : [shape.at(-2)!], b.shape.length === 1 ? [] : [shape.at(-1)!]];
  return { ...result, shape: [...shape.slice(0, -2), ...rows, ...columns] };
}

export const indexingReferences = {
  indexSelect: (x: Plain, dim: number, index: Plain) => pickedAlong(x, dim, index.data),
  gather: gathered,
  scatterAdd: (x: Plain, dim: number, index: Plain, source: Plain) => {
    const sums = scattered(x, fromFront(dim, x.shape.length), index, source);
    return x.dtype === "bool" ? mapped(sums, (value) => Number(value !== 0)) : sums;
  },
  indexCopy: (x: Plain, dim: number, index: Plain, source: Plain) =>
    slices(x, fromFront(dim, x.shape.length), index, source, replace),
  embedding: looked,
  matmul,
  bmm: matmul,

  gatherAlong: ([x, index]: readonly Plain[], { dim }: { dim: number }) => gathered(x!, dim, index!),
  scatterSum: ([source, index]: readonly Plain[], { dim, shape }: { dim: number; shape: readonly number[] }) =>
    scattered(zeros(shape, source!.dtype), dim, index!, source!),
  selectSlices: ([x, index]: readonly Plain[], { dim }: { dim: number }) => pickedAlong(x!, dim, index!.data),
  sumSlices: ([source, index]: readonly Plain[], { dim, extent }: { dim: number; extent: number }) =>
    slices(zeros(moved(source!.shape, dim, extent), source!.dtype), dim, index!, source!, sum),
  replaceSlices: ([x, index, source]: readonly Plain[], { dim }: { dim: number }) =>
    slices(x!, dim, index!, source!, replace),
  product: ([a, b]: readonly Plain[]) => product(a!, b!),
};
