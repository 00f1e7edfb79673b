import { promote } from "../dtype.js";
import { ShapeError } from "../errors.js";
import * as kind from "../kinds.js";
import { castTo, concatenate, reshapeTo } from "../primitives/views.js";
import { format, normalizeDim, type Shape, sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { unsqueeze } from "./shape.js";
import { slice } from "./slicing.js";

function checkList(operation: string, tensors: readonly Tensor[]): void {
  kind.checkTensorList(operation, "tensors", tensors);
  if (tensors.length === 0) {
    throw new ShapeError(`${operation}: no tensors`, { got: "[]", hint: "pass at least one" });
  }
}

/** The tensors one behind the other along a dim; all other extents are equal. A 1-d tensor of no elements adds none. */
export function cat(tensors: readonly Tensor[], dim = 0): Tensor {
  checkList("cat", tensors);
  const first = tensors.find((x) => x.ndim !== 1 || x.size > 0) ?? tensors[0]!;
  const at = normalizeDim("cat", dim, first.ndim);
  const without = (shape: Shape): Shape => shape.map((extent, d) => (d === at ? 0 : extent));
  const parts = tensors.map((x) => (x.ndim === 1 && x.size === 0 ? reshapeTo(x, { shape: without(first.shape) }) : x));
  if (first.ndim === 0 || parts.some(({ shape }) => !sameShape(without(shape), without(first.shape)))) {
    throw new ShapeError(`cat: shapes differ outside dim ${at}`, {
      got: tensors.map(({ shape }) => format(shape)).join(", "),
      hint: "all other extents must be equal; use stack for a new dim",
    });
  }
  const dtype = promote(tensors);
  return concatenate(
    parts.map((x) => castTo(x, dtype)),
    { dim: at },
  );
}

/** The tensors, all of one shape, along a new dim. */
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  checkList("stack", tensors);
  if (tensors.some(({ shape }) => !sameShape(shape, tensors[0]!.shape))) {
    throw new ShapeError("stack: shapes differ", {
      got: tensors.map(({ shape }) => format(shape)).join(", "),
      hint: "all shapes must be equal; use cat to join along a dim that is there",
    });
  }
  const at = normalizeDim("stack", dim, tensors[0]!.ndim + 1);
  return cat(
    tensors.map((x) => unsqueeze(x, at)),
    at,
  );
}

/** The elements moved along the dims, those pushed out coming in at the other end; without dims over the flat tensor. */
export function roll(x: Tensor, shifts: number | readonly number[], dims?: number | readonly number[] | null): Tensor {
  kind.checkTensors("roll", x);
  const by = [shifts].flat() as number[];
  for (const shift of by) kind.checkArgument("roll", "a shift", shift, kind.integer);
  if (Array.isArray(dims)) kind.checkArgument("roll", "dims", dims, kind.integers);
  const along = [dims ?? []].flat() as number[];
  const flat = along.length === 0;
  if (by.length !== (flat ? 1 : along.length)) {
    throw new ShapeError("roll: one shift a dim", {
      got: `${by.length} shifts, ${along.length} dims`,
      hint: "give as many; without dims, a single shift over the flat tensor",
    });
  }
  if (flat) return reshapeTo(rollAlong(reshapeTo(x, { shape: [x.size] }), by[0]!, 0), { shape: x.shape });
  return along.reduce((result, dim, i) => rollAlong(result, by[i]!, normalizeDim("roll", dim, x.ndim)), x);
}

function rollAlong(x: Tensor, by: number, at: number): Tensor {
  const extent = x.shape[at] ?? 1;
  const shift = extent === 0 ? 0 : ((by % extent) + extent) % extent;
  return shift === 0 ? x : cat([slice(x, at, extent - shift), slice(x, at, 0, extent - shift)], at);
}
