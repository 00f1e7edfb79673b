/**
 * Elementary functions to some 120 bits or more, in integers: what the errors of the rows are measured against. Fixed-point
 * numbers are bigints in units of 2^-192; a Real keeps an exponent of its own, so that tiny results stay precise.
 */
export interface Real {
  readonly m: bigint;
  readonly e: number;
}

const bits = 192;
const P = BigInt(bits);
const one = 1n << P;

const view = new DataView(new ArrayBuffer(8));

/** A finite float64 as it is. */
export function exact(value: number): Real {
  view.setFloat64(0, value);
  const word = view.getBigUint64(0);
  const field = Number((word >> 52n) & 2047n);
  const fraction = word & ((1n << 52n) - 1n);
  const magnitude = field === 0 ? fraction : fraction | (1n << 52n);
  return { m: value < 0 ? -magnitude : magnitude, e: Math.max(field, 1) - 1075 };
}

/** In units of 2^-192, rounded down. */
function fixed({ m, e }: Real): bigint {
  const shift = e + bits;
  return shift >= 0 ? m << BigInt(shift) : m >> BigInt(-shift);
}

function multiply(a: bigint, b: bigint): bigint {
  return (a * b) >> P;
}

/** Σ s^k z^k ÷ (2k + 1) scaled by x: atan (s = −1) or atanh (s = 1) of x = 1 ÷ n. */
function inverseSeries(n: bigint, s: bigint): bigint {
  let term = one / n;
  let sum = 0n;
  for (let k = 1n; term !== 0n; k += 2n) {
    sum += term / k;
    term = (s * term) / (n * n);
  }
  return sum;
}

const ln2 = 2n * inverseSeries(3n, 1n);
const pi = 4n * (4n * inverseSeries(5n, -1n) - inverseSeries(239n, -1n));

function squareRoot(value: bigint): bigint {
  let root = 1n << BigInt((value.toString(2).length >> 1) + 1);
  for (let next = (root + value / root) >> 1n; next < root; next = (root + value / root) >> 1n) root = next;
  return root;
}

const twoOverRootPi = (2n * one * one) / squareRoot(pi << P);

function nearestQuotient(a: bigint, b: bigint): bigint {
  const doubled = 2n * a + b;
  const quotient = doubled / (2n * b);
  return doubled < 0n && quotient * 2n * b !== doubled ? quotient - 1n : quotient;
}

/** 1 + x/(s + 1) + x²/((s + 1)(s + 2)) + …, the tail of the exponential series. */
function exponentialSeries(x: bigint, s: bigint): bigint {
  let term = one;
  let sum = 0n;
  for (let k = s + 1n; term !== 0n && term !== -1n; k++) {
    sum += term;
    term = multiply(term, x) / k;
  }
  return sum;
}

function expFixed(x: bigint): Real {
  const k = nearestQuotient(x, ln2);
  let power = exponentialSeries((x - k * ln2) >> 8n, 0n);
  for (let squarings = 0; squarings < 8; squarings++) power = multiply(power, power);
  return { m: power, e: Number(k) - bits };
}

export function exp(x: number): Real {
  return expFixed(fixed(exact(x)));
}

export function expm1(x: number): Real {
  const { m, e } = exact(x);
  if (Math.abs(x) < 0.01) return { m: m * exponentialSeries(fixed({ m, e }), 1n), e: e - bits };
  const power = exp(x);
  if (power.e >= 0) return power;
  // Far below 0 the power has more digits after the point than are kept.
  return power.e < -2 * bits ? { m: -one, e: -bits } : { m: power.m - (1n << BigInt(-power.e)), e: power.e };
}

/** The logarithm of a positive number: one Newton step from the host's, which settles all but the first 45 bits. */
function logFixed(x: Real, approximately: number): bigint {
  const start = Math.log(approximately);
  const inverse = expFixed(fixed(exact(-start)));
  const rest = fixed({ m: x.m * inverse.m, e: x.e + inverse.e }) - one;
  return fixed(exact(start)) + log1pSeries(rest);
}

/** x − x²/2 + x³/3 − … of a small x. */
function log1pSeries(x: bigint): bigint {
  let power = x;
  let sum = 0n;
  for (let k = 1n; power !== 0n && power !== -1n; k++) {
    sum += power / k;
    power = -multiply(power, x);
  }
  return sum;
}

export function log(x: number): Real {
  return { m: logFixed(exact(x), x), e: -bits };
}

export function log1p(x: number): Real {
  const { m, e } = exact(x);
  if (Math.abs(x) < 2 ** -30) {
    const z = fixed({ m, e });
    const factor =
      one -
      z / 2n +
      multiply(z, z) / 3n -
      multiply(z, multiply(z, z)) / 4n +
      multiply(multiply(z, z), multiply(z, z)) / 5n;
    return { m: m * factor, e: e - bits };
  }
  const sum = e >= 0 ? { m: (m << BigInt(e)) + 1n, e: 0 } : { m: m + (1n << BigInt(-e)), e };
  return { m: logFixed(sum, 1 + x), e: -bits };
}

/** The power of a positive x. */
export function pow(x: number, y: number): Real {
  const exponent = exact(y);
  return expFixed(fixed({ m: logFixed(exact(x), x) * exponent.m, e: exponent.e - bits }));
}

export function tanh(x: number): Real {
  const power = expm1(Math.max(-100, Math.min(100, 2 * x)));
  const shift = BigInt(Math.max(0, -power.e));
  const whole = power.m << BigInt(Math.max(0, power.e));
  return { m: (whole << (P + shift)) / (whole + (2n << shift)), e: -bits - Number(shift) };
}

/** erf(x) = 2/√π e^(−x²) Σ 2^n x^(2n+1) ÷ (1 × 3 × … × (2n+1)): every term is positive. */
export function erf(x: number): Real {
  const { m, e } = exact(x);
  const square = fixed({ m: m * m, e: 2 * e });
  let term = one;
  let sum = 0n;
  for (let k = 3n; term !== 0n; k += 2n) {
    sum += term;
    term = (2n * multiply(term, square)) / k;
  }
  const gauss = expFixed(-square);
  return { m: multiply(sum, twoOverRootPi) * m * gauss.m, e: e - bits + gauss.e };
}

export function sin(x: number): Real {
  const { m, e } = exact(x);
  if (Math.abs(x) < 2 ** -20) return { m: m * sineSeries(fixed({ m, e }), 2n), e: e - bits };
  return quarterTurns(fixed({ m, e }), 0n);
}

export function cos(x: number): Real {
  return quarterTurns(fixed(exact(x)), 1n);
}

/** The sine of x + shift × π/2. */
function quarterTurns(x: bigint, shift: bigint): Real {
  const n = nearestQuotient(2n * x, pi);
  const r = x - (n * pi) / 2n;
  const quadrant = (((n + shift) % 4n) + 4n) % 4n;
  const value = quadrant % 2n === 0n ? multiply(r, sineSeries(r, 2n)) : sineSeries(r, 1n);
  return { m: quadrant >= 2n ? -value : value, e: -bits };
}

/** 1 − r²/(k(k + 1)) + …: the cosine for k = 1, the sine over r for k = 2. */
function sineSeries(r: bigint, first: bigint): bigint {
  const square = multiply(r, r);
  let term = one;
  let sum = 0n;
  for (let k = first; term !== 0n && term !== -1n; k += 2n) {
    sum += term;
    term = -multiply(term, square) / (k * (k + 1n));
  }
  return sum;
}

export interface Format {
  readonly digits: number;
  readonly smallestExponent: number;
}

export const formats = {
  float64: { digits: 53, smallestExponent: -1022 },
  float32: { digits: 24, smallestExponent: -126 },
} as const satisfies Record<string, Format>;

/** ⌊log2 |value|⌋ */
export function exponentOf({ m, e }: Real): number {
  const text = (m < 0n ? -m : m).toString(16);
  return e + 4 * text.length - Math.clz32(Number.parseInt(text[0] as string, 16)) + 27;
}

/** |actual − expected| in units in the last place of `expected`, to 2^-20. */
export function errorInUlp(actual: number, expected: Real, { digits, smallestExponent }: Format): number {
  if (expected.m === 0n) return actual === 0 ? 0 : Number.POSITIVE_INFINITY;
  if (!Number.isFinite(actual)) return Number.POSITIVE_INFINITY;
  const unit = Math.max(exponentOf(expected), smallestExponent) - (digits - 1) - 20;
  const difference = inUnits(exact(actual), unit) - inUnits(expected, unit);
  return Math.abs(Number(difference)) / 2 ** 20;
}

function inUnits({ m, e }: Real, unit: number): bigint {
  const shift = e - unit;
  return shift >= 0 ? m << BigInt(shift) : m >> BigInt(-shift);
}
