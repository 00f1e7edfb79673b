/** The stretch of values that an axis shows, and where along it numbers stand. */
export interface Axis {
  readonly domain: readonly [number, number];
  /** Where the numbers stand, or about how many there are to be. */
  readonly ticks: readonly number[] | number;
}

/** The x axis: from the first value to the last, or a stretch around the only one. */
export function xAxis(values: readonly number[], ticks: number): Axis {
  const range = extent(values) ?? [0, 1];
  return { domain: range[0] < range[1] ? range : around(range[0]), ticks };
}

/** A linear y axis: from zero where the values come near it, or else from a little below the lowest. */
export function linearAxis(values: readonly number[]): Axis {
  const [lowest, highest] = extent(values) ?? [0, 1];
  if (lowest === highest) return { domain: around(lowest), ticks: 5 };
  const margin = (highest - lowest) * 0.05;
  const bottom = lowest >= 0 && lowest < highest / 2 ? 0 : lowest - margin;
  const top = highest <= 0 && highest > lowest / 2 ? 0 : highest + margin;
  return { domain: [bottom, top], ticks: 5 };
}

/** A y axis for shares: 0 to 100 %, or further where a value lies outside. */
export function percentAxis(values: readonly number[]): Axis {
  const [lowest, highest] = extent(values) ?? [0, 1];
  return { domain: [Math.min(0, lowest), Math.max(1, highest)], ticks: 5 };
}

/** A logarithmic y axis for positive values, with numbers at 1, 2 and 5 times the powers of ten, or at fewer of them. */
export function logAxis(values: readonly number[]): Axis {
  const [lowest, highest] = extent(values) ?? [0.1, 1];
  const margin = lowest === highest ? 2 : (highest / lowest) ** 0.05;
  const domain = [lowest / margin, highest * margin] as const;
  const powers = Array.from(
    { length: Math.ceil(Math.log10(domain[1])) - Math.floor(Math.log10(domain[0])) + 1 },
    (_, index) => Math.floor(Math.log10(domain[0])) + index,
  );
  const every = Math.ceil(powers.length / 8);
  const steps = powers.length > 4 ? [1] : [1, 2, 5];
  const round = powers
    .filter((_, index) => index % every === 0)
    .flatMap((power) => steps.map((step) => step * 10 ** power));
  const ticks = round.map(exact).filter((tick) => tick >= domain[0] && tick <= domain[1]);
  return { domain, ticks: ticks.length >= 3 ? ticks : evenRatios(domain) };
}

// As few digits as tell the three apart.
function evenRatios([lowest, highest]: readonly [number, number]): number[] {
  for (let digits = 2; ; digits++) {
    const ticks = [0.1, 0.5, 0.9].map((share) =>
      Number((lowest ** (1 - share) * highest ** share).toPrecision(digits)),
    );
    const inside = ticks.every((tick) => tick >= lowest && tick <= highest);
    if (digits === 15 || (inside && new Set(ticks).size === 3)) return ticks;
  }
}

// 3 · 10⁻⁷ computed is not the number that is written 3e-7.
function exact(value: number): number {
  return Number(value.toPrecision(12));
}

// A single value still needs a stretch of axis around it.
function around(value: number): [number, number] {
  const reach = value === 0 ? 1 : Math.abs(value) / 2;
  return [value - reach, value + reach];
}

function extent(values: readonly number[]): [number, number] | null {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return lowest <= highest ? [lowest, highest] : null;
}
