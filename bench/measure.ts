const seconds = (): number => Number(process.hrtime.bigint()) / 1e9;

const REPETITIONS = 9;
const WARM_UP_SECONDS = 0.2;
const REPETITION_SECONDS = 0.03;

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** The seconds that so many calls take together. */
export function timed(fn: () => void, calls: number): number {
  const start = seconds();
  for (let i = 0; i < calls; i++) fn();
  return seconds() - start;
}

/** The seconds that one call takes: the median of nine repetitions after a warm-up. */
export function measure(fn: () => void): number {
  let calls = 1;
  const start = seconds();
  for (let last = 0; seconds() - start < WARM_UP_SECONDS || last < REPETITION_SECONDS / 2; ) {
    last = timed(fn, calls);
    if (last < REPETITION_SECONDS / 2) calls *= 2;
  }
  return median(Array.from({ length: REPETITIONS }, () => timed(fn, calls) / calls));
}

/** One line of a benchmark; numbers are rounded for the screen only. */
export type Row = Readonly<Record<string, string | number>>;

/** A time in seconds, and what that is for each of `elements`. */
export const rowOf = (operation: string, elements: number, time: number): Row => ({
  operation,
  µs: time * 1e6,
  "ns/element": (time / elements) * 1e9,
});

/** The time of one call, of which `parts` are wanted. */
export const row = (operation: string, elements: number, fn: () => void, parts = 1): Row =>
  rowOf(operation, elements, measure(fn) / parts);

/** The rows as a table with the keys of the first one on top. */
export function table(rows: readonly Row[]): string {
  const text = (cell: string | number): string =>
    typeof cell === "number" ? String(Number(cell.toPrecision(3))) : cell;
  const head = Object.keys(rows[0] ?? {});
  const cells = [head, ...rows.map((row) => head.map((key) => text(row[key] ?? "")))];
  const widths = head.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  return cells
    .map((line) => line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "))
    .join("\n");
}
