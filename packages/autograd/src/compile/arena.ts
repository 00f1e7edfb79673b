/** Memory of so many bytes that is needed from one moment to another, both included. */
export interface Block {
  readonly bytes: number;
  readonly first: number;
  last: number;
}

/** Where blocks lie in one arena. */
export interface Layout {
  readonly offsets: ReadonlyMap<Block, number>;
  readonly peakBytes: number;
}

/** In which order blocks get their places. The best one depends on the graph. */
const orders: readonly ((a: Block, b: Block) => number)[] = [
  (a, b) => b.bytes - a.bytes || a.first - b.first,
  (a, b) => b.last - b.first - (a.last - a.first) || b.bytes - a.bytes,
  (a, b) => a.first - b.first || b.bytes - a.bytes,
];

/**
 * Places blocks one after the other, each in the smallest gap that is free while it is needed (Pisarchyk and Lee 2020,
 * "Efficient memory management for deep neural net inference"), in several orders, and takes what needs least.
 */
export function allocateOffsets(values: ReadonlyMap<unknown, Block>): Layout {
  const blocks = [...new Set(values.values())];
  const lowerBound = mostBytes(values);
  let best: Layout | null = null;
  for (const order of orders) {
    const layout = place(blocks.slice().sort(order));
    if (best === null || layout.peakBytes < best.peakBytes) best = layout;
    if (best.peakBytes === lowerBound) break;
  }
  return best!;
}

function place(blocks: readonly Block[]): Layout {
  const offsets = new Map<Block, number>();
  // Sorted by offset.
  const placed: { readonly block: Block; readonly from: number; readonly to: number }[] = [];
  let peakBytes = 0;
  for (const block of blocks) {
    let [from, room] = [-1, Number.POSITIVE_INFINITY];
    let end = 0;
    for (const other of placed) {
      if (other.block.last < block.first || block.last < other.block.first) continue;
      const gap = other.from - end;
      if (gap >= block.bytes && gap < room) [from, room] = [end, gap];
      end = Math.max(end, other.to);
    }
    if (from < 0) from = end;
    const to = from + block.bytes;
    const next = placed.findIndex((other) => other.from > from);
    placed.splice(next < 0 ? placed.length : next, 0, { block, from, to });
    offsets.set(block, from);
    peakBytes = Math.max(peakBytes, to);
  }
  return { offsets, peakBytes };
}

/** The most bytes that are needed at one moment: no layout needs less. */
export function mostBytes(values: ReadonlyMap<unknown, Block>): number {
  const changes: (readonly [number, number])[] = [];
  for (const { bytes, first, last } of new Set(values.values())) changes.push([first, bytes], [last + 0.5, -bytes]);
  changes.sort((a, b) => a[0] - b[0]);
  let [now, most] = [0, 0];
  for (const [, bytes] of changes) {
    now += bytes;
    most = Math.max(most, now);
  }
  return most;
}
