import type { Operand } from "./graph.js";

/** One place of a numeral system for positions in memory: digits 0 … extent − 1, each worth `stride` elements. */
export interface Level {
  readonly extent: number;
  readonly stride: number;
}

/** A dim, or a factor of one, in terms of one level: `extent` digits, `step` apart; level −1 where nothing moves. */
interface Piece {
  readonly level: number;
  readonly step: number;
  readonly extent: number;
}

/** An operand in a numeral system. */
interface Digits {
  /** The first digit of each level, */
  readonly low: readonly number[];
  /** and the last one. */
  readonly high: readonly number[];
  /** Each dim as factors, outermost first. */
  readonly dims: readonly (readonly Piece[])[];
}

/**
 * An operand's positions, counted from `start`, in the digits of `levels` (strides descending); `null` where they cannot
 * be told, for instance where a digit would carry.
 */
function digitsOf({ offset, shape, strides }: Operand, start: number, levels: readonly Level[]): Digits | null {
  let rest = offset - start;
  const low = levels.map(({ stride }) => {
    const digit = Math.floor(rest / stride);
    rest -= digit * stride;
    return digit;
  });
  if (rest !== 0 || low.some((digit, i) => digit < 0 || digit >= levels[i]!.extent)) return null;
  const high = low.slice();
  const split = (extent: number, stride: number): Piece[] | null => {
    if (stride === 0) return [{ level: -1, step: 0, extent }];
    const level = levels.findIndex((one) => one.stride <= stride);
    if (level < 0) return null;
    const own = levels[level]!;
    const step = stride / own.stride;
    if (!Number.isInteger(step)) return null;
    if (high[level]! + (extent - 1) * step < own.extent) {
      high[level]! += (extent - 1) * step;
      return [{ level, step, extent }];
    }
    // It runs through all digits of this level, again and again, and counts up the one above.
    const above = levels[level - 1];
    const through = step === 1 && high[level] === 0 && above?.stride === own.stride * own.extent;
    if (!through || extent % own.extent !== 0) return null;
    high[level] = own.extent - 1;
    const outer = split(extent / own.extent, above.stride);
    return outer === null ? null : [...outer, { level, step, extent: own.extent }];
  };
  const dims: Piece[][] = [];
  for (let d = 0; d < shape.length; d++) {
    const pieces = shape[d] === 1 ? [] : split(shape[d]!, strides[d]!);
    if (pieces === null) return null;
    dims.push(pieces);
  }
  return { low, high, dims };
}

/** The levels that an operand's dims make, largest stride first; `null` where one position has several digits. */
function levelsOf({ shape, strides }: Operand): { readonly levels: readonly Level[]; readonly dims: number[] } | null {
  const dims = [...shape.keys()].filter((d) => shape[d] !== 1).sort((a, b) => strides[b]! - strides[a]!);
  const levels = dims.map((d) => ({ extent: shape[d]!, stride: strides[d]! }));
  const nested = levels.every(({ extent, stride }, i) => {
    return stride > 0 && extent > 0 && (i === 0 || stride * extent <= levels[i - 1]!.stride);
  });
  return nested ? { levels, dims } : null;
}

/**
 * What becomes of an operand when the elements `from` lie at `to` instead, both of one shape: the operand's own shape,
 * with other strides and possibly of another value. `null` where strides cannot say it, or elements lie outside `from`.
 */
export function moved(operand: Operand, from: Operand, to: Operand): Operand | null {
  const system = levelsOf(from);
  if (system === null || operand.value !== from.value || operand.size === 0) return null;
  const digits = digitsOf(operand, from.offset, system.levels);
  if (digits === null) return null;
  const strideOf = (level: number): number => (level < 0 ? 0 : to.strides[system.dims[level]!]!);
  const { shape } = operand;
  const strides = new Array<number>(shape.length);
  for (let d = shape.length - 1; d >= 0; d--) {
    const pieces = digits.dims[d]!;
    // A dim of extent 1 never moves; the stride of row-major order is as good as any.
    if (pieces.length === 0) strides[d] = d === shape.length - 1 ? 1 : strides[d + 1]! * shape[d + 1]!;
    else {
      const steps = pieces.map(({ level, step }) => step * strideOf(level));
      const even = steps.every((step, i) => i === 0 || steps[i - 1] === step * pieces[i]!.extent);
      if (!even) return null;
      strides[d] = steps.at(-1)!;
    }
  }
  const offset = digits.low.reduce((sum, digit, level) => sum + digit * strideOf(level), to.offset);
  return { value: to.value, dtype: to.dtype, shape, strides, offset, size: operand.size };
}

/** Whether no element is in both; where that cannot be told, false. */
export function areDisjoint(a: Operand, b: Operand): boolean {
  if (a.value !== b.value || a.size === 0 || b.size === 0) return true;
  if (a.size >= a.value.size || b.size >= b.value.size) return false;
  if (lastOf(a) < a.offset || lastOf(b) < b.offset) return false;
  if (lastOf(a) < b.offset || lastOf(b) < a.offset) return true;
  const strides = new Set([1]);
  for (const { shape, strides: own } of [a, b]) {
    for (const [d, stride] of own.entries()) if (shape[d]! > 1 && stride !== 0) strides.add(stride);
  }
  const sorted = [...strides].sort((x, y) => y - x);
  if (sorted.some((stride, i) => i > 0 && sorted[i - 1]! % stride !== 0)) return false;
  const levels = sorted.map((stride, i) => ({
    stride,
    extent: i === 0 ? Math.ceil(a.value.size / stride) : sorted[i - 1]! / stride,
  }));
  const [x, y] = [digitsOf(a, 0, levels), digitsOf(b, 0, levels)];
  if (x === null || y === null) return false;
  return levels.some((_, i) => x.high[i]! < y.low[i]! || y.high[i]! < x.low[i]!);
}

/** The position of the last element; before the first one where a stride is negative. */
function lastOf({ offset, shape, strides }: Operand): number {
  if (strides.some((stride, d) => stride < 0 && shape[d]! > 1)) return -1;
  return shape.reduce((position, extent, d) => position + (extent - 1) * strides[d]!, offset);
}

/** Whether the operands, each of distinct elements, share none and are all of their value together. */
export function cover(operands: readonly Operand[]): boolean {
  const total = operands.reduce((sum, { size }) => sum + size, 0);
  if (total !== operands[0]?.value.size || operands.some((operand) => levelsOf(operand) === null)) return false;
  return operands.every((a, i) => operands.slice(i + 1).every((b) => areDisjoint(a, b)));
}
