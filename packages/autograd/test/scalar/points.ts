/** Arguments to try a function at, each a function of a counter alone. */
export type Points = (counter: number) => number;

/** 32 bits that follow from the counter: two rounds of multiplying and folding. */
function hash(counter: number): number {
  let x = Math.imul(counter ^ (counter >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** In [0, 1), to 2^-53. */
export function unit(counter: number): number {
  return (hash(2 * counter) * 2 ** 21 + (hash(2 * counter + 1) >>> 11)) / 2 ** 53;
}

export function uniform(low: number, high: number): Points {
  return (counter) => low + (high - low) * unit(counter);
}

/** ±2^e with e uniform between `low` and `high`. */
export function logarithmic(low: number, high: number, signed = true): Points {
  return (counter) => {
    const sign = signed && unit(3 * counter + 1) < 0.5 ? -1 : 1;
    return sign * 2 ** (low + (high - low) * unit(3 * counter));
  };
}

/** Beside each of `centers`, at a relative distance between 2^low and 2^high, on either side. */
export function beside(centers: readonly number[], low: number, high: number): Points {
  const distance = logarithmic(low, high);
  return (counter) => (centers[counter % centers.length] as number) * (1 + distance(counter));
}

/** `count` numbers first + k × step. */
export function grid(first: number, step: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => first + k * step);
}
