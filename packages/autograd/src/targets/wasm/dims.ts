/** A dim of several operands at once: for each its stride. */
export interface Dim {
  readonly extent: number;
  readonly strides: readonly number[];
}

/** The dims of operands that have one shape. */
export const dimsOf = (shape: readonly number[], strides: readonly (readonly number[])[]): Dim[] =>
  shape.map((extent, d) => ({ extent, strides: strides.map((own) => own[d]!) }));

/** Whether all operands step over the inner dim once for each step of the outer. */
const follows = (outer: Dim, { extent, strides }: Dim): boolean =>
  outer.strides.every((stride, i) => stride === extent * strides[i]!);

/** The fewest dims that visit the same elements in the same order, outermost first; dims of extent 1 are left out. */
export function joinDims(dims: readonly Dim[]): Dim[] {
  const joined: Dim[] = [];
  for (const dim of dims) {
    if (dim.extent === 1) continue;
    const outer = joined.at(-1);
    if (outer === undefined || !follows(outer, dim)) joined.push(dim);
    else joined[joined.length - 1] = { extent: outer.extent * dim.extent, strides: dim.strides };
  }
  return joined;
}
