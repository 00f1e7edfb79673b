import { promote } from "../dtype.js";
import { DTypeError } from "../errors.js";
import * as kind from "../kinds.js";
import { product } from "../primitives/linear.js";
import { mul } from "../primitives/pointwise.js";
import { sumOver } from "../primitives/reductions.js";
import { castTo, permuteDims, reshapeTo, sliceGrid } from "../primitives/views.js";
import { sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { type Equation, type Label, readEquation } from "./einsum-equation.js";

type Labels = readonly Label[];

/** A tensor and the label of each of its dims, all different. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: Labels;
}

type Extents = Equation["extents"];

const shapeOf = (labels: Labels, extents: Extents): number[] => labels.map((label) => extents.get(label)!);

/** Dims of one label become their diagonal. */
function diagonal(x: Tensor, labels: Labels): Labelled {
  const second = labels.findIndex((label, d) => labels.indexOf(label) !== d);
  if (second < 0) return { x, labels };
  const first = labels.indexOf(labels[second]!);
  const rest = [...labels.keys()].filter((d) => d !== first && d !== second);
  const lead = rest.map((d) => x.shape[d]!);
  const extent = x.shape[first]!;
  const flat = reshapeTo(permuteDims(x, { dims: [...rest, first, second] }), { shape: [...lead, extent * extent] });
  const line = sliceGrid(flat, {
    starts: [...lead.map(() => 0), 0],
    steps: [...lead.map(() => 1), extent + 1],
    shape: [...lead, extent],
  });
  return diagonal(line, [...rest.map((d) => labels[d]!), labels[first]!]);
}

/** Without the dims of extent 1 that would stretch: what is the same everywhere need not have the dim. */
function narrow({ x, labels }: Labelled, extents: Extents): Labelled {
  const kept = [...labels.keys()].filter((d) => x.shape[d] === extents.get(labels[d]!));
  if (kept.length === labels.length) return { x, labels };
  return { x: reshapeTo(x, { shape: kept.map((d) => x.shape[d]!) }), labels: kept.map((d) => labels[d]!) };
}

/** The sum over all dims but those named. */
function sumOthers({ x, labels }: Labelled, kept: Labels): Labelled {
  const dims = [...labels.keys()].filter((d) => !kept.includes(labels[d]!));
  if (dims.length === 0) return { x, labels };
  return { x: sumOver(x, { dims }), labels: labels.filter((label) => kept.includes(label)) };
}

/** The dims in the order of `order`, which names them all. */
const arranged = ({ x, labels }: Labelled, order: Labels): Tensor =>
  permuteDims(x, { dims: order.map((label) => labels.indexOf(label)) });

/** The product of two operands, summed over what nobody else needs. */
function contract(left: Labelled, right: Labelled, kept: Labels, extents: Extents): Labelled {
  const a = sumOthers(left, [...kept, ...right.labels]);
  const b = sumOthers(right, [...kept, ...a.labels]);
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const rows = a.labels.filter((label) => !shared.includes(label));
  const columns = b.labels.filter((label) => !shared.includes(label));
  const batch = shared.filter((label) => kept.includes(label));
  const inner = shared.filter((label) => !kept.includes(label));
  const labels = [...batch, ...rows, ...columns];
  const shape = (names: Labels) => shapeOf(names, extents);
  if (inner.length === 0) {
    const tall = reshapeTo(arranged(a, [...batch, ...rows]), {
      shape: shape([...batch, ...rows]).concat(columns.map(() => 1)),
    });
    const wide = reshapeTo(arranged(b, [...batch, ...columns]), {
      shape: [...shape(batch), ...rows.map(() => 1), ...shape(columns)],
    });
    return { x: mul(tall, wide), labels };
  }
  const depth = sizeOf(shape(inner));
  const tall = reshapeTo(arranged(a, [...batch, ...rows, ...inner]), {
    shape: [...shape(batch), sizeOf(shape(rows)), depth],
  });
  const wide = reshapeTo(arranged(b, [...batch, ...inner, ...columns]), {
    shape: [...shape(batch), depth, sizeOf(shape(columns))],
  });
  return { x: reshapeTo(product([tall, wide], null), { shape: shape(labels) }), labels };
}

/** The two operands whose product takes the fewest multiplications, the first of equals. */
function cheapestPair(operands: readonly Labelled[], extents: Extents): readonly [number, number] {
  let best: readonly [number, number] = [0, 1];
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < operands.length; i++) {
    for (let j = i + 1; j < operands.length; j++) {
      const all = [...new Set([...operands[i]!.labels, ...operands[j]!.labels])];
      const cost = sizeOf(shapeOf(all, extents));
      if (cost >= least) continue;
      least = cost;
      best = [i, j];
    }
  }
  return best;
}

/**
 * Sums of products by an equation such as "bij,bjk->bik": each letter names a dim, and what is missing behind the arrow
 * is summed over. Without an arrow the letters that stand once remain, in alphabetical order. A letter twice in one
 * operand takes the diagonal; "..." stands for further dims, which broadcast, as dims of extent 1 do.
 *
 * Operands are multiplied in pairs, first the pair that takes the fewest multiplications; the order follows from the
 * shapes alone.
 * @throws ValueError for an equation that is malformed.
 * @throws ShapeError when the equation does not fit the operands.
 * @example
 * ```ts
 * const a = tensor([[1, 2], [3, 4]]);
 * einsum("ij,jk->ik", a, a).toArray(); // [[7, 10], [15, 22]]
 * einsum("ii", a).item(); // 5
 * einsum("...i,i->...", a, tensor([1, 10])).toArray(); // [21, 43]
 * ```
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  kind.checkTensorList("einsum", "operands", operands);
  const { terms, output, extents } = readEquation(
    equation,
    operands.map(({ shape }) => shape),
  );
  const dtype = promote(operands);
  if (dtype === "bool" && operands.length > 1) {
    throw new DTypeError("einsum: numbers are needed", { got: "bool", hint: 'convert an operand: x.to("int32")' });
  }
  const left = operands.map((x, i) => narrow(diagonal(castTo(x, dtype), terms[i]!), extents));
  while (left.length > 1) {
    const [i, j] = cheapestPair(left, extents);
    const [a, b] = [left[i]!, left[j]!];
    const others = left.filter((operand) => operand !== a && operand !== b);
    const kept = [...output, ...others.flatMap(({ labels }) => labels)];
    left.splice(j, 1);
    left[i] = contract(a, b, kept, extents);
  }
  return arranged(sumOthers(left[0]!, output), output);
}
