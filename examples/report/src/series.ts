/** Points of a curve, in order; a `y` that is not finite is a gap. */
export interface Points {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** Points that are ready to be drawn. */
export interface DrawnPoints {
  readonly x: number[];
  readonly y: number[];
}

/** The number of points a drawn curve has at most. */
export const mostPoints = 2000;

/**
 * At most `limit` points that look like all of them: the run is cut into buckets of equal length, and of each
 * bucket the smallest and the largest value stay, so that no spike is lost, and one gap if there is one.
 * The first and the last point always stay.
 *
 * @param points x and y [N]
 * @param limit at least 5
 */
export function thin({ x, y }: Points, limit: number = mostPoints): DrawnPoints {
  const length = y.length;
  const kept = length <= limit ? Array.from({ length }, (_, index) => index) : [...keptIndices(y, limit)];
  return { x: kept.map((index) => x[index] ?? Number.NaN), y: kept.map((index) => finite(y[index])) };
}

function* keptIndices(y: ArrayLike<number>, limit: number): Generator<number> {
  const inner = y.length - 2;
  const buckets = Math.floor((limit - 2) / 3);
  yield 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = 1 + Math.floor((bucket * inner) / buckets);
    const end = 1 + Math.floor(((bucket + 1) * inner) / buckets);
    let lowest = -1;
    let highest = -1;
    let gap = -1;
    for (let index = start; index < end; index++) {
      const value = finite(y[index]);
      if (Number.isNaN(value)) gap = gap < 0 ? index : gap;
      else {
        if (lowest < 0 || value < finite(y[lowest])) lowest = index;
        if (highest < 0 || value > finite(y[highest])) highest = index;
      }
    }
    yield* [...new Set([lowest, highest, gap])].filter((index) => index >= 0).sort((a, b) => a - b);
  }
  yield y.length - 1;
}

/**
 * The exponential moving average over about `window` points, corrected for its start:
 * m ← (1−α)·m + α·y, n ← (1−α)·n + α, smoothed = m / n, α = 2 / (window + 1).
 * A gap stays a gap and does not touch the average.
 */
export function smoothed(y: ArrayLike<number>, window: number): Float64Array {
  const alpha = 2 / (window + 1);
  const result = new Float64Array(y.length);
  let mean = 0;
  let norm = 0;
  for (let index = 0; index < y.length; index++) {
    const value = finite(y[index]);
    if (Number.isNaN(value)) {
      result[index] = Number.NaN;
      continue;
    }
    mean += alpha * (value - mean);
    norm += alpha * (1 - norm);
    result[index] = mean / norm;
  }
  return result;
}

/** What a curve does, in five numbers; `null` where no value is finite. */
export interface CurveFacts {
  readonly first: Point;
  readonly last: Point;
  readonly lowest: Point;
  readonly highest: Point;
}

/** One point of a curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The first, last, lowest and highest finite point of a curve, or `null` where there is none. */
export function curveFacts({ x, y }: Points): CurveFacts | null {
  let facts: { first: Point; last: Point; lowest: Point; highest: Point } | null = null;
  for (let index = 0; index < y.length; index++) {
    const point = { x: x[index] ?? Number.NaN, y: finite(y[index]) };
    if (Number.isNaN(point.y)) continue;
    if (facts === null) facts = { first: point, last: point, lowest: point, highest: point };
    facts.last = point;
    if (point.y < facts.lowest.y) facts.lowest = point;
    if (point.y > facts.highest.y) facts.highest = point;
  }
  return facts;
}

/** The index of every point that has a gap, or nothing, on both sides: a line would not show it. */
export function isolatedIndices(y: readonly number[]): number[] {
  const alone = (index: number) => Number.isNaN(finite(y[index - 1])) && Number.isNaN(finite(y[index + 1]));
  return y.flatMap((value, index) => (Number.isFinite(value) && alone(index) ? [index] : []));
}

/** `value`, or NaN where it is absent or not finite. */
function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : Number.NaN;
}
